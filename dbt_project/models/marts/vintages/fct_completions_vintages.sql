{{ vintages('fct_completions') }}

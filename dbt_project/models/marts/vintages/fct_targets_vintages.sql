{{ vintages('fct_targets') }}

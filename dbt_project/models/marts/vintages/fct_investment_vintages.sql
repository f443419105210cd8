{{ vintages('fct_investment') }}

{{ vintages('fct_starts') }}

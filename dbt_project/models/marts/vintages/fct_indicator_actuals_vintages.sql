{{ vintages('fct_indicator_actuals') }}

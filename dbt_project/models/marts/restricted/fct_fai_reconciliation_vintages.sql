{{ vintages('fct_fai_reconciliation') }}

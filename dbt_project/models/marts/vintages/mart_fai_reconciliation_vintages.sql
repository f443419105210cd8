{{ vintages('mart_fai_reconciliation') }}

"""The only Python writer of work.duckdb: receipts, raw rows, findings, versions in force."""

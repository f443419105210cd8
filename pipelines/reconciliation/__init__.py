"""Reconciliation as a work tool: who may be whom in ledger and statistics library, and what was decided about it."""

"""What people read: made from the published release alone, never from the ledger or the work database."""

"""Telling units: digests composed from the ledger, an outbox, channels. Decides nothing about returns."""

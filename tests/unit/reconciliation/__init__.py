"""Reconciliation as a work tool, by module."""

"""Audit, then publish: the only writer of ``published/``. Computes no figure of its own."""

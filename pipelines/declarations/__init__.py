"""Typed models of ``sources/`` and ``expectations/``: what is declared, checked once.

Every fault of a declaration is collected and raised together. Nothing here opens a workbook or a
database.
"""

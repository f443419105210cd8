"""Bytes → cells → located table → typed rows, each value with its sheet and cell.

Knows no database and no form by name: what a heading means comes from the declarations.
"""

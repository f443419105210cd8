"""Rows and declarations → findings. Decides nothing about versions and writes no database."""

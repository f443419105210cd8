"""What goes back to a submitter: the marked-up workbook, lists of findings, messages, templates.

Reads the ledger and the archive; decides nothing about a return and writes only ``feedback/``.
"""

"""Inbox → archive. Knows files and bytes; never opens a workbook and no database."""

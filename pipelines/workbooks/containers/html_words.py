"""The elements and attributes of HTML that decide what is a cell, and what is no content at all.

Words only: reader and second count share them, and nothing else.
"""

# Each of these ends the line of text before it; outside of tables it ends a row.
BREAKS = frozenset(
    {
        "address", "article", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt",
        "fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend",
        "li", "main", "nav", "ol", "p", "pre", "section", "ul",
    }
)  # fmt: skip
# What these hold is not shown: programs, styles, islands of XML, notes that hang on a cell.
UNSEEN = frozenset(
    {"script", "style", "title", "xml", "comment", "template", "noscript", "noframes"}
)
# Any of these ends what is not shown, should its own end be missing: a table is never lost with it.
CUTS = frozenset({"table", "tr", "td", "th"})
# Notes of Excel for browsers that show none by themselves.
NOTE_CLASS = "msocom"

BLANKS = " \t\r\n\f\xa0"
# The value behind what a cell shows: written by Excel 2000–2003, and by LibreOffice.
VALUES = ("x:num", "sdval")
ERROR = "x:err"
# LibreOffice begins each sheet with <a name="table0"> outside of the tables.
SHEET_ANCHOR = "table"
# Fields of a form that show their value.
SHOWN_INPUTS = frozenset({"", "text", "number", "date", "month", "tel", "email", "search"})
# Deeper than this nothing is nested for a reader.
DEEPEST_TABLE = 40
# A table in a cell is a table of its own from so many rows and columns on; a smaller one is the cell's text.
LEAST_ROWS = LEAST_COLUMNS = 2

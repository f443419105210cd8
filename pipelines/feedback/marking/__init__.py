"""A submitter's own workbook with its findings marked: colours, comments, a first sheet that lists them.

The package (OPC, ECMA-376) is edited in place, so that everything nobody marked stays as it was sent.
Which cells are marked, and with what words, is decided by ``feedback.answers``.
"""

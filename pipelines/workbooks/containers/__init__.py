"""One kind of file each: bytes → sheets as the file tells them, and a second count of its cells.

Nothing here knows what a form is, or how large a grid may be built.
"""

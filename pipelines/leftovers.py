"""What programs and systems leave beside the files somebody works on, told by its name alone.

Such a thing is no return wherever it lies. What is done with it is decided where it is found.
"""

_NAMES = {"thumbs.db", "desktop.ini", ".ds_store"}
# Owner files of Office and LibreOffice, resource forks of macOS.
_BEGINNINGS = ("~$", ".~lock.", "._")
_HALF_WRITTEN = (".tmp", ".crdownload", ".part")


def is_leftover(name: str) -> bool:
    """Whether a file of this name (without folders) was made by a program for itself."""
    lowered = name.lower()
    return lowered in _NAMES or lowered.startswith(_BEGINNINGS)


def is_half_written(name: str) -> bool:
    """Whether a program gives such a name to a file while it writes it: it gets another when it is whole."""
    return name.lower().endswith(_HALF_WRITTEN)

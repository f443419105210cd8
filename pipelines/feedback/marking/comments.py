"""The comments of one worksheet: ours beside the submitter's, and ours taken away again.

Which cells get one, and what it says, is decided by ``marked_workbook``.
"""

from lxml import etree

from pipelines.feedback.marking.cells import SheetCells
from pipelines.feedback.marking.note_boxes import NoteBoxes
from pipelines.feedback.marking.ooxml import Address, new_root, parse_address, q, written
from pipelines.feedback.marking.package import Package, UnmarkableError
from pipelines.text import cell_name

AUTHOR = "台账校验"
# Stands before our words, so that they are known again when another program has dropped the author.
_MARK = f"【{AUTHOR}】"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_AUTHOR_TAG, _COMMENT, _TEXT, _RUN, _T = (q(n) for n in ("author", "comment", "text", "r", "t"))


class SheetComments:
    """The comments of one sheet; ``close`` when done."""

    def __init__(self, package: Package, sheet_part: str, cells: SheetCells) -> None:
        self._package, self._sheet_part = package, sheet_part
        self._part = package.related(sheet_part, "comments")
        self._boxes = NoteBoxes(package, sheet_part, cells)
        self._by_address = self._existing() if self._part else {}

    def add(self, address: Address, text: str) -> None:
        """Say this at the cell; what the submitter wrote there stays above it."""
        said = written(text)
        comment = self._by_address.get(address)
        if comment is None:
            comment = etree.Element(
                _COMMENT, {"ref": cell_name(*address), "authorId": str(self._author())}
            )
            etree.SubElement(comment, _TEXT)
            self._comment_list().append(comment)
            self._by_address[address] = comment
        holder = comment.find(_TEXT)
        if holder is None:
            holder = etree.SubElement(comment, _TEXT)
        has_words = bool(_words(holder))
        _only_runs(holder)
        _append_run(holder, f"\n\n{_MARK}\n" if has_words else f"{_MARK}\n", is_bold=True)
        _append_run(holder, said, is_bold=False)
        self._boxes.ensure(address, f"{_MARK}\n{said}")

    def remove_ours(self) -> None:
        """Take away every comment of ours, and our words below those of others."""
        ours = str(self._author_number())
        for address, comment in list(self._by_address.items()):
            holder = comment.find(_TEXT)
            is_ours = comment.get("authorId") == ours
            if holder is not None and not is_ours and _MARK in _words(holder):
                before, mark, ours_below = _words(holder).partition(_MARK)
                _cut(holder, len(before))
                self._boxes.shrink(address, mark + ours_below)
                is_ours = not before.strip()
            if is_ours:
                self._comment_list().remove(comment)
                self._boxes.remove(address)
                del self._by_address[address]

    def close(self) -> None:
        """Take the part away when no comment is left."""
        if self._part is not None and not self._by_address:
            self._package.unrelate(self._sheet_part, self._part)
            self._package.remove(self._part)
            self._part = None
        self._boxes.close()

    def _existing(self) -> dict[Address, etree._Element]:
        found: dict[Address, etree._Element] = {}
        for comment in self._comment_list().iterchildren(_COMMENT):
            address = parse_address(comment.get("ref"))
            if address is not None:
                found[address] = comment
        return found

    def _root(self) -> etree._Element:
        if self._part is None:
            self._part = self._package.free_name("comments", ".xml")
            root = new_root("comments")
            etree.SubElement(root, q("authors"))
            etree.SubElement(root, q("commentList"))
            self._package.add(self._part, root, _CONTENT_TYPE)
            self._package.relate(self._sheet_part, "comments", self._part)
        return self._package.root(self._part)

    def _comment_list(self) -> etree._Element:
        return _child(self._root(), "commentList")

    def _author_number(self) -> int | None:
        if self._part is None:
            return None
        authors = _child(self._root(), "authors").findall(_AUTHOR_TAG)
        return next((n for n, author in enumerate(authors) if author.text == AUTHOR), None)

    def _author(self) -> int:
        authors = _child(self._root(), "authors")
        known = self._author_number()
        if known is not None:
            return known
        etree.SubElement(authors, _AUTHOR_TAG).text = AUTHOR
        return len(authors.findall(_AUTHOR_TAG)) - 1


def _child(root: etree._Element, name: str) -> etree._Element:
    found = root.find(q(name))
    if found is None:
        raise UnmarkableError(f"the comments of a sheet have no {name}")
    return found


def _pieces(holder: etree._Element) -> list[etree._Element]:
    """The elements that hold the words, in order: a bare text, or the text of each run."""
    return [*holder.findall(_T), *holder.findall(f"{_RUN}/{_T}")]


def _words(holder: etree._Element) -> str:
    return "".join(piece.text or "" for piece in _pieces(holder))


def _only_runs(holder: etree._Element) -> None:
    """A bare text becomes the first run, so that another can follow it."""
    for bare in holder.findall(_T):
        run = etree.Element(_RUN)
        bare.addprevious(run)
        run.append(bare)


def _append_run(holder: etree._Element, text: str, *, is_bold: bool) -> None:
    run = etree.Element(_RUN)
    last = holder.findall(_RUN)
    if last:
        last[-1].addnext(run)  # what helps to read aloud stands behind all runs
    else:
        holder.insert(0, run)
    look = etree.SubElement(run, q("rPr"))
    if is_bold:
        etree.SubElement(look, q("b"))
    for name, attribute, value in (
        ("sz", "val", "9"),
        ("color", "indexed", "81"),
        ("rFont", "val", "宋体"),
        ("family", "val", "3"),
        ("charset", "val", "134"),
    ):
        etree.SubElement(look, q(name), {attribute: value})
    piece = etree.SubElement(run, _T)
    piece.text = text
    piece.set(_SPACE, "preserve")


def _cut(holder: etree._Element, length: int) -> None:
    """Keep the first characters, less the empty lines before the cut; drop the runs behind."""
    kept = len(_words(holder)[:length].rstrip("\n"))
    for piece in _pieces(holder):
        words = piece.text or ""
        piece.text, kept = words[:kept], max(0, kept - len(words))
        run = piece.getparent()
        if not piece.text and run is not None and run.tag == _RUN:
            holder.remove(run)

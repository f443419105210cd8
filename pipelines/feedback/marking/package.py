"""The package of a workbook (OPC, ECMA-376 part 2): parts, relationships, content types.

What nobody asks for is neither parsed nor changed. What the parts mean is decided elsewhere.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass

from lxml import etree

from pipelines.feedback.marking.ooxml import MAIN, OFFICE

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPES_PART = "[Content_Types].xml"
# Editing breaks a signature; a shared workbook keeps its sheets a second time in its change log.
_UNTOUCHABLE = ("_xmlsignatures/", "xl/revisions/")
_NEW_PART_DATE = (1980, 1, 1, 0, 0, 0)
# A sheet of 3.9 MB: level 3 takes 34 ms and 629 KB, level 6 takes 58 ms and 544 KB.
_PACKING = 3
# What zipfile unpacks no further than it was asked to; the package format knows no others.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# A part name is a path of plain segments (ECMA-376 part 2, §6.2.2); anything else is an attack on whoever unpacks.
_NO_PART_NAME = re.compile(r"(?:^|/)\.{1,2}(?:/|$)|//|[\x00-\x1f:*?\"<>|]")
MOST_UNPACKED = 400 << 20  # bytes, all parts together
# Bytes of XML parsed, all parts together: the elements of a worksheet take 25 to 33 times its size
# in memory, so this is about a gigabyte. The longest return read, 20,000 rows of 30 columns, has some 25 MB.
_MOST_PARSED = 32 << 20


class UnmarkableError(Exception):
    """The workbook cannot be edited in place; the reason is for the operator, not for the submitter."""


@dataclass(frozen=True)
class Relation:
    """One relationship of a part; ``target`` is a part name, None for what lies outside."""

    relation_id: str
    kind: str
    target: str | None


class Package:
    """The parts of a workbook by name, parsed when first asked for, written back only when parsed."""

    def __init__(self, data: bytes, max_unpacked: int = MOST_UNPACKED) -> None:
        """Open the workbook, unpacking no more than so many bytes.

        Raises UnmarkableError when it is no package that can be edited, or unpacks to more.
        """
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._raw: dict[str, bytes] = {}
        self._roots: dict[str, etree._Element] = {}
        self._read: dict[str, etree._Element] = {}
        self._spelling: dict[str, str] = {}
        self._left_to_parse = _MOST_PARSED
        self._unpack(data, max_unpacked)
        self.workbook_part = self._find_workbook()
        if self.peek(self.workbook_part).tag != f"{{{MAIN}}}workbook":
            raise UnmarkableError("the workbook is not transitional SpreadsheetML")

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return name.lower() in self._spelling

    def raw(self, name: str) -> bytes:
        """The bytes of a part that nobody has parsed."""
        return self._raw[self._spelled(name)]

    def set_raw(self, name: str, content: bytes) -> None:
        """Replace the bytes of a part that nobody has parsed."""
        self._raw[self._spelled(name)] = content

    def is_parsed(self, name: str) -> bool:
        """Whether the part will be written anew from its elements."""
        return self._spelled(name) in self._roots

    def root(self, name: str, *, forgiving: bool = False) -> etree._Element:
        """The root element of a part, to be changed in place; ``forgiving`` mends loose VML."""
        spelled = self._spelled(name)
        if spelled not in self._roots:
            self._roots[spelled] = self.peek(name, forgiving=forgiving)
        return self._roots[spelled]

    def peek(self, name: str, *, forgiving: bool = False) -> etree._Element:
        """The root element of a part, only to be read: the part stays as it is."""
        spelled = self._spelled(name)
        if spelled not in self._roots and spelled not in self._read:
            self._left_to_parse -= len(self._raw[spelled])
            if self._left_to_parse < 0:
                raise UnmarkableError(f"with {name} there is too much XML to be parsed")
            self._read[spelled] = _parse(self._raw[spelled], name, forgiving)
        return self._roots[spelled] if spelled in self._roots else self._read[spelled]

    def relations(self, source: str) -> list[Relation]:
        """The relationships of a part."""
        name = _relations_name(source)
        if not self.has(name):
            return []
        return [
            _relation(element, source)
            for element in self.peek(name).iter(f"{{{_RELATIONS}}}Relationship")
        ]

    def related(self, source: str, kind: str) -> str | None:
        """The first part that is related in this way (the last word of the type) and exists."""
        for relation in self.relations(source):
            if relation.kind == kind and relation.target and self.has(relation.target):
                return relation.target
        return None

    def relate(self, source: str, kind: str, target: str) -> str:
        """Add a relationship and return its id."""
        name = _relations_name(source)
        if not self.has(name):
            self._add(name, etree.fromstring(f'<Relationships xmlns="{_RELATIONS}"/>'))
        root = self.root(name)
        taken = {element.get("Id") for element in root}
        number = next(n for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        etree.SubElement(
            root,
            f"{{{_RELATIONS}}}Relationship",
            {
                "Id": f"rId{number}",
                "Type": f"{OFFICE}/{kind}",
                "Target": posixpath.relpath(target, posixpath.dirname(source) or "."),
            },
        )
        return f"rId{number}"

    def unrelate(self, source: str, target: str) -> None:
        """Take away the relationships from one part to another."""
        gone = {r.relation_id for r in self.relations(source) if r.target == target}
        name = _relations_name(source)
        for element in list(self.root(name)) if gone else []:
            if element.get("Id") in gone:
                self.root(name).remove(element)

    def add(self, name: str, root: etree._Element | bytes, content_type: str) -> None:
        """Add a part with a content type of its own, as elements or as it is written."""
        self._add(name, root)
        etree.SubElement(
            self.root(_TYPES_PART),
            f"{{{_TYPES}}}Override",
            {"PartName": f"/{name}", "ContentType": content_type},
        )

    def add_of_extension(self, name: str, root: etree._Element, content_type: str) -> None:
        """Add a part whose content type goes by its ending, as VML is written."""
        self._add(name, root)
        ending = name.rpartition(".")[2]
        types = self.root(_TYPES_PART)
        known = {(e.get("Extension") or "").lower() for e in types}
        if ending not in known:
            default = etree.Element(
                f"{{{_TYPES}}}Default", {"Extension": ending, "ContentType": content_type}
            )
            types.insert(0, default)

    def remove(self, name: str) -> None:
        """Take a part away, with its relationships and those parts only it refers to."""
        own = [r.target for r in self.relations(name) if r.target]
        for gone in (name, _relations_name(name)):
            self._drop(gone)
        for target in own:
            if self.has(target) and not self._is_wanted(target):
                self.remove(target)

    def free_name(self, stem: str, ending: str) -> str:
        """A part name beside the workbook that is not taken: ``xl/<stem>N<ending>``."""
        folder = posixpath.dirname(self.workbook_part)
        names = (posixpath.join(folder, f"{stem}{n}{ending}") for n in range(1, 100_000))
        typed = {(e.get("PartName") or "").lower() for e in self.peek(_TYPES_PART)}
        return next(n for n in names if not self.has(n) and f"/{n}".lower() not in typed)

    def part_names(self) -> list[str]:
        """The names of all parts in their order."""
        return list(self._infos)

    def to_bytes(self) -> bytes:
        """The package as a file; unchanged parts byte for byte."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_PACKING) as archive:
            for name, info in self._infos.items():
                content = serialised(self._roots[name]) if name in self._roots else self._raw[name]
                entry = zipfile.ZipInfo(name, info.date_time)
                entry.compress_type = (
                    zipfile.ZIP_STORED
                    if info.compress_type == zipfile.ZIP_STORED
                    else zipfile.ZIP_DEFLATED
                )
                archive.writestr(entry, content)
        return target.getvalue()

    def _unpack(self, data: bytes, budget: int) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for info in archive.infolist():
                    if info.is_dir():
                        continue
                    name = info.filename.replace("\\", "/").lstrip("/")
                    if _NO_PART_NAME.search(name):
                        raise UnmarkableError(f"the package holds a part named {name!r}")
                    self._infos[name], self._raw[name] = info, _content(archive, info, budget)
                    budget -= len(self._raw[name])
                    self._spelling[name.lower()] = name
                counted = Counter(i.filename for i in archive.infolist() if not i.is_dir())
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
        ) as error:
            raise UnmarkableError(f"the package cannot be unpacked: {error}") from error
        if len(self._spelling) < counted.total():
            raise UnmarkableError("the package holds two parts of one name")
        if any(name.startswith(_UNTOUCHABLE) for name in self._spelling):
            raise UnmarkableError("the workbook is signed or shared")
        if not self.has(_TYPES_PART):
            raise UnmarkableError("the package has no content types")

    def _find_workbook(self) -> str:
        found = self.related("", "officeDocument")
        if found is None:
            raise UnmarkableError("the package has no workbook")
        return self._spelled(found)

    def _spelled(self, name: str) -> str:
        return self._spelling[name.lower()]

    def _add(self, name: str, root: etree._Element | bytes) -> None:
        info = zipfile.ZipInfo(name, _NEW_PART_DATE)
        info.compress_type = zipfile.ZIP_DEFLATED
        self._infos[name], self._spelling[name.lower()] = info, name
        if isinstance(root, bytes):
            self._raw[name] = root
        else:
            self._roots[name] = root

    def _drop(self, name: str) -> None:
        if not self.has(name):
            return
        spelled = self._spelling.pop(name.lower())
        del self._infos[spelled]
        for known in (self._raw, self._roots, self._read):
            known.pop(spelled, None)
        types = self.root(_TYPES_PART)
        for element in list(types):
            if (element.get("PartName") or "").lower() == f"/{name}".lower():
                types.remove(element)

    def _is_wanted(self, target: str) -> bool:
        sources = [n for n in self._infos if n.endswith(".rels")]
        owners = [n.replace("_rels/", "").removesuffix(".rels") for n in sources]
        return any(r.target == target for owner in owners for r in self.relations(owner))


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: int) -> bytes:
    """The bytes of a part, counted as they are unpacked: the size a package declares may be a lie."""
    if info.compress_type not in _METHODS:
        raise UnmarkableError(f"{info.filename} is packed by a method workbooks do not use")
    with archive.open(info) as stream:
        content = stream.read(budget + 1)
    if len(content) > budget:
        raise UnmarkableError(f"with {info.filename} the package unpacks to more than is allowed")
    return content


def _parse(content: bytes, name: str, forgiving: bool) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=forgiving
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnmarkableError(f"{name} is not well-formed: {error}") from error
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise UnmarkableError(f"{name} is empty or has a document type of its own")
    return root


def serialised(root: etree._Element) -> bytes:
    """A part as it is written."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _relations_name(source: str) -> str:
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relation(element: etree._Element, source: str) -> Relation:
    target: str | None = None
    if element.get("TargetMode") != "External":
        said = (element.get("Target") or "").replace("\\", "/")
        joined = said if said.startswith("/") else posixpath.join(posixpath.dirname(source), said)
        target = posixpath.normpath(joined).lstrip("/")
    kind = (element.get("Type") or "").rpartition("/")[2]
    return Relation(element.get("Id") or "", kind, target)

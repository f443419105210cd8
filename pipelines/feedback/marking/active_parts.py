"""What in a stranger's package would reach out when the marked copy is opened; such a package is not sent back.

An answer comes from the office and is opened in good faith. Macros stay (they are the submitter's own, and every
program asks before it runs them; ours never does), and so do links that are followed when clicked, and links to
workbooks on the same disk. What is fetched or started without a click does not. Nothing is taken out of a package:
a fresh workbook with its rows is sent instead.
"""

import re

from lxml import etree

from pipelines.feedback.marking.package import Package, UnmarkableError

# Parts by the last word of their relationship (ECMA-376 part 1, §12 and §18.14; MS-OFFMACRO2, MS-CUSTOMUI).
_FORBIDDEN = {
    "connections": "data connections",
    "xlMacrosheet": "an Excel 4 macro sheet",
    "xlIntlMacrosheet": "an Excel 4 macro sheet",
    "extensibility": "a ribbon of its own",
    "attachedTemplate": "a template elsewhere",
    "webextensiontaskpanes": "a web add-in",
}
# Followed only by a click; the path of a workbook is shown and asked for, where it is on the same disk.
_CLICKED, _PATHS = "hyperlink", ("externalLinkPath", "externalLinkLongPath", "xlPathMissing")
_ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]+:|[/\\]{2})", re.IGNORECASE)
_ON_DISK = re.compile(r"file:///[a-z]:[/\\]", re.IGNORECASE)
_LINKED_PROGRAMS = ("ddeLink", "oleLink")
# program|'topic'!item: a call to another program. In a text between quotes it is a stroke like any other.
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>([^<]*\|[^<]*)<")
_QUOTED = re.compile(rb'"[^"]*"|&quot;.*?&quot;')


def refuse_active_parts(package: Package) -> None:
    """Raise UnmarkableError, naming it, for the first thing that would reach out."""
    for name in package.part_names():
        if name.endswith(".rels"):
            _check_relations(package, name)
        elif "/externallinks/" in name.lower() and name.endswith(".xml"):
            _check_link(package, name)
        elif name.endswith(".xml") and not package.is_parsed(name):
            _check_formulas(package.raw(name), name)


def _check_relations(package: Package, name: str) -> None:
    for element in package.peek(name):
        kind = (element.get("Type") or "").rpartition("/")[2]
        if kind in _FORBIDDEN:
            raise UnmarkableError(f"the package holds {_FORBIDDEN[kind]}")
        if element.get("TargetMode") != "External" or kind == _CLICKED:
            continue
        target = element.get("Target") or ""
        is_far = _ELSEWHERE.match(target) is not None and _ON_DISK.match(target) is None
        if is_far or kind not in _PATHS:
            raise UnmarkableError(f"{name} fetches something from elsewhere ({kind})")


def _check_link(package: Package, name: str) -> None:
    for element in package.peek(name):
        said = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if said in _LINKED_PROGRAMS:
            raise UnmarkableError(f"{name} starts another program ({said})")


def _check_formulas(content: bytes, name: str) -> None:
    for formula in _FORMULA.findall(content):
        if b"|" in _QUOTED.sub(b"", formula):
            raise UnmarkableError(f"{name} starts another program from a formula")

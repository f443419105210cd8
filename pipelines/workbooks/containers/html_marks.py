"""What the styles of a page say that a person sees: hidden, or struck through.

Only the two; no other style is understood, and selectors only by class.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

_RULE = re.compile(r"([^{}]*+)\{([^{}]*+)\}")
_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*collapse", re.IGNORECASE)
_NO_SIZE = re.compile(
    r"(?:^|;)\s*(?:height|width)\s*:\s*0(?:\.0*)?(?:px|pt|cm|mm|in|em|%)?\s*(?:;|$)", re.IGNORECASE
)
_STRIKES = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)
_STRUCK_ELEMENTS = frozenset({"s", "strike", "del"})


class Marks:
    """The classes that hide and that strike, gathered from style sheets as they come."""

    def __init__(self) -> None:
        self._hiding: set[str] = set()
        self._striking: set[str] = set()

    def learn(self, style_sheet: str) -> None:
        """Remember the classes of a style sheet."""
        for selectors, declarations in _RULE.findall(style_sheet):
            if _HIDES.search(declarations):
                self._hiding.update(_CLASS.findall(selectors))
            if _STRIKES.search(declarations):
                self._striking.update(_CLASS.findall(selectors))

    def hides(self, attributes: Mapping[str, str]) -> bool:
        """Whether a row, a column or a cell is not shown: hidden, or without height or width."""
        if "hidden" in attributes or self._has(self._hiding, attributes):
            return True
        if attributes.get("height") == "0" or attributes.get("width") == "0":
            return True
        return "style" in attributes and _hides(attributes["style"])

    def strikes(self, element: str, attributes: Mapping[str, str]) -> bool:
        """Whether the text of an element is struck through."""
        if element in _STRUCK_ELEMENTS or self._has(self._striking, attributes):
            return True
        return "style" in attributes and _strikes(attributes["style"])

    @staticmethod
    def _has(classes: set[str], attributes: Mapping[str, str]) -> bool:
        return bool(classes) and not classes.isdisjoint(attributes.get("class", "").split())


# The cells of a page share few styles.
@lru_cache(maxsize=1_000)
def _hides(style: str) -> bool:
    return bool(_HIDES.search(style) or _NO_SIZE.search(style))


@lru_cache(maxsize=1_000)
def _strikes(style: str) -> bool:
    return _STRIKES.search(style) is not None

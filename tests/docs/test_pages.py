"""Pages made by a program are fresh; links lead somewhere; every dependency has its reason."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "warehouse").glob("*.md")),
    *sorted((ROOT / "expectations").glob("*.md")),
    *sorted((ROOT / "sources").glob("*.md")),
    *sorted((ROOT / "sources" / "forms").rglob("*.md")),
    *sorted((ROOT / "dbt_project").glob("*.md")),
]
_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
# Tables named in running text.
_TABLE = re.compile(r"`marts\.(\w+)`")


@pytest.mark.parametrize("script", ["build_data_dictionary", "build_rule_catalogue"])
def test_generated_page_is_fresh(script: str) -> None:
    spec = importlib.util.spec_from_file_location(script, ROOT / "docs" / f"{script}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[script] = module
    spec.loader.exec_module(module)
    assert module.PAGE.read_text("utf-8") == module.render(), f"run: python docs/{script}.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    broken = [
        target
        for target in _LINK.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_named_tables_are_published(page: Path) -> None:
    dictionary = (ROOT / "docs" / "data_dictionary.md").read_text("utf-8")
    published = set(re.findall(r"^### (\w+)$", dictionary, re.M))
    assert set(_TABLE.findall(page.read_text("utf-8"))) <= published


def test_every_form_has_its_page() -> None:
    forms = [path.parent for path in (ROOT / "sources" / "forms").glob("*/form.yml")]
    assert forms
    assert [form.name for form in forms if not (form / "README.md").is_file()] == []


def test_every_dependency_has_its_reason() -> None:
    """docs/adr says why each package is there, beyond those the product is defined by."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[<>=!~\[; ]", requirement)[0].lower() for requirement in declared}
    reasons = "\n".join(p.read_text("utf-8") for p in (ROOT / "docs" / "adr").glob("*.md")).lower()
    assert sorted(name for name in names if f"`{name}`" not in reasons) == []

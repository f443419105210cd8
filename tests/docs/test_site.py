"""The browsable dictionary holds every published table under both of its names, and needs nothing but itself."""

from __future__ import annotations

import json
import re
from typing import Any

import build_site
import pytest
from build_data_dictionary import published_tables

from pipelines.release.labels import column_label


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """The manifest ``make setup`` prepared."""
    return dict(json.loads(build_site.MANIFEST.read_text("utf-8")))


@pytest.fixture(scope="module")
def page(manifest: dict[str, Any]) -> str:
    return build_site.render(manifest, build_site.dbt_page())


@pytest.fixture(scope="module")
def catalog(page: str) -> dict[str, Any]:
    begin = page.rindex('{"metadata": {}, "nodes": {')
    found, _ = json.JSONDecoder().raw_decode(page[begin:])
    return dict(found["nodes"])


def test_the_site_shows_what_the_dictionary_lists(catalog: dict[str, Any]) -> None:
    shown = {
        (node["metadata"]["database"], node["metadata"]["name"]): node for node in catalog.values()
    }
    tables = {
        ("statistics" if t.is_restricted else "reporting", t.name): t for t in published_tables()
    }
    assert set(shown) == set(tables)
    for key, table in tables.items():
        columns = shown[key]["columns"]
        assert list(columns) == [column["name"] for column in table.columns], key
        for column in table.columns:
            said = f"{column_label(table.name, column['name'])} · {column['description']}"
            assert columns[column["name"]]["comment"] == said
            assert columns[column["name"]]["type"] not in {"", "STRING"}


def test_the_page_needs_no_network_and_names_no_machine(page: str) -> None:
    assert not re.search(r"<(?:script|link|img)[^>]*(?:src|href)=[\"']?(?:https?:)?//", page)
    assert "INLINE DATA" not in page
    assert str(build_site.ROOT) not in page


def test_what_stands_in_the_data_does_not_end_its_script(page: str) -> None:
    assert page.count("</script>") == build_site.dbt_page().count("</script>")


def test_the_same_manifest_gives_the_same_page(manifest: dict[str, Any], page: str) -> None:
    again = json.loads(json.dumps(manifest))
    again["metadata"]["generated_at"] = "2000-01-01T00:00:00Z"
    assert build_site.render(again, build_site.dbt_page()) == page


def test_a_page_without_places_for_the_data_is_refused(manifest: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no place for MANIFEST"):
        build_site.render(manifest, "<html></html>")

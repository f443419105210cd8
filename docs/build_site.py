"""Write ``docs/site/index.html``: dbt's own documentation site with our names in it, one file that needs no server.

    python docs/build_site.py [--into FOLDER]

The page is the one ``dbt docs generate --static`` makes, from the manifest of ``make setup``. The types it shows are
those of the contracts, which dbt enforces, instead of those of some database; so it is made in a second without any.
Every published column carries its Chinese name before its description. The site is not in git.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

from build_data_dictionary import published_tables

from pipelines.release.labels import chinese_name, column_label

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "dbt_project" / "target" / "manifest.json"
SITE = ROOT / "docs" / "site"
PAGE = "index.html"
# The file each schema of the build is published in, always as schema marts.
_FILES = {"marts": "reporting", "marts_restricted": "statistics"}
# When and where the manifest was made; the same models are to give the same page.
_OF_ONE_RUN = (
    "generated_at", "invocation_id", "invocation_started_at", "run_started_at", "user_id", "env",
    "project_id",
)  # fmt: skip

_OVERVIEW = """\
# taizhang 台账：数据字典 Data dictionary

左边 **Database** 里，`reporting` 是公开发布的文件，`statistics` 是受限发布的文件；每张表的列先写中文名（`报表` 里的列名），再写说明。
In **Database** on the left, `reporting` is the open file and `statistics` the restricted one. Every column has its Chinese
name first, which is its name in the schema `报表`. The green button shows what a table is made from.

- 金额一律为万元；`_rate` 是小数；`_pp` 是百分点；月份写作 `YYYY-MM`。
- Money is in 万元; `_rate` is a fraction, `_pp` percentage points; a month is `YYYY-MM`.

| 表 table | 报表 | 文件 file |
|---|---|---|
{tables}
"""


def render(manifest: dict[str, Any], page: str) -> str:
    """dbt's page with this manifest, its overview, and a catalog of what is published."""
    shown = _with_our_names(manifest)
    catalog = {"metadata": {}, "nodes": _catalog(shown), "sources": {}, "errors": None}
    for placeholder, data in (("MANIFEST.JSON", shown), ("CATALOG.JSON", catalog)):
        marked = f'"{placeholder} INLINE DATA"'
        if page.count(marked) != 1:
            raise ValueError(f"dbt's page has no place for {placeholder}")
        # In a script the end tag of one ends it, also inside a text.
        page = page.replace(marked, json.dumps(data, ensure_ascii=False).replace("</", "<\\/"))
    return page


def dbt_page() -> str:
    """The page dbt brings along."""
    return (resources.files("dbt.task.docs") / PAGE).read_text("utf-8")


def _with_our_names(manifest: dict[str, Any]) -> dict[str, Any]:
    shown = copy.deepcopy(manifest)
    shown["metadata"] = {k: v for k, v in shown["metadata"].items() if k not in _OF_ONE_RUN}
    shown["docs"]["doc.dbt.__overview__"]["block_contents"] = _overview()
    for kind in ("nodes", "sources", "macros", "docs", "unit_tests"):
        for node in shown[kind].values():
            node.pop("created_at", None)
            if "database" in node:
                node["database"] = "work"
    for node in _published(shown):
        node["database"], node["schema"] = _FILES[node["schema"]], "marts"
        name = chinese_name(node["alias"], node["description"])
        node["description"] = f"报表.{name} · {node['description']}"
        for column in node["columns"].values():
            label = column_label(node["alias"], column["name"])
            column["description"] = f"{label} · {column['description']}"
    return shown


def _published(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in _FILES
    ]


def _catalog(shown: dict[str, Any]) -> dict[str, Any]:
    """What dbt would find in a database that holds the published tables as their contracts say."""
    return {
        key: {
            "unique_id": key,
            "metadata": {
                "type": "BASE TABLE", "database": node["database"], "schema": node["schema"],
                "name": node["alias"], "comment": node["description"], "owner": None,
            },
            "columns": {
                column["name"]: {
                    "index": index, "name": column["name"], "comment": column["description"],
                    "type": column["data_type"].upper().replace("STRING", "VARCHAR"),
                }
                for index, column in enumerate(node["columns"].values(), 1)
            },
            "stats": {},
        }
        for key, node in shown["nodes"].items()
        if node["resource_type"] == "model" and node["database"] in _FILES.values()
    }  # fmt: skip


def _overview() -> str:
    rows = [
        f"| {table.name} | {table.chinese_name} | {'statistics' if table.is_restricted else 'reporting'} |"
        for table in published_tables()
    ]
    return _OVERVIEW.format(tables="\n".join(rows))


def write_site(folder: Path) -> Path:
    """Write the site; SystemExit in words where the dbt project was not prepared."""
    if not MANIFEST.is_file():
        sys.exit(f"{MANIFEST} is missing; run: make setup")
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / PAGE
    page.write_text(render(json.loads(MANIFEST.read_text("utf-8")), dbt_page()), "utf-8")
    return page


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=SITE, help="the folder to write it to")
    print(write_site(parser.parse_args().into))

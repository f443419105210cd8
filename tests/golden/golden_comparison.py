"""Published rows against expected ones. A difference reads: scenario | release.table | key | column | expected | found."""

from __future__ import annotations

from golden_releases import Release
from golden_tables import ANY, NAMES, ExpectedTable, agrees, as_text, normal_name


def key_of(table: ExpectedTable, row: dict) -> str:
    return " · ".join(f"{row[column]}" for column in table.keys)


def compare(
    scenario_name: str,
    table_name: str,
    expected: ExpectedTable,
    release: Release,
    where: str,
    open_rows: list[dict],
) -> list[str]:
    """Differences, one per line: scenario, table, key, column, expected, found."""
    types, found_rows = release.rows(table_name, where)
    label = f"{scenario_name} | {where}.{table_name}"
    absent = [
        c for c in expected.columns
        if {"project": "project_key", "receipt": "receipt_id"}.get(c, c) not in types
    ]  # fmt: skip
    if absent:
        return [
            f"{label} | promised columns that are not there: {', '.join(absent)}; found {', '.join(types)}"
        ]

    def found_key(row: dict) -> tuple[str, ...]:
        parts = []
        for column in expected.keys:
            text = as_text(release.shown(column, row))
            parts.append(normal_name(text) if column in NAMES else text)
        return tuple(parts)

    by_key: dict[tuple, list[dict]] = {}
    for row in found_rows:
        by_key.setdefault(found_key(row), []).append(row)
    problems = []
    wanted_keys = set()
    for row in expected.rows:
        key = tuple(normal_name(row[c]) if c in NAMES else row[c] for c in expected.keys)
        wanted_keys.add(key)
        candidates = by_key.get(key, [])
        if len(candidates) != 1:
            problems.append(
                f"{label} | {key_of(expected, row)} | expected one row, found {len(candidates)}"
            )
            continue
        for column in expected.values:
            found = release.shown(column, candidates[0])
            if not agrees(column, row[column], found, types.get(column, "VARCHAR")):
                problems.append(
                    f"{label} | {key_of(expected, row)} | {column} | expected {row[column]} | found {as_text(found)}"
                )
    for key, rows in by_key.items():
        for row in rows if key not in wanted_keys else []:
            allowed = any(
                all(agrees(c, str(v), release.shown(c, row), types.get(c, "VARCHAR")) for c, v in rule["where"].items())
                for rule in open_rows if rule["table"] == table_name
            )  # fmt: skip
            if not allowed:
                shown = {c: as_text(release.shown(c, row)) for c in expected.values}
                problems.append(
                    f"{label} | {' · '.join(map(str, key))} | a row that should not be there | {shown}"
                )
    return problems


SERIOUS = ("error", "warning")


def compare_findings(
    scenario_name: str, expected: ExpectedTable, release: Release, where: str, receipts: set[str]
) -> list[str]:
    """Every expected finding is there (rule ids and wording are the builder's); a return that the expected
    table does not name has none. `receipts` are the returns whose findings belong in this release.
    A line whose severity is `none` says that the return has nothing at that cell."""
    types, rows = release.rows("fct_findings", where)
    found: dict[str, list[dict]] = {}
    for row in rows:
        if row["severity"] in SERIOUS:
            found.setdefault(str(release.label(row["receipt_id"])), []).append(row)
    label = f"{scenario_name} | {where}.fct_findings"

    def shown(receipt: str) -> str:
        lines = [
            f"    {r['severity']} {r['rule_id']} {r['sheet']}!{r['cell']} {r['field']}: {r['message']}"
            for r in found.get(receipt, [])
        ]
        return "\n".join(lines) or "    (none)"

    problems = []
    named = set()
    for row in expected.rows:
        options = row["receipt"].split("|")
        named |= set(options)
        columns = [c for c in expected.columns if c not in ("receipt", "why") and row[c] != ANY]
        candidates = [r for option in options for r in found.get(option, [])]
        if row["severity"] == "open":  # the contract leaves open whether this return has findings
            continue
        if row["severity"] == "none":
            columns.remove("severity")
            hits = [
                r for r in candidates if all(agrees(c, row[c], r[c], types[c]) for c in columns)
            ]
            if hits:
                problems.append(f"{label} | {row['receipt']} | nothing is wrong at {row['cell']} ({row['why']}) | found\n"
                                + shown(options[0]))  # fmt: skip
            continue
        if not any(all(agrees(c, row[c], r[c], types[c]) for c in columns) for r in candidates):
            wanted = {c: row[c] for c in columns}
            listing = "\n".join(shown(option) for option in options)
            problems.append(
                f"{label} | {row['receipt']} | {row['why']} | expected {wanted} | found\n{listing}"
            )
    for receipt in sorted(set(found) - named):
        kind = "a return without a fault" if receipt in receipts else "a return of another release"
        problems.append(f"{label} | {receipt} | {kind} has findings:\n{shown(receipt)}")
    return problems

"""Random published figures of every sample district, traced by the macros and looked up in the archived workbooks."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from archived_cells import as_written, cell_text
from replays import Replay

# A figure and the table it is in; computed ones lead to the cells of what they are computed from.
PICKED = """
select table_name, row_key from (
    select distinct l.table_name, l.row_key from trace.lineage as l)
order by table_name, row_key
"""


def looked_up(replay: Replay, table: str, row_key: str, release: str = "reporting") -> int:
    """Open every cell a row is traced to and find the raw text there; how many there were."""
    traced = replay.ask(
        "select l.sha256, l.sheet, l.cell, l.raw_text, l.corrected_value from marts.lineage(?, ?) as l",
        table, row_key, release=release,
    )  # fmt: skip
    opened = 0
    for sha256, sheet, cells, raw_texts, corrected in traced:
        if raw_texts is None:
            assert corrected is not None, (table, row_key)
            continue
        path = replay.home / "archive" / sha256[:2] / sha256
        for cell, raw_text in zip(cells.split(";"), raw_texts.split(";"), strict=True):
            found = cell_text(path, sheet, cell)
            assert found in (raw_text, as_written(raw_text)), (table, row_key, path, sheet, cell)
            opened += 1
    return opened


@pytest.mark.parametrize("district", ["chengde", "haizhou", "xunyang", "zhaoling"])
def test_random_figures_stand_in_the_cells_they_are_traced_to(district, request):
    replay = request.getfixturevalue(district)
    rows = replay.ask(PICKED)
    by_table: dict[str, list[str]] = {}
    for table, row_key in rows:
        by_table.setdefault(table, []).append(row_key)
    assert {"fct_investment", "dim_project"} <= set(by_table)
    draw = random.Random(20190605)
    for table, row_keys in by_table.items():
        for row_key in draw.sample(row_keys, min(6, len(row_keys))):
            assert looked_up(replay, table, row_key), (table, row_key)


def test_random_figures_of_the_reconciliation_stand_in_their_cells(chengde):
    keys = chengde.ask("select row_key from marts.fct_fai_reconciliation", release="statistics")
    draw = random.Random(20190605)
    for (row_key,) in draw.sample(sorted(keys), 12):
        assert looked_up(chengde, "fct_fai_reconciliation", row_key, "statistics")


def test_a_computed_score_leads_to_a_cell_for_every_project_in_it(haizhou):
    """Starts of Hanjiadian in December: as many cells as the figure counts, each of them a date of the register."""
    rows = haizhou.ask(
        "select c.part, c.value, c.cell, c.form_id from"
        " marts.scorecard_cells('hanjiadian', 'new_starts', '2019-12') as c"
    )
    ((actual,),) = haizhou.ask(
        "select s.actual_value from marts.mart_scorecard as s where s.unit_code = 'hanjiadian'"
        " and s.indicator_id = 'new_starts' and s.period = '2019-12'"
    )
    projects = [row for row in rows if row[0] == "project"]
    assert actual and sum((value for _, value, _, _ in projects), Decimal(0)) == actual
    assert {form for _, _, _, form in projects} == {"start_completion_register"}
    assert [form for part, _, _, form in rows if part == "target"] == ["target_breakdown"]
    assert all(cell for _, _, cell, _ in rows)


def test_a_place_leads_to_the_cells_of_every_indicator_of_the_unit(haizhou):
    scored = haizhou.ask(
        "select s.indicator_id from marts.mart_scorecard as s where s.unit_code = 'hanjiadian'"
        " and s.period = '2019-12' and (s.target_value is not null or s.actual_value > 0)"
    )
    led = haizhou.ask(
        "select distinct c.indicator_id from marts.ranking_cells('hanjiadian', '2019-12') as c"
        " where c.cell is not null"
    )
    assert scored and set(led) == set(scored)


def cells_that_do_not_add_up(story):
    return story.ask(
        "select s.member, s.period from marts.mart_progress_summary as s"
        " left join (select c.unit_code, c.period, sum(c.investment_ytd_wanyuan) as ytd,"
        " count(*) filter (c.cell is null) as untraced from trace.investment_cells as c group by all) as t"
        " on s.member = t.unit_code and s.period = t.period"
        " where s.dimension = 'unit' and s.period not like '%-H%'"
        " and (coalesce(t.ytd, 0) <> coalesce(s.investment_ytd_wanyuan, 0) or t.untraced > 0)"
    )


def test_the_cells_of_a_units_investment_add_up_to_it(chengde):
    assert cells_that_do_not_add_up(chengde) == []


def test_a_figure_that_counts_on_leads_to_its_cell_where_nobody_reported(haizhou):
    """Returns come by the quarter: in August only the road completed in June counts on."""
    assert cells_that_do_not_add_up(haizhou) == []
    assert haizhou.ask(
        "select c.investment_ytd_wanyuan, c.is_carried_forward, c.return_period, c.raw_text"
        " from marts.investment_cells('wulong', '2019-08') as c"
    ) == [(3500, True, "2019-06", "3500")]

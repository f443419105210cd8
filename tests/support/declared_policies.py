"""The policy tables of a small district as people write them, and what is said about changed ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from homes import LINKS, PLAN, UNITS

from pipelines.declarations.district import DistrictTables, load_district
from pipelines.problems import DeclarationError

POLICIES = {
    "indicators": """\
indicator_id,indicator_name,aliases,measure_unit,source,measure,min_total_wanyuan,basis,provider_unit_code,parent_indicator_id
fai,固定资产投资,固投;投资额,万元,reported,,,,tongji,
starts,新开工项目,,个,computed,count_starts,5000,verified,,
big_starts,亿元以上新开工,亿元以上,个,computed,count_starts,10000,,,starts
investment,计划投资完成,,万元,computed,sum_investment,,,,
""",
    "score_rules": """\
rule_version,valid_from,group,indicator_id,shape,weight,parameters,cap,floor,exempt_units
2019-1,2019-01-01,townships,fai,proportional,40,,48,0,yi
2019-1,2019-01-01,townships,starts,size_weighted,30,,,,
2019-1,2019-01-01,townships,investment,banded,,"{""bands"": [[0.8, 8], [1, 10]]}",,,
2019-2,2019-07-01,townships,fai,per_point,40,"{""points_above"": 0.5, ""exemption"": ""rescale""}",48,,jia;yi
2019-2,2019-07-01,townships,investment,rank,,"{""points"": [7, 5, 3]}",,,
""",
    "size_weights": """\
rule_version,valid_from,lower_bound_wanyuan,weight
2019-1,2019-01-01,50000,3
2019-1,2019-01-01,5000,1
2019-1,2019-01-01,10000,1.5
""",
    "light_rules": """\
rule_version,valid_from,component,light,measure,operator,threshold,note
2019-1,2019-01-01,progress,red_flag,pp_ahead,>=,10,超过
2019-1,2019-01-01,progress,green,pp_ahead,>=,0,
2019-1,2019-01-01,progress,yellow,pp_ahead,>=,-10,
2019-1,2019-01-01,progress,red,pp_ahead,<,-10,
2019-1,2019-01-01,start,green,months_after_planned_start,<=,0,
2019-1,2019-01-01,start,yellow,months_after_planned_start,<=,2,
2019-1,2019-01-01,start,red,months_after_planned_start,>=,3,
""",
    "awards": """\
award_id,award_name,scope,group,winners,prize_wanyuan
total,综合奖,total,townships,5,5
fai,固定资产投资单项奖,fai,,3,2
""",
    "vetoes": "unit_code,year,reason,decided_by,decided_at\nyi,2019,虚报,考核办,2019-12-20\n",
    "phased_plan": """\
project,period,planned_ytd_wanyuan
滨河路,2019-01,100
滨河路,2019-02,100
2019-130802-48-03-000123,2019-02,350.5
""",
    "weekly_minimums": """\
rule_version,valid_from,measure,scope,minimum,note
2019-1,2019-03-01,site_visits,project,2,每周实地检查
2019-1,2019-03-01,problems_solved_on_site,project,1,
2019-2,2019-07-01,site_visits,unit,3,
""",
}


def write_policies(folder: Path, **tables: str | None) -> Path:
    """Write the tables above, with those named written otherwise, or left out where None."""
    base = {"units": UNITS, "reporting_plan": PLAN, "links": LINKS}
    for name, text in {**base, **POLICIES, **tables}.items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def read_policies_of(folder: Path, **tables: str | None) -> DistrictTables:
    return load_district(write_policies(folder, **tables), 2019)


def policy_faults(folder: Path, **tables: str | None) -> list[str]:
    """Every fault of the tables, each from its file name on."""
    with pytest.raises(DeclarationError) as fault:
        read_policies_of(folder, **tables)
    return [told.removeprefix(f"{folder}/") for told in fault.value.faults]


def only_fault(folder: Path, **tables: str | None) -> str:
    (told,) = policy_faults(folder, **tables)
    return told


def changed(table: str, old: str, new: str) -> dict[str, str]:
    """The table with one text in it replaced, ready to be written."""
    assert POLICIES[table].count(old) >= 1, old
    return {table: POLICIES[table].replace(old, new, 1)}


def added(table: str, *rows: str) -> dict[str, str]:
    """The table with rows added at its end."""
    return {table: POLICIES[table] + "".join(f"{row}\n" for row in rows)}


def only(table: str, *rows: str) -> dict[str, str]:
    """The table with its heading and these rows alone."""
    head = POLICIES[table].splitlines()[0]
    return {table: "".join(f"{row}\n" for row in (head, *rows))}

"""Each project's light, its steps and its photographs, against the story told by plain dates."""

from collections import Counter
from decimal import Decimal

from zhaoling import day, story

# --- lights ----------------------------------------------------------------------------------------

WORST = ("red", "yellow", "green")


def _judged(value, green, yellow):
    return "green" if green(value) else "yellow" if yellow(value) else "red"


def _light_in_july(project, ytd, overdue):
    """The light of a project, by the thresholds of the profile's README."""
    name, lights = project["project_name"], []
    if name in ytd:
        ratio = ytd[name] / Decimal(project["plan_year_wanyuan"]) * 12 / 7
        lights.append(_judged(ratio, lambda v: v >= 1, lambda v: v >= Decimal("0.8")))
    dates = next(row for row in story("dates.csv") if row["project_name"] == name)
    for planned, done in (
        ("planned_start", "reported_start"),
        ("planned_completion", "reported_completion"),
    ):
        if not dates[done]:
            year, month = map(int, project[planned].split("-"))
            after = (2022 - year) * 12 + 7 - month
            lights.append(_judged(after, lambda v: v <= 0, lambda v: v <= 2))
    if name in overdue:
        lights.append(_judged(overdue[name], lambda v: v == 0, lambda v: v == 1))
    return min(lights, key=WORST.index)


def test_the_three_colours_of_july_are_those_of_progress_start_completion_and_nodes(zhaoling):
    ytd = {
        row.pop("project_name"): sum(map(Decimal, row.values())) for row in story("investment.csv")
    }
    del ytd["科技创业大厦"], ytd["垃圾分类处理站"]
    overdue = Counter({row["project_name"]: 0 for row in story("nodes.csv")})
    for row in story("nodes.csv"):
        planned = row["replanned_date"] or row["planned_date"]
        if planned != "dropped" and planned <= "2022-07-31" and not row["actual_date"]:
            overdue[row["project_name"]] += 1
    told = {p["project_name"]: _light_in_july(p, ytd, overdue) for p in story("projects.csv")}
    found = dict(
        zhaoling.ask(
            "select project_name, light from marts.mart_project_light where period = '2022-07'"
        )
    )
    assert found == told
    assert Counter(told.values()) == {"green": 26, "yellow": 4, "red": 4}


def test_two_missed_nodes_turn_a_light_red_though_the_money_is_ahead(zhaoling):
    assert zhaoling.ask(
        "select light, deciding_component, measure_value::integer from marts.mart_project_light"
        " where period = '2022-07' and project_name = '标准化厂房三期'"
    ) == [("red", "node", 2)]


# --- the course of a project ------------------------------------------------------------------------


def test_every_step_of_a_project_has_its_day_and_its_source(zhaoling):
    steps = {
        "signed": ("three_batches", "signed_on"),
        "started": ("progress_report", "reported_start"),
        "completed": ("progress_report", "reported_completion"),
        "in_production": ("three_batches", "produced_on"),
    }
    keyed = {row["project_name"]: dict(row) for row in story("dates.csv")}
    for row in story("batches.csv"):
        if row["project_name"] in keyed:
            keyed[row["project_name"]] |= row
    told = {
        (name, step, day(row[column]), form)
        for name, row in keyed.items()
        for step, (form, column) in steps.items()
        if row.get(column)
    }
    found = zhaoling.ask(
        "select p.project_name, l.step, l.reached_on, l.source_form_id"
        " from marts.fct_project_lifecycle as l inner join marts.dim_project as p using (project_key)"
        f" where l.step in {tuple(steps)}"
    )
    assert set(found) == told


def test_a_completed_project_leaves_the_active_list_and_stays_in_the_warehouse(zhaoling):
    assert zhaoling.ask(
        "select project_name, lifecycle_stage from marts.dim_project where not is_active"
    ) == [("东环路改造工程", "completed")]


# --- photographs -----------------------------------------------------------------------------------


def test_a_project_with_an_old_photograph_or_none_is_seen(zhaoling):
    found = zhaoling.ask(
        "select p.project_name, c.photo_count, c.new_photo_count, c.has_new_photo"
        " from marts.mart_photo_coverage as c inner join marts.dim_project as p using (project_key)"
        " where c.period = '2022-07' and c.photo_count > 0 order by p.project_name"
    )
    assert found == [
        ("双汇5000万只肉鸡项目", 1, 1, True),
        ("正大绿色循环经济示范园", 1, 1, True),
        ("电力装备产业园", 1, 1, True),
        ("纽盾装备制造产业园", 1, 0, False),
    ]
    assert zhaoling.ask(
        "select has_new_photo, last_new_photo_period, months_without_new_photo"
        " from marts.mart_photo_coverage inner join marts.dim_project using (project_key)"
        " where period = '2022-07' and project_name = '际华3515军品产业园'"
    ) == [(False, "2022-06", 1)]


def test_every_photograph_tells_when_it_was_taken(zhaoling):
    told = {
        (row["project_name"], *row["path"].split("/")[-2:], row["taken_at"] or None)
        for row in story("photographs.csv")
    }
    found = zhaoling.ask(
        "select project_name, period, file_name, strftime(taken_at, '%Y-%m-%dT%H:%M:%S')"
        " from marts.fct_photographs as f inner join marts.dim_project using (project_key)"
    )
    assert (len(found), set(found)) == (len(told), told)

"""Explanations are found by what people call a unit or a project, and read from the release alone."""

import pytest

from pipelines.database import open_for_writing
from pipelines.problems import OperatorError
from pipelines.reports.explanations import explain_light, explain_score

MARTS = """
create schema marts;
create table marts.dim_unit as from (values
    ('jia', '甲镇', '甲镇人民政府;甲镇政府;镇政府'), ('yi', '乙镇', '镇政府')) as t(unit_code, unit_name, aliases);
create table marts.dim_indicator as from (values
    ('fai', '固定资产投资', 1), ('starts', '新开工项目', 2)) as t(indicator_id, indicator_name, sort_order);
create table marts.mart_ranking as from (values
    ('jia', '2019-06', '总分 55 分，第 1 名。')) as t(unit_code, period, explanation);
create table marts.mart_scorecard as from (values
    ('jia', 'starts', '2019-06', '新开工 5 个。'), ('jia', 'fai', '2019-06', '完成 50%。'))
    as t(unit_code, indicator_id, period, explanation);
create table marts.mart_award as from (values
    ('total', 'jia', '2019-06', '综合奖', '第 1 名，奖金 5 万元。'))
    as t(award_id, unit_code, period, award_name, explanation);
create table marts.dim_project as from (values
    ('k1', '2019-130871-48-03-000001', '滨河路道路工程', 'jia'), ('k2', null, '敬老院', 'jia'),
    ('k3', null, '敬老院', 'yi')) as t(project_key, project_code, project_name, unit_code);
create table marts.mart_project_light as from (values
    ('k1', '2019-06', '落后 12 个百分点，红灯。')) as t(project_key, period, explanation);
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    path = tmp_path_factory.mktemp("release") / "reporting.duckdb"
    with open_for_writing(path) as connection:
        connection.execute(MARTS)
    return path


@pytest.mark.parametrize("called", ["jia", "甲镇", " 甲镇 人民政府", "甲镇政府"])
def test_a_units_score_is_told_from_the_total_to_its_awards(release, called):
    told = explain_score(release, called, "2019-06")
    assert told.heading == "甲镇 2019年6月 得分说明"
    assert told.parts == (
        ("总分和位次", "总分 55 分，第 1 名。"),
        ("固定资产投资", "完成 50%。"),
        ("新开工项目", "新开工 5 个。"),
        ("综合奖", "第 1 名，奖金 5 万元。"),
    )


@pytest.mark.parametrize(
    "called", ["k1", "2019-130871-48-03-000001", "２０１９－130871-48-03-000001", "滨河路 道路工程"]
)
def test_a_projects_light_is_found_by_key_code_or_name(release, called):
    told = explain_light(release, called, "2019-06")
    assert told.heading == "滨河路道路工程 2019年6月 亮灯说明"
    assert told.parts == (("亮灯", "落后 12 个百分点，红灯。"),)


@pytest.mark.parametrize(
    ("explain", "called", "period", "said"),
    [
        (explain_score, "甲街", "2019-06", "The nearest is “甲镇”"),
        (explain_score, "镇政府", "2019-06", "is the name of 2 units: jia, yi"),
        (explain_score, "甲镇", "2019-07", "There are rows for: 2019-06"),
        (explain_score, "甲镇", "六月", "is no period"),
        (explain_score, "乙镇", "2019-06", "There are none for it"),
        (explain_light, "滨河路道路", "2019-06", "The nearest is “滨河路道路工程”"),
        (explain_light, "敬老院", "2019-06", "2 projects are called"),
        (explain_light, "k1", "2019-06-H1", "There are rows for: 2019-06"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_with_a_remedy(release, explain, called, period, said):
    with pytest.raises(OperatorError, match=said):
        explain(release, called, period)


def test_before_the_first_release_there_is_nothing_to_explain(tmp_path):
    with pytest.raises(OperatorError, match="nothing has been published yet"):
        explain_score(tmp_path / "reporting.duckdb", "jia", "2019-06")

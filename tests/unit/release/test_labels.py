"""A table's Chinese name is the first words of its comment."""

import pytest

from pipelines.release.labels import chinese_name


@pytest.mark.parametrize(
    ("comment", "name"),
    [
        ("项目维度。取最近年度台账的内容。 Project dimension.", "项目维度"),
        ("开工项目：有开工日期的项目", "开工项目"),
        ("入统率（按个数）", "入统率"),
        ("One row per project", "dim_project"),
        ("", "dim_project"),
        (None, "dim_project"),
        ("。", "dim_project"),
    ],
)
def test_the_name_is_taken_from_the_comment_or_stays_english(comment, name):
    assert chinese_name("dim_project", comment) == name

"""How points are given: parameters by shape, versions, and what contradicts itself."""

from datetime import date
from decimal import Decimal

import pytest
from declared_policies import added, changed, only, only_fault, policy_faults, read_policies_of

from pipelines.declarations.score_parameters import (
    ParameterError,
    ScoreParameters,
    read_parameters,
)


def test_rules_are_read_as_written(tmp_path):
    fai, _, banded, later, rank = read_policies_of(tmp_path).policies.score_rules
    assert (fai.rule_version, fai.valid_from, fai.group) == (
        "2019-1",
        date(2019, 1, 1),
        "townships",
    )
    assert (fai.weight, fai.cap, fai.floor, fai.exempt_units) == (40, 48, 0, ("yi",))
    assert banded.parameters.bands == ((Decimal("0.8"), 8), (1, 10))
    assert banded.weight is None and banded.parameters_text == '{"bands": [[0.8, 8], [1, 10]]}'
    assert later.parameters == ScoreParameters(
        points_above=Decimal("0.5"), points_below=Decimal(0), exemption="rescale"
    )
    assert later.exempt_units == ("jia", "yi")
    assert rank.parameters.rank_points == (7, 5, 3)


@pytest.mark.parametrize(
    ("shape", "text", "expected"),
    [
        ("banded", "", "bands are pairs"),
        ("banded", '{"bands": []}', "bands are pairs"),
        ("banded", '{"bands": [[0.8]]}', "one of them is [0.8]"),
        ("banded", '{"bands": [[0.8, "8"]]}', 'not "8"'),
        ("banded", '{"bands": [[0.8, true]]}', "not true"),
        ("banded", '{"bands": [[0.8, 8], [0.80, 9]]}', "two bands begin at the rate 0.8"),
        ("rank", '{"points": 7}', "points are numbers from the first place on"),
        ("rank", '{"points": [7, null]}', "not null"),
        ("per_point", "", "per_point needs points_above, points_below or both"),
        ("per_point", '{"points_above": "1"}', "points_above is a number"),
        ("per_point", '{"points_above": NaN}', "are no JSON"),
        ("proportional", '{"bands": [[0, 0]]}', "proportional knows no “bands”; it takes exemption"),
        ("rank", '{"points": [7], "point": 1}', "rank knows no “point”; it takes points, exemption"),
        ("proportional", '{"exemption": "half"}', "exemption is drop or rescale, not “half”"),
        ("proportional", '{"exemption": "drop", "exemption": "rescale"}', "“exemption” stands twice"),
        ("proportional", "{“exemption”: “drop”}", "use straight quotation marks"),
        ("proportional", "[1]", "parameters are JSON in braces"),
    ],
)  # fmt: skip
def test_parameters_fit_their_shape(shape, text, expected):
    with pytest.raises(ParameterError) as fault:
        read_parameters(text, shape)
    assert expected in str(fault.value)


@pytest.mark.parametrize("shape", ["proportional", "relative_to_best", "size_weighted"])
def test_other_shapes_need_no_parameters(shape):
    assert read_parameters("", shape) == ScoreParameters()
    assert read_parameters('{"exemption": "rescale"}', shape).exemption == "rescale"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2019-1,2019-01-01,townships,fai", ",2019-01-01,townships,fai", "row 2: rule_version is blank"),
        ("2019-01-01,townships,fai", "1 January,townships,fai", "row 2: valid_from is a date like 2019-01-01, not “1 January”"),
        ("townships,fai", ",fai", "row 2: group is blank"),
        ("townships,fai", "township,fai", "row 2: there is no group “township” in units.csv"),
        ("townships,fai", "townships,fia", "row 2: indicator_id: there is no indicator “fia” in indicators.csv for this weight"),
        ("fai,proportional", "fai,linear", "row 2: shape is one of proportional, per_point,"),
        ("proportional,40", "proportional,", "row 2: weight is blank; proportional gives"),
        ("proportional,40", "proportional,-40", "row 2: weight is -40; it cannot be negative"),
        ("proportional,40", "proportional,40 分", "row 2: weight is a plain number like 5 or -0.5, not “40 分”"),
        ("48,0,yi", "48,50,yi", "row 2: cap 48 lies below floor 50"),
        ("48,0,yi", "48,0,yi;nobody", "row 2: exempt_units: there is no unit “nobody” in units.csv"),
        ("starts,size_weighted", "fai,size_weighted", "row 3: shape size_weighted weighs the projects an indicator counts, and fai counts none"),
        ("starts,size_weighted", "investment,size_weighted", "and investment counts none"),
        ("[0.8, 8]", "[0.8]", "row 4: parameters: bands are pairs"),
    ],
)  # fmt: skip
def test_a_contradiction_is_named_with_file_and_row(tmp_path, old, new, expected):
    told = policy_faults(tmp_path, **changed("score_rules", old, new))
    assert any(fault.startswith("score_rules.csv: row ") and expected in fault for fault in told)


def test_all_faults_of_a_row_are_told_at_once(tmp_path):
    told = policy_faults(tmp_path, **only("score_rules", "1,someday,,fia,linear,x,,1,2,nobody"))
    assert [fault.split(": ", 2)[2].split()[0].rstrip(":") for fault in told] == [
        "valid_from", "indicator_id", "shape", "exempt_units", "cap", "group", "weight",
    ]  # fmt: skip


def test_a_version_has_one_rule_for_an_indicator_of_a_group(tmp_path):
    row = '2019-1,2019-01-01,townships,fai,rank,,"{""points"": [1]}",,,'
    told = only_fault(tmp_path, **added("score_rules", row))
    assert "row 7: version 2019-1 already has a rule for fai of townships in row 2" in told
    other = row.replace("townships", "departments")
    assert len(read_policies_of(tmp_path, **added("score_rules", other)).policies.score_rules) == 6


def test_a_version_starts_on_one_day_and_no_other_with_it(tmp_path):
    told = only_fault(
        tmp_path, **changed("score_rules", "2019-07-01,townships,inv", "2019-08-01,townships,inv")
    )
    assert "row 6: version 2019-2 starts on 2019-08-01 here and on 2019-07-01 in row 5" in told
    one_day = changed(
        "score_rules", "2019-2,2019-07-01,townships,inv", "2019-3,2019-07-01,townships,inv"
    )
    told = only_fault(tmp_path, **one_day)
    assert "row 6: version 2019-3 starts on 2019-07-01 like version 2019-2 (row 5)" in told


@pytest.mark.parametrize(("day", "is_in_time"), [("2018-05-01", True), ("2019/1/31", True), ("2019-02-01", False)])  # fmt: skip
def test_no_day_of_the_year_lies_before_the_first_version(tmp_path, day, is_in_time):
    row = f"2019-1,{day},townships,fai,proportional,40,,,,"
    if is_in_time:
        assert read_policies_of(tmp_path, **only("score_rules", row))
        return
    told = only_fault(tmp_path, **only("score_rules", row))
    assert (
        "score_rules.csv: row 2: leaves days uncovered: the first version, 2019-1, starts on 2019-02-01"
        in told
    )
    assert "in or before 2019-01" in told


def test_weights_by_size_are_read_with_their_bounds(tmp_path):
    weights = read_policies_of(tmp_path).policies.size_weights
    assert [(w.lower_bound_wanyuan, w.weight) for w in weights] == [
        (50000, 3), (5000, 1), (10000, Decimal("1.5")),
    ]  # fmt: skip


def test_size_weights_are_needed_only_where_a_rule_counts_by_size(tmp_path):
    told = only_fault(tmp_path, size_weights=None)
    assert (
        "size_weights.csv: there are no size weights, and score_rules.csv, row(s) 3, count" in told
    )
    (tmp_path / "size_weights.csv").unlink(missing_ok=True)
    rules = only("score_rules", "2019-1,2019-01-01,townships,fai,proportional,40,,,,")
    assert read_policies_of(tmp_path, size_weights=None, **rules).policies.size_weights == ()
    late = only("size_weights", "2019-1,2019-09-01,5000,1")
    assert read_policies_of(tmp_path, **late, **rules)


def test_size_weights_cover_the_days_on_which_a_rule_needs_them(tmp_path):
    late = only("size_weights", "2019-1,2019-07-15,5000,1")
    assert "leaves days uncovered" in only_fault(tmp_path, **late)
    rules = only(
        "score_rules",
        "2019-1,2019-01-01,townships,fai,proportional,40,,,,",
        "2019-2,2019-07-01,townships,starts,size_weighted,40,,,,",
    )
    assert read_policies_of(tmp_path, **late, **rules)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2019-1,2019-01-01,10000.0,2", "row 5: version 2019-1 already has a weight from 10000.0 万元 on in row 4; the bands overlap"),
        ("2019-1,2019-01-01,,2", "row 5: lower_bound_wanyuan is blank"),
        ("2019-1,2019-01-01,-1,2", "row 5: lower_bound_wanyuan is -1"),
        ("2019-1,2019-01-01,1,", "row 5: weight is blank"),
        ("2019-1,2019-01-01,1,-2", "row 5: weight is -2"),
        ("2019-1,2019-01-02,1,2", "row 5: version 2019-1 starts on 2019-01-02 here"),
    ],
)  # fmt: skip
def test_size_bands_do_not_overlap(tmp_path, row, expected):
    assert f"size_weights.csv: {expected}" in only_fault(tmp_path, **added("size_weights", row))

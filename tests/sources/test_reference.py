"""The reference lists in sources/reference are complete, well formed and of the right edition."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

REFERENCE = Path(__file__).resolve().parents[2] / "sources" / "reference"


def read(name):
    raw = (REFERENCE / name).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw
    rows = list(csv.DictReader(raw.decode("utf-8").splitlines(), strict=True))
    for row in rows:
        assert None not in row and None not in row.values(), f"{name}: ragged row {row}"
        assert all(value == value.strip() for value in row.values()), f"{name}: stray space {row}"
    return rows


@pytest.fixture(scope="module")
def divisions():
    return read("administrative_divisions.csv")


@pytest.fixture(scope="module")
def by_code(divisions):
    return {row["division_code"]: row for row in divisions}


@pytest.fixture(scope="module")
def industries():
    return {row["division_code"]: row for row in read("industry_divisions.csv")}


@pytest.fixture(scope="module")
def calendar():
    return {date.fromisoformat(row["calendar_date"]): row for row in read("working_calendar.csv")}


def is_working_day(calendar, day):
    row = calendar.get(day)
    return row["is_working_day"] == "true" if row else day.weekday() < 5


# administrative divisions


def test_division_columns_and_order(divisions):
    assert list(divisions[0]) == [
        "division_code",
        "division_name",
        "level",
        "parent_code",
        "valid_from",
        "valid_to",
    ]
    codes = [row["division_code"] for row in divisions]
    assert codes == sorted(set(codes))


def test_division_counts(divisions):
    in_force = Counter(row["level"] for row in divisions if not row["valid_to"])
    ended = Counter(row["level"] for row in divisions if row["valid_to"])
    # 2847 counties and four zones of the statistical code
    assert in_force == {"province": 34, "city": 333, "county": 2851, "township": 294}
    assert ended == {"city": 8, "county": 290, "township": 73}


def test_division_code_fits_its_level(divisions):
    shapes = {
        "province": r"\d{2}0000",
        "city": r"\d{2}(?!00)\d{2}00",
        "county": r"\d{4}(?!00)\d{2}",
        "township": r"\d{6}(?!000)\d{3}",
    }
    for row in divisions:
        assert re.fullmatch(shapes[row["level"]], row["division_code"]), row
        assert re.fullmatch(r"[\u4e00-\u9fff]{2,}", row["division_name"]), row


def test_division_parent_exists_and_agrees(divisions, by_code):
    above = {"city": {"province"}, "county": {"province", "city"}, "township": {"county"}}
    for row in divisions:
        if row["level"] == "province":
            assert row["parent_code"] == ""
            continue
        parent = by_code[row["parent_code"]]
        assert parent["level"] in above[row["level"]], row
        significant = (
            parent["division_code"].rstrip("0")
            if parent["level"] == "province"
            else parent["division_code"]
        )
        significant = significant[:4] if parent["level"] == "city" else significant
        assert row["division_code"].startswith(significant), row
        if row["level"] == "county":  # under the province only where no city has that code
            city = row["division_code"][:4] + "00"
            assert row["parent_code"] == (
                city if city in by_code else row["division_code"][:2] + "0000"
            ), row


def test_division_validity_is_whole_years_inside_the_parents(divisions, by_code):
    for row in divisions:
        start, end = row["valid_from"], row["valid_to"]
        assert re.fullmatch(r"(20\d\d-01-01)?", start) and re.fullmatch(r"(20\d\d-12-31)?", end), (
            row
        )
        assert not (start and end) or start < end, row
        parent = by_code.get(row["parent_code"])
        if parent and row["level"] == "township":
            assert start >= parent["valid_from"], row
            assert not parent["valid_to"] or "" < end <= parent["valid_to"], row


@pytest.mark.parametrize(
    ("code", "name", "parent"),
    [
        ("110000", "北京市", ""),
        ("130800", "承德市", "130000"),
        ("130802", "双桥区", "130800"),
        ("130802105", "双峰寺镇", "130802"),
        ("130871", "承德高新技术产业开发区", "130800"),
        ("130871104", "冯营子镇", "130871"),
        ("130871106", "上板城镇", "130871"),
        ("320706", "海州区", "320700"),
        ("320706102", "新坝镇", "320706"),
        ("410902101", "岳村镇", "410902"),
        ("411104001", "天桥街街道", "411104"),
        ("419001", "济源市", "410000"),
        ("500101", "万州区", "500000"),
        ("610981", "旬阳市", "610900"),
        ("610981103", "蜀河镇", "610981"),
        ("659001", "石河子市", "650000"),
    ],
)
def test_known_divisions_in_force(by_code, code, name, parent):
    row = by_code[code]
    assert (row["division_name"], row["parent_code"], row["valid_to"]) == (name, parent, "")


@pytest.mark.parametrize(
    ("old", "old_name", "new", "year"),
    [
        ("610928", "旬阳县", "610981", "2021"),
        ("610928103", "蜀河镇", "610981103", "2021"),
        ("130823", "平泉县", "130881", "2017"),
        ("371200", "莱芜市", "370116", "2018"),
        ("330103", "下城区", "330113", "2021"),
    ],
)
def test_known_changes_overlap_in_their_year(by_code, old, old_name, new, year):
    assert by_code[old]["division_name"] == old_name
    assert by_code[old]["valid_to"] == f"{year}-12-31"
    assert by_code[new]["valid_from"] == f"{year}-01-01"


def test_townships_only_of_the_bundled_districts(divisions):
    counties = {row["parent_code"] for row in divisions if row["level"] == "township"}
    chengde = {code for code in counties if code.startswith("1308")}
    assert len(chengde) == 13  # eleven counties, the zone, and 平泉 before it was a city
    assert counties - chengde == {
        "320706", "320772", "410902", "410971", "410972", "411104", "411171", "610928", "610981",
    }  # fmt: skip


def test_township_names_are_unique_within_a_county_on_a_day(divisions):
    day = "2025-07-01"
    names = Counter(
        (row["parent_code"], row["division_name"])
        for row in divisions
        if row["level"] == "township"
        and row["valid_from"] <= day
        and (row["valid_to"] or "9999") >= day
    )
    assert max(names.values()) == 1


# industries, GB/T 4754-2017

SECTION_RANGES = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60),
    "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79),
    "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip


def test_industry_sections():
    rows = read("industry_sections.csv")
    assert list(rows[0]) == ["section_code", "section_name"]
    assert [row["section_code"] for row in rows] == list("ABCDEFGHIJKLMNOPQRST")
    assert len({row["section_name"] for row in rows}) == 20


def test_industry_divisions_fill_the_sections(industries):
    assert list(industries) == [f"{number:02d}" for number in range(1, 98)]
    assert len({row["division_name"] for row in industries.values()}) == 97
    for section, (first, last) in SECTION_RANGES.items():
        numbers = [int(code) for code, row in industries.items() if row["section_code"] == section]
        assert numbers == list(range(first, last + 1))


def test_industry_edition_is_2017(industries):
    expected = {
        "05": "农、林、牧、渔专业及辅助性活动",
        "11": "开采专业及辅助性活动",
        "25": "石油、煤炭及其他燃料加工业",
        "58": "多式联运和运输代理业",
        "59": "装卸搬运和仓储业",
        "87": "广播、电视、电影和录音制作业",
    }
    assert {code: industries[code]["division_name"] for code in expected} == expected


# working calendar


def test_calendar_rows_are_exceptions_only(calendar):
    rows = read("working_calendar.csv")
    assert list(rows[0]) == ["calendar_date", "is_working_day", "day_name"]
    assert [row["calendar_date"] for row in rows] == sorted({row["calendar_date"] for row in rows})
    for day, row in calendar.items():
        assert row["is_working_day"] == ("true" if day.weekday() >= 5 else "false"), row
        assert row["day_name"]


def test_calendar_has_every_year(calendar):
    days_off = Counter(
        day.year for day, row in calendar.items() if row["is_working_day"] == "false"
    )
    made_up = Counter(day.year for day, row in calendar.items() if row["is_working_day"] == "true")
    assert sorted(days_off) == list(range(2015, 2027))
    assert [days_off[year] for year in range(2015, 2027)] == [
        17,
        17,
        16,
        18,
        17,
        19,
        18,
        18,
        18,
        19,
        18,
        19,
    ]
    assert [made_up[year] for year in range(2015, 2027)] == [5, 6, 5, 7, 6, 6, 7, 7, 7, 8, 5, 6]


@pytest.mark.parametrize(
    ("day", "working", "name"),
    [
        ("2015-09-03", False, "抗战胜利70周年纪念日"),
        ("2018-12-29", True, "元旦"),
        ("2019-02-04", False, "春节"),
        ("2019-04-28", True, "劳动节"),
        ("2019-05-01", False, "劳动节"),
        ("2019-05-05", True, "劳动节"),
        ("2019-10-12", True, "国庆节"),
        ("2020-01-31", False, "春节"),
        ("2025-02-04", False, "春节"),
        ("2025-02-08", True, "春节"),
        ("2025-10-08", False, "国庆节"),
        ("2026-02-14", True, "春节"),
        ("2026-09-25", False, "中秋节"),
    ],
)
def test_known_days(calendar, day, working, name):
    day = date.fromisoformat(day)
    assert is_working_day(calendar, day) is working
    assert calendar[day]["day_name"] == name


@pytest.mark.parametrize(
    ("day", "working"), [("2019-05-06", True), ("2019-05-04", False), ("2020-02-01", False)]
)
def test_days_without_a_row_follow_the_weekday(calendar, day, working):
    day = date.fromisoformat(day)
    assert day not in calendar
    assert is_working_day(calendar, day) is working

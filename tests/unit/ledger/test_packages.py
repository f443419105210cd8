"""A zip of several returns: each of them is received, judged and answered by itself, and nothing is written elsewhere."""

import io
import zipfile
from datetime import datetime, timedelta

import pytest
from answered import answer_folders, ledger_rows, load_and_answer
from grids import a_file
from homes import a_home, drop

from pipelines.intake.archive import archive_path, foreign_names, stored_hashes
from pipelines.ledger.configurations import read_configuration

NOW = datetime(2019, 7, 5, 18)
EARLIER = NOW - timedelta(hours=2)
LEDGER = "2019年重点项目台账（单位：万元）\n项目名称 | 总投资\n滨河路 | 5000"
REPORT = "2019年{}月进展情况表（单位：万元）\n项目名称 | 本年累计完成投资\n滨河路 | {}"


def a_zip(members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def report(month, amount):
    return a_file(REPORT.format(month, amount))


@pytest.fixture
def home(tmp_path):
    made = a_home(tmp_path / "home")
    drop(made, "fagai/台账.xlsx", a_file(LEDGER), EARLIER)
    return made


def receipts(home):
    return ledger_rows(
        home,
        "select inbox_path, coalesce(form_id, ''), coalesce(period, ''), status from raw.receipts"
        " where unit_code = 'jia' order by package_receipt_id nulls first, member_number",
    )


def test_every_file_of_a_package_is_a_return_of_its_own(home):
    package = a_zip({"五月/进展.xlsx": report(5, 10), "六月/进展.xlsx": report(6, 20)})
    drop(home, "jia/进展.zip", package, EARLIER)
    load_and_answer(home, NOW)
    assert receipts(home) == [
        ("jia/进展.zip", "package", "", "accepted"),
        ("jia/进展.zip/进展.xlsx", "progress_report", "2019-05", "accepted"),
        ("jia/进展.zip/进展.xlsx", "progress_report", "2019-06", "accepted"),
    ]
    kept = ledger_rows(home, "select sha256, size_bytes from raw.receipts")
    assert all(archive_path(home.archive, sha).stat().st_size == size for sha, size in kept)
    assert not [path for path in home.inbox.rglob("*") if path.is_file()]


def test_the_package_is_answered_with_what_was_in_it_and_each_file_by_itself(home):
    drop(home, "jia/进展.zip", a_zip({"好.xlsx": report(5, 10), "坏.pdf": b"%PDF-1.4"}), EARLIER)
    load_and_answer(home, NOW)
    messages = [(f / "message.txt").read_text("utf-8") for f in answer_folders(home, "jia")]
    (said,) = [message for message in messages if "压缩包已收到" in message]
    assert "里面有2个文件" in said
    assert "1. 好.xlsx" in said
    assert "2. 坏.pdf" in said
    assert sum("退回" in message for message in messages if message != said) == 1


def test_a_file_that_was_in_force_already_is_a_duplicate_inside_a_package_too(home):
    drop(home, "jia/5月.xlsx", report(5, 10), EARLIER)
    load_and_answer(home, NOW)
    later = NOW + timedelta(days=1)
    drop(home, "jia/全部.zip", a_zip({"a.xlsx": report(5, 10), "b.xlsx": report(6, 20)}), NOW)
    load_and_answer(home, later)
    assert [status for _, _, _, status in receipts(home)[2:]] == ["duplicate", "accepted"]


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"里面.zip": a_zip({"a.xlsx": b"x"})}, "压缩包里面又有压缩包"),
        ({"../../../etc/passwd": b"root:x:0:0\n"}, "没有找到规定报表的表头"),
    ],
)
def test_what_a_package_holds_is_judged_and_leads_nowhere(home, members, words):
    before = {path for path in home.root.parent.rglob("*") if home.root not in path.parents}
    drop(home, "jia/怪.zip", a_zip(members), EARLIER)
    load_and_answer(home, NOW)
    because = ledger_rows(
        home, "select refused_because from raw.receipts where package_receipt_id is not null"
    )
    assert words in because[0][0]
    assert {p for p in home.root.parent.rglob("*") if home.root not in p.parents} == before


def test_a_package_with_a_damaged_member_is_refused_whole(home):
    data = bytearray(a_zip({"a.xlsx": report(5, 10)}))
    data[data.index(b"a.xlsx") + 40] ^= 0xFF
    drop(home, "jia/坏.zip", bytes(data), EARLIER)
    load_and_answer(home, NOW)
    assert receipts(home) == [("jia/坏.zip", "", "", "refused")]


def test_a_refused_package_leaves_none_of_its_files_in_the_archive(home):
    packed = a_zip({"a.xlsx": report(5, 10), "b.xlsx": report(6, 20)})
    data = bytearray(packed)
    data[data.index(b"b.xlsx") + 40] ^= 0xFF
    drop(home, "jia/坏.zip", bytes(data), EARLIER)
    load_and_answer(home, NOW)
    assert receipts(home) == [("jia/坏.zip", "", "", "refused")]
    received = {sha256 for (sha256,) in ledger_rows(home, "select sha256 from raw.receipts")}
    configured = set(read_configuration(home).hashes.values())
    assert stored_hashes(home.archive) == received | configured
    assert list(foreign_names(home.archive)) == []


@pytest.mark.parametrize(("unit", "is_restricted"), [("tongji", True), ("jia", False)])
def test_the_name_of_a_package_is_restricted_where_its_unit_is_the_statistics_one(
    home, unit, is_restricted
):
    drop(home, f"{unit}/甲公司.zip", a_zip({"a.txt": b"1"}), EARLIER)
    load_and_answer(home, NOW)
    found = ledger_rows(home, "select is_restricted from raw.receipts where form_id = 'package'")
    assert found == [(is_restricted,)]


def test_a_load_that_ends_in_between_takes_the_package_apart_again(home, monkeypatch):
    drop(home, "jia/进展.zip", a_zip({"a.xlsx": report(5, 10)}), EARLIER)
    from pipelines.ledger import loading

    with monkeypatch.context() as broken:
        broken.setattr(loading, "register_members", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            load_and_answer(home, NOW)
    load_and_answer(home, NOW)
    assert [status for _, _, _, status in receipts(home)] == ["accepted", "accepted"]

"""A zip of several returns: names as their sender saw them, bytes within limits, and nothing that is no file."""

import io
import stat
import struct
import zipfile
import zlib

import pytest

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.packages import Member, file_name_of, list_members, read_member

LIMITS = ReadingLimits(max_bytes=10_000, max_unpacked=25_000)
REPORT = "2019年3月进度报表.xlsx"


def entry(name, *, system=3, mode=stat.S_IFREG | 0o644, extra=b""):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr, info.extra = system, mode << 16, extra
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def packed(*members):
    """Members as (name or ZipInfo, content)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            archive.writestr(entry(name) if isinstance(name, str) else name, content)
    return buffer.getvalue()


def packed_with_raw_name(raw):
    """A member whose name is written as bytes without saying in which encoding."""
    stand_in = "x" * len(raw)
    return packed((stand_in, b"1")).replace(stand_in.encode(), raw)


def names(data):
    return [member.name for member in list_members(data, LIMITS)]


def refusal(ask, *arguments):
    with pytest.raises(UnreadableFileError) as refused:
        ask(*arguments, LIMITS)
    return refused.value.sentence


def test_members_are_listed_and_read_by_their_place_in_the_directory():
    data = packed((REPORT, b"a" * 5_000), ("月报/台账.csv", b"bb"))
    assert list_members(data, LIMITS) == (Member(0, REPORT, 5_000), Member(1, "月报/台账.csv", 2))
    assert read_member(data, 0, LIMITS) == b"a" * 5_000
    assert read_member(data, 1, LIMITS) == b"bb"


def test_what_systems_leave_in_a_package_is_no_member():
    data = packed(
        ("报表/", b""), ("__MACOSX/._a.xlsx", b"x"), (".DS_Store", b"x"), ("报表/Thumbs.db", b"x"),
        ("报表\\~$a.xlsx", b"x"), (".~lock.a.ods#", b"x"), ("._a.xlsx", b"x"), ("报表/a.xlsx", b"y"),
    )  # fmt: skip
    (member,) = list_members(data, LIMITS)
    assert member.name == "报表/a.xlsx"
    assert read_member(data, member.number, LIMITS) == b"y"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("name", [REPORT, "联通.xlsx", "plain.xlsx"])
def test_names_without_encoding_are_what_their_sender_saw(encoding, name):
    assert names(packed_with_raw_name(name.encode(encoding))) == [name]


def test_a_name_beside_the_name_stands_where_it_belongs_to_it():
    field = b"\x01" + struct.pack("<I", zlib.crc32(b"a.xlsx")) + REPORT.encode()
    extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert names(packed((entry("a.xlsx", extra=extra), b"x"))) == [REPORT]
    assert names(packed((entry("b.xlsx", extra=extra), b"x"))) == ["b.xlsx"], "of another name"


def test_two_members_of_one_name_are_two_members():
    with pytest.warns(UserWarning, match="Duplicate"):
        data = packed(("a.csv", b"1"), ("a.csv", b"2"))
    assert [read_member(data, m.number, LIMITS) for m in list_members(data, LIMITS)] == [b"1", b"2"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\报表\\台账.xlsx", "台账.xlsx"),
        ("/绝对/路径.xlsx", "路径.xlsx"),
        ("a\n\x1b[31m\u202eb.xlsx", "a[31mb.xlsx"),
        ("报表/..", "未命名"),
        (" .", "未命名"),
        ("\ud800.xlsx", "xlsx"),
        ("长" * 300 + ".xlsx", "长" * 195 + ".xlsx"),
        ("长" * 300, "长" * 200),
    ],
)
def test_a_members_name_is_only_a_short_text(name, shown):
    assert file_name_of(Member(0, name, 1)) == shown


def test_a_link_or_pipe_in_a_package_is_named_and_not_followed():
    for kind in (stat.S_IFLNK, stat.S_IFIFO):
        data = packed(("a.csv", b"1"), (entry("台账.xlsx", mode=kind | 0o777), b"/etc/passwd"))
        assert "“台账.xlsx”是链接" in refusal(list_members, data)
        assert "“台账.xlsx”是链接" in refusal(read_member, data, 1)
        assert read_member(data, 0, LIMITS) == b"1"


def test_attributes_of_windows_are_no_mode():
    data = packed((entry("a.csv", system=0, mode=stat.S_IFLNK), b"1"))
    assert names(data) == ["a.csv"]


def test_a_member_with_a_password_is_named():
    data = bytearray(packed(("台账.xlsx", b"x")))
    data[data.index(b"PK\1\2") + 8] |= 1
    data[data.index(b"PK\3\4") + 6] |= 1
    assert "密码，“台账.xlsx”" in refusal(list_members, bytes(data))
    assert "密码，“台账.xlsx”" in refusal(read_member, bytes(data), 0)


def test_a_member_too_large_is_named_and_the_others_are_read():
    data = packed(("bomb.xlsx", bytes(10_001)), ("a.csv", b"1"))
    assert len(list_members(data, LIMITS)) == 2
    assert "“bomb.xlsx”超过上限" in refusal(read_member, data, 0)
    assert read_member(data, 1, LIMITS) == b"1"


def test_a_member_that_declares_less_than_it_holds_gives_no_more():
    data = bytearray(packed(("bomb.xlsx", bytes(9_000))))
    struct.pack_into("<I", data, data.index(b"PK\1\2") + 24, 10)
    assert "“bomb.xlsx”已损坏" in refusal(read_member, bytes(data), 0)


def test_members_that_are_too_large_together_are_refused_before_anything_is_unpacked():
    data = packed(*((f"{n}.csv", bytes(9_000)) for n in range(3)))
    assert "分成几个压缩包" in refusal(list_members, data)


def test_a_changed_byte_is_noticed():
    data = bytearray(packed((zipfile.ZipInfo("台账.csv"), b"500")))
    data[data.index(b"500")] = ord("9")
    assert "“台账.csv”已损坏" in refusal(read_member, bytes(data), 0)


def test_a_package_of_very_many_folders_is_refused_by_their_number():
    data = packed(("a.csv", b"1"), *((f"{n}/", b"") for n in range(5_000)))
    assert "合计超过 5000 个" in refusal(list_members, data)
    assert "合计超过 5000 个" in refusal(read_member, data, 0)


def test_packages_without_end_or_content_have_their_sentences():
    assert "没有文件" in refusal(list_members, packed())
    assert "没有文件" in refusal(list_members, packed(("a/", b"")))
    assert "已损坏" in refusal(list_members, packed(("a.csv", b"1"))[:-30])
    assert "已损坏" in refusal(read_member, packed(("a.csv", b"1")), 5)
    assert "超过 2000 个" in refusal(list_members, packed(*((str(n), b"") for n in range(2_001))))

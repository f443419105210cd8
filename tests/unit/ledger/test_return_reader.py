"""What processes that read tell of returns comes through whole; nonsense, deaths and lies touch nobody else's return."""

import hashlib
from contextlib import suppress
from dataclasses import asdict, replace

import msgspec
import pyarrow as pa
import pytest
from grids import a_file, a_sheet, a_workbook
from hypothesis import given
from hypothesis import strategies as st
from interruptions import in_child
from small_district import declared_forms, declared_rules, reading_context

from pipelines.ledger import return_reader as return_reader_module
from pipelines.ledger.reading import reading_limits, return_reader
from pipelines.ledger.return_worker import Briefing, open_worker
from pipelines.ledger.taken import (
    Answer,
    GarbageError,
    Taken,
    Wanted,
    as_bytes,
    from_bytes,
    request_of,
)
from pipelines.ledger.understanding import taken_together
from pipelines.problems import OperatorError
from pipelines.sandbox.briefing import packed
from pipelines.sandbox.limits import Death
from pipelines.settings import Limits
from pipelines.validation.alone import LoneJudge, problem_columns
from pipelines.workbooks.arrived import TableSchemas, WrongTableError
from pipelines.workbooks.packages import Member
from pipelines.workbooks.returns import read_return

REPORT = """
2019年6月重点项目进展情况表（单位：万元）
序号 | 项目名称 | 本月完成投资 | 本年累计完成投资 | 备注
1 | 滨河路 | 10 | 30 |
2 | 三纬路 | 约10 | 40 | 等待征地
合计 | | 10 | 70
"""
NAMES = ("sheets", "columns", "cells", "stored:progress_report", "noted:progress_report")


def wanted(receipt_id):
    return Wanted(receipt_id, "jia", "报表.xlsx", "", "")


def answer_of(*receipts):
    judge = LoneJudge(declared_rules(), reading_context(), {})
    read = [
        read_return(a_workbook(a_sheet(REPORT)), "jia", "报表.xlsx", reading_context())
        for _ in receipts
    ]
    return taken_together([(wanted(i), one) for i, one in zip(receipts, read, strict=True)], judge)


def unpacked(answer, *receipts):
    schemas = TableSchemas(
        declared_forms(), {form.form_id: problem_columns(form) for form in declared_forms()}
    )
    told = [(i, one.found.extract.form_id, one.found.extract.row_count)
            for i, one in zip(receipts, answer.files, strict=True)]  # fmt: skip
    return schemas.unpacked(answer.tables, told)


def test_what_is_told_of_returns_comes_through_whole():
    told = answer_of("a", "b")
    assert from_bytes(as_bytes(told)) == told
    tables = unpacked(told, "a", "b")
    assert tables.keys() >= set(NAMES)
    assert tables["noted:progress_report"].column("not_a_number").to_pylist() == [
        None, "约10", None, "约10",
    ]  # fmt: skip
    assert (told.files[0].found.extract.row_count, told.files[0].found.own.names) == (
        2, ("三纬路", "滨河路"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "taken",
    [
        Taken(members=(Member(1, "台账.xlsx", 10), Member(2, "photos/a.jpg", 20))),
        Taken(fault="文件已损坏。"),
        Taken(trace="KeyError: 怪"),
        Taken(archive="lost"),
    ],
)
def test_why_there_is_no_return_comes_through_too(taken):
    assert from_bytes(as_bytes(Answer((taken,)))) == Answer((taken,))


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_garbage_and_never_more(data):
    with suppress(GarbageError):
        assert isinstance(from_bytes(data), Answer)


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {"files": "x"},
        {"files": [{"found": {"extract": {"form_id": 1}}}]},
        {"files": [{"archive": "elsewhere"}]},
        {"files": [], "tables": {"cells": "no bytes"}},
    ],
)
def test_what_is_not_of_its_type_is_garbage(told):
    with pytest.raises(GarbageError):
        from_bytes(msgspec.msgpack.encode(told))


def test_an_answer_that_nests_without_end_is_garbage():
    with pytest.raises(GarbageError):
        from_bytes(b"\x81\xa5files" + b"\x91" * 1_000_000)


@given(st.sampled_from(NAMES), st.data())
def test_a_table_with_altered_bytes_is_refused_or_sound(name, data):
    told = answer_of("a")
    rows = bytearray(told.tables[name])
    for _ in range(data.draw(st.integers(1, 8))):
        rows[data.draw(st.integers(0, len(rows) - 1))] = data.draw(st.integers(0, 255))
    altered = replace(told, tables=told.tables | {name: bytes(rows)})
    try:
        table = unpacked(altered, "a")[name]
    except WrongTableError:
        return
    assert len(table.to_pylist()) == table.num_rows


@pytest.mark.parametrize(
    "lie",
    [
        lambda tables: tables | {"receipts": tables["cells"]},
        lambda tables: tables | {"cells": b""},
        lambda tables: tables | {"cells": tables["sheets"]},
        lambda tables: {n: t for n, t in tables.items() if n != "noted:progress_report"},
        lambda tables: tables | {"stored:project_ledger": tables["stored:progress_report"]},
    ],
)
def test_tables_that_are_not_those_of_the_returns_are_refused(lie):
    told = answer_of("a")
    with pytest.raises(WrongTableError):
        unpacked(replace(told, tables=lie(told.tables)), "a")


def test_a_child_tells_nothing_of_receipts_it_was_not_asked_about():
    with pytest.raises(WrongTableError):
        unpacked(answer_of("a"), "b")


@pytest.fixture
def files(tmp_path):
    """Three files: a return, one that is none, and a return again."""
    listed = []
    for name, data in {"a": a_file(REPORT), "b": b"PK\x03\x04", "c": a_file(REPORT)}.items():
        path = tmp_path / name
        path.write_bytes(data)
        listed.append(Wanted(name, "jia", "报表.xlsx", str(path), hashlib.sha256(data).hexdigest()))
    return listed


@pytest.fixture
def reader():
    with return_reader(Limits(), reading_context(), declared_rules(), {}) as made:
        yield made


def test_files_are_read_together_and_told_of_in_their_order(reader, files, monkeypatch):
    monkeypatch.setattr(return_reader_module, "_REQUESTS_PER_PROCESS", 0.5)
    (together,) = reader.read_all(files)
    assert [one.receipt_id for one, _ in together.files] == ["a", "b", "c"]
    assert [taken.found is not None for _, taken in together.files] == [True, False, True]
    assert set(together.tables["cells"].column("receipt_id").to_pylist()) == {"a", "c"}
    assert together.files[1][1].fault


@pytest.mark.parametrize("nonsense", [b"nonsense", Death("memory", "out of memory")])
def test_where_a_group_dies_each_file_is_asked_for_by_itself(reader, files, nonsense, monkeypatch):
    monkeypatch.setattr(return_reader_module, "_REQUESTS_PER_PROCESS", 0.5)
    pool, ask = reader._pool, reader._pool.ask
    monkeypatch.setattr(
        pool, "ask", lambda request: nonsense if len(request["files"]) > 1 else ask(request)
    )
    told = list(reader.read_all(files))
    assert [one.files[0][1].found is not None for one in told] == [True, False, True]


def test_a_file_a_child_tells_nonsense_of_is_refused_in_words(reader, files, monkeypatch):
    monkeypatch.setattr(reader._pool, "ask", lambda request: b"nonsense")
    told = [taken for one in reader.read_all(files) for _, taken in one.files]
    assert [taken.found for taken in told] == [None] * 3
    assert all("打开时出错" in taken.fault for taken in told)


def test_the_least_memory_that_may_be_set_is_enough_for_a_return(files):
    least = Limits(reading_memory_mib=256, reading_processes=1)
    with return_reader(least, reading_context(), declared_rules(), {}) as made:
        (told,) = made.read_all(files[:1])
    assert told.files[0][1].found is not None


def test_an_archive_that_lost_or_altered_a_file_ends_the_reading(reader, files):
    with pytest.raises(OperatorError, match="was altered"):
        list(reader.read_all([replace(files[0], sha256="0" * 64)]))
    with pytest.raises(OperatorError, match="has lost"):
        list(reader.read_all([replace(files[0], path=files[0].path + "x")]))


def test_totals_are_checked_again_by_packages_the_ledgers_made_since(reader, files):
    told = next(iter(reader.read_again([files[0]], {"滨河路": "三纬路"})))
    assert told.files[0][1].found is not None
    assert request_of([files[0]], {"滨河路": "三纬路"})["packages"] == {"滨河路": "三纬路"}


def test_a_reading_process_leaves_its_addresses_to_the_files():
    """Arrow's own allocator takes a gigabyte of them where it can get it: nearly all that a process may use."""

    def work():
        briefing = packed(Briefing(reading_context(), declared_rules(), {}))
        open_worker(asdict(reading_limits(Limits())), briefing)
        assert pa.default_memory_pool().backend_name == "system"

    assert in_child(work) == 0

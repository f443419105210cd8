"""Returns of a small district: read, judged and decided as a load does, in a database in memory."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from grids import a_sheet, a_workbook

from pipelines.database import Connection, open_for_writing
from pipelines.declarations.cross_tables import bound
from pipelines.declarations.decisions import Waiver
from pipelines.declarations.district import DistrictTables, Duty, Unit
from pipelines.declarations.forms import Form, load_forms
from pipelines.declarations.indicators import Indicator, MeasureUnit
from pipelines.declarations.policies import Policies
from pipelines.declarations.rules import RuleBook, load_rules
from pipelines.ledger.candidates import Told
from pipelines.ledger.catalogue import FORMS_FOLDER, RULES_FOLDER
from pipelines.ledger.deciding import decide
from pipelines.ledger.reading import about_sender
from pipelines.ledger.receipts import Receipt
from pipelines.ledger.registry import store_declarations
from pipelines.ledger.storing import store_read_returns
from pipelines.ledger.taken import Taken, Wanted, as_bytes, from_bytes
from pipelines.ledger.understanding import taken_together, understand
from pipelines.ledger.work_database import upgrade
from pipelines.settings import District, HomeSettings
from pipelines.validation.alone import LoneJudge, problem_columns
from pipelines.validation.findings import Finding
from pipelines.validation.history import packages_in_ledgers
from pipelines.validation.returns import Batch, Judgement, judge_returns
from pipelines.validation.standing import Standards
from pipelines.workbooks.arrived import ReturnTables, TableSchemas
from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.reading import ReadingLimits, read_workbook
from pipelines.workbooks.readings import Notice, ReadReturn, extract_of
from pipelines.workbooks.returns import ReadingContext, read_return

FIRST_LOAD = datetime(2019, 7, 5, 18)


def _indicator(name: str, title: str, unit: MeasureUnit, *aliases: str, **more: str) -> Indicator:
    return Indicator(name, title, aliases, unit, "reported", **more)


# 亿元以上 is a part of two of them, and one is the statistics office's to report.
INDICATORS = (
    _indicator("fai", "固定资产投资", "万元", "固投", provider_unit_code="tongji"),
    _indicator("starts", "新开工项目", "个", "新开工5000万元以上项目"),
    _indicator("starts_yi", "亿元以上新开工项目", "个", "亿元以上", parent_indicator_id="starts"),
    _indicator("completions", "竣工项目", "个", "竣工5000万元以上项目"),
    _indicator(
        "completions_yi", "亿元以上竣工项目", "个", "亿元以上", parent_indicator_id="completions"
    ),
    _indicator("reserve", "储备项目", "个"),
    _indicator("enclave", "“飞地经济”项目总额", "万元", "飞地经济"),
    _indicator("tax", "协税护税", "万元"),
    _indicator("satisfaction", "群众满意度", "%"),
)


@cache
def declared_forms() -> tuple[Form, ...]:
    """The declared forms, bound to the indicators of the small district."""
    return bound(load_forms(FORMS_FOLDER), INDICATORS)


@cache
def declared_rules() -> RuleBook:
    return load_rules(RULES_FOLDER, declared_forms())


def a_form(form_id: str) -> Form:
    return next(form for form in declared_forms() if form.form_id == form_id)


def _unit(code: str, name: str, kind: str = "township", *aliases: str) -> Unit:
    return Unit(code, name, kind, aliases, True, None, None, None, None)


UNITS = (
    _unit("jia", "甲镇", "township", "甲镇人民政府"),
    _unit("yi", "乙镇"),
    _unit("fagai", "发展和改革局", "department", "发改局"),
    _unit("tongji", "统计局", "statistics"),
)
PLAN = (
    Duty("start_completion_register", "fagai", "monthly", "+5wd", None, None, None),
    Duty("statistics_fai", "tongji", "monthly", "+20d", None, None, None),
    Duty("target_breakdown", "fagai", "annual", "start+90d", None, None, None),
    Duty("indicator_report", "fagai", "monthly", "+5wd", None, None, None),
    Duty("indicator_report", "tongji", "monthly", "+5wd", None, None, None),
)
DISTRICT = DistrictTables(UNITS, PLAN, (), policies=Policies(indicators=INDICATORS))
SETTINGS = HomeSettings(district=District(name="试验区", code="130871", reporting_year=2019))


@cache
def reading_context() -> ReadingContext:
    return ReadingContext.of(
        declared_forms(), DISTRICT.units_by_name, DISTRICT.unit_names, SETTINGS.district.name
    )


@dataclass(frozen=True)
class Arrival:
    """A file of a unit; ``changes`` are written over the grid, ``data`` stands instead of a grid.

    ``look`` is how the grid looks (what ``a_sheet`` takes: hidden rows, merges …), ``hidden`` are hidden sheets.
    """

    unit: str
    grid: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    file_name: str = "报表.xlsx"
    more: tuple[str, ...] = ()
    data: bytes | None = None
    look: Mapping[str, Any] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    is_1904: bool = False

    @property
    def identity(self) -> str:
        """What stands for the SHA-256 of the file."""
        look = (sorted(self.look.items()), self.hidden, self.is_1904)
        return repr(self.data or (self.grid, sorted(self.changes.items()), self.more, look))

    def read(self) -> ReadReturn | Notice:
        """Read the grid as it is; only ``data`` takes the way through a file."""
        if self.data is None:
            sheets = [a_sheet(self.grid, self.changes, **self.look), *map(a_sheet, self.more)]
            sheets += [a_sheet(text, is_hidden=True) for text in self.hidden]
            book = a_workbook(*(replace(s, name=f"Sheet{n}") for n, s in enumerate(sheets, 1)))
            book.is_1904 = self.is_1904
            return read_return(book, self.unit, self.file_name, reading_context())
        try:
            book = read_workbook(self.data, ReadingLimits())
        except UnreadableFileError as fault:
            return Notice("unreadable", fault.sentence)
        wanted = Wanted("r", self.unit, self.file_name, "", "")
        read = understand(book, wanted, reading_context())
        assert not isinstance(read, Taken), read.trace
        return read


def batch_of(arrivals: Mapping[str, Arrival], packages: Mapping[str, str] | None = None) -> Batch:
    """Read arrivals, keyed by the receipt they get, ready to be judged."""
    returns: dict[str, ReadReturn] = {}
    notices: list[tuple[str, Notice]] = []
    forms = {form.form_id: form for form in declared_forms()}
    for receipt_id, arrival in arrivals.items():
        read = arrival.read()
        if isinstance(read, Notice):
            notices.append((receipt_id, read))
            continue
        returns[receipt_id] = read
        said = (*read.notices, *about_sender(arrival.unit, extract_of(read), forms, DISTRICT))
        notices += [(receipt_id, notice) for notice in said]
    return taken_batch(returns, notices, packages)


def taken_batch(
    returns: Mapping[str, ReadReturn],
    notices: Sequence[tuple[str, Notice]] = (),
    packages: Mapping[str, str] | None = None,
    rules: RuleBook | None = None,
    context: ReadingContext | None = None,
) -> Batch:
    """Read returns as a process that reads would hand them over, byte for byte, without a process."""
    context = context or reading_context()
    judge = LoneJudge(rules or declared_rules(), context, packages or {})
    files = [(Wanted(i, "jia", "报表.xlsx", "", ""), read) for i, read in returns.items()]
    answer = from_bytes(as_bytes(taken_together(files, judge)))
    found = {i: one.found for i, one in zip(returns, answer.files, strict=True)}
    noted = {form.form_id: problem_columns(form) for form in context.forms}
    asked = [(i, one.extract.form_id, one.extract.row_count) for i, one in found.items()]
    tables = ReturnTables()
    tables.add(TableSchemas(context.forms, noted).unpacked(answer.tables, asked), returns)
    extracts = [(i, one.extract) for i, one in found.items()]
    return Batch(extracts, {i: one.own for i, one in found.items()}, tables, notices)


def judge(batch: Batch) -> Judgement:
    return judge_returns(batch, declared_rules(), reading_context())


@dataclass(frozen=True)
class Outcome:
    """What became of a receipt."""

    status: str
    form_id: str | None
    period: str | None
    version_no: int | None
    superseded_by: str | None
    duplicate_of: str | None
    refused_because: str | None


class Desk:
    """A ledger in memory that takes loads; ``are_rows_judged`` false leaves Great Expectations out."""

    def __init__(
        self, connection: Connection, are_rows_judged: bool, waivers: Sequence[Waiver] = ()
    ) -> None:
        self.connection = connection
        self.are_rows_judged = are_rows_judged
        self.waivers = waivers
        self.loads = 0

    def load(self, arrivals: Mapping[str, Arrival]) -> list[Finding]:
        """Judge arrivals, keyed by receipt id, in one load; a later entry is a later file."""
        self.loads += 1
        moment = FIRST_LOAD + timedelta(days=self.loads)
        receipts = []
        for number, (receipt_id, arrival) in enumerate(arrivals.items()):
            sha256 = arrival.identity
            self.connection.execute(
                "insert into raw.receipts (receipt_id, load_id, unit_code, inbox_path, file_name,"
                " sha256, size_bytes, file_modified_at, modified_ns, received_at,"
                " is_inbox_cleared, status)"
                " values (?, ?, ?, ?, ?, ?, 1, ?, 0, ?, true, 'received')",
                [
                    receipt_id, str(self.loads), arrival.unit, arrival.file_name,
                    arrival.file_name, sha256, moment + timedelta(seconds=number), moment,
                ],
            )  # fmt: skip
            receipts.append(
                Receipt(receipt_id, arrival.unit, arrival.file_name, arrival.file_name, sha256)
            )
        batch = batch_of(arrivals, packages_in_ledgers(self.connection))
        store_read_returns(self.connection, declared_forms(), list(batch.own), batch.tables)
        forms = {form.form_id: form for form in declared_forms()}
        told = {i: Told(forms.get(read.form_id), read.period) for i, read in batch.returns}
        judgement = judge(batch) if self.are_rows_judged else Judgement()
        standards = Standards(declared_rules(), self.waivers, moment.date(), str(self.loads))
        return decide(
            self.connection, standards, receipts, told, judgement, lambda _done, _all: None
        )

    def outcome(self, receipt_id: str) -> Outcome:
        row = self.connection.execute(
            "select status, form_id, period, version_no, superseded_by, duplicate_of,"
            " refused_because from raw.receipts where receipt_id = ?",
            [receipt_id],
        ).fetchall()[0]
        return Outcome(*row)

    def in_force(self) -> set[str]:
        found = self.connection.execute("select receipt_id from raw.returns_in_force").fetchall()
        return {receipt_id for (receipt_id,) in found}


@cache
def _empty_ledger() -> Path:
    """A ledger with the declarations in it, made once; every desk works on a copy."""
    folder = Path(mkdtemp(prefix="taizhang-desk-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "empty.duckdb"
    with open_for_writing(path) as connection:
        upgrade(connection, declared_forms())
        store_declarations(connection, SETTINGS, DISTRICT, declared_rules(), declared_forms())
    return path


@contextmanager
def a_desk(are_rows_judged: bool = True, waivers: Sequence[Waiver] = ()):
    with TemporaryDirectory() as folder:
        path = Path(shutil.copy(_empty_ledger(), folder))
        with open_for_writing(path) as connection:
            connection.execute("set threads = 1")  # small tables: more threads only wait
            yield Desk(connection, are_rows_judged, waivers)


def rule_ids(findings: Sequence[Finding], receipt_id: str | None = None) -> set[str]:
    return {f.rule_id for f in findings if receipt_id in (None, f.receipt_id)}

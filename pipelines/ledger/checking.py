"""A dry run of one workbook or photograph: the same rules as a load, and nothing is changed.

Earlier returns are read from the snapshot that the last load left of the ledger; the work database is
never opened here.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.database import Connection, open_in_memory
from pipelines.declarations.district import DistrictTables
from pipelines.declarations.forms import load_forms
from pipelines.declarations.photographs import PHOTOGRAPH, PHOTOGRAPH_TITLE
from pipelines.declarations.rules import load_rules
from pipelines.ledger.candidates import Told
from pipelines.ledger.catalogue import FORMS_FOLDER, RULES_FOLDER, Catalogue, read_catalogue
from pipelines.ledger.deciding import decide
from pipelines.ledger.photographs import (
    Received,
    duplicates_of,
    judge,
    look_around,
    picture_limits,
)
from pipelines.ledger.reading import (
    ReadBatch,
    about_sender,
    about_unit,
    return_reader,
    why_not_read,
)
from pipelines.ledger.receipts import Receipt
from pipelines.ledger.registry import store_declarations
from pipelines.ledger.return_reader import ReturnReader
from pipelines.ledger.snapshots import copy_returns, readable_snapshot
from pipelines.ledger.storing import store_read_returns
from pipelines.ledger.taken import Taken, Wanted
from pipelines.ledger.work_database import upgrade
from pipelines.photographs.decoding import PictureReader
from pipelines.photographs.folders import is_photos_folder, is_well_placed
from pipelines.photographs.kinds import why_no_picture
from pipelines.photographs.looking import look_at
from pipelines.photographs.picture import Picture
from pipelines.problems import OperatorError
from pipelines.settings import District, Home, HomeSettings
from pipelines.validation.findings import Finding, bounded
from pipelines.validation.history import packages_in_ledgers
from pipelines.validation.photographs import Surroundings
from pipelines.validation.returns import judge_returns
from pipelines.workbooks.readings import Extract, Notice

_RECEIPT = "check"
_PACKAGE = "这是压缩包，里面有 {count} 个文件。压缩包可以直接报送，里面的文件会逐个受理；试查请先解压，再逐个试查。"


@dataclass(frozen=True)
class CheckResult:
    """What a dry run found. ``exit_code``: 0 no errors, 1 errors, 2 cannot be read."""

    form_id: str | None
    form_title: str | None
    period: str | None
    rows: int
    findings: tuple[Finding, ...]
    is_readable: bool

    @property
    def exit_code(self) -> int:
        if not self.is_readable:
            return 2
        return 1 if any(finding.is_error for finding in self.findings) else 0


def check_file(
    file: Path, unit_code: str, form_id: str | None, home: Home | None, now: datetime
) -> CheckResult:
    """Read and judge one workbook as ``unit_code`` would send it at ``now``; a file below ``photos/`` as a photograph.

    Raises OperatorError for a file that does not exist or a form nobody declared.
    """
    catalogue = read_catalogue(home) if home is not None else _bare_catalogue(unit_code)
    if form_id is not None and form_id not in {form.form_id for form in catalogue.forms}:
        known = ", ".join(form.form_id for form in catalogue.forms)
        raise OperatorError(f"There is no form “{form_id}”.", f"Choose one of: {known}")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error}", "Check the path.") from error
    inbox_path = _place_of_photograph(file, data, unit_code)
    if inbox_path is not None:
        return _check_photograph(file, inbox_path, unit_code, catalogue, home, now)
    sha256 = hashlib.sha256(data).hexdigest()
    wanted = Wanted(_RECEIPT, unit_code, file.name, str(file.absolute()), sha256, form_id)
    with open_in_memory() as connection:
        _open_ledger(connection, catalogue, home, ("columns",))
        with return_reader(
            catalogue.settings.limits,
            catalogue.reading_context,
            catalogue.rules,
            packages_in_ledgers(connection),
        ) as reader:
            batch = _read(reader, catalogue, wanted, home)
            findings = _judge(connection, reader, catalogue, batch, wanted, home, now)
    read = next((read for _, read in batch.returns), None)
    form = catalogue.forms_by_id.get(read.form_id or "") if read is not None else None
    return CheckResult(
        form.form_id if form else None,
        form.header.title if form else None,
        read.period if read is not None else None,
        read.row_count if read is not None else 0,
        tuple(sorted((f for f in bounded(findings) if not f.rule.trial), key=_reading_order)),
        read is not None,
    )


def _read(
    reader: ReturnReader, catalogue: Catalogue, wanted: Wanted, home: Home | None
) -> ReadBatch:
    """The file as a batch of one return; like in a load, its bytes are read in a process of their own."""
    (together,) = reader.read_all([wanted])
    ((_, taken),) = together.files
    district = catalogue.district if home is not None else None
    batch = ReadBatch()
    if taken.members is not None:
        taken = Taken(fault=_PACKAGE.format(count=len(taken.members)))
    if taken.found is None:
        told = [why_not_read(wanted, taken)]
        told += [] if district is None else about_unit(wanted.unit_code, district)
    else:
        batch.take(wanted, taken.found)
        batch.take_tables(together)
        told = _notices(taken.found.extract, wanted.unit_code, catalogue, district)
    batch.notices += [(_RECEIPT, notice) for notice in told]
    return batch


def _place_of_photograph(file: Path, data: bytes, unit_code: str) -> str | None:
    """Where a picture below some ``photos/`` would lie in the inbox; None for any other file.

    What lies as deep below it as a photograph is taken for one, whatever it holds.
    """
    parts = file.absolute().parts
    for start in range(len(parts) - 2, -1, -1):
        if is_photos_folder(parts[start]):
            place = "/".join((unit_code, *parts[start:]))
            is_meant = is_well_placed(place) or why_no_picture(data) is None
            return place if is_meant else None
    return None


def _check_photograph(
    file: Path,
    inbox_path: str,
    unit_code: str,
    catalogue: Catalogue,
    home: Home | None,
    now: datetime,
) -> CheckResult:
    """Judge one picture; without a home neither its project nor earlier photographs can be looked up."""
    with PictureReader(picture_limits(catalogue.settings.limits)) as reader:
        photograph = look_at(inbox_path, file, reader)
    receipt = Receipt(
        _RECEIPT, unit_code, inbox_path, file.name, hashlib.sha256(file.read_bytes()).hexdigest()
    )
    is_registered = home is None or unit_code in catalogue.district.unit_names
    received = Received(
        receipt, photograph, (now, now, file.name, inbox_path, _RECEIPT), is_registered
    )
    around = {_RECEIPT: Surroundings(is_sender_registered=is_registered)}
    is_duplicate = False
    if home is not None:
        with open_in_memory() as connection:
            _open_ledger(connection, catalogue, home, ("photographs",))
            around = look_around(connection, [received])
            is_duplicate = bool(duplicates_of(connection, [received]))
    standards = catalogue.standards(now.date(), _RECEIPT)
    found = [] if is_duplicate else judge([received], around, standards)[_RECEIPT]
    is_picture = isinstance(photograph.seen, Picture)
    return CheckResult(
        PHOTOGRAPH,
        PHOTOGRAPH_TITLE,
        photograph.folder.month,
        int(is_picture),
        tuple(sorted((f for f in found if not f.rule.trial), key=_reading_order)),
        is_picture,
    )


def _notices(
    read: Extract, unit_code: str, catalogue: Catalogue, district: DistrictTables | None
) -> list[Notice]:
    """What is noted about the whole return; without a district nobody knows the units' names."""
    if district is None:
        return [notice for notice in read.notices if notice.code != "unit_conflict"]
    return [*read.notices, *about_sender(unit_code, read, catalogue.forms_by_id, district)]


def _judge(
    connection: Connection,
    reader: ReturnReader,
    catalogue: Catalogue,
    batch: ReadBatch,
    wanted: Wanted,
    home: Home | None,
    now: datetime,
) -> list[Finding]:
    """Put this return beside the versions in force in a private database and judge as a load does."""
    unit_code, file_name = wanted.unit_code, wanted.file_name
    connection.execute(
        "insert into raw.receipts (receipt_id, load_id, unit_code, inbox_path, file_name, sha256,"
        " size_bytes, file_modified_at, modified_ns, received_at, is_inbox_cleared, status)"
        " values ($id, $id, $unit, $name, $name, $id, 0, $time, 0, $time, true, 'received')",
        {"id": _RECEIPT, "unit": unit_code, "name": file_name, "time": datetime(9999, 1, 1)},
    )
    store_read_returns(connection, catalogue.forms, list(batch.own), batch.tables)
    ready = batch.judged(reader, packages_in_ledgers(connection))
    judged = judge_returns(ready, catalogue.rules, catalogue.reading_context)
    if not batch.returns or home is None:
        return judged.findings
    receipt = Receipt(_RECEIPT, unit_code, file_name, file_name, _RECEIPT)
    ((_, read),) = batch.returns
    told = {_RECEIPT: Told(catalogue.forms_by_id.get(read.form_id or ""), read.period)}
    standards = catalogue.standards(now.date(), _RECEIPT)
    return decide(connection, standards, [receipt], told, judged, lambda _done, _all: None)


def _open_ledger(
    connection: Connection, catalogue: Catalogue, home: Home | None, tables: tuple[str, ...]
) -> None:
    """Fill a private ledger: what is declared, the rows of all accepted returns, and some tables more."""
    upgrade(connection, catalogue.forms)
    if home is not None:
        snapshot = readable_snapshot(home)
        if snapshot is not None:
            copied = (*tables, *(form.form_id for form in catalogue.forms))
            copy_returns(connection, snapshot, copied, only_accepted=True)
    store_declarations(
        connection, catalogue.settings, catalogue.district, catalogue.rules, catalogue.forms
    )


def _bare_catalogue(unit_code: str) -> Catalogue:
    forms = load_forms(FORMS_FOLDER)
    settings = HomeSettings(district=District(name=unit_code, code="000000", reporting_year=2000))
    district = DistrictTables((), (), ())
    return Catalogue(forms, load_rules(RULES_FOLDER, forms), settings, district)


def _reading_order(finding: Finding) -> tuple[bool, str, int, str, str]:
    place = finding.place
    return (
        not finding.is_error,
        place.sheet or "",
        place.row_number or 0,
        place.cell or "",
        finding.rule_id,
    )

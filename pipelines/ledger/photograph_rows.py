"""Reading and writing what the ledger holds about photographs: set-based statements, nothing is judged here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.database import Connection
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.ledger.receipts import Receipt
from pipelines.photographs.folders import PhotoFolder
from pipelines.photographs.picture import Picture
from pipelines.validation.known_projects import prepare_registry

# Received, last changed, file name, place in the inbox, receipt: which photograph is the earlier (contract §7).
Order = tuple[datetime, datetime, str, str, str]
# Unit, what makes the project one, the project as written, the month, the order.
Use = tuple[str, str, str, str, Order]


@dataclass(frozen=True)
class Settled:
    """What becomes of a photograph; ``picture`` is kept of an accepted one only."""

    receipt_id: str
    folder: PhotoFolder
    picture: Picture | None
    status: str
    refused_because: str | None
    duplicate_of: str | None


def known_projects(
    connection: Connection, projects: Sequence[tuple[str | None, str]]
) -> set[tuple[str | None, str]]:
    """Of projects (code, name key) those that some ledger ever accepted lists."""
    prepare_registry(connection)
    rows = connection.execute(
        """
        select asked.code, asked.name_key
        from (
            select unnest(cast($codes as varchar[])) as code,
                unnest(cast($names as varchar[])) as name_key) as asked
        where asked.code in (select project_code from known_codes)
            or asked.name_key in (select name_key from registry)
        """,
        {"codes": [code for code, _ in projects], "names": [name for _, name in projects]},
    ).fetchall()
    return {(code, name) for code, name in rows}


def used_earlier(connection: Connection, hashes: Sequence[str]) -> defaultdict[str, list[Use]]:
    """What accepted photographs with these bytes were sent for, the earliest first, by SHA-256."""
    rows = connection.execute(
        """
        select r.sha256, r.unit_code, coalesce(p.project_code, p.project_name_key), p.project,
            p.month, r.received_at, r.file_modified_at, r.file_name, r.inbox_path, r.receipt_id
        from raw.photographs as p
        inner join raw.receipts as r on p.receipt_id = r.receipt_id
        where r.sha256 in (select unnest(cast(? as varchar[])))
        order by 6, 7, 8, 9, 10
        """,
        [list(hashes)],
    ).fetchall()
    uses: defaultdict[str, list[Use]] = defaultdict(list)
    for sha256, unit, key, project, month, *order in rows:
        uses[sha256].append((unit, key, project, month, _order(order)))
    return uses


def orders_of(connection: Connection, receipts: Sequence[Receipt]) -> dict[str, Order]:
    """In which order files came, by receipt."""
    rows = connection.execute(
        "select received_at, file_modified_at, file_name, inbox_path, receipt_id from raw.receipts"
        " where receipt_id in (select unnest(cast(? as varchar[])))",
        [[receipt.receipt_id for receipt in receipts]],
    ).fetchall()
    return {row[-1]: _order(row) for row in rows}


def _order(values: Sequence[Any]) -> Order:
    received_at, modified_at, file_name, inbox_path, receipt_id = values
    return received_at, modified_at, file_name, inbox_path, receipt_id


def settle_photographs(connection: Connection, settled: Sequence[Settled]) -> None:
    """Give each photograph its end state, and keep what is known of the accepted ones."""
    connection.execute(
        """
        update raw.receipts set
            form_id = $form_id, period = s.period, status = s.status,
            refused_because = s.refused_because, duplicate_of = s.duplicate_of
        from (
            select unnest(cast($ids as varchar[])) as receipt_id,
                unnest(cast($periods as varchar[])) as period,
                unnest(cast($states as varchar[])) as status,
                unnest(cast($reasons as varchar[])) as refused_because,
                unnest(cast($originals as varchar[])) as duplicate_of) as s
        where receipts.receipt_id = s.receipt_id
        """,
        {
            "form_id": PHOTOGRAPH,
            "ids": [one.receipt_id for one in settled],
            "periods": [one.folder.month for one in settled],
            "states": [one.status for one in settled],
            "reasons": [one.refused_because for one in settled],
            "originals": [one.duplicate_of for one in settled],
        },
    )
    kept = [
        (
            one.receipt_id, one.folder.project, one.folder.project_code, one.folder.name_key,
            one.folder.month, one.picture.image_format, one.picture.width, one.picture.height,
            one.picture.taken_at,
        )
        for one in settled
        if one.picture is not None
    ]  # fmt: skip
    if kept:
        kinds = (*["varchar"] * 6, "integer", "integer", "timestamp")
        lists = ", ".join(f"unnest(cast(? as {kind}[]))" for kind in kinds)
        connection.execute(
            f"insert into raw.photographs select {lists}",
            [list(column) for column in zip(*kept, strict=True)],
        )

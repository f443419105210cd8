"""Zip packages of several returns: each member becomes a file of the archive with a receipt of its own.

A package is taken apart wholly or not at all; its own bytes are in the archive before. What the members say is
judged like any other return.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.database import Connection, transaction
from pipelines.declarations.packages import PACKAGE
from pipelines.intake.archive import store_together
from pipelines.ledger.receipts import Receipt
from pipelines.ledger.return_reader import ReturnReader
from pipelines.ledger.taken import Wanted
from pipelines.settings import Home
from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.packages import Member, file_name_of


@dataclass(frozen=True)
class TakenMember:
    """A member whose bytes are in the archive, with the receipt it gets."""

    receipt: Receipt
    number: int
    size_bytes: int


@dataclass(frozen=True)
class OpenedPackage:
    """A package and everything that was in it."""

    receipt: Receipt
    members: Sequence[TakenMember]


def open_package(
    home: Home,
    reader: ReturnReader,
    receipt: Receipt,
    wanted: Wanted,
    members: Sequence[Member],
) -> OpenedPackage:
    """Put every member into the archive, or none of them.

    Raises UnreadableFileError when one of them cannot be had, and for a package that came in a package.
    """
    if receipt.is_member:
        raise UnreadableFileError(
            "压缩包里面又有压缩包。请把里面的压缩包解开，把表格直接放进一个压缩包，或者逐个报送。"
        )

    def unpacked() -> Iterator[list[bytes]]:
        for member in members:
            yield [reader.read_member(wanted, member.number)]

    taken = [
        TakenMember(_receipt_of(receipt, member, kept.sha256), member.number, kept.size_bytes)
        for member, kept in zip(members, store_together(home.archive, unpacked()), strict=True)
    ]
    return OpenedPackage(receipt, taken)


def _receipt_of(package: Receipt, member: Member, sha256: str) -> Receipt:
    """The receipt depends on the package's and on nothing that changes from load to load."""
    name = file_name_of(member)
    seed = f"{package.receipt_id}|{member.number}|{sha256}"
    receipt_id = hashlib.sha256(seed.encode()).hexdigest()[:16]
    path = f"{package.inbox_path}/{name}"
    return Receipt(receipt_id, package.unit_code, path, name, sha256, is_member=True)


def register_members(connection: Connection, packages: Sequence[OpenedPackage]) -> list[Receipt]:
    """Give every member its receipt and the packages their end state, in one step.

    A member came when its package came, and is as old as it. What the statistics unit sends is restricted: the
    name of its package may say something about a single respondent. Returns the new receipts.
    """
    records = [
        {
            "package": package.receipt.receipt_id,
            "receipt_id": member.receipt.receipt_id,
            "number": member.number,
            "inbox_path": member.receipt.inbox_path,
            "file_name": member.receipt.file_name,
            "sha256": member.receipt.sha256,
            "size": member.size_bytes,
        }
        for package in packages
        for member in package.members
    ]
    with transaction(connection):
        for record in records:
            connection.execute(
                "insert into raw.receipts by name"
                " select $receipt_id as receipt_id, load_id, unit_code, $inbox_path as inbox_path,"
                " $file_name as file_name, $sha256 as sha256, $size as size_bytes, file_modified_at,"
                " modified_ns, received_at, true as is_inbox_cleared, 'received' as status,"
                " receipt_id as package_receipt_id, $number as member_number"
                " from raw.receipts where receipt_id = $package",
                record,
            )
        connection.execute(
            "update raw.receipts set status = 'accepted', form_id = $form_id, is_restricted ="
            " unit_code in (select unit_code from config.units where unit_type = 'statistics')"
            " where receipt_id in (select unnest(cast($receipts as varchar[])))",
            {"form_id": PACKAGE, "receipts": [p.receipt.receipt_id for p in packages]},
        )
    return [member.receipt for package in packages for member in package.members]

"""Photographs in the ledger: looked at, compared with the ledger and earlier photographs, judged, stored.

Each is its own: none supersedes another. They are decided after the returns of the same load, so that a project
listed in it is known.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.database import Connection, transaction
from pipelines.declarations.photographs import PHOTOGRAPH
from pipelines.intake.archive import archive_path, fetch
from pipelines.ledger.photograph_rows import (
    Order,
    Settled,
    known_projects,
    orders_of,
    settle_photographs,
    used_earlier,
)
from pipelines.ledger.receipts import Receipt
from pipelines.ledger.storing import store_findings, store_outcomes
from pipelines.periods import period_words
from pipelines.photographs.decoding import PictureReader
from pipelines.photographs.looking import Photograph, look_at
from pipelines.photographs.picture import Picture, PictureLimits
from pipelines.settings import Home, Limits
from pipelines.validation.findings import Finding, refusal_words
from pipelines.validation.known_projects import similar_names
from pipelines.validation.outcomes import Gap, Outcomes
from pipelines.validation.photographs import (
    PhotographNotice,
    Surroundings,
    gaps_by_rule,
    gaps_of,
    judge_photographs,
    notices_of,
)
from pipelines.validation.standing import Slot, Standards, is_valid, standing

Progress = Callable[[int, int], None]
# How much longer than the processor may work a picture may take by the clock of the wall.
_WALL_FACTOR = 3


@dataclass(frozen=True)
class Received:
    """A photograph with its receipt; ``order`` begins with the time of receipt and tells which of two came first."""

    receipt: Receipt
    photograph: Photograph
    order: Order
    is_sender_registered: bool

    @property
    def received_at(self) -> datetime:
        """The clock of the load that took it."""
        return self.order[0]

    @property
    def use(self) -> tuple[str, str, str | None]:
        """For what it was sent: unit, project, month."""
        folder = self.photograph.folder
        return self.receipt.unit_code, folder.project_key, folder.month

    @property
    def is_acceptable(self) -> bool:
        """Whether nothing stands against it but questions: the same bytes may then be a duplicate of it."""
        month = self.photograph.folder.month
        return (
            month is not None
            and month <= f"{self.received_at:%Y-%m}"
            and self.is_sender_registered
            and isinstance(self.photograph.seen, Picture)
        )


def picture_limits(limits: Limits) -> PictureLimits:
    """The district's limits in bytes, pixels and seconds."""
    return PictureLimits(
        limits.max_photo_mib << 20,
        limits.max_photo_megapixels * 1_000_000,
        limits.max_photo_frames,
        limits.photo_memory_mib << 20,
        limits.photo_cpu_seconds,
        limits.photo_cpu_seconds * _WALL_FACTOR,
    )


def look_at_photographs(
    connection: Connection,
    receipts: Sequence[Receipt],
    home: Home,
    limits: Limits,
    progress: Progress,
) -> list[Received]:
    """Decode every photograph, in the order in which they came."""
    if not receipts:
        return []
    orders = orders_of(connection, receipts)
    units = {
        code for (code,) in connection.execute("select unit_code from config.units").fetchall()
    }
    received = []
    with PictureReader(picture_limits(limits)) as reader:
        for number, receipt in enumerate(receipts, 1):
            # Read once to prove the archive's copy; the decoding process opens it by itself.
            fetch(home.archive, receipt.sha256)
            path = archive_path(home.archive, receipt.sha256)
            seen = look_at(receipt.inbox_path, path, reader)
            order, is_registered = orders[receipt.receipt_id], receipt.unit_code in units
            received.append(Received(receipt, seen, order, is_registered))
            progress(number, len(receipts))
    return sorted(received, key=lambda one: one.order)


def decide_photographs(
    connection: Connection, standards: Standards, received: Sequence[Received]
) -> list[Finding]:
    """Judge the photographs of a load and give each its end state. Returns the findings that stand."""
    if not received:
        return []
    with transaction(connection):
        around = look_around(connection, received)
        duplicates = duplicates_of(connection, received)
        fresh = [one for one in received if one.receipt.receipt_id not in duplicates]
        found = judge(fresh, around, standards)
        settled = [_settle(one, found[one.receipt.receipt_id]) for one in fresh]
        settled += [
            _duplicate(one, duplicates[one.receipt.receipt_id])
            for one in received
            if one.receipt.receipt_id in duplicates
        ]
        findings = [finding for listed in found.values() for finding in listed]
        store_findings(connection, findings)
        store_outcomes(connection, _outcomes(received, around, standards, found), standards.load_id)
        settle_photographs(connection, settled)
    return findings


def look_around(connection: Connection, received: Sequence[Received]) -> dict[str, Surroundings]:
    """What the ledger knows beside each photograph, by receipt."""
    projects = {
        (one.photograph.folder.project_code, one.photograph.folder.name_key)
        for one in received
        if one.photograph.folder.project is not None
    }
    known = known_projects(connection, sorted(projects, key=str))
    similar = similar_names(connection, {name for code, name in projects - known})
    uses = _earlier_uses(connection, received)
    around = {}
    for one in received:
        folder = one.photograph.folder
        used = uses.get(one.receipt.receipt_id)
        around[one.receipt.receipt_id] = Surroundings(
            is_sender_registered=one.is_sender_registered,
            is_project_known=(folder.project_code, folder.name_key) in known,
            nearest=similar.get(folder.name_key),
            is_first_use=used is None,
            used_before=used,
        )
    return around


def judge(
    received: Sequence[Received],
    around: Mapping[str, Surroundings],
    standards: Standards,
) -> dict[str, list[Finding]]:
    """The findings that stand, by receipt; each photograph is judged by the moment it came."""
    notices: list[PhotographNotice] = []
    for one in received:
        receipt = one.receipt
        notices += notices_of(
            receipt.receipt_id,
            receipt.unit_code,
            one.photograph,
            around[receipt.receipt_id],
            one.received_at,
        )
    by_receipt: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in judge_photographs(notices, standards.rules.of_form(PHOTOGRAPH)):
        by_receipt[finding.receipt_id].append(finding)
    return {
        one.receipt.receipt_id: standing(
            by_receipt[one.receipt.receipt_id], _slot(one), standards.waivers, standards.today
        )
        for one in received
    }


def _slot(one: Received) -> Slot:
    folder = one.photograph.folder
    codes = {folder.name_key: folder.project_code} if folder.project_code else {}
    return Slot(one.receipt.unit_code, PHOTOGRAPH, folder.month, codes)


def _earlier_uses(connection: Connection, received: Sequence[Received]) -> dict[str, str]:
    """Where the same bytes were sent before for another project or month, in words, by receipt."""
    earlier = used_earlier(connection, [one.receipt.sha256 for one in received])
    first: dict[str, Received] = {}
    said: dict[str, str] = {}
    for one in received:
        words = [
            _use_words(one, unit, project, month)
            for unit, key, project, month, order in earlier[one.receipt.sha256]
            if order < one.order and (unit, key, month) != one.use
        ]
        before = first.get(one.receipt.sha256)
        if before is not None and before.use != one.use:
            folder = before.photograph.folder
            words.append(
                _use_words(one, before.receipt.unit_code, folder.project or "", folder.month or "")
            )
        if words:
            said[one.receipt.receipt_id] = words[0]
        if one.is_acceptable:
            first.setdefault(one.receipt.sha256, one)
    return said


def _use_words(one: Received, unit_code: str, project: str, month: str) -> str:
    """Another unit's project is not named to this one."""
    if unit_code != one.receipt.unit_code:
        return f"{period_words(month)}，由别的单位报送"
    return f"{period_words(month)}，项目：{project}"


def duplicates_of(connection: Connection, received: Sequence[Received]) -> dict[str, str]:
    """Photographs whose bytes the unit has sent before for the same project and month → the earlier receipt."""
    kept = used_earlier(connection, [one.receipt.sha256 for one in received])
    originals: dict[tuple[str, tuple[str, str, str | None]], str] = {
        (sha256, (unit, key, month)): order[-1]
        for sha256, uses in kept.items()
        for unit, key, _, month, order in reversed(uses)
    }
    duplicates: dict[str, str] = {}
    for one in received:
        if one.is_acceptable:
            receipt_id = one.receipt.receipt_id
            original = originals.setdefault((one.receipt.sha256, one.use), receipt_id)
            if original != receipt_id:
                duplicates[receipt_id] = original
    return duplicates


def _duplicate(one: Received, original: str) -> Settled:
    folder = one.photograph.folder
    return Settled(one.receipt.receipt_id, folder, None, "duplicate", None, original)


def _settle(one: Received, findings: Sequence[Finding]) -> Settled:
    folder, seen = one.photograph.folder, one.photograph.seen
    because = refusal_words(findings)
    if because is not None or not isinstance(seen, Picture) or folder.month is None:
        because = because or "不能作为照片采用"
        return Settled(one.receipt.receipt_id, folder, None, "refused", because, None)
    warned = any(finding.severity == "warning" for finding in findings)
    status = "accepted_with_warnings" if warned else "accepted"
    return Settled(one.receipt.receipt_id, folder, seen, status, None, None)


def _outcomes(
    received: Sequence[Received],
    around: Mapping[str, Surroundings],
    standards: Standards,
    found: Mapping[str, Sequence[Finding]],
) -> Outcomes:
    """The outcome of every rule on every photograph; on a duplicate nothing is evaluated."""
    rules = standards.rules.of_form(PHOTOGRAPH)
    outcomes = Outcomes()
    for one in received:
        receipt_id, month = one.receipt.receipt_id, one.photograph.folder.month
        if receipt_id in found:
            gaps = gaps_by_rule(rules, gaps_of(one.photograph, around[receipt_id]))
            valid = [rule for rule in rules if is_valid(rule, month, standards.today)]
        else:
            gaps = {rule.rule_id: Gap("duplicate", 0) for rule in rules}
            valid = list(rules)
        outcomes.settle(receipt_id, valid, found.get(receipt_id, ()), gaps)
    return outcomes

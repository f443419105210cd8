"""The two sides of a month as the restricted release in place shows them: ledger projects and statistics records.

Only reads. What is compared of them is ``evidence``'s.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pipelines.database import Connection, open_read_only, quote_text
from pipelines.problems import OperatorError
from pipelines.reconciliation.evidence import Side
from pipelines.reconciliation.name_parts import name_parts
from pipelines.settings import Home
from pipelines.text import name_key

_PLACES = ("township", "street", "zone")


@dataclass(frozen=True)
class ReconciledMonth:
    """A month with a statistics return, and who takes part in it."""

    period: str
    projects: tuple[Side, ...]
    records: tuple[Side, ...]
    unit_names: Mapping[str, str]


@contextmanager
def open_releases(home: Home) -> Iterator[Connection]:
    """Both files of the release in place: the restricted one in use, the open one as ``open_release``.

    Raises OperatorError where nothing has been published.
    """
    # One look at the link, so that both are of one release.
    restricted = home.statistics_database.resolve()
    reporting = restricted.with_name(home.reporting_database.name)
    if not restricted.exists():
        raise OperatorError(
            f"{home.statistics_database} does not exist: nothing has been published yet.",
            "Load the home first: taizhang load --home HOME",
        )
    with open_read_only(restricted) as connection:
        connection.execute(f"attach {quote_text(str(reporting))} as open_release (read_only)")
        yield connection


def read_month(releases: Connection, district_name: str, period: str | None) -> ReconciledMonth:
    """Both sides of a month, of the latest one where none is named. Raises OperatorError for a month without any."""
    period = _existing_period(releases, period)
    units = releases.execute(
        "select unit_code, unit_name, unit_type, aliases from open_release.marts.dim_unit"
        " order by unit_code"
    ).fetchall()
    places: dict[str, str | None] = {
        name_key(name): code
        for code, unit_name, kind, aliases in units
        if kind in _PLACES
        for name in (unit_name, *filter(None, (aliases or "").split(";")))
    }
    place_units = frozenset(code for code, _, kind, _ in units if kind in _PLACES)
    pairs = _matched_pairs(releases, period)
    return ReconciledMonth(
        period,
        tuple(
            _projects(
                releases, period, {**places, name_key(district_name): None}, place_units, pairs
            )
        ),
        tuple(_records(releases, period, {**places, name_key(district_name): None}, pairs)),
        {code: name for code, name, _, _ in units},
    )


def _existing_period(releases: Connection, period: str | None) -> str:
    periods = [
        found
        for (found,) in releases.execute(
            "select distinct period from marts.fct_fai_reconciliation order by 1"
        ).fetchall()
    ]
    if not periods:
        raise OperatorError(
            "The release holds no month with a statistics return.",
            "Load a 固定资产投资项目统计明细 of the statistics bureau first.",
        )
    if period is not None and period not in periods:
        raise OperatorError(
            f"{period} has no statistics return.", f"There are: {', '.join(periods)}."
        )
    return period or periods[-1]


def _matched_pairs(releases: Connection, period: str) -> list[tuple[str, str]]:
    """Project key and statistics code of every certain match of the month."""
    return [
        (key, code)
        for key, codes in releases.execute(
            "select project_key, statistics_code from marts.fct_fai_reconciliation"
            " where period = ? and match_class like 'matched%' order by 1",
            [period],
        ).fetchall()
        for code in codes.split(";")
    ]


def _projects(
    releases: Connection,
    period: str,
    places: Mapping[str, str | None],
    place_units: frozenset[str],
    pairs: list[tuple[str, str]],
) -> Iterator[Side]:
    matched = defaultdict(list)
    for key, statistics_code in pairs:
        matched[key].append(statistics_code)
    rows = releases.execute(
        """
        select r.project_key, r.project_name, p.project_code, r.unit_code, p.township, p.owner_name, p.owner_uscc,
            r.total_investment_wanyuan, r.ledger_ytd_wanyuan, p.start_date
        from marts.fct_fai_reconciliation as r
        inner join open_release.marts.dim_project as p on r.project_key = p.project_key
        where r.period = ?
        order by r.project_key
        """,
        [period],
    ).fetchall()
    for key, name, code, unit, township, owner, credit_code, total, ytd, started in rows:
        owner_key = name_key(owner or "") or None
        lies_in = {unit} & place_units | {places.get(name_key(township or ""))}
        yield Side(
            key, name, name_parts(name_key(name), places, owner_key), code, unit,
            frozenset(place for place in lies_in if place), owner_key, credit_code, total, ytd,
            started, tuple(matched[key]),
        )  # fmt: skip


def _records(
    releases: Connection,
    period: str,
    places: Mapping[str, str | None],
    pairs: list[tuple[str, str]],
) -> Iterator[Side]:
    matched = defaultdict(list)
    for key, statistics_code in pairs:
        matched[statistics_code].append(key)
    rows = releases.execute(
        """
        select statistics_code, coalesce(statistics_name, ''), project_code, unit_code, owner_name, owner_uscc,
            planned_total_wanyuan, ytd_wanyuan, start_month
        from marts.dim_statistics_record
        where period = ?
        order by statistics_code
        """,
        [period],
    ).fetchall()
    for code, name, project_code, unit, owner, credit_code, total, ytd, started in rows:
        owner_key = name_key(owner or "") or None
        yield Side(
            code, name, name_parts(name_key(name), places, owner_key), project_code, unit,
            frozenset({unit} if unit else ()), owner_key, credit_code, total, ytd, started,
            tuple(matched[code]),
        )  # fmt: skip

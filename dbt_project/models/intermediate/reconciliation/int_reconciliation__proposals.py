"""Alike names nobody has confirmed: one row per month and proposed pair. Restricted.

Only keys and the similarity leave this model, so that no amount ever becomes a float.
"""

from collections import defaultdict

from pipelines.matching import Candidate, propose_pairs

_OF_MONTHS_WITH_BOTH_SIDES = """
    select
        period,
        side,
        identity,
        sort_code,
        name_key,
        unit_code,
        owner_key,
        amount_wanyuan
    from candidates
    where period in (select period from candidates group by period having count(distinct side) = 2)
    order by period, side, identity
    """


def model(dbt, session):
    dbt.config(materialized="table")
    ((at_least,),) = dbt.ref("stg_policy").project("proposal_similarity").fetchall()
    rows = (
        dbt.ref("int_reconciliation__candidates")
        # Where one side is empty there is nothing to compare, and most months of most districts are so.
        .query("candidates", _OF_MONTHS_WITH_BOTH_SIDES)
        .fetchall()
    )

    rejected = {
        tuple(pair)
        for pair in dbt.ref("int_reconciliation__rejections").project("project_key, statistics_code").fetchall()
    }

    sides = defaultdict(lambda: {"ledger": [], "statistics": []})
    identities = {}
    for period, side, identity, sort_code, name_key, unit_code, owner_key, amount in rows:
        # Ties go by code (contract §7); a project without one comes after those that have one.
        sortable = f"{sort_code or '~'}|{identity}"
        identities[sortable] = identity
        sides[period][side].append(Candidate(sortable, name_key, unit_code, owner_key, amount))

    proposals = [
        (period, identities[pair.left], identities[pair.right], pair.similarity)
        for period, side in sides.items()
        for pair in propose_pairs(
            side["ledger"],
            side["statistics"],
            at_least,
            lambda left, right: (identities[left], identities[right]) not in rejected,
        )
    ]
    periods, project_keys, statistics_codes, similarities = (
        [list(column) for column in zip(*proposals, strict=True)] if proposals else ([], [], [], [])
    )
    return session.sql(
        """
        select
            unnest(cast($1 as varchar[])) as period,
            unnest(cast($2 as varchar[])) as project_key,
            unnest(cast($3 as varchar[])) as statistics_code,
            unnest(cast($4 as double[])) as similarity
        """,
        params=[periods, project_keys, statistics_codes, similarities],
    )

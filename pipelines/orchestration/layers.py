"""How the assets are shown: a group for every room of the house, in the order in which the data passes through it.

The names begin with a number because Dagster sorts groups by name. Owners are teams, never persons.
"""

import dagster as dg

DECLARATIONS = "01_declarations"
LEDGER = "02_ledger"
ANSWERS = "03_answers"
STAGING = "04_staging"
INTERMEDIATE = "05_intermediate"
MARTS = "06_marts"
RELEASE = "07_release"
REPORTS = "08_reports"
PERIODS = "09_periods"

# A dbt model's first folder, and the group it is shown in.
DBT_GROUPS = {"staging": STAGING, "intermediate": INTERMEDIATE, "marts": MARTS}

DATA_OFFICE = "team:data_office"
STATISTICS = "team:statistics"
SUBMITTERS = "team:submitters"
# Who answers for what is in a group: whose figures, words or decisions they are.
OWNERS = {
    DECLARATIONS: (DATA_OFFICE,),
    LEDGER: (DATA_OFFICE, SUBMITTERS),
    ANSWERS: (DATA_OFFICE, SUBMITTERS),
    STAGING: (DATA_OFFICE,),
    INTERMEDIATE: (STATISTICS,),
    MARTS: (STATISTICS,),
    RELEASE: (DATA_OFFICE, STATISTICS),
    REPORTS: (STATISTICS,),
    PERIODS: (DATA_OFFICE, STATISTICS),
}

# What a group's assets are stored in or made with: names of Dagster's own icons, three at most on one asset.
EXCEL, CSV, DUCKDB, PYTHON, PARQUET, EMAIL = "excel", "csv", "duckdb", "python", "parquet", "email"
DBT, RULES = "dbt", "greatexpectations"


def spec(
    key: dg.AssetKey,
    group: str,
    description: str,
    kinds: set[str],
    deps: list[dg.AssetKey] | None = None,
    freshness: dg.FreshnessPolicy | None = None,
    **more: object,
) -> dg.AssetSpec:
    """An asset of a group, with the group's owners."""
    return dg.AssetSpec(
        key,
        deps=deps,
        description=description,
        group_name=group,
        kinds=kinds,
        owners=list(OWNERS[group]),
        freshness_policy=freshness,
        **more,  # type: ignore[arg-type]
    )

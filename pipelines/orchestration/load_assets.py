"""The assets of a load, from the returns to what follows the release, and the jobs of them that a terminal executes itself.

What the service has besides (periods, rhythms, watch) is put together in ``assembly``.
"""

from dataclasses import dataclass

import dagster as dg

from pipelines.declarations.forms import load_forms
from pipelines.declarations.rules import load_rules
from pipelines.ledger.catalogue import FORMS_FOLDER, RULES_FOLDER
from pipelines.orchestration.answers import answers_asset, messages_asset
from pipelines.orchestration.jobs import Job, answer_job, load_job
from pipelines.orchestration.logs import FILE_LOG, file_log
from pipelines.orchestration.release_asset import release_asset
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.orchestration.returns import returns_asset
from pipelines.orchestration.supervision import supervision_asset
from pipelines.orchestration.warehouse import dbt_asset
from pipelines.settings import Home


@dataclass(frozen=True)
class LoadAssets:
    """The assets of a load, in the order of the work."""

    returns: dg.AssetsDefinition
    answers: dg.AssetsDefinition
    messages: dg.AssetsDefinition
    marts: dg.AssetsDefinition
    release: dg.AssetsDefinition
    supervision: dg.AssetsDefinition

    @property
    def all(self) -> list[dg.AssetsDefinition]:
        return [
            self.returns, self.answers, self.messages, self.marts, self.release, self.supervision,
        ]  # fmt: skip

    def answer_job(self) -> Job:
        """The job of the quick rhythm, which ends with the answers."""
        return answer_job([self.returns, self.answers, self.messages])


def load_assets(home: Home, with_checks: bool) -> LoadAssets:
    """The assets over one home; ``with_checks`` where the results of rules, tests and proofs are kept for the pages."""
    forms = load_forms(FORMS_FOLDER)
    marts = dbt_asset(with_checks)
    return LoadAssets(
        returns=returns_asset(forms, load_rules(RULES_FOLDER, forms), home, with_checks),
        answers=answers_asset(home),
        messages=messages_asset(),
        marts=marts,
        release=release_asset(marts, home, with_checks),
        supervision=supervision_asset(),
    )


def terminal_job(home: HomeResource, results: RunResults, name: str) -> dg.JobDefinition:
    """``load`` or ``answer`` for a run that nobody can look at afterwards.

    The same assets and steps; a rule that fails is told by the answers, a test or a proof that fails ends the run
    whether it is a check or not.
    """
    assets = load_assets(home.home, with_checks=False)
    return dg.Definitions(
        assets=assets.all,
        jobs=[load_job(), assets.answer_job()],
        resources={"home": home, "results": results},
        loggers={FILE_LOG: file_log},
    ).resolve_job_def(name)

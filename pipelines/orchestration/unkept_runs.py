"""The instance of a run in this process: its job is told how it goes, and nothing is kept for afterwards.

Dagster's own instance in memory stores every event in a database that is thrown away at the end, and looks there for the
versions of what each asset is made of: two thirds of what such a run costs. What a load did stands in the ledger, in
the release and in the log. Runs that are looked at have the service's instance.
"""

from collections.abc import Sequence

import dagster as dg
from dagster._core.instance import InstanceType
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.run_coordinator import DefaultRunCoordinator
from dagster._core.storage.event_log import AssetRecord, InMemoryEventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.root import TemporaryLocalArtifactStorage
from dagster._core.storage.runs import InMemoryRunStorage


class _ForgetfulLog(InMemoryEventLogStorage):
    """Takes every event and keeps none."""

    def store_event(self, event: dg.EventLogEntry) -> None:
        """Nobody can ask for it."""

    def get_asset_records(
        self, asset_keys: Sequence[dg.AssetKey] | None = None
    ) -> Sequence[AssetRecord]:
        """None: no asset was made in another run of this instance."""
        return []

    @property
    def asset_records_have_last_observation(self) -> bool:
        return True


def unkept_instance() -> dg.DagsterInstance:
    """What ``DagsterInstance.ephemeral`` makes, with a log that forgets."""
    return dg.DagsterInstance(
        instance_type=InstanceType.EPHEMERAL,
        local_artifact_storage=TemporaryLocalArtifactStorage(),  # type: ignore[no-untyped-call]
        run_storage=InMemoryRunStorage(),
        event_storage=_ForgetfulLog(),
        run_coordinator=DefaultRunCoordinator(),
        compute_log_manager=NoOpComputeLogManager(),
        run_launcher=SyncInMemoryRunLauncher(),
    )

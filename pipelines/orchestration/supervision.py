"""What follows a release: the supervision notices to print, and the messages about them and about nodes."""

import time
from datetime import datetime

import dagster as dg

from pipelines.alerts.delivery import deliver
from pipelines.alerts.supervising import announce_supervision
from pipelines.ledger.catalogue import Catalogue
from pipelines.ledger.work_database import open_work_database
from pipelines.orchestration.layers import OWNERS, PYTHON, REPORTS
from pipelines.orchestration.plain_failures import RETRIES, failing_plainly
from pipelines.orchestration.resources import HomeResource, RunResults
from pipelines.reports.notices import write_notices
from pipelines.reports.supervision import NodeComingDue, OpenNotice, nodes_coming_due, open_notices
from pipelines.settings import Home


def supervision_asset() -> dg.AssetsDefinition:
    """Notices that were issued or reminded of are written out; units are told of them and of nodes that come due."""

    @dg.asset(
        name="supervision",
        key_prefix="reports",
        deps=[dg.AssetKey(["published", "release"])],
        group_name=REPORTS,
        kinds={PYTHON},
        owners=list(OWNERS[REPORTS]),
        retry_policy=RETRIES,
        description="督办通知单和节点提醒。 Supervision notices, and reminders ahead of nodes.",
    )
    def supervision(
        home: HomeResource, results: dg.ResourceParam[RunResults]
    ) -> dg.MaterializeResult[None]:
        start = time.perf_counter()
        catalogue, now = home.catalogue, home.read_now()
        release, folder = home.home.reporting_database, home.home.reports / "notices"
        announced = 0
        with failing_plainly(home.is_patient):
            nodes, notices = nodes_coming_due(release), open_notices(release)
            written = write_notices(notices, folder)
            if nodes or notices:
                with home.writing(results.say):
                    announced = _announce(home.home, catalogue, nodes, notices, now)
            if announced:
                sent = deliver(home.home, catalogue, now, results.say)
                results.deliveries = sent.following(results.deliveries)
        results.seconds["supervise"] = round(time.perf_counter() - start, 3)
        return dg.MaterializeResult(
            metadata={
                "nodes_coming_due": len(nodes),
                "open_notices": len(notices),
                "sheets_written": written,
                "messages": announced,
                "folder": dg.MetadataValue.path(str(folder)),
            }
        )

    return supervision


def _announce(
    home: Home,
    catalogue: Catalogue,
    nodes: list[NodeComingDue],
    notices: list[OpenNotice],
    now: datetime,
) -> int:
    with open_work_database(home, catalogue.forms) as connection:
        return announce_supervision(connection, catalogue.settings, nodes, notices, now)

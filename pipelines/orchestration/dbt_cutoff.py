"""Which nodes of a build are what they were: nothing they are made of holds anything else than at the last build.

Decided while the build runs, by content: a table that was made again and holds the same rows counts as unchanged, so
that what hangs on it is kept too. A node's inputs are what dbt says it depends on, and of an incremental model the
receipts it has to append (dbt asks for those only when it runs one); that nothing else is read is held by a test. Nothing here makes or measures anything itself: dbt is asked in ``dbt_runners``.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from pipelines.ledger.build_notes import BuildNotes, Outcome
from pipelines.ledger.contents import Content
from pipelines.ledger.increments import CHANGED_RECEIPTS

Measure = Callable[[str], Content]
# The rows the ledger's tables hold are joined here to those of accepted returns: most of what a load brings in changes
# nothing for most forms, and these views are cheap to look through.
_MEASURED_VIEWS = "staging"


class Cutoff:
    """What is known of the nodes of one build, and what it notes for the next.

    ``nodes`` and ``sources`` are those of dbt's manifest; ``changed`` the sources that hold something else than at the
    last build and ``reshaped`` those with other columns, as schema.table; ``notes`` what that build left. Without notes
    everything is made.
    """

    def __init__(
        self,
        nodes: Mapping[str, Any],
        sources: Mapping[str, Any],
        changed: Collection[str],
        reshaped: Collection[str],
        notes: BuildNotes,
    ) -> None:
        self._nodes = nodes
        self._notes = notes
        self._has_receipts = CHANGED_RECEIPTS in changed
        self._is_changed: dict[str, bool] = {
            name: f"{source.schema}.{source.identifier}" in changed
            for name, source in sources.items()
        }
        self._reshaped = {
            name
            for name, source in sources.items()
            if f"{source.schema}.{source.identifier}" in reshaped
        }
        self._contents: dict[str, Content] = {}
        self._outcomes: dict[str, Outcome] = {}

    def keeps_model(self, name: str, measure: Measure) -> bool:
        """Whether a model's table is what it was; a view is never asked for: it holds nothing."""
        if name not in self._notes.contents or self._has_changed_inputs(name, measure):
            return False
        self._settle(name, self._notes.contents[name])
        return True

    def kept_outcome(self, name: str, measure: Measure) -> Outcome | None:
        """How a test ended that looks at the same rows as the last time; None where it has to be run."""
        outcome = self._notes.outcomes.get(name)
        if outcome is None or self._has_changed_inputs(name, measure):
            return None
        self._outcomes[name] = outcome
        return outcome

    def made(self, name: str, measure: Measure) -> None:
        """A model was made; whether what it holds is new is measured, but for views that are not worth it."""
        if _is_worth_measuring(self._nodes[name]):
            self._settle(name, measure(_relation(self._nodes[name])))

    def ended(self, name: str, outcome: Outcome) -> None:
        """A test was run."""
        self._outcomes[name] = outcome

    def statement(self, name: str) -> str | None:
        """What the last build said to the database for a node, None where dbt has to work it out.

        What a node says may depend on the columns of its sources, which it asks for.
        """
        if not self._reshaped.isdisjoint(self._nodes[name].depends_on.nodes):
            return None
        return self._notes.statements.get(name)

    def notes(self, statements: Mapping[str, str]) -> BuildNotes:
        """What this build found, for the next one; ``statements`` are those that were worked out.

        Of the last build's only those stay that could be said in this one.
        """
        kept = {name: text for name, text in self._notes.statements.items() if self.statement(name)}
        said = {**kept, **statements}
        return BuildNotes(dict(self._contents), dict(self._outcomes), said)

    def _has_changed_inputs(self, name: str, measure: Measure) -> bool:
        node = self._nodes[name]
        # Every input is looked at, so that each of them is known to the next build.
        changed = [self._holds_something_else(one, measure) for one in node.depends_on.nodes]
        return any(changed) or (self._has_receipts and node.config.materialized == "incremental")

    def _holds_something_else(self, name: str, measure: Measure) -> bool:
        """Whether an input is not what it was; one that nothing is known of counts as changed."""
        node = self._nodes.get(name)
        if name not in self._is_changed and node is not None and _is_view(node):
            self._look_through(name, node, measure)
        return self._is_changed.get(name, True)

    def _look_through(self, name: str, view: Any, measure: Measure) -> None:
        is_changed = self._has_changed_inputs(name, measure)
        if not is_changed and name in self._notes.contents:
            self._settle(name, self._notes.contents[name])
        elif is_changed and _is_worth_measuring(view):
            self._settle(name, measure(_relation(view)))
        else:
            self._is_changed[name] = is_changed

    def _settle(self, name: str, content: Content) -> None:
        self._contents[name] = content
        self._is_changed[name] = self._notes.contents.get(name) != content


def _is_view(node: Any) -> bool:
    return bool(node.resource_type == "model" and node.config.materialized == "view")


def _is_worth_measuring(node: Any) -> bool:
    return bool(not _is_view(node) or node.schema == _MEASURED_VIEWS)


def _relation(node: Any) -> str:
    return str(node.relation_name)

"""What was handed in before a task: the earlier visits, remarks on its rows, and what changed in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.audit.act import Json
from engine.text.states import APPROVALS
from engine.views.screens import DefinitionNames
from engine.views.tasks import Task
from web.field_display import Showing, columns_of
from web.localizer import Localizer


@dataclass(frozen=True)
class TaskHistory:
    """The visits before one task, as its page shows them."""

    task: Task
    definition: DefinitionNames
    showing: Showing
    words: Localizer

    def entries(self) -> list[dict[str, Any]]:
        """What was handed in before, the latest first."""
        columns, entries = columns_of(self.definition), []
        for entry in reversed(self.task["history"]):
            step = self.definition["steps"][entry["step_id"]]
            outcome = step["outcomes"].get(entry["outcome"] or "")
            facts = self.showing.facts(step["fields"], entry["data"] or {}, columns)
            entries.append(
                {
                    **entry,
                    "label": step["label"],
                    "outcome_label": outcome["label"]
                    if outcome
                    else self.words.of(APPROVALS, entry["outcome"]),
                    "facts": facts,
                }
            )
        return entries

    def remarks(self) -> dict[str, list[tuple[str, str]]]:
        """What the person who returned the task noted about each row."""
        returned = self.task["returned_by"]
        if returned is None:
            return {}
        entries = [earlier for earlier in self.task["history"] if earlier["step_id"] == returned["step_id"]]
        fields = {field["id"]: field for field in self.definition["steps"][returned["step_id"]]["fields"]}
        remarks: dict[str, list[tuple[str, str]]] = {}
        for id, value in ((entries[-1]["data"] or {}) if entries else {}).items():
            if id not in fields or fields[id]["type"] != "table" or not isinstance(value, list):
                continue
            for row in value:
                remarks.setdefault(str(row.get("row")), []).extend(self._said_of(row, fields[id]["columns"]))
        return remarks

    def changes(self) -> dict[str, list[tuple[str, str, str]]]:
        """What the steps before changed in each row since this step looked at it the last time."""
        task, changes = self.task, dict[str, list[tuple[str, str, str]]]()
        if task["visit"] < 2:
            return changes
        handed_in: dict[str, list[Any]] = {}
        for entry in task["history"]:
            handed_in.setdefault(entry["step_id"], []).append(entry["data"] or {})
        for step_id, visits in handed_in.items():
            if len(visits) < 2 or step_id == task["step_id"]:
                continue
            for field in self.definition["steps"][step_id]["fields"]:
                if field["type"] == "table":
                    self._compare(
                        changes, field["columns"], visits[-2].get(field["id"]), visits[-1].get(field["id"])
                    )
        return changes

    def _compare(
        self, changes: dict[str, list[tuple[str, str, str]]], columns: Sequence[Json], old: Json, new: Json
    ) -> None:
        before = {row.get("row"): row for row in old or ()}
        for row in new or ():
            was = before.get(row.get("row"))
            if was is None:
                continue
            for column in columns:
                pair = [self.showing.text(column["type"], record.get(column["id"])) for record in (was, row)]
                if pair[0] != pair[1]:
                    changes.setdefault(str(row["row"]), []).append((str(column["label"]), pair[0], pair[1]))

    def _said_of(self, row: Mapping[str, Json], columns: Iterable[Json]) -> list[tuple[str, str]]:
        return [
            (str(column["label"]), self.showing.text(column["type"], row.get(column["id"])))
            for column in columns
            if row.get(column["id"]) not in (None, "", [])
        ]

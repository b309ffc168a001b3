"""From rows of a paper to steps of the language: who does them, how long, and where they lead. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from documents.intake import reasons
from documents.intake.facts import BASIS, Confidence, Facts
from documents.intake.rows import PaperRow
from documents.intake.times import time_of
from documents.intake.words import actor_at_start, actor_named, first_actor_in, id_of, listed, plain
from engine.text.bilingual import Text

IF = r"\b(?:jika|apabila|bila|bilamana|kalau)\b"
IF_NOT = re.compile(rf"{IF}[^.;,]{{0,40}}?\b(?:tidak|belum|ditolak|kurang)\b", re.IGNORECASE)
SENT_BACK = re.compile(r"\b(?:di)?kembali(?:kan)?\b", re.IGNORECASE)
TO_NUMBER = re.compile(
    r"\b(?:ke|pada)\s+(?:langkah|nomor|no\.?|tahap|poin|kegiatan)\s*(?:ke-?|no\.?|nomor)?\s*(\d+[\w.]*)",
    re.IGNORECASE,
)
YES, NO = "ya", "tidak"


@dataclass(slots=True)
class Names:
    """What the table names, actors or documents, in its order, with the id that each gets."""

    labels: dict[str, str] = field(default_factory=dict)

    def named(self, label: str) -> str:
        """The id of this very name, made where there is none yet."""
        for id, known in self.labels.items():
            if plain(known) == plain(label):
                return id
        id = id_of(label, self.labels)
        self.labels[id] = label
        return id


@dataclass(frozen=True, slots=True)
class Steps:
    """All rows together, since where a decision leads depends on the others."""

    rows: Sequence[PaperRow]
    roles: Names
    documents: Names
    facts: Facts
    arrows: Sequence[tuple[str, str]] = ()

    def written(self) -> list[dict[str, Any]]:
        """Each step as the file has it; what is likely or guessed says so in ``basis``."""
        steps = [self._step(index, row) for index, row in enumerate(self.rows)]
        for index, row in enumerate(self.rows):
            self._leads(index, row, steps)
            for kind in ("requirements", "output"):
                self._papers(index, row, kind, steps[index])
        return [_in_order(step) for step in steps]

    # --- one row ---

    def _step(self, index: int, row: PaperRow) -> dict[str, Any]:
        at, path = row.at, f"steps[{index}]"
        step: dict[str, Any] = {"id": f"s{index + 1}", "basis": {}}
        if row.shares_row:
            owner = max(place for place in range(index) if not self.rows[place].shares_row)
            step["row"] = f"r{owner + 1}"
        elif index + 1 < len(self.rows) and self.rows[index + 1].shares_row:
            step["row"] = f"r{index + 1}"
        if row.number != str(index + 1) and not row.shares_row:
            step["printed"] = row.number
            self.facts.sure(f"{path}.printed", row.number, at)
        if row.activity:
            step["activity"] = row.activity
            self.facts.sure(f"{path}.activity", row.activity, at)
        self._executor(index, row, step)
        if not row.shares_row:
            self._time(path, row, step)
        for key in ("client", "remarks"):
            if text := getattr(row, key):
                step[key] = text
                self.facts.sure(f"{path}.{key}", text, at)
        return step

    def _time(self, path: str, row: PaperRow, step: dict[str, Any]) -> None:
        time = time_of(row.time)
        step["time"] = time.time
        if time.text:
            step["time_text"] = time.text
        self._tell(path, "time", time.time, time.confidence, time.why, row.at, step)

    def _executor(self, index: int, row: PaperRow, step: dict[str, Any]) -> None:
        path = f"steps[{index}]"
        sentence = actor_at_start(row.activity, self.roles.labels)
        marked = list(dict.fromkeys(self.roles.named(mark.lane) for mark in row.marks))
        if row.executor:
            self._from_text(path, row, step)
        elif len(marked) == 1:
            is_doubted = sentence is not None and sentence != marked[0]
            why = reasons.doubted(self._label(sentence))
            step["executor"] = marked[0]
            self._tell(
                path,
                "executor",
                marked[0],
                "likely" if is_doubted else "sure",
                why if is_doubted else reasons.MARK,
                row.at,
                step,
            )
        elif marked:
            leads = sentence if sentence in marked else marked[0]
            others = [role for role in marked if role != leads]
            step["executor"] = leads
            step["participants"] = others
            by_words = reasons.SEVERAL_BY_WORDS
            by_place = reasons.SEVERAL_BY_PLACE
            sure: Confidence = "likely" if sentence in marked else "guess"
            why = by_words if sentence in marked else by_place
            self._tell(path, "executor", leads, sure, why, row.at, step)
            self._tell(path, "participants", others, sure, why, row.at, step)
        else:
            self._unmarked(index, row, sentence, step)

    def _from_text(self, path: str, row: PaperRow, step: dict[str, Any]) -> None:
        names = [name for name in listed(row.executor.replace("/", "\n").replace(";", "\n")) if name]
        roles = [self.roles.named(name) for name in names]
        step["executor"] = roles[0]
        if len(roles) == 1:
            self._tell(path, "executor", roles[0], "sure", reasons.WRITTEN, row.at, step)
            return
        step["participants"] = roles[1:]
        why = reasons.SEVERAL_NAMES
        self._tell(path, "executor", roles[0], "guess", why, row.at, step)
        self._tell(path, "participants", roles[1:], "guess", why, row.at, step)

    def _unmarked(self, index: int, row: PaperRow, sentence: str | None, step: dict[str, Any]) -> None:
        path = f"steps[{index}]"
        if sentence is not None:
            step["executor"] = sentence
            why = reasons.NO_MARK_BEGINS
            self._tell(path, "executor", sentence, "likely", why, row.at, step)
        elif named := first_actor_in(row.activity, self.roles.labels):
            step["executor"] = named
            why = reasons.NO_MARK_NAMED
            self._tell(path, "executor", named, "guess", why, row.at, step)
        else:
            why = reasons.NO_MARK_NOBODY
            self._tell(path, "executor", None, "missing", why, row.at, step)

    def _papers(self, index: int, row: PaperRow, kind: str, step: dict[str, Any]) -> None:
        items = getattr(row, kind)
        if not items:
            return
        step[kind] = [self.documents.named(text) for text in items]
        doubted = kind in row.plain_lists
        why = reasons.BY_LINES if doubted else reasons.WRITTEN
        self._tell(f"steps[{index}]", kind, items, "likely" if doubted else "sure", why, row.at, step)

    # --- where it leads ---

    def _leads(self, index: int, row: PaperRow, steps: list[dict[str, Any]]) -> None:
        drawn = any(mark.shape.kind == "diamond" for mark in row.marks)
        said = bool(IF_NOT.search(row.activity))
        targets = self._glued(row)
        path = f"steps[{index}]"
        if not drawn and not said:
            if len(targets) == 1 and targets[0] != index + 1:
                steps[index]["next"] = f"s{targets[0] + 1}"
                self.facts.sure(f"{path}.next", steps[index]["next"], row.at)
            return
        on = f"s{index + 2}" if index + 1 < len(self.rows) else "end"
        back, sure, why = self._back(index, row, targets, steps)
        if not drawn:
            sure = "guess" if sure == "guess" else "likely"
            why = reasons.by_sentence(why)
        forward = [target for target in targets if target > index]
        if forward and len(targets) > 1:
            on = f"s{forward[0] + 1}"
        no: dict[str, Any] = {"label": "Tidak", "to": back}
        if back != "end":
            no |= {"return": True, "reason": "required"}
        steps[index]["outcomes"] = {YES: {"label": "Ya", "to": on}, NO: no}
        self._tell(path, "outcomes", {YES: on, NO: back}, sure, why, row.at, steps[index])

    def _glued(self, row: PaperRow) -> list[int]:
        """The rows that connectors of this row's symbols are glued to."""
        own = {mark.shape.id for mark in row.marks if mark.shape.id}
        place = {
            mark.shape.id: index
            for index, other in enumerate(self.rows)
            for mark in other.marks
            if mark.shape.id
        }
        targets = (place[end] for start, end in self.arrows if start in own and end in place)
        return sorted({target for target in targets if self.rows[target] is not row})

    def _back(
        self, index: int, row: PaperRow, targets: list[int], steps: list[dict[str, Any]]
    ) -> tuple[str, Confidence, Text]:
        """Where the other way of a decision leads, how sure that is, and why."""
        earlier = [target for target in targets if target < index]
        if earlier:
            return f"s{earlier[0] + 1}", "sure", reasons.GLUED
        denial = IF_NOT.search(row.activity)
        clause = row.activity[denial.start() :] if denial else row.activity
        numbers = {other.number: place for place, other in enumerate(self.rows[:index])}
        named = TO_NUMBER.search(f"{clause} {row.remarks}")
        if named and named[1].rstrip(".") in numbers:
            place = numbers[named[1].rstrip(".")]
            return f"s{place + 1}", "likely", reasons.names_step(named[1])
        sent = SENT_BACK.search(clause)
        actor = first_actor_in(clause[sent.end() :], self.roles.labels) if sent else None
        if sent and actor is None:
            words = clause[sent.end() :].split()
            actor = next(
                filter(None, (actor_named(" ".join(words[1 : 1 + n]), self.roles.labels) for n in (3, 2, 1))),
                None,
            )
        done = [place for place in range(index) if actor and steps[place].get("executor") == actor]
        if done:
            return (
                f"s{done[-1] + 1}",
                "likely",
                reasons.sent_back(self._label(actor)),
            )
        if index == 0:
            return "end", "guess", reasons.NO_WAY_AT_FIRST
        return f"s{index}", "guess", reasons.NO_WAY

    # --- telling ---

    def _label(self, role: str | None) -> str:
        return self.roles.labels.get(role or "", "")

    def _tell(
        self,
        path: str,
        key: str,
        value: Any,
        confidence: Confidence,
        why: Text,
        at: Text,
        step: dict[str, Any],
    ) -> None:
        self.facts.add(f"{path}.{key}", value, confidence, why, at)
        if confidence in BASIS:
            step["basis"][key] = BASIS[confidence]


ORDER = (
    "id", "printed", "row", "activity", "client", "executor", "participants", "requirements", "time",
    "time_text", "output", "remarks", "next", "outcomes", "basis",
)  # fmt: skip


def _in_order(step: dict[str, Any]) -> dict[str, Any]:
    """The keys as the columns of the table stand; without what is empty."""
    return {key: step[key] for key in ORDER if key in step and (step[key] or key == "printed")}

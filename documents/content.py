"""What the signed table says: its rows, who is marked in them, and which way the work goes. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from engine.calendar.durations import Duration
from engine.sop.defaults import lines_of, number_on_paper
from engine.sop.model import Block, Definition, Requirement, Step
from engine.text.durations import length_text
from engine.text.numbers import number_text
from engine.text.visible import visible_part

SymbolKind = Literal["capsule", "box", "diamond"]
END = "end"
DASH = " — "


@dataclass(frozen=True, slots=True)
class Act:
    """One step as it is drawn: its symbol stands in every lane of its executors and participants."""

    step: str
    number: str
    kind: SymbolKind
    executors: tuple[str, ...]
    participants: tuple[str, ...]

    @property
    def lane(self) -> str:
        """The role whose symbol the arrows leave and reach."""
        return (*self.executors, *self.participants)[0]


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row; several acts share it where the paper prints them as one, a row of nobody has none."""

    stage: str
    number: str
    activity: str
    client: str
    requirements: tuple[str, ...]
    time: str
    output: tuple[str, ...]
    fee: str
    remarks: str
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """From one step to another, or to `END`."""

    source: str
    target: str
    label: str = ""
    back: bool = False


@dataclass(frozen=True)
class Content:
    """The table of one definition with every default filled in (see ``defaults.resolved``)."""

    definition: Definition

    @cached_property
    def lanes(self) -> tuple[str, ...]:
        """The roles that perform or take part, in the order of the file; of those called alike the first."""
        named = {
            role for row in self.rows for act in row.acts for role in (*act.executors, *act.participants)
        }
        return tuple(role for role in self.definition.roles if role in named)

    @cached_property
    def _columns(self) -> dict[str, str]:
        """The column of each role: roles that the paper calls alike share the first one's."""
        first: dict[str, str] = {}
        return {
            id: first.setdefault(visible_part(role.label), id) for id, role in self.definition.roles.items()
        }

    def _in_columns(self, roles: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._columns[role] for role in roles))

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        groups: list[list[Step]] = []
        for step in self.definition.steps:
            if step.row is not None and groups and groups[-1][0].row == step.row:
                groups[-1].append(step)
            else:
                groups.append([step])
        return tuple(self._row(group) for group in groups)

    @cached_property
    def acts(self) -> dict[str, Act]:
        return {act.step: act for row in self.rows for act in row.acts}

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Every printed way, forward and back; deviations are not printed."""
        return tuple(way for step in self._marked for way in self._ways_from(step))

    @cached_property
    def _marked(self) -> tuple[Step, ...]:
        """The steps that somebody does or takes part in; the others are rows without a symbol."""
        return tuple(step for step in self.definition.steps if _is_marked(step))

    @property
    def has_clients(self) -> bool:
        return any(row.client for row in self.rows)

    @property
    def has_fees(self) -> bool:
        return any(row.fee for row in self.rows)

    def words(self, step: str) -> str:
        """What a symbol says to whoever does not see it."""
        act = self.acts[step]
        parts = [f"{self._kind_text(act)} langkah {act.number}"]
        for way in self.ways:
            if way.source != step:
                continue
            target = "selesai" if way.target == END else f"ke {self.acts[way.target].number}"
            going = f"kembali {target}" if way.back else target
            parts.append(f"{way.label}: {going}" if way.label else going)
        return "; ".join(parts)

    def _kind_text(self, act: Act) -> str:
        if act.kind == "diamond":
            return "Keputusan"
        if act.kind == "box":
            return "Kegiatan"
        return "Mulai," if act.step == self._marked[0].id else "Selesai,"

    # --- rows ---

    def _row(self, steps: list[Step]) -> Row:
        first = steps[0]
        fee = self.definition.fees.get(first.fee or "")
        return Row(
            stage=first.stage or "main",
            number=number_on_paper(first) if first.printed is None else first.printed,
            activity=first.activity,
            client=first.client or "",
            requirements=tuple(self._named(item) for step in steps for item in step.requirements),
            time=_time_text(first),
            output=tuple(self._named(item) for step in steps for item in step.output),
            fee="" if fee is None else fee.text or _amount(fee.amount) or fee.label,
            remarks=first.remarks.text if first.remarks else "",
            acts=tuple(self._act(step) for step in steps if _is_marked(step)),
        )

    def _act(self, step: Step) -> Act:
        executors = self._in_columns(step.doers or step.executor)
        beside = self._in_columns((*step.companions, *step.participants))
        return Act(
            step=step.id,
            number=number_on_paper(step),
            kind=self._kind(step),
            executors=executors,
            participants=tuple(role for role in beside if role not in executors),
        )

    def _kind(self, step: Step) -> SymbolKind:
        at_edge = step.id in (self._marked[0].id, self._marked[-1].id)
        if step.outcomes and not (at_edge and len(step.outcomes) == 1):
            return "diamond"
        return "capsule" if at_edge else "box"

    def _named(self, item: Requirement) -> str:
        documents = self.definition.documents
        if item.any_of:
            name = "salah satu: " + " / ".join(documents[name].label for name in item.any_of)
        elif item.doc is not None:
            name = documents[item.doc].label
        else:
            name = item.text or ""
        if item.copies:
            name += f" ({item.copies} rangkap)"
        return f"{name} (dari {item.from_})" if item.from_ else name

    # --- ways ---

    def _ways_from(self, step: Step) -> Iterator[Way]:
        places = {other.id: index for index, other in enumerate(self.definition.steps)}
        if not step.outcomes:
            yield from (
                Way(step.id, target, back=_is_back(places, step.id, target))
                for target in self._targets(step.id, step.next or END)
                if not self._ends_with(step.id, target)
            )
            return
        ways = [
            Way(step.id, target, label=outcome.label, back=_is_back(places, step.id, target))
            for outcome in step.outcomes.values()
            for target in self._targets(step.id, outcome.to)
            if not (self._ends_with(step.id, target) and len(step.outcomes) == 1)
        ]
        forward = Counter(way.back for way in ways)
        plain = len(ways) == len(step.outcomes) and forward[False] == 1 and forward[True] <= 1
        for way in _merged(ways):
            short = ("Tidak" if way.back else "Ya") if plain else way.label.split(DASH)[0].strip()
            yield replace(way, label=short if len(ways) > 1 else "")

    def _ends_with(self, step: str, target: str) -> bool:
        """The last step's own capsule is the end."""
        return target == END and step == self._marked[-1].id

    def _targets(self, step: str, target: str) -> tuple[str, ...]:
        """The steps that a target of the language leads to, past those that have no symbol."""
        symbols = tuple(self._symbols_behind(self._reached(step, target), frozenset()))
        return tuple(dict.fromkeys(symbols))

    def _symbols_behind(self, targets: Iterable[str], passed: frozenset[str]) -> Iterator[str]:
        for target in targets:
            step = None if target == END else self.definition.step(target)
            if step is None or _is_marked(step):
                yield target
            elif target not in passed:
                yield from self._symbols_behind(self._reached(target, step.next or END), passed | {target})

    def _reached(self, step: str, target: str) -> tuple[str, ...]:
        blocks = self.definition.blocks
        if target == "join":
            block = blocks[self.definition.block_of(step) or ""]
            line = next(line for line in lines_of(block) if step in line)
            behind = tuple(entry for entry in self._entries(block) if line[0] in self._after(entry))
            return behind or self._reached(step, block.next or END)
        if target in blocks:
            return tuple(entry for entry in self._entries(blocks[target]) if not self._after(entry))
        return (target,)

    def _entries(self, block: Block) -> tuple[str, ...]:
        return tuple(line[0] for line in lines_of(block) if line)

    def _after(self, entry: str) -> tuple[str, ...]:
        return self.definition.step(entry).after


def _is_marked(step: Step) -> bool:
    return bool(step.executor or step.participants)


def _is_back(places: dict[str, int], source: str, target: str) -> bool:
    return target in places and places[target] <= places[source]


def _merged(ways: list[Way]) -> Iterator[Way]:
    """Outcomes that lead to the same step share one arrow with all their words."""
    by_target: dict[str, list[Way]] = {}
    for way in ways:
        by_target.setdefault(way.target, []).append(way)
    for same in by_target.values():
        words = dict.fromkeys(way.label.split(DASH)[0].strip() for way in same)
        yield same[0] if len(same) == 1 else replace(same[0], label=" / ".join(words))


def _time_text(step: Step) -> str:
    if step.time_text is not None:
        return step.time_text
    times = {"": step.time} if step.time_by is None else {**step.time_by.times, "lainnya": step.time}
    told = "; ".join(
        f"{value}: {_length(time)}" if value else _length(time) for value, time in times.items() if time
    )
    return f"{told} (kalender {step.calendar})" if told and step.calendar else told


def _length(time: Duration) -> str:
    if time.minutes and not (time.working_days or time.calendar_days or time.seconds):
        return f"{number_text(time.minutes).indonesian} menit"
    return length_text(time.minutes, time.working_days, time.calendar_days, time.seconds).indonesian


def _amount(amount: float | str | None) -> str:
    if isinstance(amount, str) or amount is None:
        return ""
    return f"Rp{number_text(amount).indonesian}"

"""What the half-yearly monitoring of an SOP proposes, from its finished visits and open findings. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.statistics.measures import Share, percentile, wilson
from engine.statistics.visits import MeasuredVisit
from engine.text.bilingual import NOTHING, Text
from engine.text.numbers import number_text, percent_text

ON_TIME = 0.8
"""From which share of visits in time an SOP may be said to run well."""


@dataclass(frozen=True, slots=True)
class Monitored:
    """What an SOP did in a period: its figures, and what they propose; None where nothing has ended."""

    cases: int
    visits: int
    on_time: Share
    over_standard: int | None
    """The median of work less standard in working minutes; above zero most visits took too long."""
    slow_steps: tuple[str, ...]
    """The steps of which the median work exceeds the standard."""
    open_high: int
    """High findings without an explanation."""

    @property
    def proposes_well(self) -> bool | None:
        """In time four times of five, half of the visits within their standard, no open high finding."""
        if not self.visits:
            return None
        in_time = (self.on_time.value or 0) >= ON_TIME
        return in_time and (self.over_standard or 0) <= 0 and not self.open_high

    def note(self, printed: Mapping[str, str]) -> Text:
        """The figures in a sentence each; ``printed`` says how the SOP numbers its steps."""
        if not self.visits:
            return Text(
                "Tidak ada kunjungan yang selesai pada periode ini.", "No visit ended in this period."
            )
        cases, visits = number_text(self.cases), number_text(self.visits)
        said = (
            cases
            + Text(" berkas dan ", " cases and ")
            + visits
            + Text(" kunjungan selesai; ", " visits ended; ")
        )
        said += percent_text(self.on_time.value or 0) + Text(" tepat waktu.", " in time.")
        if self.slow_steps:
            named = ", ".join(printed.get(step, step) for step in self.slow_steps)
            said += Text(
                f" Median kerja melebihi waktu baku pada langkah {named}.",
                f" The median work exceeds the standard at step {named}.",
            )
        if self.open_high:
            said += Text(
                f" {self.open_high} temuan berat belum dijelaskan.",
                f" {self.open_high} high findings are not explained.",
            )
        return said

    def action(self, printed: Mapping[str, str]) -> Text:
        """What the figures suggest to do."""
        if self.proposes_well in (None, True):
            return NOTHING
        said = NOTHING
        if (self.on_time.value or 0) < ON_TIME:
            said += Text(
                "Telusuri keterlambatan pada halaman Wawasan. ", "Look into what was late at Insight. "
            )
        if self.slow_steps:
            named = ", ".join(printed.get(step, step) for step in self.slow_steps)
            said += Text(f"Tinjau waktu baku langkah {named}. ", f"Review the standard of step {named}. ")
        if self.open_high:
            said += Text("Mintakan penjelasan temuan berat. ", "Ask for explanations of high findings. ")
        return Text(said.indonesian.strip(), said.english.strip())


def monitored(visits: Sequence[MeasuredVisit], cases: int, open_high: int) -> Monitored:
    """The figures of one SOP."""
    work: dict[str, list[int]] = {}
    over: list[int] = []
    for visit in visits:
        if visit.standard is not None and not visit.is_approval:
            over.append(visit.working - visit.standard)
            work.setdefault(visit.step_id, []).append(visit.working - visit.standard)
    slow = tuple(step for step, minutes in work.items() if (percentile(sorted(minutes), 50) or 0) > 0)
    in_time = sum(1 for visit in visits if not visit.late)
    return Monitored(
        cases=cases,
        visits=len(visits),
        on_time=wilson(in_time, len(visits)),
        over_standard=percentile(sorted(over), 50),
        slow_steps=tuple(sorted(slow)),
        open_high=open_high,
    )

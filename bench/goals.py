"""What the figures have to reach: the next gate, and the goal behind it (docs/performance.md)."""

from dataclasses import dataclass

from bench.contest import PARTS, SQLITE
from bench.method import Rounds, spread

Key = tuple[str, str]
ONE, MANY, BARE = ((SQLITE, name) for name in ("Alur, 1 client", "Alur, 64 clients", "bare sqlite3"))
REGISTERS = tuple((PARTS, f"registers, {database}") for database in ("SQLite", "PostgreSQL"))
STEP, VERIFIED = (PARTS, "a step, SQLite"), (PARTS, "verification, SQLite")
EVIDENCE = (PARTS, "evidence, SQLite")


@dataclass(frozen=True, slots=True)
class Goal:
    """A contender's figure, or its ratio ``to`` another one, with the gate that it has to pass next."""

    measure: str
    of: Key
    figure: str
    gate: float
    goal: float
    to: Key | None = None
    more: bool = False  # more of it is better

    def found(self, rounds: Rounds) -> list[float]:
        if self.to is not None:
            return rounds.ratios(self.of, self.to, self.figure)
        return rounds.values(self.of, self.figure)

    def passed(self, value: float) -> str:
        """The furthest of gate and goal that a value reaches."""
        bounds = {"goal": self.goal, "gate": self.gate}
        met = (name for name, bound in bounds.items() if (value >= bound if self.more else value <= bound))
        return next(met, "-")


GOALS = (
    Goal("M instructions a step", STEP, "M instructions", 9, 5),
    Goal("KiB of write-ahead log a step", STEP, "WAL KiB", 190, 100),
    Goal("KB stored a step", STEP, "KB stored", 7, 4),
    Goal("KiB written a step, 64 clients", STEP, "KiB written, 64 clients", 120, 40),
    Goal("processor time against bare sqlite3", ONE, "processor_ms", 3.5, 2, to=BARE),
    Goal("processor time of 64 clients against one", MANY, "processor_ms", 1, 0.8, to=ONE),
    Goal("p99 of 64 clients, ms", MANY, "p99_ms", 150, 80),
    Goal("events verified a second", VERIFIED, "events/s", 30_000, 42_000, more=True),
    Goal("verifying against hashing", VERIFIED, "of hashing and reading JSON", 0.35, 0.5, more=True),
    Goal("events of a pack verified a second", EVIDENCE, "events verified/s", 16_667, 16_667, more=True),
    Goal("verify.py against hashing", EVIDENCE, "of hashing and reading JSON", 0.3, 0.3, more=True),
    Goal("pack of one case, s", EVIDENCE, "case_pack_s", 2, 2),
    Goal("XES of 100,000 visits, s", EVIDENCE, "xes_100k_visits_s", 60, 60),
    Goal("document of nine steps, s", EVIDENCE, "document_s", 2, 2),
    Goal("a Word table imported, s", EVIDENCE, "import_s", 5, 5),
    Goal("1,000 runs simulated, s", EVIDENCE, "simulation_1k_s", 3, 3),
    *(
        Goal(f"{measure}, {of[1].rpartition(' ')[2]}", of, figure, bound, bound)
        for of in REGISTERS
        for measure, figure, bound in (
            ("10,000 lines imported, s", "import_10k_s", 10.0),
            ("page of 50 of 100,000 rows, ms", "page_100k_ms", 10.0),
            ("form of 100 rows with 5 lookups each, ms", "form_100x5_ms", 150.0),
            ("300 rows written add, ms", "write_300_adds_ms", 30.0),
        )
    ),
)


def goals(rounds: Rounds) -> list[str]:
    """The table of goals, for those whose figures were measured."""
    lines = []
    for goal in GOALS:
        values = goal.found(rounds)
        if values:
            passed = goal.passed(sorted(values)[len(values) // 2])
            lines.append(f"| {goal.measure} | {spread(values)} | {goal.gate:g} | {goal.goal:g} | {passed} |")
    return ["| measure | now | gate | goal | reached |", "|---|---|---|---|---|", *lines, ""] if lines else []

"""What events tell of the timers of a case: planned, moved, ended, fired. Standard library only."""

from collections.abc import Iterator, Mapping
from typing import Any

Timers = dict[str, dict[str, Any]]
"""timer → its subject, rank, instant and state; of one that fired, when and to whom."""
PENDING, VOID = "pending", "void"
SETTLING = frozenset({"timer.fire", "timer.void"})


def carry_timers(timers: Timers, event: Mapping[str, Any]) -> None:
    """Carry one event of a case into what is known of its timers."""
    facts = event["facts"]
    if "timers" in facts:
        _plan(timers, facts["timers"])
    if event["act"] in SETTLING:
        subject = facts.get("milestone") or event["subject"]
        for stage, becomes in _settled(event):
            if (known := timers.get(f"{subject}/{stage}")) is not None:
                known.update(becomes)


def _settled(event: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    facts = event["facts"]
    if "stage" in facts:
        to = {"recipients": facts["recipients"]}
        yield facts["stage"], {"state": "fired", "fired_at": event["at"], **to}
    for stage in facts.get("collapsed", ()):
        yield stage, {"state": "collapsed"}
    for stage in facts.get("ended", ()):
        yield stage, {"state": VOID}


def _plan(timers: Timers, told: Mapping[str, Any]) -> None:
    """In the order in which an act writes them: ended, moved, made."""
    for subject, below in told.get("ended", {}).items():
        for timer in timers.values():
            if timer["subject"] == subject and timer["rank"] < below and timer["state"] == PENDING:
                timer["state"] = VOID
    for name, (at, rearm) in told.get("moved", {}).items():
        moved = timers.get(name)
        if moved is not None and moved["state"] in ((PENDING, VOID) if rearm else (PENDING,)):
            moved.update(at=at, state=PENDING)
    for subject, stages in told.get("made", {}).items():
        for stage, (at, rank, state) in stages.items():
            made = {"subject": subject, "rank": rank, "at": at, "state": state}
            timers.setdefault(f"{subject}/{stage}", made)

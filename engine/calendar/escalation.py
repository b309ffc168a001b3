"""Checks the escalation policies of the agency file. They stay plain data; nothing fires here."""

import re
from collections.abc import Mapping
from typing import Any

from engine.calendar.durations import Duration
from engine.calendar.faults import Faults
from engine.calendar.hours import WEEKDAYS
from engine.errors import BadDuration
from engine.text.bilingual import Text

_POLICY = ("quiet_outside_work_hours", "stages", "pickup_stages", "top_position_rule", "never", "digest")
_STAGE = ("id", "when", "to", "tone", "skip_if_window_below", "offer")
_TONES = ("pengingat", "tembusan", "ringkasan")
_NEVER = ("auto_approve", "auto_advance", "auto_reassign")
_SHARE = re.compile(r"[1-9][0-9]?%|100%")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def read_policies(data: Any, path: str, faults: Faults) -> dict[str, Mapping[str, Any]]:
    """The policies by name, every key and value checked."""
    policies = faults.mapping(data, path)
    for name, value in policies.items():
        where = f"{path}.{name}"
        policy = faults.mapping(value, where)
        faults.keys(policy, where, _POLICY, ("stages",))
        _stages(policy.get("stages", ()), f"{where}.stages", ("used", "after_due", "before_due"), faults)
        _stages(policy.get("pickup_stages", ()), f"{where}.pickup_stages", ("after_pickup_due",), faults)
        if not isinstance(policy.get("quiet_outside_work_hours", True), bool):
            faults.add(
                f"{where}.quiet_outside_work_hours", Text("Tulis true atau false.", "Write true or false.")
            )
        if "top_position_rule" in policy:
            faults.choice(policy["top_position_rule"], f"{where}.top_position_rule", ("notify_deputy",))
        for n, verb in enumerate(faults.sequence(policy.get("never", ()), f"{where}.never")):
            faults.choice(verb, f"{where}.never[{n}]", _NEVER)
        if "digest" in policy:
            _weekly_summary(policy["digest"], f"{where}.digest", faults)
    return dict(policies)


def _stages(value: Any, path: str, moments: tuple[str, ...], faults: Faults) -> None:
    seen: set[str] = set()
    for n, part in enumerate(faults.sequence(value, path)):
        where = f"{path}[{n}]"
        stage = faults.mapping(part, where)
        faults.keys(stage, where, _STAGE, ("id", "when", "to"))
        name = faults.text(stage.get("id", "-"), f"{where}.id")
        if name in seen:
            faults.add(
                f"{where}.id", Text(f'Tahap "{name}" tertulis dua kali.', f'Stage "{name}" stands twice.')
            )
        seen.add(name)
        _moment(stage.get("when", {moments[0]: "100%"}), f"{where}.when", moments, faults)
        _recipients(stage.get("to", ["-"]), f"{where}.to", faults)
        if "tone" in stage:
            faults.choice(stage["tone"], f"{where}.tone", _TONES)
        if "skip_if_window_below" in stage:
            _duration(stage["skip_if_window_below"], f"{where}.skip_if_window_below", faults)
        for k, offer in enumerate(faults.sequence(stage.get("offer", ()), f"{where}.offer")):
            faults.choice(offer, f"{where}.offer[{k}]", ("assign",))


def _moment(value: Any, path: str, moments: tuple[str, ...], faults: Faults) -> None:
    when = faults.mapping(value, path)
    faults.keys(when, path, moments)
    if len(when) != 1:
        words = ", ".join(moments)
        faults.add(path, Text(f"Tulis tepat satu dari: {words}.", f"Write exactly one of: {words}."))
    for key, length in when.items():
        if key not in moments:
            continue
        if key != "used":
            _duration(length, f"{path}.{key}", faults)
        elif not isinstance(length, str) or not _SHARE.fullmatch(length):
            faults.add(
                f"{path}.used",
                Text(f"{length!r} bukan bagian 1%-100%.", f"{length!r} is no share of 1%-100%."),
            )


def _duration(value: Any, path: str, faults: Faults) -> None:
    try:
        Duration.parse(value)
    except BadDuration as error:
        faults.add(path, error.message)


def _recipients(value: Any, path: str, faults: Faults) -> None:
    recipients = faults.sequence(value, path)
    if not recipients:
        faults.add(path, Text("Sebutkan sedikitnya satu penerima.", "Name at least one recipient."))
    for n, recipient in enumerate(recipients):
        faults.text(recipient, f"{path}[{n}]")


def _weekly_summary(value: Any, path: str, faults: Faults) -> None:
    summary = faults.mapping(value, path)
    faults.keys(summary, path, ("weekly", "at", "to"), ("weekly", "at", "to"))
    if "weekly" in summary:
        faults.choice(summary["weekly"], f"{path}.weekly", WEEKDAYS)
    if "at" in summary and not (isinstance(summary["at"], str) and _TIME.fullmatch(summary["at"])):
        faults.add(
            f"{path}.at",
            Text(f'{summary["at"]!r} bukan jam. Tulis "08:00".', f"{summary['at']!r} is no time of day."),
        )
    if "to" in summary:
        _recipients(summary["to"], f"{path}.to", faults)

"""What the events of each kind of stream are about, as changes of things. Standard library only.

Most events say it themselves; versions of definitions and calendars go by their number, and an act that hands
in files is about them too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Changes = Sequence[Mapping[str, Any]]
UNCOMPARED = frozenset({"id", "username", "ordinal"})
"""Of what an agency keeps: the key of a row, and its place in a list."""


def public_changes(event: Mapping[str, Any]) -> Changes:
    """The changes of an event: kind, id, whether it is new, field → (old, new)."""
    match event["stream"].partition(":")[0]:
        case "case":
            return [*event["changes"], *_handed_in(event)] if "files" in event["facts"] else event["changes"]
        case "organisation":
            return [_of_agency(change) for change in event["changes"] if change["kind"] != "organisation"]
        case "definition":
            return [_version(event, change, _definition) for change in event["changes"]]
        case "calendar":
            return [_version(event, change, _calendar) for change in event["changes"]]
        case "assessment":
            return list(event["changes"])
        case "register":
            return [made for change in event["changes"] for made in _of_register(event, change)]
        case "preference":
            return _preference(event)
        case "schedule":
            return [_start(event, change) for change in event["changes"]]
    return []


def private_changes(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Changes:
    """The changes of private fields, which stand beside the event."""
    match event["stream"].partition(":")[0]:
        case "case":
            files, notices = detail["details"].get("files", {}), detail["details"].get("notices", {})
            return [
                *detail["changes"],
                *(_new("file", name, told) for name, told in files.items()),
                *(_new("notice", name, {"words": digest}) for name, digest in notices.items()),
            ]
        case "organisation":
            return [_of_agency(change) for change in detail["changes"] if change["kind"] != "organisation"]
        case "register" | "assessment" | "preference":
            return list(detail["changes"])
    return []


class _Whatever:
    """Equal to every value: what was before, where an event does not say all of it."""

    def __eq__(self, _: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


BEFORE = _Whatever()


def _preference(event: Mapping[str, Any]) -> Changes:
    """The choices of a person, which begin with the first event."""
    if event["seq"] > 1:
        return list(event["changes"])
    fields = {name: pair for change in event["changes"] for name, pair in change["fields"].items()}
    return [{"kind": "preference", "id": event["subject"], "created": True, "fields": fields}]


def _start(event: Mapping[str, Any], change: Mapping[str, Any]) -> Mapping[str, Any]:
    """Dates that were confirmed, or to which confirmed ones moved: those that people know of."""
    now = {name: new for name, (_, new) in change["fields"].items()}
    told = {f"told_{name}": now.get(name) for name in ("opens_at", "due_at")}
    if event["act"] == "schedule.confirm":
        on = {name: event["facts"].get(name) for name in ("calendar", "calendar_version", "sop_version")}
        told |= {**now, **on, "confirmed_at": event["at"]}
    return {**change, "fields": {name: [BEFORE, new] for name, new in told.items()}}


def _handed_in(event: Mapping[str, Any]) -> Changes:
    case_id = event["stream"].partition(":")[2]
    where = {"case_id": case_id, "task_id": event["subject"]}
    return [
        _new("file", name, {"sha256": digest, **where}) for name, digest in event["facts"]["files"].items()
    ]


def _new(kind: str, thing: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = {name: [None, value] for name, value in values.items() if value is not None}
    return {"kind": kind, "id": thing, "created": True, "fields": fields}


def _of_agency(change: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = {name: pair for name, pair in change["fields"].items() if name not in UNCOMPARED}
    return {**change, "fields": fields}


def _of_register(event: Mapping[str, Any], change: Mapping[str, Any]) -> Changes:
    """A version of the file; or a row, with what the act made of it as a thing of its own."""
    version = change["fields"]["version"][1]
    if change["kind"] == "register":
        return [_new("register", str(version), {"sha256": change["fields"]["sha256"][1]})]
    told = {name: pair for name, pair in change["fields"].items() if name != "columns"}
    by = {"revision": event["seq"], "at": event["at"], "account": event["account"]}
    by |= {"position": event["position"], "case_id": event["facts"].get("case_id")}
    return [{**change, "fields": told}, _new("row_version", f"{change['id']} {version}", by)]


def _version(event: Mapping[str, Any], change: Mapping[str, Any], told: Any) -> Mapping[str, Any]:
    version = change["fields"]["version"][1]
    fields = told(event, change)
    created = all(old is None for old, _ in fields.values())
    return {"kind": change["kind"], "id": version, "created": created, "fields": fields}


def _definition(event: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: pair for name, pair in change["fields"].items() if name != "version"}
    digest = event["facts"].get("text_sha256")
    return fields | ({} if digest is None else {"text_sha256": [None, digest]})


def _calendar(event: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    version = [None, change["fields"]["version"][1]]
    digest = event["facts"].get("data_sha256")
    told = {} if digest is None else {"data_sha256": [None, digest]}
    return {**change["fields"], "version": version} | told

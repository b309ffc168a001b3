"""Where one can go: the entries of the rail and of the bar below it, each for whom it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.organisation.model import ADMIN, AUDITOR
from engine.text.bilingual import Text
from engine.views.people import Profile


@dataclass(frozen=True)
class Entry:
    """One place: where it is, what it is called, its picture, and the figure that it carries, if any."""

    href: str
    label: Text
    icon: str
    is_for: Callable[[Profile], bool]
    count: str = ""
    also: tuple[str, ...] = ()
    """Other addresses that lie under it."""

    def is_open(self, path: str) -> bool:
        """Whether a page lies under this entry."""
        if self.href == "/":
            return path == "/"
        return any(path == root or path.startswith(f"{root}/") for root in (self.href, *self.also))


def _everybody(_: Profile) -> bool:
    return True


def _has(*roles: str) -> Callable[[Profile], bool]:
    return lambda me: bool({*roles} & {*me["system_roles"]})


def _lacks(*roles: str) -> Callable[[Profile], bool]:
    return lambda me: not {*roles} & {*me["system_roles"]}


def _reads_log(me: Profile) -> bool:
    return me["leads"] or _has(AUDITOR, "report_reader")(me)


GROUPS: Sequence[Sequence[Entry]] = (
    (
        Entry("/", Text("Beranda", "Home"), "home", _everybody),
        Entry("/inbox", Text("Kotak Masuk", "Inbox"), "inbox", _everybody, "waiting", ("/tasks",)),
        Entry("/unit", Text("Papan unit", "Unit board"), "board", lambda me: me["leads"]),
        Entry("/notices", Text("Pemberitahuan", "Notices"), "bell", _everybody, "unread"),
    ),
    (
        Entry("/cases", Text("Berkas", "Cases"), "folder", _lacks(ADMIN), also=("/verifikasi",)),
        Entry("/sops", Text("Daftar SOP", "SOPs"), "flow", _everybody),
        Entry("/registers", Text("Register", "Registers"), "table", _everybody),
        Entry(
            "/timing-log",
            Text("Log Waktu", "Timing log"),
            "clock",
            _reads_log,
        ),
        Entry(
            "/insight",
            Text("Wawasan", "Insight"),
            "chart",
            _reads_log,
            also=("/conformance", "/monitoring"),
        ),
    ),
    (
        Entry("/accounts", Text("Akun pegawai", "Accounts"), "key", _has(ADMIN)),
        Entry("/reassessment", Text("Penugasan", "Assignments"), "board", _has(ADMIN)),
        Entry("/operation", Text("Jalannya waktu", "How time works"), "gear", _has(ADMIN, AUDITOR)),
        Entry(
            "/calendars",
            Text("Kalender kerja", "Working calendars"),
            "calendar",
            _everybody,
            also=("/schedules",),
        ),
        Entry("/organisation", Text("Organisasi", "Organisation"), "people", _everybody),
        Entry("/absence", Text("Ketidakhadiran", "Absences"), "away", _lacks(AUDITOR)),
        Entry("/panduan", Text("Panduan", "Guide"), "book", _everybody, also=("/gaya",)),
    ),
)
BELOW = ("/", "/inbox", "/cases", "/accounts")
"""What a phone's bar has room for."""


def entries_for(me: Profile) -> list[list[Entry]]:
    """The entries of this person, in groups; a group without any is left out."""
    groups = [[entry for entry in group if entry.is_for(me)] for group in GROUPS]
    return [group for group in groups if group]


def below(groups: Sequence[Sequence[Entry]]) -> list[Entry]:
    """Those of a person's entries that stand in a phone's bar."""
    return [entry for group in groups for entry in group if entry.href in BELOW]


def around(me: Profile) -> Mapping[str, object]:
    """What the frame of a page needs of this person's entries."""
    groups = entries_for(me)
    return {"groups": groups, "below": below(groups)}

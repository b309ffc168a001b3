"""One broken thing never stops the others: what fails in a tick is set aside by name, and told.

Administrators are told once, with the remedy; what works again and fails anew is told anew.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from engine.commands.notices.notice import notice_of, tell
from engine.context import Context
from engine.errors import SopError, StorageFull, Unavailable
from engine.organisation.model import ADMIN
from engine.store import Tx
from engine.tables import NOTICE
from engine.text.bilingual import Text

LOG = logging.getLogger("alur.sweep")
TOLD_AGAIN_AFTER = timedelta(days=7)
LONGEST = 500

# What each kind is called, and what an administrator does about it.
REMEDIES = {
    "schedule": Text(
        "Jadwal SOP {name} tidak dapat dijalankan. Periksa jadwal dan kalendernya, atau mulai berkasnya"
        " dengan tangan.",
        "The schedule of the SOP {name} cannot be run. Check its dates and its calendar, or start by hand.",
    ),
    "definition": Text(
        "Versi baru SOP {name} tidak dapat diberlakukan pada tanggalnya. Periksa versi itu, lalu berlakukan"
        " dengan tangan.",
        "The new version of the SOP {name} cannot begin on its date. Check it, then make it effective.",
    ),
    "policy": Text(
        "Ringkasan mingguan SOP {name} tidak dapat disusun. Periksa kebijakan pengingat dan kalendernya.",
        "The weekly summary of the SOP {name} cannot be made. Check its reminder policy and its calendar.",
    ),
    "calendar": Text(
        "Kalender instansi {name} tidak dapat dipakai. Simpan kalender yang memuat tahun berjalan.",
        "The calendar of the agency {name} cannot be used. Store one that covers the current year.",
    ),
    "catch_up": Text(
        "Ringkasan untuk akun {name} tidak dapat dikirim. Periksa akun dan instansinya.",
        "The summary for the account {name} cannot be sent. Check the account and its agency.",
    ),
    "case": Text(
        "Berkas {name} tidak dapat dihitung oleh pekerja waktu. Jalankan `alur doctor`.",
        "The worker cannot count with the case {name}. Run `alur doctor`.",
    ),
    "timer": Text(
        "Pengingat pada berkas {name} berhenti dicoba. Lihat Jalannya waktu, perbaiki sebabnya, lalu coba"
        " lagi di sana.",
        "A reminder of the case {name} is not tried any more. See How time works, mend the cause, try again.",
    ),
    "channel": Text(
        "Saluran {name} tidak dapat dipakai; surat menunggu. Periksa pengaturannya dan jaringan ke sana.",
        "The channel {name} cannot be used; letters wait. Check its settings and the network to it.",
    ),
    "recipient": Text(
        "Surat untuk akun {name} tidak dapat disusun. Periksa akun dan pilihan pemberitahuannya.",
        "The letter to the account {name} cannot be made. Check the account and how it wants its notices.",
    ),
    "stage": Text(
        "Bagian {name} dari pekerja waktu gagal; bagian lain berjalan terus. Jalankan `alur doctor`.",
        "The part {name} of the worker failed, the others go on. Run `alur doctor`.",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What failed: its kind and name, whose it is (None: the installation's), and why."""

    kind: str
    name: str
    agency: str | None
    why: Text

    @property
    def said(self) -> Text:
        remedy = REMEDIES[self.kind]
        return Text(
            f"{remedy.indonesian.format(name=self.name)} Sebab: {self.why.indonesian}",
            f"{remedy.english.format(name=self.name)} Cause: {self.why.english}",
        )


class SetAside:
    """What one worker has set aside; the next tick tries each of them again."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.faults: dict[tuple[str, str, str | None], Fault] = {}
        self._before: dict[tuple[str, str, str | None], Fault] = {}
        self._untold: list[Fault] = []

    def begin(self) -> None:
        """A new tick, which tries everything again; what failed before is not told twice."""
        self._before, self.faults = self.faults, {}

    @contextmanager
    def unless(
        self, kind: str, name: str, agency: str | Callable[[], str | None] | None = None
    ) -> Iterator[None]:
        """Run the block for one thing of an agency, or of the one found; where it fails, it is left out.

        What is nobody's fault but the database's stops the tick, which comes again.
        """
        try:
            yield
        except (Unavailable, StorageFull):
            raise
        except Exception as error:
            owner = agency() if callable(agency) else agency
            key = (kind, name, owner)
            if key not in self._before and key not in self.faults:
                LOG.exception("the %s %s is set aside", kind, name)
            self.note(Fault(kind, name, owner, _why(error)))

    def note(self, fault: Fault) -> None:
        """Keep something that was set aside, to be told unless it was before."""
        key = (fault.kind, fault.name, fault.agency)
        if key not in self._before and key not in self.faults:
            self._untold.append(fault)
        self.faults[key] = fault

    def tell(self, now: datetime) -> None:
        """Tell administrators what was set aside since they were told last."""
        untold, self._untold = self._untold, []
        for fault in untold:
            try:
                self.context.store.execute(lambda tx, fault=fault: self._tell(tx, fault, now))  # type: ignore[misc]
            except (Unavailable, StorageFull):
                self._untold.append(fault)
                raise
            except Exception:
                LOG.exception("nobody can be told of the %s %s", fault.kind, fault.name)

    def _tell(self, tx: Tx, fault: Fault, now: datetime) -> None:
        notices = []
        for agency in tx.organisations.agencies() if fault.agency is None else [fault.agency]:
            for account in tx.organisations.get(agency).accounts:
                if ADMIN not in account.system_roles or account.disabled:
                    continue
                text = fault.said.to(self.context.catalog.language_of(tx, account.username))
                if not _was_told(tx, account.username, text, now):
                    notices.append(notice_of(account.username, "escalation", text, now))
        tell(self.context, tx, notices)


def _was_told(tx: Tx, account: str, text: str, now: datetime) -> bool:
    """Whether another worker, or this one before it was started again, has said the same."""
    same = (NOTICE.c.account == account) & (NOTICE.c.at >= now - TOLD_AGAIN_AFTER) & (NOTICE.c.text == text)
    return tx.connection.execute(select(NOTICE.c.id).where(same).limit(1)).first() is not None


def _why(error: Exception) -> Text:
    if isinstance(error, SopError):
        return Text(error.message.indonesian[:LONGEST], error.message.english[:LONGEST])
    said = f"{type(error).__name__}: {error}"[:LONGEST]
    return Text(said, said)

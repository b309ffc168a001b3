"""Erasing personal data on the host: of an account, an ended case, or one upload; its proofs stay whole."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from engine.access.actor import HOST, account_of
from engine.audit.act import Act
from engine.cases.model import CaseStatus
from engine.commands.inputs import optional_text
from engine.context import Context
from engine.errors import Conflict, InvalidInput, NotFound
from engine.store import StoredAccount, Tx
from engine.store.erasures import Goes
from engine.store.uploads import FileRecord
from engine.tables import SOP_CASE
from engine.text.bilingual import Text
from engine.text.visible import search_text

Target = Literal["account", "case", "file"]
ENDED = (CaseStatus.COMPLETED, CaseStatus.CANCELLED)
LONGEST_BASIS = 1000


@dataclass(frozen=True, slots=True)
class Erased:
    """What goes, or has gone; ``stays`` and ``warnings`` are for who decides, ``scrubbed`` whether nothing is
    left in free space of the database.
    """

    target: Target
    subject: str
    goes: Goes
    stays: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()
    scrubbed: bool = False


class Erasure:
    """For the host alone: no route leads here."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def plan(self, target: Target, name: str) -> Erased:
        """What an erasure would take and leave. Raises as `erase` does."""
        return self.context.store.ask(lambda tx: self._planned(tx, target, name, again=False))

    def erase(self, target: Target, name: str, basis: str, *, again: bool = False) -> Erased:
        """Erase, as one event `data.erase`; ``again`` after a restore, where a case may still run.

        Raises `NotFound`, `InvalidInput` without a basis, `Conflict` for a running case, open tasks, and
        details under a legal hold.
        """
        said = optional_text(basis, "basis")
        if said is None or len(said) > LONGEST_BASIS:
            raise InvalidInput.at(
                "basis", Text("Sebut dasar penghapusannya.", "name the basis of the erasure")
            )

        def work(tx: Tx) -> Erased:
            planned = self._planned(tx, target, name, again=again)
            if not again and any(value.casefold() in said.casefold() for value in planned.goes.values):
                raise InvalidInput.at(
                    "basis",
                    Text(
                        "Dasar penghapusan tetap tertulis selamanya; jangan sebut orangnya di sana.",
                        "the basis stays for good; do not name the person in it",
                    ),
                )
            self._take(tx, planned, said)
            return planned

        done = self.context.store.execute(work)
        for sha256 in done.goes.hashes:
            self.context.files.erase(sha256)
        at = self.context.clock.now().isoformat()
        entry = {"target": target, "subject": done.subject, "basis": said, "at": at}
        if not again:
            self.context.checkpoint_folder.add_erasure(entry)
        scrubbed = self.context.store.scrub()
        return Erased(target, done.subject, done.goes, done.stays, done.warnings, scrubbed)

    def repeat(self) -> int:
        """Erase again what the folder of checkpoints remembers and this database does not; how many."""
        done = self.context.store.ask(
            lambda tx: {(event["facts"].get("target"), event["subject"]) for event in tx.erasures.done()}
        )
        count = 0
        for erasure in self.context.checkpoint_folder.erasures():
            if (erasure["target"], erasure["subject"]) in done:
                continue
            try:
                self.erase(erasure["target"], erasure["subject"], erasure["basis"], again=True)  # type: ignore[arg-type]
            except NotFound:
                continue  # it came after this backup
            count += 1
        return count

    # --- planning ---

    def _planned(self, tx: Tx, target: Target, name: str, *, again: bool) -> Erased:
        match target:
            case "account":
                planned = self._of_account(tx, name, again)
            case "case":
                planned = self._of_case(tx, name, again)
            case "file":
                planned = self._of_file(tx, name, again)
        if planned.goes.held:
            held = ", ".join(planned.goes.held[:5])
            raise Conflict(
                Text(
                    f"Rincian ini ditahan secara hukum dan tidak boleh dihapus: {held}.",
                    f"these details are under a legal hold: {held}",
                )
            )
        return planned

    def _of_account(self, tx: Tx, name: str, again: bool) -> Erased:
        person = tx.accounts.get(name)
        if person is None:
            raise NotFound(Text(f"Akun {name} tidak ada.", f"no account {name!r}"))
        if not again and tx.erasures.holds_tasks(name):
            raise Conflict(
                Text(
                    f"{name} masih memegang tugas; alihkan dahulu.",
                    f"{name} still holds open tasks; reassign them first",
                )
            )
        goes = tx.erasures.of_account(person)
        stays = [
            Text(
                f"Nama akun {name} tetap sebagai nama samaran; peristiwa dan sidiknya tetap.",
                f"the user name {name} stays as a pseudonym; events and their hashes stay",
            )
        ]
        if goes.words:
            named = sum(goes.words.values())
            stays.append(
                Text(
                    f"{named} penjelasan, catatan, konsep SOP atau token memuat namanya; di sana nama akun"
                    " menggantikannya.",
                    f"{named} explanations, remarks, drafts of SOPs or tokens name the person; the user name"
                    " takes the place of the name there",
                )
            )
        if mentioned := tx.erasures.mentions(goes.values):
            stays.append(
                Text(
                    f"{mentioned} berkas menyebutnya dalam isian; hapus berkas itu tersendiri.",
                    f"{mentioned} cases mention it in what was typed; erase these by themselves",
                )
            )
        stays += [STAYS[kind](count) for kind, count in tx.erasures.stays_in(goes.values).items()]
        return Erased("account", name, goes, tuple(stays), tuple(_warnings(person)))

    def _of_case(self, tx: Tx, name: str, again: bool) -> Erased:
        query = select(SOP_CASE.c.id, SOP_CASE.c.number, SOP_CASE.c.state)
        matching = tx.connection.execute(
            query.where((SOP_CASE.c.number == name) | (SOP_CASE.c.id == name))
        ).all()
        if len(matching) != 1:
            raise NotFound(
                Text(
                    f"Berkas {name} tidak ada, atau ada di beberapa instansi: sebut id-nya.",
                    f"no case {name!r}, or several agencies have one: name its id",
                )
            )
        [row] = matching
        if row.state not in ENDED and not again:
            raise _runs(row.number)
        goes = tx.erasures.of_case(row.id)
        rows = tx.erasures.written_rows(row.id)
        return Erased("case", row.id, goes, (_events_stay(), *_shared(goes), *_rows_stay(rows)))

    def _of_file(self, tx: Tx, name: str, again: bool) -> Erased:
        file: FileRecord | None = tx.uploads.get(name)
        if file is None:
            raise NotFound(Text(f"Unggahan {name} tidak ada.", f"no upload {name!r}"))
        case = tx.cases.get(file.case_id) if file.case_id else None
        if case is not None and case.case.state not in ENDED and not again:
            raise _runs(case.case.number)
        goes = tx.erasures.of_file(name, file.case_id)
        return Erased("file", name, goes, (_events_stay(), *_shared(goes)))

    # --- taking ---

    def _take(self, tx: Tx, planned: Erased, basis: str) -> None:
        act = Act(
            name="data.erase",
            at=self.context.clock.now(),
            account=account_of(HOST),
            subject=planned.subject,
            facts={"target": planned.target},
        )
        store = tx.erasures
        match planned.target:
            case "case":
                store.take_case(planned.subject, act, planned.goes, basis)
            case "file":
                store.take_file(_agency_of(tx, planned.subject), act, planned.goes, basis)
            case "account":
                person = tx.accounts.get(planned.subject)
                assert person is not None  # noqa: S101 - it was planned in this transaction
                for link in tx.identities.of(planned.subject):
                    unlink = Act(
                        name="account.unlink", at=act.at, account=act.account, subject=planned.subject
                    )
                    tx.identities.drop(link, unlink)
                goes = store.of_account(person, planned.goes.values)
                planned.goes.details = goes.details
                store.take_account(person, act, planned.goes, basis)


def _agency_of(tx: Tx, file_id: str) -> str:
    """Whose log tells of an upload: its case's agency, else its uploader's, else the first."""
    file = tx.uploads.get(file_id)
    case = tx.cases.get(file.case_id) if file and file.case_id else None
    if case is not None:
        return case.case.agency
    person = tx.accounts.get(file.uploaded_by) if file and file.uploaded_by else None
    return person.agency if person else next(iter(tx.organisations.agencies()))


def _warnings(person: StoredAccount) -> list[Text]:
    name = person.username
    words = [word for word in re.split(r"\W+", search_text(person.label)) if len(word) > 2]
    if re.search(r"\d{18}", name) or any(word in search_text(name) for word in words):
        return [
            Text(
                f"Nama akun {name} sendiri menyebut orangnya dan tetap ada dalam peristiwa.",
                f"the user name {name} itself tells who it is, and stays in events",
            )
        ]
    return []


def _events_stay() -> Text:
    return Text("Peristiwa dan sidiknya tetap.", "events and their hashes stay")


STAYS: Mapping[str, Callable[[int], Text]] = {
    "row": lambda count: Text(
        f"{count} baris register menyebutnya; hapus kolom pribadinya tersendiri (halaman registernya).",
        f"{count} rows of registers name the person; erase these on the page of the register",
    ),
    "register": lambda count: Text(
        f"{count} berkas register menyebutnya; simpan berkas yang baru tanpa nama itu.",
        f"{count} files of registers name the person; store new ones without",
    ),
    "definition": lambda count: Text(
        f"{count} versi SOP menyebutnya sebagai dokumen resmi; tetap.",
        f"{count} versions of SOPs name the person as official documents; they stay",
    ),
    "holding": lambda count: Text(
        f"{count} surat perintah jabatan menyebutnya dalam nomornya; tetap.",
        f"{count} orders of holdings name the person in their number; they stay",
    ),
}


def _rows_stay(count: int) -> Sequence[Text]:
    """That rows of registers outlive the case that wrote them."""
    if not count:
        return ()
    return (
        Text(
            f"{count} baris register yang ditulis berkas ini tetap; hapus kolom pribadinya tersendiri"
            " (halaman registernya).",
            f"{count} rows of registers that the case wrote stay; erase these on the page of the register",
        ),
    )


def _shared(goes: Goes) -> Sequence[Text]:
    if not goes.shared:
        return ()
    return (
        Text(
            f"{len(goes.shared)} unggahan juga dipakai di tempat lain; isinya tetap.",
            f"the bytes of {len(goes.shared)} uploads are handed in elsewhere, too, and stay",
        ),
    )


def _runs(number: str) -> Conflict:
    return Conflict(
        Text(
            f"Berkas {number} masih berjalan; isinya baru dapat dihapus setelah selesai atau dibatalkan.",
            f"the case {number} still runs; erase it once it has ended",
        )
    )

"""Staff from a file: accounts and the positions they hold, shown line by line first, then all as one act."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from engine.access.actor import Actor, AnyActor, accepts_names, account_of
from engine.audit.act import Act
from engine.commands.accounts.profiles import sound_profile
from engine.commands.inputs import optional_text
from engine.commands.notices.notice import tell
from engine.commands.organisation.appointment import appointed, told_to_auditors
from engine.context import Context
from engine.errors import FieldError, InvalidInput, StaleVersion
from engine.organisation import Account, Holding, Organisation
from engine.organisation.diff import new_holding_id
from engine.organisation.faults import holding_faults
from engine.organisation.model import USERNAME
from engine.organisation.staff_lines import StaffLine, staff_lines
from engine.sop.diagnostics import did_you_mean
from engine.sop.registers.sheet import read_sheet
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import administrator, agency_named
from engine.store.accounts import Profile
from engine.text.bilingual import Text
from engine.views.staff import JudgedLine, StaffReport

Values = dict[str, str | None]


@dataclass(slots=True)
class _Judged:
    """What a file would do to an agency: its new accounts and holdings, and every line."""

    organisation: Organisation
    version: int
    accounts: dict[str, Values] = field(default_factory=dict)
    holdings: list[Holding] = field(default_factory=list)
    lines: list[JudgedLine] = field(default_factory=list)

    def report(self) -> StaffReport:
        return {
            "version": self.version,
            "accounts": len(self.accounts),
            "appointments": len(self.holdings),
            "wrong": sum(bool(line["messages"]) for line in self.lines),
            "lines": self.lines,
        }


@accepts_names
class StaffImport:
    """An administrator's, for the own agency; the host's, for the one that is named."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def foresee(self, actor: AnyActor, content: bytes, *, agency: str | None = None) -> StaffReport:
        """What each line of a CSV or XLSX file would do, and what is wrong with it; nothing is stored."""
        lines = staff_lines(read_sheet(content))
        now = self.context.clock.now()
        return self.context.store.ask(lambda tx: self._judged(tx, actor, agency, lines, now).report())

    def load(
        self,
        actor: AnyActor,
        content: bytes,
        *,
        version: int | None,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> StaffReport:
        """Make the accounts and appointments that `foresee` showed in this version, all or none.

        `InvalidInput` while a line is wrong; `StaleVersion` where the agency has changed since.
        """
        if version is None and isinstance(actor, Actor):
            said, english = "Sebutkan versi yang diperlihatkan.", "Name the version that was shown."
            raise InvalidInput.at("version", Text(said, english))
        lines = staff_lines(read_sheet(content))
        now = self.context.clock.now()

        def work(tx: Tx) -> StaffReport:
            judged = self._judged(tx, actor, agency, lines, now, locked=True)
            _require_right(judged, version)
            home = judged.organisation.agency.id
            by = account_of(actor)
            for username, values in judged.accounts.items():
                act = Act(name="account.create", at=now, account=by, subject=username)
                tx.accounts.put(home, username, {**values, "locale": None, "system_roles": ()}, act)
            stored = judged.version + len(judged.accounts)
            if judged.holdings:
                old = tx.organisations.for_update(home)
                new = replace(old, holdings=(*old.holdings, *judged.holdings))
                given = appointed(old, new, actor)
                facts = {"appointed": [holding.id for holding in given]} if given else {}
                act = Act(name="organisation.store", at=now, account=by, subject=home, facts=facts)
                stored = tx.organisations.put(new, act)
                tell(self.context, tx, [*told_to_auditors(self.context, tx, new, given, actor, now)])
            return {**judged.report(), "version": stored}

        return self.context.store.execute(work, key=key)

    # --- inside ---

    def _judged(
        self,
        tx: Tx,
        actor: AnyActor,
        agency: str | None,
        lines: Sequence[StaffLine],
        now: datetime,
        *,
        locked: bool = False,
    ) -> _Judged:
        home = administrator(tx, actor).agency if isinstance(actor, Actor) else agency_named(tx, agency)
        by = account_of(actor)
        old = (tx.organisations.for_update if locked else tx.organisations.get)(home)
        judged = _Judged(old, old.version)
        today = self.context.day_in(old, now)
        profiles = tx.accounts.named([line.username for line in lines])
        for line in lines:
            _judge(judged, line, profiles.get(line.username), by, today)
        return judged


def _judge(judged: _Judged, line: StaffLine, profile: Profile | None, by: str | None, today: date) -> None:
    """Add what a line does to what the lines before it do; a line that is wrong adds nothing."""
    known, faults = judged.organisation, list(line.faults)
    values = _values(line, faults)
    makes = profile is None and line.username not in judged.accounts
    if profile is not None and profile.agency != known.agency.id:
        faults.append(_fault("username", "Nama akun ini sudah dipakai.", "This account name is taken."))
    elif not makes:
        stands = {name: getattr(profile, name) for name in values} if profile else None
        faults += _differing(values, stands or judged.accounts[line.username])
    if line.username == by:
        faults.append(_fault("username", "Akun Anda sendiri.", "This is your own account."))
    if makes and not faults:
        known = replace(known, accounts=(*known.accounts, Account(line.username, line.label)))
    position = _position(known, line.position, faults)
    holding = None
    if position is not None and not faults:
        holding = _holding(known, line, position, today)
        if _stands(known, holding):
            holding = None
        else:
            faults += holding_faults(known, holding, ())
    if not faults:
        if makes:
            judged.accounts[line.username] = values
        if holding is not None:
            known = replace(known, holdings=(*known.holdings, holding))
            judged.holdings.append(holding)
        judged.organisation = known
    judged.lines.append(
        {
            "line": line.number,
            "username": line.username,
            "label": line.label,
            "position": position,
            "position_label": known.label_of(position) if position else line.position,
            "makes_account": makes and not faults,
            "appoints": holding is not None and not faults,
            "messages": [
                {
                    "path": fault.path,
                    "message_id": fault.message.indonesian,
                    "message_en": fault.message.english,
                }
                for fault in faults
            ],
        }
    )


def _values(line: StaffLine, faults: list[FieldError]) -> Values:
    """The profile that a line gives; what is not sound is added to the faults."""
    if not USERNAME.fullmatch(line.username):
        said = "Huruf kecil, angka, . - dan _."
        faults.append(_fault("username", said, "Small letters, digits, . - and _."))
    try:
        given = {"label": line.label, "nip": line.nip, "contact": line.contact}
        optional_text(line.order_number, "order_number")
        return sound_profile(given)
    except InvalidInput as error:
        faults += error.errors
        return {"label": line.label, "nip": line.nip, "contact": line.contact}


def _differing(values: Values, stands: Values) -> Iterator[FieldError]:
    """What a line says otherwise of an account that is there; what it leaves empty is as it is."""
    for name, value in values.items():
        if value is not None and value != stands[name]:
            yield _fault(
                name,
                "Akun ini sudah ada dan isinya lain; ubah di halaman akunnya.",
                "This account is there and says otherwise; change it on its page.",
            )


def _position(organisation: Organisation, written: str | None, faults: list[FieldError]) -> str | None:
    """The position that a line means, by its id or its name."""
    if written is None:
        return None
    if organisation.position(written) is not None:
        return written
    folded = written.casefold()
    meant = [position.id for position in organisation.positions if position.label.casefold() == folded]
    if len(meant) == 1:
        return meant[0]
    if meant:
        ids = ", ".join(meant)
        said = f"Beberapa jabatan bernama demikian; tulis salah satu: {ids}."
        faults.append(_fault("position", said, f"Several positions are called so; write one of: {ids}."))
        return None
    labels = [position.label for position in organisation.positions]
    unknown = Text(f'Jabatan "{written[:64]}" tidak ada.', f"There is no position {written[:64]!r}.")
    faults.append(FieldError("position", unknown + did_you_mean(written, labels)))
    return None


def _holding(organisation: Organisation, line: StaffLine, position: str, today: date) -> Holding:
    return Holding(
        id=new_holding_id(organisation, line.username),
        account=line.username,
        position=position,
        valid_from=line.valid_from or today,
        valid_to=line.valid_to,
        order_number=line.order_number,
    )


def _stands(organisation: Organisation, new: Holding) -> bool:
    """Whether the person holds the position on all these days already: the file was imported before."""
    return any(
        (holding.account, holding.position, holding.kind) == (new.account, new.position, "definitive")
        and (
            holding.valid_from is None
            or (new.valid_from is not None and holding.valid_from <= new.valid_from)
        )
        and (holding.valid_to is None or (new.valid_to is not None and new.valid_to <= holding.valid_to))
        for holding in organisation.holdings
    )


def _require_right(judged: _Judged, version: int | None) -> None:
    wrong = [line for line in judged.lines if line["messages"]]
    if wrong:
        lines = ", ".join(str(line["line"]) for line in wrong[:10])
        raise InvalidInput.at(
            "file",
            Text(
                f"Masih ada baris yang keliru: {lines}. Perbaiki berkasnya, lalu pilih lagi.",
                f"Lines are wrong still: {lines}. Mend the file and choose it again.",
            ),
        )
    if version is not None and version != judged.version:
        raise StaleVersion(
            Text(
                "Organisasi sudah berubah sejak diperlihatkan. Periksa lagi, lalu simpan.",
                f"the organisation is at version {judged.version}, not {version}",
            ),
            current={"version": judged.version},
        )


def _fault(path: str, indonesian: str, english: str) -> FieldError:
    return FieldError(path, Text(indonesian, english))

"""A whole organisation from its file: first what would change, then that and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.access.actor import Actor, AnyActor, accepts_names, account_of
from engine.audit.act import Act, Json
from engine.commands.notices.notice import tell
from engine.commands.organisation.appointment import appointed, told_of_domain, told_to_auditors
from engine.commands.organisation.change import difference_view, home_of, stranded, waiting_view
from engine.commands.organisation.registry import store_organisation
from engine.context import Context
from engine.errors import DefinitionError, InvalidInput, StaleVersion
from engine.organisation import Holding, Organisation, organisation_from
from engine.organisation.diff import Difference, differences, succeeding
from engine.sop.diagnostics import Problem
from engine.sop.source import Source, read_source
from engine.store import IdempotencyKey, Tx, WaitingTask
from engine.store.account_guards import administrator
from engine.text.bilingual import Text
from engine.views.organisation import Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What storing a file would do to the agency in this version of it."""

    organisation: Organisation
    version: int
    differences: Sequence[Difference]
    stranded: Sequence[WaitingTask]
    warnings: Sequence[Problem]
    given: Sequence[Holding]  # whom it appoints
    mail_domain: str | None  # another one, whose addresses let people in


@accepts_names
class OrganisationFiles:
    """An administrator's, for the own agency; the host's, for the one in the file."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def foresee(self, actor: AnyActor, text: str | bytes, *, file: str = "organisation.yaml") -> Foreseen:
        """What would change; nothing is stored. DefinitionError carries every fault of the file."""
        source = read_source(text, file=file)
        now = self.context.clock.now()
        return self.context.store.ask(lambda tx: self._foreseen(tx, actor, source, now))

    def load(
        self,
        actor: AnyActor,
        text: str | bytes,
        *,
        version: int | None,
        file: str = "organisation.yaml",
        key: IdempotencyKey | None = None,
    ) -> Changed:
        """Store what `foresee` showed in this version; StaleVersion when the agency has changed since.

        What the file leaves out is ended yesterday, accounts are disabled and signed out. Nothing is lost.
        """
        source = read_source(text, file=file)
        now = self.context.clock.now()
        if version is None and isinstance(actor, Actor):
            said, english = "Sebutkan versi yang diperlihatkan.", "Name the version that was shown."
            raise InvalidInput.at("version", Text(said, english))

        def work(tx: Tx) -> Changed:
            foreseen = self._foreseen(tx, actor, source, now, locked=True)
            if version is not None and version != foreseen.version:
                raise StaleVersion(
                    Text(
                        "Organisasi sudah berubah sejak diperlihatkan. Periksa lagi, lalu simpan.",
                        f"the organisation is at version {foreseen.version}, not {version}",
                    ),
                    current={"version": foreseen.version},
                )
            agency = foreseen.organisation.agency.id
            stored = foreseen.version
            if foreseen.differences:
                facts: dict[str, Json] = {}
                if foreseen.given:
                    facts["appointed"] = [holding.id for holding in foreseen.given]
                if foreseen.mail_domain is not None:
                    facts["mail_domain"] = foreseen.mail_domain
                by = account_of(actor)
                act = Act(name="organisation.store", at=now, account=by, subject=agency, facts=facts)
                stored = store_organisation(tx, foreseen.organisation, act)
                told = [
                    *told_to_auditors(self.context, tx, foreseen.organisation, foreseen.given, actor, now),
                    *told_of_domain(self.context, tx, foreseen.organisation, foreseen.mail_domain, by, now),
                ]
                tell(self.context, tx, told)
            return {**foreseen_view(foreseen), "version": stored}

        return self.context.store.execute(work, key=key)

    def _foreseen(
        self, tx: Tx, actor: AnyActor, source: Source, now: datetime, *, locked: bool = False
    ) -> Foreseen:
        problems: list[Problem] = []
        home = None
        if isinstance(actor, Actor):
            administrator(tx, actor)
            home = home_of(tx, actor, None)
        known = {stored.id for stored in tx.definitions.of(home)} if home is not None else set()
        read = organisation_from(source, problems, sops=known or None, now=now)
        problems += _strangers(tx, account_of(actor), home, source)
        if read is None or any(problem.severity == "error" for problem in problems):
            raise DefinitionError(
                Text(
                    f"Berkas organisasi memuat {len(problems)} masalah; tidak ada yang disimpan.",
                    f"the organisation file has {len(problems)} problems; nothing was stored",
                ),
                problems=sorted(problems),
            )
        old = None
        if read.agency.id in tx.organisations.agencies():
            old = (tx.organisations.for_update if locked else tx.organisations.get)(read.agency.id)
        today = self.context.day_in(read, now)
        new = succeeding(old, read, today) if old is not None else read
        return Foreseen(
            organisation=new,
            version=old.version if old is not None else 0,
            differences=differences(old, new, today),
            stranded=stranded(tx, old, new, today) if old is not None else (),
            given=appointed(old, new, actor) if old is not None else (),
            mail_domain=new.agency.mail_domain
            if old is not None and new.agency.mail_domain != old.agency.mail_domain
            else None,
            warnings=[problem for problem in problems if problem.severity != "error"],
        )


def foreseen_view(foreseen: Foreseen) -> Changed:
    return {
        "version": foreseen.version,
        "changes": [difference_view(difference) for difference in foreseen.differences],
        "stranded": [waiting_view(waiting_task) for waiting_task in foreseen.stranded],
        "warnings": [
            {
                "path": problem.path,
                "message_id": problem.message.indonesian,
                "message_en": problem.message.english,
            }
            for problem in foreseen.warnings
        ],
    }


def _strangers(tx: Tx, account: str | None, home: str | None, source: Source) -> list[Problem]:
    """What a file may not reach: another agency, and orders that somebody else uploaded."""
    data = source.data if isinstance(source.data, dict) else {}
    strangers = []
    agency = data.get("agency")
    named = agency.get("id") if isinstance(agency, dict) else None
    if home is not None and isinstance(named, str) and named != home:
        strangers.append(
            source.problem(
                ("agency", "id"),
                "other_agency",
                Text(f'Anda mengelola "{home}", bukan "{named}".', f'You keep "{home}", not "{named}".'),
            )
        )
    if home is None:
        return strangers
    known = {holding.order_file for holding in tx.organisations.get(home).holdings}
    accounts = data.get("accounts")
    for i, entry in enumerate(accounts if isinstance(accounts, list) else ()):
        holds = entry.get("holds") if isinstance(entry, dict) else None
        for j, hold in enumerate(holds if isinstance(holds, list) else ()):
            order = hold.get("order_file") if isinstance(hold, dict) else None
            file = tx.uploads.get(order) if isinstance(order, str) and order not in known else None
            if (
                isinstance(order, str)
                and order not in known
                and (file is None or file.uploaded_by != account)
            ):
                strangers.append(
                    source.problem(
                        ("accounts", i, "holds", j, "order_file"),
                        "unknown_file",
                        Text("Berkas surat ini belum Anda unggah.", "You have uploaded no such file."),
                    )
                )
    return strangers

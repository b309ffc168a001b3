"""Who holds a position, and who stands in: definitive holders and mandates (Plt., Plh.) with their dates."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from engine.access.actor import AnyActor, SystemActor, accepts_names, account_of
from engine.cases.model import Notice
from engine.commands.inputs import optional_text, text_as_it_is
from engine.commands.notices.notice import notice_of
from engine.commands.organisation.change import (
    Become,
    OrganisationChange,
    OrganisationCommands,
    require_administrator,
    require_sound,
)
from engine.errors import FieldError, InvalidInput, NotAllowed, NotFound
from engine.organisation import Holding, Organisation
from engine.organisation.diff import ended, new_holding_id
from engine.organisation.faults import holding_faults
from engine.organisation.mandate_rules import may_give
from engine.organisation.model import ADMIN, TITLES
from engine.store import IdempotencyKey
from engine.text.bilingual import Text
from engine.text.dates import day_text
from engine.views.organisation import Changed


@accepts_names
class Holdings(OrganisationCommands):
    """An administrator names holders; a mandate is also given by who holds the position, or his superior."""

    def appoint(
        self,
        actor: AnyActor,
        *,
        holder: str,
        position: str,
        valid_from: date | None = None,
        valid_to: date | None = None,
        order_number: str | None = None,
        order_file: str | None = None,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Changed:
        """Name a definitive holder; whoever holds the position now keeps it until that is ended."""

        def work(desk: OrganisationChange) -> Become:
            require_administrator(desk)
            old = desk.organisation
            new = Holding(
                id=new_holding_id(old, holder),
                account=holder,
                position=position,
                valid_from=valid_from or desk.today,
                valid_to=valid_to,
                order_number=optional_text(order_number, "order_number"),
                order_file=self._own_file(desk, order_file),
            )
            require_sound(holding_faults(old, new, ()))
            return Become(replace(old, holdings=(*old.holdings, new)), warnings=tuple(_shared(old, new)))

        return self._changed(actor, agency, "holding.put", position, work, key)

    def give_mandate(
        self,
        actor: AnyActor,
        *,
        substitute: str,
        position: str,
        kind: Literal["plt", "plh"],
        valid_from: date | None = None,
        valid_to: date | None = None,
        order_number: str | None = None,
        order_file: str | None = None,
        sops: Sequence[str] = (),
        rank: int = 1,
        standing: bool = False,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Changed:
        """Let somebody act as a position: from today where no day is given; never given by who receives it.

        ``standing`` waits for an absence (Plh.) or a vacancy (Plt.), the lowest ``rank`` that is there acts.
        """

        def work(desk: OrganisationChange) -> Become:
            old = desk.organisation
            self._require_giver(desk, position, substitute)
            begin = valid_from if valid_from or standing else desk.today
            new = Holding(
                id=new_holding_id(old, substitute),
                account=substitute,
                position=position,
                kind=kind,
                valid_from=begin,
                valid_to=valid_to,
                order_number=optional_text(order_number, "order_number"),
                order_file=self._own_file(desk, order_file),
                sops=tuple(dict.fromkeys(sops)),
                rank=rank,
                standing=standing,
            )
            known = {stored.id for stored in desk.tx.definitions.of(old.agency.id)} if sops else set()
            require_sound(holding_faults(old, new, known))
            return Become(
                replace(old, holdings=(*old.holdings, new)),
                notices=(self._told(desk, old, new),),
                warnings=tuple(_doubts(old, new)),
            )

        return self._changed(actor, agency, "mandate.put", position, work, key)

    def put_order(
        self,
        actor: AnyActor,
        holding_id: str,
        *,
        order_number: str | None = None,
        order_file: str | None = None,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Changed:
        """The number and the file of the order by which a holding stands; what is None stays as it is."""

        def work(desk: OrganisationChange) -> Become:
            old = desk.organisation
            holding = _holding(old, holding_id)
            self._require_giver(desk, holding.position, holding.account, acting=holding.is_acting)
            new = replace(
                holding,
                order_number=optional_text(order_number, "order_number") or holding.order_number,
                order_file=self._own_file(desk, order_file) or holding.order_file,
            )
            return Become(_with(old, holding, new))

        return self._changed(actor, agency, "mandate.order", holding_id, work, key)

    def end(
        self,
        actor: AnyActor,
        holding_id: str,
        *,
        last: date | None = None,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Changed:
        """The last day of a holding, by default yesterday; one that has not begun is taken back."""

        def work(desk: OrganisationChange) -> Become:
            old = desk.organisation
            holding = _holding(old, holding_id)
            self._require_giver(desk, holding.position, holding.account, acting=holding.is_acting)
            end = last or (desk.today if holding.valid_from == desk.today else desk.today - timedelta(days=1))
            if holding.valid_to is not None and end > holding.valid_to:
                raise InvalidInput.at(
                    "last",
                    Text(
                        f"Sudah berakhir {holding.valid_to}; yang lebih lama memerlukan surat baru.",
                        f"It ends on {holding.valid_to} already; longer needs a new order.",
                    ),
                )
            new = ended(holding, end)
            notices = (self._told_of_end(desk, holding, new),) if holding.is_acting else ()
            return Become(_with(old, holding, new), notices=notices)

        return self._changed(actor, agency, "holding.end", holding_id, work, key)

    # --- rights and files ---

    def _require_giver(
        self, desk: OrganisationChange, position: str, receiver: str, *, acting: bool = True
    ) -> None:
        """Administrator; for a mandate also who answers for the position. Never the receiver."""
        actor, organisation = desk.actor, desk.organisation
        if isinstance(actor, SystemActor):
            return
        keeper = ADMIN in organisation.roles_of(actor)
        gives = may_give(organisation, actor, position, desk.today) if acting else keeper
        if not gives or actor.account == receiver:
            raise NotAllowed(
                Text(
                    "Mandat diberikan oleh pemangku jabatannya, atasannya, atau administrator, "
                    "bukan oleh penerimanya; pejabat definitif ditetapkan oleh administrator.",
                    f"{actor.account!r} may not give or end this holding of {position!r}",
                )
            )

    def _own_file(self, desk: OrganisationChange, file_id: str | None) -> str | None:
        """The order's file, which whoever enters it has uploaded: nobody shows others what is not his."""
        given = text_as_it_is(file_id, "order_file") or None
        if given is None:
            return None
        file = desk.tx.uploads.get(given)
        if file is None or account_of(desk.actor) not in (None, file.uploaded_by):
            raise InvalidInput.at(
                "order_file", Text("Unggah dahulu berkas suratnya.", "Upload the order first.")
            )
        return given

    def _told(self, desk: OrganisationChange, organisation: Organisation, mandate: Holding) -> Notice:
        position = organisation.label_of(mandate.position)
        when = _days(mandate)
        named = f"{TITLES[mandate.kind]} {position}"
        text = Text(
            f"Anda ditunjuk sebagai {named} {when.indonesian}.", f"You are appointed {named} {when.english}."
        )
        if number := mandate.order_number:
            text += Text(f" Nomor surat: {number}.", f" Number of the order: {number}.")
        return self._notice(desk, mandate.account, text)

    def _told_of_end(self, desk: OrganisationChange, old: Holding, new: Holding | None) -> Notice:
        named = f"{TITLES[old.kind]} {desk.organisation.label_of(old.position)}"
        said = Text("ditarik kembali", "was taken back")
        if new is not None and new.valid_to is not None:
            last = day_text(new.valid_to)
            said = Text(f"berakhir pada {last.indonesian}", f"ends on {last.english}")
        text = Text(
            f"Mandat Anda sebagai {named} {said.indonesian}.", f"Your mandate as {named} {said.english}."
        )
        return self._notice(desk, old.account, text)

    def _notice(self, desk: OrganisationChange, account: str, text: Text) -> Notice:
        return notice_of(
            account, "mandate", text.to(self.context.catalog.language_of(desk.tx, account)), desk.now
        )


def _holding(organisation: Organisation, holding_id: str) -> Holding:
    held = next((holding for holding in organisation.holdings if holding.id == holding_id), None)
    if held is None:
        raise NotFound(Text("Pejabat atau mandat ini tidak ada.", f"no holding {holding_id!r}"))
    return held


def _with(organisation: Organisation, old: Holding, new: Holding | None) -> Organisation:
    swapped = (new if holding is old else holding for holding in organisation.holdings)
    return replace(organisation, holdings=tuple(holding for holding in swapped if holding is not None))


def _shared(organisation: Organisation, new: Holding) -> Iterator[FieldError]:
    begin = new.valid_from or date.min
    for holding in organisation.holdings:
        same = holding.position == new.position and not holding.is_acting and holding.account != new.account
        if same and (holding.valid_to is None or holding.valid_to >= begin):
            label = organisation.person_label(holding.account)
            yield FieldError(
                "position",
                Text(
                    f"Jabatan ini juga dipangku {label}; akhiri dahulu bila digantikan.",
                    f"{label} holds this position too; end that where it is a succession.",
                ),
            )


def _doubts(organisation: Organisation, new: Holding) -> Iterator[FieldError]:
    """What does not hinder a mandate and should be put right."""
    if new.order_number is None:
        yield FieldError(
            "order_number", Text("Belum ada nomor surat perintah.", "There is no order number yet.")
        )
    if new.valid_to is None and not new.standing:
        yield FieldError(
            "valid_to", Text("Mandat ini tidak memiliki batas waktu.", "This mandate has no end.")
        )
    for holding in organisation.holdings:
        if (holding.position, holding.rank, holding.is_acting) != (new.position, new.rank, True):
            continue
        overlaps = (
            holding.valid_to is None or new.valid_from is None or new.valid_from <= holding.valid_to
        ) and (new.valid_to is None or holding.valid_from is None or holding.valid_from <= new.valid_to)
        if overlaps and (not holding.sops or not new.sops or set(holding.sops) & set(new.sops)):
            label = organisation.person_label(holding.account)
            yield FieldError(
                "rank",
                Text(
                    f"{label} memiliki urutan pengganti yang sama pada hari-hari itu.",
                    f"{label} has the same rank on these days.",
                ),
            )


def _days(mandate: Holding) -> Text:
    first, last = mandate.valid_from, mandate.valid_to
    if first is None and last is None:
        if mandate.kind == "plh":
            return Text("setiap kali pejabatnya tidak ada", "whenever its holder is away")
        return Text("selama jabatan itu kosong", "as long as the position is vacant")
    spans = [Text("mulai ", "from ") + day_text(first)] if first else []
    spans += [Text("sampai ", "until ") + day_text(last)] if last else []
    return Text(" ".join(text.indonesian for text in spans), " ".join(text.english for text in spans))

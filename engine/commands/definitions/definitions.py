"""Storing SOP versions and moving them through their lifecycle."""

from contextlib import suppress
from datetime import date, datetime

from engine.access.actor import Actor, AnyActor, SystemActor, accepts_names, account_of, require_role
from engine.commands.definitions.surroundings import surroundings
from engine.commands.definitions.told import act_on, ask_to_read, remark_on, tell_of_review
from engine.commands.inputs import optional_text
from engine.context import Context
from engine.errors import (
    ActionNotAvailable,
    DefinitionError,
    FieldError,
    InvalidInput,
    NotAllowed,
)
from engine.organisation import Organisation
from engine.sop.checks import Loaded, load_definition, require_definition
from engine.sop.checks.findings import Surroundings
from engine.sop.model import Definition
from engine.store import IdempotencyKey, StoredDefinition, Tx
from engine.store.account_guards import active, agency_named
from engine.text.bilingual import Text
from engine.views.definitions import MovedVersion, Stored

# verb → the statuses it starts from, and the one it leads to
MOVES = {
    "submit": (("draft",), "in_review"),
    "return": (("in_review",), "draft"),
    "approve": (("in_review",), "approved"),
    "make-effective": (("approved",), "effective"),
    "revoke": (("draft", "in_review", "approved", "effective"), "revoked"),
    "reinstate": (("superseded",), "effective"),
}
ON_THE_WAY = frozenset({"submit", "approve", "make-effective"})
"""What brings a version into force for the first time: an earlier release may have stored a worse text."""
NO_REASON = Text("Tulis apa yang perlu diperbaiki.", "Write what to mend.")
NEEDED_WHEN_EFFECTIVE = ("number", "created_on", "effective_on")


@accepts_names
class Definitions:
    """A stored text never changes; its status does, and at most one version of an SOP is effective."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def store(
        self,
        actor: AnyActor,
        text: str | bytes,
        *,
        agency: str | None = None,
        as_demonstration: bool = False,
        key: IdempotencyKey | None = None,
    ) -> Stored:
        """Store a version of the own agency's as a draft; a demonstration keeps the status of the file.

        The host, which is no account, names the agency, unless there is only one.
        DefinitionError carries every problem of the text.
        """
        around = self.context.store.ask(
            lambda tx: surroundings(tx, self.context.catalog, _home(tx, actor, agency))
        )
        loaded = require_definition(text, file="definition.yaml", **around)
        definition = loaded.definition
        written = text if isinstance(text, str) else text.decode("utf-8")
        now = self.context.clock.now()

        def work(tx: Tx) -> Stored:
            home = _home(tx, actor, agency)
            if not isinstance(actor, SystemActor):
                _require_author(self.context.catalog.organisation(tx, home), actor)
            known = tx.definitions.get(home, definition.id, definition.version)
            status = definition.status if as_demonstration else "draft"
            if known is None and status == "effective":
                supersede(tx, home, definition.id, account_of(actor), now)
            act = act_on("definition.store", now, account_of(actor), definition.id, definition.version)
            tx.definitions.put(
                agency=home,
                id=definition.id,
                version=definition.version,
                status=status,
                content_hash=loaded.content_hash,
                text=written,
                act=act,
            )
            return _view(definition, loaded, known.status if known else status)

        return self.context.store.execute(work, key=key)

    def require_author(self, actor: Actor) -> None:
        """NotAllowed for whoever may not write definitions of the own agency."""

        def query(tx: Tx) -> None:
            home = active(tx, actor).agency
            _require_author(self.context.catalog.organisation(tx, home), actor)

        self.context.store.ask(query)

    def check(self, actor: Actor, text: str | bytes) -> Loaded:
        """What is wrong with a text, beside the registers and the other SOPs of the person's agency."""

        def query(tx: Tx) -> Surroundings:
            return surroundings(tx, self.context.catalog, active(tx, actor).agency)

        return load_definition(text, file="definition.yaml", **self.context.store.ask(query))

    def move(
        self,
        actor: Actor,
        sop: str,
        version: str,
        verb: str,
        *,
        reason: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> MovedVersion:
        """Submit, return, approve, make effective or revoke a version, or reinstate one that was replaced.

        A return says why; its authors answer in a draft. A version begins on its date: made effective before
        it, it stays approved and comes into force by itself on that day, and until then the one in force
        goes on.
        """
        _require_verb(verb)
        target = MOVES[verb][1]
        text = optional_text(reason, "reason")
        now = self.context.clock.now()

        def work(tx: Tx) -> MovedVersion:
            agency = active(tx, actor).agency
            # Locked before it is looked at: of two versions at once only the second stays effective.
            stored = tx.definitions.require(agency, sop, version, locked=True)
            definition = self.context.catalog.compiled(tx, agency, sop, version).definition
            organisation = self.context.catalog.organisation(tx, agency)
            _require_right(organisation, self.context.day_in(organisation, now), actor, definition, verb)
            _require_status(stored, verb)
            if verb in ON_THE_WAY:
                require_definition(stored.text, file=f"{sop}.yaml")
            if verb == "return" and text is None:
                raise InvalidInput.at("reason", NO_REASON)
            begins, status = None, target
            if verb == "make-effective":
                _require_complete(definition)
                begins = _still_to_begin(definition, self.context.day_in(organisation, now))
                status = stored.status if begins else target
            if status == "effective":
                supersede(tx, agency, sop, actor.account, now)
            act = act_on(f"definition.{verb}", now, actor.account, sop, version, text)
            tx.definitions.set_status(agency, sop, version, status, act, begins_on=begins)
            if status == "effective":
                ask_to_read(self.context, tx, agency, definition, now)
            elif verb in ("submit", "return"):
                returned = text if verb == "return" else None
                if returned is not None:
                    remark_on(tx, agency, definition, "", returned, actor.account, now)
                tell_of_review(self.context, tx, agency, definition, actor.account, returned, now)
            day = begins.isoformat() if begins else None
            return {"id": sop, "version": version, "status": status, "begins_on": day}

        return self.context.store.execute(work, key=key)

    def moves(self, actor: Actor, sop: str, version: str) -> tuple[str, ...]:
        """The verbs that this person can do with a version as it stands, by the rules of ``move``."""

        def query(tx: Tx) -> tuple[str, ...]:
            agency = active(tx, actor).agency
            stored = tx.definitions.require(agency, sop, version)
            definition = self.context.catalog.compiled(tx, agency, sop, version).definition
            organisation = self.context.catalog.organisation(tx, agency)
            day = self.context.day_in(organisation, self.context.clock.now())
            verbs = []
            for verb, (sources, _) in MOVES.items():
                if stored.status in sources and not (verb == "make-effective" and stored.begins_on):
                    with suppress(NotAllowed):
                        _require_right(organisation, day, actor, definition, verb)
                        verbs.append(verb)
            return tuple(verbs)

        return self.context.store.ask(query)


AUTHORS = frozenset({"author", "admin"})


def _require_verb(verb: str) -> None:
    if verb not in MOVES:
        known = ", ".join(MOVES)
        raise InvalidInput(
            Text(
                f'Tindakan "{verb}" tidak ada. Yang ada: {known}.',
                f"no such move {verb!r}; known are: {known}",
            ),
            errors=[FieldError("verb", Text(f"Yang ada: {known}.", f"Known: {known}."))],
        )


def _require_status(stored: StoredDefinition, verb: str) -> None:
    if stored.status not in MOVES[verb][0]:
        raise ActionNotAvailable(
            Text(
                f"SOP {stored.id} {stored.version} berstatus {stored.status}; {verb} tidak berlaku.",
                f"cannot {verb} a definition that is {stored.status}",
            ),
            current={"status": stored.status},
        )


def supersede(tx: Tx, agency: str, sop: str, account: str | None, now: datetime) -> None:
    """Let the version in force make way for another."""
    for other in tx.definitions.of(agency, sop):
        if other.status == "effective":
            act = act_on("definition.supersede", now, account, sop, other.version)
            tx.definitions.set_status(agency, sop, other.version, "superseded", act)


def _require_right(
    organisation: Organisation, day: date, actor: Actor, definition: Definition, verb: str
) -> None:
    if verb == "submit" or (verb == "return" and not AUTHORS.isdisjoint(organisation.roles_of(actor))):
        _require_author(organisation, actor)
        return
    if not may_approve(organisation, day, actor, definition):
        raise NotAllowed(
            Text(
                "Hanya pejabat yang mengesahkan SOP ini yang dapat melakukannya.",
                f"only holders of {definition.identity.approved_by!r} may {verb} this definition",
            )
        )


def may_approve(organisation: Organisation, day: date, actor: Actor, definition: Definition) -> bool:
    """Whether somebody holds a position that approves a definition."""
    approver = definition.identity.approved_by
    positions = set(organisation.positions_with(approver)) if approver else set()
    return not organisation.seats_of(actor.account, day, definition.id).isdisjoint(positions)


def _home(tx: Tx, actor: Actor | SystemActor, agency: str | None) -> str:
    """The person's agency; that which the host names."""
    return agency_named(tx, agency) if isinstance(actor, SystemActor) else active(tx, actor).agency


def _require_author(organisation: Organisation, actor: Actor) -> None:
    refusal = Text(
        "Hanya penyusun SOP yang dapat menyimpan definisi.", f"{actor.account!r} is no definition author"
    )
    require_role(actor, organisation.roles_of(actor), AUTHORS, refusal)


def _require_complete(definition: Definition) -> None:
    blank = [name for name in NEEDED_WHEN_EFFECTIVE if getattr(definition.identity, name) is None]
    if blank:
        raise DefinitionError(
            Text(
                f"SOP belum dapat diberlakukan; isi dahulu: {', '.join(blank)}.",
                f"the identity block is incomplete: {', '.join(blank)}",
            ),
            problems=blank,
        )


def _still_to_begin(definition: Definition, today: date) -> date | None:
    """The day on which a version begins, where that is still to come."""
    begins = definition.identity.effective_on
    return date.fromisoformat(begins) if begins and date.fromisoformat(begins) > today else None


def _view(definition: Definition, loaded: Loaded, status: str) -> Stored:
    return {
        "id": definition.id,
        "version": definition.version,
        "title": definition.identity.title,
        "status": status,
        "content_hash": loaded.content_hash,
        "warnings": [problem.message.indonesian for problem in loaded.problems],
    }

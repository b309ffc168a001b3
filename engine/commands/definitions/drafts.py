"""What the authors of an agency are writing of an SOP: begun, changed, taken back, let go of."""

from collections.abc import Callable
from dataclasses import replace

from engine.access.actor import Actor, accepts_names, require_role
from engine.commands.definitions.definitions import AUTHORS
from engine.commands.definitions.told import act_on
from engine.context import Context
from engine.errors import Conflict, InvalidInput, NotFound, StaleVersion
from engine.sop.editing.steps import History
from engine.sop.scalars import SLUG
from engine.sop.source import read_source
from engine.sop.yaml_text import MAX_BYTES
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active
from engine.store.sop_drafts import SopDraft
from engine.text.bilingual import Text

MOST_EARLIER = 1_000_000
"""How many characters of earlier texts a draft keeps."""


@accepts_names
class SopDrafts:
    """For authors and administrators. A draft may have faults; storing it as a version asks for none."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def list(self, actor: Actor) -> list[SopDraft]:
        """Every draft of the agency, the last changed first."""
        return self.context.store.ask(lambda tx: tx.sop_drafts.of(self._home(tx, actor)))

    def get(self, actor: Actor, sop: str) -> SopDraft | None:
        """The draft of an SOP; None where nobody is writing one."""
        return self.context.store.ask(lambda tx: tx.sop_drafts.get(self._home(tx, actor), sop))

    def offices(self, actor: Actor) -> dict[str, str]:
        """The roles that positions of the agency have, each with the first position of it."""

        def query(tx: Tx) -> dict[str, str]:
            organisation = self.context.catalog.organisation(tx, self._home(tx, actor))
            labels: dict[str, str] = {}
            for position in organisation.positions:
                for role in position.roles:
                    labels.setdefault(role, position.label)
            return labels

        return self.context.store.ask(query)

    def begin(self, actor: Actor, text: str, *, key: IdempotencyKey | None = None) -> str:
        """Begin a draft with a text, and say of which SOP it is. Conflict where somebody is writing one."""
        sop = read_source(text).value(("id",))
        if not isinstance(sop, str) or not SLUG.fullmatch(sop):
            said = "Rancangan memerlukan id: huruf, lalu huruf, angka, _ atau -, paling panjang 64."
            english = "a draft needs an id: a letter, then letters, digits, _ or -, at most 64"
            raise InvalidInput.at("yaml", Text(said, english))
        _require_small(text)

        def work(tx: Tx) -> str:
            agency, now = self._home(tx, actor), self.context.clock.now()
            there = tx.sop_drafts.get(agency, sop, locked=True)
            if there is not None and there.text != text:
                raise Conflict(
                    Text(
                        f'Rancangan SOP "{sop}" sudah ada. Buka rancangan itu, atau buang dahulu.',
                        f"somebody is writing a draft of {sop!r} already",
                    ),
                    current={"revision": there.revision},
                )
            if there is None:
                draft = SopDraft(
                    agency=agency,
                    id=sop,
                    text=text,
                    earlier=[],
                    scenarios="",
                    revision=1,
                    changed_by=actor.account,
                    changed_at=now,
                )
                tx.sop_drafts.put(draft, act_on("definition.draft", now, actor.account, sop, "draft"))
            return sop

        return self.context.store.execute(work, key=key)

    def change(self, actor: Actor, sop: str, of: Callable[[SopDraft], str]) -> SopDraft:
        """Change the text to what ``of`` makes of the draft, which nobody else changes meanwhile."""

        def work(draft: SopDraft) -> SopDraft:
            history = History(draft.text, draft.earlier)
            history.change(lambda _: of(draft))
            _require_small(history.text)
            return replace(draft, text=history.text, earlier=_bounded(history.earlier))

        return self._changed(actor, sop, work)

    def undo(self, actor: Actor, sop: str, shown: str) -> SopDraft:
        """Go one change back from the text that was shown; StaleVersion where another is there now."""

        def work(draft: SopDraft) -> SopDraft:
            if draft.digest != shown:
                raise stale(draft)
            history = History(draft.text, draft.earlier)
            history.undo()
            return replace(draft, text=history.text, earlier=history.earlier)

        return self._changed(actor, sop, work)

    def keep_scenarios(self, actor: Actor, sop: str, scenarios: str) -> SopDraft:
        """Keep the scenarios of a draft beside it."""
        _require_small(scenarios)
        return self._changed(actor, sop, lambda draft: replace(draft, scenarios=scenarios))

    def discard(self, actor: Actor, sop: str, shown: str) -> None:
        """Let go of a draft as it was shown; versions that were stored stay."""

        def work(tx: Tx) -> None:
            draft = self._require(tx, actor, sop)
            if draft.digest != shown:
                raise stale(draft)
            act = act_on("definition.draft-dropped", self.context.clock.now(), actor.account, sop, "draft")
            tx.sop_drafts.drop(draft.agency, sop, act)

        self.context.store.execute(work)

    def _changed(self, actor: Actor, sop: str, of: Callable[[SopDraft], SopDraft]) -> SopDraft:
        def work(tx: Tx) -> SopDraft:
            now = self.context.clock.now()
            draft = self._require(tx, actor, sop)
            made = of(draft)
            if made == draft:
                return draft
            made = replace(made, revision=draft.revision + 1, changed_by=actor.account, changed_at=now)
            tx.sop_drafts.put(made, act_on("definition.draft", now, actor.account, sop, "draft"))
            return made

        return self.context.store.execute(work)

    def _require(self, tx: Tx, actor: Actor, sop: str) -> SopDraft:
        draft = tx.sop_drafts.get(self._home(tx, actor), sop, locked=True)
        if draft is None:
            raise NotFound(Text(f'Rancangan SOP "{sop}" tidak ada.', f"no draft of {sop!r}"))
        return draft

    def _home(self, tx: Tx, actor: Actor) -> str:
        """The agency of an author; NotAllowed for whoever is none."""
        agency = active(tx, actor).agency
        organisation = self.context.catalog.organisation(tx, agency)
        refusal = Text(
            "Hanya penyusun SOP yang dapat menyunting.", f"{actor.account!r} is no definition author"
        )
        require_role(actor, organisation.roles_of(actor), AUTHORS, refusal)
        return agency


def stale(draft: SopDraft) -> StaleVersion:
    """The refusal of a change to a text that is there no more."""
    return StaleVersion(
        Text(
            "Rancangan ini sudah diubah orang lain sejak halaman Anda dibuka."
            " Isian Anda tetap ada: pilih mana yang dipakai.",
            "the draft was changed by somebody else since it was shown",
        ),
        current={"revision": draft.revision, "changed_by": draft.changed_by},
    )


def _bounded(earlier: list[str]) -> list[str]:
    """The last texts that fit."""
    kept: list[str] = []
    size = 0
    for text in reversed(earlier):
        size += len(text)
        if kept and size > MOST_EARLIER:
            break
        kept.insert(0, text)
    return kept


def _require_small(text: str) -> None:
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        most = MAX_BYTES // 1024
        raise InvalidInput.at("yaml", Text(f"SOP paling besar {most} KiB.", f"an SOP is at most {most} KiB"))

"""Forms that are not done yet: kept for their account as they are typed or refused, given back, let go of.

They are drafts of the page, not acts: nobody else reads them and no event tells of them.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import NotRequired, TypedDict, cast

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.errors import KeyMissing, NotFound, StaleVersion, TooLarge
from engine.store import Tx
from engine.store.account_guards import active
from engine.text.bilingual import Text

KEPT = timedelta(hours=24)
MOST_CHARACTERS = 4_000_000
MARK_LASTS = timedelta(days=3)
MARKED_AS = "form"


class Refusal(TypedDict):
    """Why a form was refused: the sentence and each fault of a path, in Indonesian and in English."""

    said: tuple[str, str]
    faults: list[tuple[str, str, str]]


class KeptForm(TypedDict):
    """A form as it was sent to an address, without its secrets, and why it is kept.

    ``turn`` counts what was kept for its page, so that the last is known within a second.
    """

    fields: list[tuple[str, str]]
    why: str
    sent_to: str
    refusal: Refusal | None
    turn: NotRequired[int]


OTHER_WINDOW = StaleVersion(
    Text(
        "Isian halaman ini sudah disimpan dari jendela lain, dan keduanya berbeda.",
        "what was typed on this page was kept from another window, and the two differ",
    )
)


def revision_of(kept: Mapping[str, object]) -> str:
    """By what a window knows whether what is kept for its page is what it knew; empty for nothing."""
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16] if kept else ""


def turn_of(form: KeptForm) -> int:
    return form.get("turn", 0)


@accepts_names
class KeptForms:
    """What was typed on a page, by account, by the address of the page and by the name of its form."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def keep(
        self, actor: Actor, address: str, form: str, content: KeptForm, *, revision: str | None = None
    ) -> None:
        """Keep a form in place of an earlier one of the same name; TooLarge for one that no page makes.

        ``revision`` is the one that the page knew: StaleVersion where another window kept something since.
        """
        if len(json.dumps(content)) > MOST_CHARACTERS:
            raise TooLarge(Text("Isian ini terlalu besar untuk disimpan.", "this form is too large to keep"))

        def work(tx: Tx) -> None:
            active(tx, actor)
            now = self.context.clock.now()
            there = self._of(tx, actor, address)
            if revision is not None and form in there and revision != revision_of(there):
                raise OTHER_WINDOW
            turn = 1 + max((turn_of(form) for form in there.values()), default=0)
            tx.kept_forms.put(actor.account, address, form, {**content, "turn": turn}, now)

        self.context.store.execute(work)

    def kept(self, actor: Actor, address: str) -> dict[str, KeptForm]:
        """The forms that are kept for a page by their names, the newest first."""
        return self.context.store.ask(lambda tx: self._of(tx, actor, address))

    def _of(self, tx: Tx, actor: Actor, address: str) -> dict[str, KeptForm]:
        stored = tx.kept_forms.get(actor.account, address, self.context.clock.now() - KEPT)
        forms = cast(dict[str, KeptForm], stored)
        return dict(sorted(forms.items(), key=lambda form: -turn_of(form[1])))

    def forget(self, actor: Actor, address: str, form: str | None = None) -> None:
        """Let go of one form of a page, or (None) of all."""
        self.context.store.execute(lambda tx: tx.kept_forms.drop(actor.account, address, form))

    # --- whose form it was, where the session that it was made in has ended ---

    def mark(self, actor: Actor) -> str:
        """What a form carries to say whose it is; empty where there is no key to seal it with."""
        until = int((self.context.clock.now() + MARK_LASTS).timestamp())
        try:
            return self.context.keyring.seal(MARKED_AS, MARKED_AS, f"{until} {actor.account}".encode())
        except KeyMissing:
            return ""

    def marked(self, mark: str) -> Actor | None:
        """Whose form carries this mark; None for one that is not ours or too old."""
        try:
            until, _, account = self.context.keyring.open(MARKED_AS, MARKED_AS, mark).decode().partition(" ")
        except (KeyMissing, ValueError):
            return None
        if int(until) < self.context.clock.now().timestamp():
            return None
        try:
            self.context.store.ask(lambda tx: active(tx, Actor(account)))
        except NotFound:
            return None
        return Actor(account)

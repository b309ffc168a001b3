"""Forms that were sent and could not be done yet: kept for their account, given back, and let go of.

They are drafts of the page, not acts: nobody else reads them and no event tells of them.
"""

import json
from datetime import timedelta
from typing import TypedDict, cast

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.errors import KeyMissing, NotFound, TooLarge
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
    """A form as it was sent to an address, without its secrets, and why it is kept."""

    fields: list[tuple[str, str]]
    why: str
    sent_to: str
    refusal: Refusal | None


@accepts_names
class KeptForms:
    """What was sent with a page, by account and by the address of the page."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def keep(self, actor: Actor, address: str, content: KeptForm) -> None:
        """Keep a form in place of an earlier one of the same page; TooLarge for one that no page makes."""
        if len(json.dumps(content)) > MOST_CHARACTERS:
            raise TooLarge(Text("Isian ini terlalu besar untuk disimpan.", "this form is too large to keep"))

        def work(tx: Tx) -> None:
            active(tx, actor)
            tx.kept_forms.put(actor.account, address, content, self.context.clock.now())

        self.context.store.execute(work)

    def kept(self, actor: Actor, address: str) -> KeptForm | None:
        """The form that is kept for a page; None for none."""
        since = self.context.clock.now() - KEPT
        found = self.context.store.ask(lambda tx: tx.kept_forms.get(actor.account, address, since))
        return cast(KeptForm | None, found)

    def forget(self, actor: Actor, address: str) -> None:
        self.context.store.execute(lambda tx: tx.kept_forms.drop(actor.account, address))

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

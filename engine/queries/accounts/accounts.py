"""Accounts as administrators see them, of their own agency alone, and each person the own."""

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.errors import NotFound
from engine.queries.pages import name_only, page, page_size
from engine.store import Tx
from engine.store.account_guards import active, administrator, kept
from engine.store.accounts import Profile
from engine.text.bilingual import Text
from engine.views.accounts import Account
from engine.views.audit import ErasedNote
from engine.views.parts import Page


@accepts_names
class AccountQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def list(
        self,
        actor: Actor,
        *,
        q: str | None = None,
        has_password: bool | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[Account]:
        """One page of the agency's accounts by name; administrators only."""
        size, after = page_size(limit), name_only(cursor)

        def query(tx: Tx) -> Page[Account]:
            agency = administrator(tx, actor).agency
            profiles = tx.accounts.profiles(agency, q, after, size + 1, has_password=has_password)
            last = profiles[size - 1].username if len(profiles) > size else None
            return page(
                [profile.shown() for profile in profiles[:size]], [last] if last is not None else None
            )

        return self.context.store.ask(query)

    def one(self, actor: Actor, username: str) -> Account:
        """One account of the agency; administrators only."""

        def query(tx: Tx) -> Profile | None:
            agency = administrator(tx, actor).agency
            profile = tx.accounts.profile(username)
            return profile if profile is not None and profile.agency == agency else None

        return _shown(self.context.store.ask(query), username)

    def erased(self, actor: Actor, username: str) -> ErasedNote | None:
        """When who an account is was erased, and on what basis; administrators of its agency only."""

        def query(tx: Tx) -> ErasedNote | None:
            kept(tx, actor, username)
            event = tx.erasures.that_took_account(username)
            return None if event is None else {"at": event["at"], "basis": event["facts"]["basis"]}

        return self.context.store.ask(query)

    def own(self, actor: Actor) -> Account:
        """A person's own account."""

        def query(tx: Tx) -> Profile | None:
            return tx.accounts.profile(active(tx, actor).username)

        return _shown(self.context.store.ask(query), actor.account)


def _shown(profile: Profile | None, username: str) -> Account:
    if profile is None:
        raise NotFound(Text("Akun tidak dikenal.", f"no account {username!r}"))
    return profile.shown()

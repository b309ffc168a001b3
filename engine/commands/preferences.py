"""How people want to be told, and messages that were given up and are sent again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.errors import FieldError, InvalidInput
from engine.keepers import active
from engine.office import Office
from engine.outbox import PERSONAL, Preference
from engine.state import Act, Json
from engine.store import IdempotencyKey, Tx

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
ADDRESSES = {
    "mail": re.compile(
        r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"
    ),
    "apprise": re.compile(r"[A-Za-z0-9@+._-]{1,64}"),
}


class Preferences:
    """Everybody chooses for themselves."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def of(self, account: str) -> dict[str, Json]:
        """The choices of a person as they are."""
        return self.office.store.read(lambda connection: _chosen_by(Tx(connection), account))

    def choose(
        self,
        account: str,
        *,
        pace: str | None = None,
        digest_at: str | None = None,
        channels: Sequence[str] | None = None,
        quiet_from: str | None = None,
        quiet_to: str | None = None,
        language: str | None = None,
        addresses: Mapping[str, str] | None = None,
        key: IdempotencyKey | None = None,
    ) -> Json:
        """Change what is given and keep the rest; an empty text ends quiet hours. The choices as they are."""
        given: dict[str, Any] = {
            "pace": pace,
            "digest_at": digest_at,
            "channels": tuple(channels) if channels is not None else None,
            "quiet_from": quiet_from,
            "quiet_to": quiet_to,
            "language": language,
            "addresses": dict(addresses) if addresses is not None else None,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        _require_sound(changes)
        changes = {name: None if value == "" else value for name, value in changes.items()}
        now = self.office.clock.now()

        def work(tx: Tx) -> Json:
            active(tx, account)
            chosen = replace(tx.preference(account), **changes)
            # Addresses are personal: the event says what was changed, not to what.
            act = Act(
                name="preference.choose",
                at=now,
                account=account,
                subject=account,
                facts={"changed": sorted(changes)},
            )
            tx.record_on(f"preference:{account}", act, {})
            tx.put_preference(chosen)
            return preference_view(chosen)

        return self.office.store.execute(work, key=key)


class OutboxDesk:
    """What the administrator does with messages that were given up."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def send_again(self, message_id: str | None = None) -> int:
        """Let one dead message, or all, be sent again under their old ids; how many."""
        now = self.office.clock.now()
        return self.office.store.execute(lambda tx: tx.revive_messages(now, message_id))

    def mend_timers(self) -> int:
        """Let timers that were set aside be tried again; how many."""
        now = self.office.clock.now()
        return self.office.store.execute(lambda tx: tx.mend_timers(now))


def _chosen_by(tx: Tx, account: str) -> dict[str, Json]:
    return preference_view(tx.preference(active(tx, account).username))


def preference_view(chosen: Preference) -> dict[str, Json]:
    return {
        "pace": chosen.pace,
        "digest_at": chosen.digest_at,
        "channels": list(chosen.channels) if chosen.channels is not None else None,
        "quiet_from": chosen.quiet_from,
        "quiet_to": chosen.quiet_to,
        "language": chosen.language,
        "addresses": dict(chosen.addresses),
    }


def _require_sound(changes: Mapping[str, Any]) -> None:
    errors: list[FieldError] = []
    for name, words in (("pace", ("at_once", "digest")), ("language", ("id", "en"))):
        if name in changes and changes[name] not in words:
            errors.append(_one_of(name, words))
    for name in ("digest_at", "quiet_from", "quiet_to"):
        value = changes.get(name)
        empty = value == "" and name != "digest_at"
        if value is not None and not empty and not (isinstance(value, str) and CLOCK.fullmatch(value)):
            errors.append(FieldError(name, 'Tulis jam, misalnya "07:30".', 'Write a time such as "07:30".'))
    if any(each not in PERSONAL for each in changes.get("channels", ())):
        errors.append(_one_of("channels", PERSONAL))
    for channel, address in changes.get("addresses", {}).items():
        pattern = ADDRESSES.get(channel)
        if pattern is None:
            errors.append(_one_of(f"addresses.{channel}", tuple(ADDRESSES)))
        elif not isinstance(address, str) or not pattern.fullmatch(address):
            errors.append(FieldError(f"addresses.{channel}", "Bukan alamat.", "No address."))
    if errors:
        raise InvalidInput(
            message_id="Pilihan pemberitahuan belum benar.",
            message_en="the choices are not sound",
            errors=errors,
        )


def _one_of(path: str, words: Sequence[str]) -> FieldError:
    known = ", ".join(words)
    return FieldError(path, f"Salah satu dari: {known}.", f"One of: {known}.")

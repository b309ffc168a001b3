"""How people want to be told."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from engine.access.actor import Actor, accepts_names
from engine.audit.act import Act
from engine.audit.events import preference_stream
from engine.context import Context
from engine.errors import FieldError, InvalidInput
from engine.notices.channels import CHANNELS, PERSONAL
from engine.notices.outbox import Preference
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active
from engine.text.bilingual import Text
from engine.views import notices as views

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
PACES = ("at_once", "digest")
CHOICES = frozenset(field.name for field in fields(Preference)) - {"account"}


@accepts_names
class Preferences:
    """Everybody chooses for themselves."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def of(self, actor: Actor) -> views.Preferences:
        """The choices of a person as they are."""
        return self.context.store.ask(lambda tx: _chosen_by(tx, actor))

    def choose(self, actor: Actor, *, key: IdempotencyKey | None = None, **chosen: Any) -> views.Preferences:
        """Change what is given and keep the rest; None goes back to what holds without a choice.

        The names are those of `Preference`: pace, digest_at, channels, quiet_from, quiet_to and addresses.
        Gives the choices as they are then; `InvalidInput` names every one that cannot be.
        """
        usual = Preference(account=actor.account)
        _require_sound(chosen)
        changes = {
            name: getattr(usual, name) if value is None else _kept(name, value)
            for name, value in chosen.items()
        }
        now, stream = self.context.clock.now(), preference_stream(actor.account)

        def work(tx: Tx) -> views.Preferences:
            active(tx, actor)
            tx.audit.lock(stream)
            before = tx.preferences.of(actor.account)
            preference = replace(before, **changes)
            _require_whole(preference)
            act = Act(name="preference.choose", at=now, account=actor.account, subject=actor.account)
            tx.preferences.put(before, preference, act)
            return preference_view(preference)

        return self.context.store.execute(work, key=key)


def _chosen_by(tx: Tx, actor: Actor) -> views.Preferences:
    return preference_view(tx.preferences.of(active(tx, actor).username))


def preference_view(chosen: Preference) -> views.Preferences:
    return {
        "pace": chosen.pace,
        "digest_at": chosen.digest_at,
        "channels": list(chosen.channels) if chosen.channels is not None else None,
        "quiet_from": chosen.quiet_from,
        "quiet_to": chosen.quiet_to,
        "addresses": dict(chosen.addresses),
    }


def _kept(name: str, value: Any) -> Any:
    return tuple(value) if name == "channels" else dict(value) if name == "addresses" else value


def _require_sound(chosen: Mapping[str, Any]) -> None:
    if unknown := set(chosen) - CHOICES:
        raise TypeError(f"nobody can choose {', '.join(sorted(unknown))}")
    given = {name: value for name, value in chosen.items() if value is not None}
    errors: list[FieldError] = []
    if "pace" in given and given["pace"] not in PACES:
        errors.append(_one_of("pace", PACES))
    errors += [
        FieldError(name, Text('Tulis jam, misalnya "07:30".', 'Write a time such as "07:30".'))
        for name in ("digest_at", "quiet_from", "quiet_to")
        if name in given and not (isinstance(given[name], str) and CLOCK.fullmatch(given[name]))
    ]
    if any(channel not in PERSONAL for channel in given.get("channels", ())):
        errors.append(_one_of("channels", PERSONAL))
    for channel, address in given.get("addresses", {}).items():
        known = CHANNELS.get(channel)
        if known is None:
            errors.append(_one_of(f"addresses.{channel}", PERSONAL))
        elif not isinstance(address, str) or not known.address.fullmatch(address):
            errors.append(FieldError(f"addresses.{channel}", Text("Bukan alamat.", "No address.")))
    _raise_if_any(errors)


def _require_whole(preference: Preference) -> None:
    """Quiet hours have a beginning and an end, or are none."""
    hours = {"quiet_from": preference.quiet_from, "quiet_to": preference.quiet_to}
    empty = [name for name, value in hours.items() if value is None]
    if len(empty) == 1:
        said, english = "Isi jam mulai dan jam selesainya.", "Give the beginning and the end."
        _raise_if_any([FieldError(empty[0], Text(said, english))])


def _raise_if_any(errors: Sequence[FieldError]) -> None:
    if errors:
        raise InvalidInput(
            Text("Pilihan pemberitahuan belum benar.", "the choices are not sound"),
            errors=errors,
        )


def _one_of(path: str, words: Sequence[str]) -> FieldError:
    known = ", ".join(words)
    return FieldError(path, Text(f"Salah satu dari: {known}.", f"One of: {known}."))

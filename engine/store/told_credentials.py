"""How events tell of what proves an account: by digests, so that nobody can use what the log says."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from engine.audit.canonical import canonical

NOTHING = "none"
"""What stands in place of a digest where there is no secret: its absence is told like a secret."""
UNPROVEN = {"password": NOTHING, "second_factor": NOTHING}
"""What a new account has."""

Told = tuple[str, dict[str, Any]]
"""The name under which events tell of something, and what they say of it."""


def secret_digest(*secrets: Any) -> str:
    """The hash that stands for a stored secret, which is salted, sealed or drawn itself."""
    return hashlib.sha256(canonical(secrets)).hexdigest() if any(secrets) else NOTHING


def factor_digest(secret: str | None, codes: Iterable[str]) -> str:
    """The hash that stands for a confirmed second factor with its recovery codes."""
    return secret_digest(secret, *sorted(codes)) if secret else NOTHING


def identity_told(link: Mapping[Any, Any]) -> Told:
    """A person of a provider that is linked to an account; who it is stands beside the event."""
    told = {name: link[name] for name in ("account", "issuer", "linked_at")}
    return f"{link['account']} {link['issuer']}", told


def token_told(token: Mapping[Any, Any]) -> Told:
    """A token of a program."""
    told = {name: token[name] for name in ("account", "scope", "created_at", "expires_at")}
    return token["id"], {**told, "secret": secret_digest(token["secret_hash"])}


def invitation_told(link: Mapping[Any, Any]) -> Told:
    """A link to set a password."""
    told = {name: link[name] for name in ("account", "purpose", "made_by", "made_at", "expires_at")}
    return secret_digest(link["secret_hash"]), told

"""The trunk of the error hierarchy on one page; an error that one module raises alone stands there.

    SopError
    ├── DefinitionError      a file of the language has errors; carries every diagnostic
    ├── NotFound             no such object, or not visible to this person
    ├── NotAllowed           the object is known, but this person may not do this
    ├── InvalidInput         the request itself is wrong; carries one FieldError per fault
    ├── Conflict             the world moved on; carries the state as it is now
    │   ├── ActionNotAvailable   the verb does not fit the current state
    │   ├── ConditionNotMet      the verb fits, but a guard says no
    │   ├── AlreadyClaimed       somebody else holds the task
    │   ├── StaleVersion         the caller saw an older version
    │   └── CannotBeStaffed      an executor role has no holder
    ├── Unavailable          the database cannot be reached or is locked
    └── StorageFull          the disk is full

``message`` is for people, in both languages; ``str(error)`` is for logs (English).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from engine.text.bilingual import Text


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in a request: where (a path such as ``data.baris[2].bukti``) and what."""

    path: str
    message: Text


class SopError(Exception):
    """Anything the engine refuses, with a stable code and a message in both languages."""

    code: ClassVar[str] = "error"

    def __init__(self, message: Text) -> None:
        super().__init__(message.english)
        self.message = message


class DefinitionError(SopError):
    """A definition, organisation or agency file has errors; ``problems`` lists all of them."""

    code = "definition_error"

    def __init__(self, message: Text, *, problems: Sequence[Any]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class NotFound(SopError):
    code = "not_found"


class NotAllowed(SopError):
    code = "not_allowed"


class InvalidInput(SopError):
    """The request is wrong in itself; ``errors`` names every field at fault."""

    code = "invalid_input"

    def __init__(self, message: Text, *, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.errors = tuple(errors)

    @classmethod
    def at(cls, path: str, message: Text) -> Self:
        """One fault, told of its field and of the whole request in the same words."""
        fault = FieldError(path, message)
        return cls(message, errors=[fault])


class Conflict(SopError):
    """The world is not as the caller assumed; ``current`` is the state now."""

    code = "conflict"

    def __init__(self, message: Text, *, current: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.current: dict[str, Any] = dict(current or {})


class ActionNotAvailable(Conflict):
    code = "action_not_available"


class ConditionNotMet(Conflict):
    code = "condition_not_met"


class AlreadyClaimed(Conflict):
    code = "already_claimed"


class StaleVersion(Conflict):
    code = "stale_version"


class CannotBeStaffed(Conflict):
    code = "cannot_be_staffed"


class Unavailable(SopError):
    code = "unavailable"


class StorageFull(SopError):
    code = "storage_full"

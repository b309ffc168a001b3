"""From errors to what people see: a sentence on standard error, an exit code, a line in the log."""

import logging
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from engine.errors import DefinitionError, FieldError, InvalidInput, SopError
from engine.sop.diagnostics import Problem
from runtime.cli.errors import misused
from runtime.sibling_files import first_bytes
from runtime.system_words import reason

LOG = logging.getLogger("alur.cli")
REFUSED = 1
UNUSABLE = 2


class Reporting(TyperGroup):
    """Every command below it ends with a sentence and an exit code, never with a traceback."""

    def make_context(self, *given: Any, **named: Any) -> Any:
        try:
            return super().make_context(*given, **named)
        except typer.TyperException as error:
            misused(error)
        except BrokenPipeError:
            raise
        except OSError as error:
            _failed(error)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, BrokenPipeError, EOFError):
            raise
        except typer.TyperException as error:
            misused(error)
        except SopError as error:
            LOG.info("%s: %s", error.code, error.message.english)
            refuse(error)
        except ValidationError as error:
            LOG.info("the settings cannot be used: %s", _settings(error))
            unusable(f"Pengaturan tidak dapat dipakai: {_settings(error)}.")
        except OSError as error:
            _failed(error)
        except Exception:
            LOG.exception("unexpected error in %s", ctx.command_path)
            _say("Maaf, terjadi kesalahan yang tidak terduga; rinciannya ada pada catatan log di atas.")
            raise typer.Exit(REFUSED) from None


def refuse(error: SopError, file: str | None = None) -> NoReturn:
    """Say what the engine refuses, fault by fault, and end with 1."""
    _say(error.message.indonesian)
    faults = error.problems if isinstance(error, DefinitionError) else ()
    if isinstance(error, InvalidInput):
        faults = tuple(fault for fault in error.errors if not _is_said(fault, error.message.indonesian))
    for fault in faults:
        _say(fault_line(fault, file))
    raise typer.Exit(REFUSED)


def unusable(sentence: str) -> NoReturn:
    """Say why the arguments cannot be used and end with 2."""
    _say(sentence)
    raise typer.Exit(UNUSABLE)


def readable(path: Path, most: int | None = None) -> bytes:
    """The bytes of a file that was named on the command line; ends with 2 when there are none."""
    try:
        return first_bytes(path) if most is None else first_bytes(path, most)
    except OSError as error:
        LOG.info("%s cannot be read: %s", path, error)
        unusable(unreadable(path, error))


def unreadable(path: Path, error: OSError) -> str:
    reasons: dict[type[OSError], str] = {
        FileNotFoundError: "tidak ada",
        IsADirectoryError: "adalah folder, bukan berkas",
        PermissionError: "tidak boleh dibaca",
    }
    return f"{path}: berkas ini {reasons.get(type(error), f'tidak dapat dibaca ({reason(error)})')}."


def fault_line(fault: object, file: str | None) -> str:
    if isinstance(fault, Problem):
        return fault.render(file or "-")
    where = f"{file}: " if file else ""
    if isinstance(fault, FieldError):
        return f"{where}{fault.path}: {fault.message.indonesian} / {fault.message.english}"
    return f"{where}{fault}"


def _is_said(fault: FieldError, sentence: str) -> bool:
    """Whether the sentence is this fault and nothing else."""
    return sentence in (fault.message.indonesian, f"{fault.path}: {fault.message.indonesian}")


def _settings(error: ValidationError) -> str:
    # The values are left out: one of them may hold a password.
    told = [_setting(".".join(map(str, detail["loc"])), detail["msg"]) for detail in error.errors()]
    return re.sub(r"\s+", " ", "; ".join(told))


def _setting(name: str, said: str) -> str:
    why = said.removeprefix("Value error, ")
    return f"{name} ({why})" if name else why


def _failed(error: OSError) -> NoReturn:
    """A file, a folder or the output that failed where no command expects it."""
    LOG.info("a file cannot be used", exc_info=error)
    if error.filename is None:
        _drop_output()
    where = str(error.filename) if error.filename is not None else "Keluaran"
    _say(f"{where}: tidak dapat dipakai ({reason(error)}).")
    raise typer.Exit(UNUSABLE) from None


def _drop_output() -> None:
    """What could not be written is not tried again when the process ends."""
    with suppress(OSError), open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())


def _say(sentence: str) -> None:
    # A standard error that is full or closed takes nothing from the exit code.
    with suppress(OSError):
        typer.echo(sentence, err=True)

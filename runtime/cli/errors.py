"""A command line that cannot be understood, said in Indonesian: the library that reads it speaks English."""

import re
from collections.abc import Callable
from typing import Any, NoReturn

import typer

VALUES: tuple[tuple[str, str], ...] = (
    (r"Input should be a valid (?:integer|number).*", "tulis bilangan"),
    (r"Input should be greater than or equal to (\S+)", r"paling sedikit \1"),
    (r"Input should be less than or equal to (\S+)", r"paling banyak \1"),
    (r"(?:Value error, )?'.*' is not one of (.*)", r"pilih salah satu dari \1"),
)
SENTENCES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"Missing argument '(.*?)'.*", lambda m: f"Argumen {m[1]} belum ditulis."),
    (r"Missing option '(.*?)'.*", lambda m: f"Pilihan {m[1]} belum ditulis."),
    (r"Missing command\.", lambda _: "Perintahnya belum ditulis."),
    (
        r"No such option: (\S+)(?: \(Possible options: (.*)\))?",
        lambda m: f"Tidak ada pilihan {m[1]}.{_meant(m[2])}",
    ),
    (
        r"No such command '(.*?)'\.(?: Did you mean (.*)\?)?",
        lambda m: f"Tidak ada perintah {m[1]}.{_meant(m[2])}",
    ),
    (r"Got unexpected extra argument\(s\) \((.*)\)", lambda m: f"Argumen ini berlebih: {m[1]}."),
    (r"Option '(.*?)' requires .*", lambda m: f"Pilihan {m[1]} memerlukan nilai."),
    (r"Option '(.*?)' does not take a value\.", lambda m: f"Pilihan {m[1]} tidak memakai nilai."),
    (r"Invalid value for '?(.*?)'?: (.*)", lambda m: f"Nilai {m[1]} tidak dapat dipakai: {_value(m[2])}."),
)


def misused(error: typer.TyperException) -> NoReturn:
    """Say how the command is written and what is wrong with it, and end with the error's own code."""
    context: Any = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        raise error
    typer.echo(in_indonesian(error.format_message()), err=True)
    if context is not None:
        usage = context.get_usage().removeprefix("Usage: ")
        for english, said in (("[OPTIONS]", "[PILIHAN]"), ("COMMAND [ARGS]...", "PERINTAH [ARGUMEN]...")):
            usage = usage.replace(english, said)
        typer.echo(f"Cara menulisnya: {usage}", err=True)
        typer.echo(f"Keterangan: {context.command_path} --help", err=True)
    raise typer.Exit(error.exit_code)


def in_indonesian(english: str) -> str:
    """The sentence in Indonesian; one that is not known stays as it is."""
    for pattern, sentence in SENTENCES:
        if match := re.fullmatch(pattern, english, re.DOTALL):
            return sentence(match)
    return english


def _meant(names: str | None) -> str:
    return f" Mungkin maksudnya: {names.replace(chr(39), '')}." if names else ""


def _value(english: str) -> str:
    for pattern, said in VALUES:
        if re.fullmatch(pattern, english.rstrip("."), re.DOTALL):
            return re.sub(pattern, said, english.rstrip("."), flags=re.DOTALL)
    return english.rstrip(".")

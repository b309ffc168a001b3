"""``alur document``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from documents.document import FORMATS, Format, PaperName, document, file_name
from engine.errors import DefinitionError
from engine.sop.checks import Loaded, require_definition
from runtime.cli.files import save
from runtime.cli.office import agency_of, opened
from runtime.cli.outcome import readable, refuse


def write_document(
    source: Annotated[
        str, typer.Argument(metavar="FILE|ID", help="Berkas sop/v1, atau id SOP yang tersimpan.")
    ],
    version: Annotated[
        str | None,
        typer.Option("--version", help="Versi yang tersimpan; bawaan: yang berlaku, atau terakhir."),
    ] = None,
    format: Annotated[
        Format | None, typer.Option("--format", help="Bawaan: menurut akhiran --output, selain itu pdf.")
    ] = None,
    paper: Annotated[PaperName, typer.Option("--paper", help="Ukuran kertas, memanjang.")] = "f4",
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Berkas tujuan; bawaan: <id>-<versi>.<format>, `-`: stdout."),
    ] = None,
    agency: Annotated[
        str | None, typer.Option("--agency", help="Id instansi pemiliknya; wajib bila ada beberapa.")
    ] = None,
) -> None:
    """Mencetak dokumen SOP resmi: blok identitas, lembar kerja, dan tabel dengan bagan alirnya.

    PDF-nya membawa berkas YAML yang sama; versi yang sama selalu menghasilkan berkas yang sama.
    """
    text, loaded = file_or_stored(source, version, agency)
    definition = loaded.definition
    chosen = format or _by_suffix(output)
    content = document(definition, text, chosen, paper)
    if str(output) == "-":
        sys.stdout.buffer.write(content)
        return
    target = output or Path(file_name(definition, chosen))
    save(target, [content])
    typer.echo(str(target))


def file_or_stored(source: str, version: str | None, agency: str | None) -> tuple[bytes, Loaded]:
    """A definition in a file, or the stored version of an id; ends where there is none or it has errors."""
    text = _stored(source, version, agency) if is_id(source) else readable(Path(source))
    try:
        return text, require_definition(text, file=source)
    except DefinitionError as error:
        refuse(error, source)


def add_to(app: typer.Typer) -> None:
    epilog = "Contoh: alur document sop_definitions/perbaikan-data-kinerja.yaml --format pdf"
    app.command("document", epilog=epilog)(write_document)


def is_id(source: str) -> bool:
    """Whether what was named is no file: neither is there one, nor does it end like one."""
    return not source.endswith((".yaml", ".yml")) and not Path(source).exists()


def _stored(sop: str, version: str | None, agency: str | None) -> bytes:
    with opened() as system:
        return system.engine.queries.definitions.text(agency_of(system, agency), sop, version).encode()


def _by_suffix(output: Path | None) -> Format:
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    return next((format for format in FORMATS if format == suffix), "pdf")

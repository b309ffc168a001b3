"""Which files stand for which document of a case: its versions, oldest first. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from engine.audit.act import Json
from engine.cases.model import CaseState, Task, TaskStatus
from engine.sop.model import Definition, Document, Field

Version = tuple[str, str, Task | None]
"""A document's id, the file, and the visit that handed it in; None for the start."""


def documents_of(definition: Definition, state: CaseState) -> Mapping[str, list[str]]:
    """Document id → the ids of its files in the order they came; documents without a file are left out."""
    files: dict[str, list[str]] = {}
    for name, file_id, _ in versions_of(definition, state):
        files.setdefault(name, []).append(file_id)
    return files


def versions_of(definition: Definition, state: CaseState) -> Iterator[Version]:
    """Every version of every document, oldest first."""
    for name, file in state.case.documents.items():
        if file is not None:
            yield name, str(file), None
    done = [task for task in state.tasks.values() if task.state is TaskStatus.COMPLETED and task.data]
    for task in sorted(done, key=lambda task: task.ended_at):
        form = definition.forms.get(definition.step(task.step_id).form or "")
        for field in form.fields if form else ():
            if field.document:
                for file_id in file_ids((task.data or {}).get(field.id)):
                    yield field.document, file_id, task


def current_files(definition: Definition, state: CaseState) -> Mapping[str, list[str]]:
    """Document id → the files that it is now, of whichever branch came last."""
    by_document: dict[str, list[Version]] = {}
    for version in versions_of(definition, state):
        by_document.setdefault(version[0], []).append(version)
    return {
        name: [file_id for _, file_id, _ in newest(versions, definition.documents.get(name))]
        for name, versions in by_document.items()
    }


def newest(versions: Sequence[Version], document: Document | None) -> list[Version]:
    """What counts of one document: the last version, or all files of the last hand-in of one without."""
    if document is not None and document.versioned:
        return list(versions[-1:])
    return [version for version in versions if version[2] is versions[-1][2]]


def file_ids(value: object) -> list[str]:
    """Every file id in the value of a ``file`` or ``evidence`` field."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return file_ids(value.get("file"))
    if isinstance(value, list):
        return [file_id for part in value if isinstance(part, Mapping) for file_id in file_ids(part)]
    return []


def files_in(
    fields: Sequence[Field], data: Mapping[str, Json], carried: Mapping[str, Sequence[Field]]
) -> Iterator[str]:
    """The ids in fields that hold files, in the cells of tables too; a text that looks like one is none.

    Of data that nobody has checked yet: whatever is of another type holds none.
    """
    for field in fields:
        value = data.get(field.id)
        if field.type == "table":
            # What a row carries on from an earlier step is bound there; only an added row brings its own.
            columns = (*field.columns, *(carried.get(field.id, ()) if field.add_rows else ()))
            for row in value if isinstance(value, list) else ():
                yield from files_in(columns, row if isinstance(row, Mapping) else {}, {})
        elif field.type in ("file", "evidence"):
            yield from file_ids(value)

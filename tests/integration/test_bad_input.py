"""Bad input through the engine: a clear message in both languages, and nothing half done."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.access.actor import HOST
from engine.errors import (
    ActionNotAvailable,
    DefinitionError,
    InvalidInput,
    NotAllowed,
    NotFound,
    SopError,
    StaleVersion,
    TooLarge,
    UnsupportedMediaType,
)
from engine.store.files import LIMIT
from tests.support.offices import SOP, DemoOffice, with_demonstration
from tests.support.postgres import DatabaseUrls

LATER = datetime(2026, 1, 30, tzinfo=UTC)
STRANGE = "a\x00b"
BROKEN = "\ud800"


class Scene:
    """A case at s5 in Bidang PSR, claimed by JP 1 with everything at hand; in Bidang PKM at s4."""

    def __init__(self, office: DemoOffice) -> None:
        self.office = office
        self.case_id = office.with_branches()
        office.do("kabid.psr", self.case_id, "s4", "bid-psr")
        self.task_id = office.open_task(self.case_id, "s5", "bid-psr").id
        office.engine.tasks.claim("jp.psr.1", self.task_id)
        self.good = office.filled("jp.psr.1", self.task_id)

    def complete(self, who: str = "jp.psr.1", version: Any = None, **given: Any) -> object:
        handed_in = replace(self.good, **{"password": self.office.passwords.get(who), **given})
        return self.office.engine.completion.complete(who, self.task_id, handed_in, version=version)

    def refused(self, bad: Callable[[], object], error: type[SopError]) -> Any:
        """The error of a refused call; it speaks both languages and has left every row as it was."""
        before = self.office.rows()
        with pytest.raises(error) as raised:
            bad()
        assert type(raised.value) is error
        assert self.office.rows() == before
        require_two_languages(raised.value)
        return raised.value

    def refused_at(self, bad: Callable[[], object], paths: list[str]) -> None:
        said = self.refused(bad, InvalidInput)
        assert {fault.path for fault in said.errors} >= set(paths)


def require_two_languages(error: SopError) -> None:
    assert error.message.indonesian
    assert error.message.english
    assert error.message.indonesian != error.message.english
    for fault in getattr(error, "errors", ()):
        assert fault.path
        assert fault.message.indonesian
        assert fault.message.english


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One scene for all: whatever is refused leaves it as it was."""
    if request.param == "postgres":
        urls = request.getfixturevalue("postgres_server").create_database(with_demonstration)
    else:
        folder = tmp_path_factory.mktemp("scene")
        for part in request.getfixturevalue("sqlite_template")(with_demonstration).parent.glob("alur.db*"):
            shutil.copy(part, folder)
        urls = DatabaseUrls(f"sqlite:///{folder}/alur.db", f"sqlite:///{folder}/alur.db")
    office = DemoOffice.on(urls, tmp_path_factory.mktemp("files"))
    yield Scene(office)
    office.system.close()


def named(cases: list[tuple[Any, ...]]) -> Any:
    """The cases, each under the words that it starts with."""
    return [pytest.param(*rest, id=name) for name, *rest in cases]


STARTS: list[tuple[Any, ...]] = [
    ("an unknown SOP", {"sop": "perbaikan-data"}, NotFound, []),
    ("a version that is not effective", {"sop_version": "9.9.9"}, NotFound, []),
    ("a person nobody knows", {"by": "tidak.ada"}, NotFound, []),
    ("a person who may not", {"by": "jp.psr.1"}, NotAllowed, []),
    ("an administrator", {"by": "admin"}, NotAllowed, []),
    ("no period", {"period": None}, InvalidInput, ["period"]),
    ("a period of another kind", {"period": "2026-01"}, InvalidInput, ["period"]),
    ("a period that is none", {"period": "kuartal satu"}, InvalidInput, ["period"]),
    ("a NUL in the period", {"period": STRANGE}, InvalidInput, ["period"]),
    ("a number as period", {"period": 2026}, InvalidInput, ["period"]),
    ("a field that is not asked", {"fields": {"warna": "merah"}}, InvalidInput, ["fields.warna"]),
    ("fields that are a list", {"fields": ["warna"]}, InvalidInput, ["fields"]),
    ("a party that is not asked", {"parties": {"pemohon": {}}}, InvalidInput, ["parties.pemohon"]),
    ("parties that are a list", {"parties": ["pemohon"]}, InvalidInput, ["parties"]),
    ("a correction of no case", {"corrects": "tidak-ada"}, NotFound, []),
]


@pytest.mark.parametrize(("given", "error", "paths"), named(STARTS))
def test_a_case_does_not_start_with(
    scene: Scene, given: dict[str, Any], error: type[SopError], paths: list[str]
) -> None:
    said = scene.refused(lambda: scene.office.start(**given), error)
    assert [fault.path for fault in getattr(said, "errors", ())] == paths


DATA: list[tuple[Any, ...]] = [
    ("an unknown field", {"dokumne": "x"}, ["data.dokumne"]),
    ("no document", {"dokumen": None}, ["data.dokumen"]),
    ("a file nobody uploaded", {"dokumen": "tidak-ada"}, ["data.dokumen"]),
    ("a file with a NUL in its id", {"dokumen": STRANGE}, ["data.dokumen"]),
    ("a number as a text", {"berkas_fisik": 7}, ["data.berkas_fisik"]),
    ("a table that is a text", {"perbaikan": "semua"}, ["data.perbaikan"]),
    ("a row that is a text", {"perbaikan": ["satu"]}, ["data.perbaikan[0]"]),
    ("no row", {"perbaikan": []}, ["data.perbaikan"]),
]


@pytest.mark.parametrize(("data", "paths"), named(DATA))
def test_a_form_is_refused_with(scene: Scene, data: dict[str, Any], paths: list[str]) -> None:
    scene.refused_at(lambda: scene.complete(data={**scene.good.data, **data}), paths)


CELLS: list[tuple[Any, ...]] = [
    ("no evidence", {"bukti": []}, "bukti"),
    ("evidence over http", {"bukti": [{"url": "http://x.example"}]}, "bukti[0]"),
    ("evidence that is a script", {"bukti": [{"url": "javascript:x"}]}, "bukti[0]"),
    ("an empty reason", {"alasan": " "}, "alasan"),
    ("a changed column of an earlier step", {"uraian": "lain"}, "uraian"),
    ("a lone surrogate", {"alasan": BROKEN}, "alasan"),
    ("a NUL", {"alasan": STRANGE}, "alasan"),
    ("an unknown column", {"alasn": "x"}, "alasn"),
]


@pytest.mark.parametrize(("cells", "path"), named(CELLS))
def test_a_row_is_refused_with(scene: Scene, cells: dict[str, Any], path: str) -> None:
    row = {**scene.good.data["perbaikan"][0], **cells}
    scene.refused_at(
        lambda: scene.complete(data={**scene.good.data, "perbaikan": [row]}), [f"data.perbaikan[0].{path}"]
    )


HANDED_IN: list[tuple[Any, ...]] = [
    ("data that are a list", {"data": ["perbaikan"]}, "data"),
    ("no requirement ticked", {"requirements": ()}, "requirements"),
    ("an unknown requirement", {"requirements": ("dok_data_kinerja", "x")}, "requirements"),
    ("requirements that are a number", {"requirements": 7}, "requirements"),
    ("requirements that are numbers", {"requirements": (7,)}, "requirements"),
    ("an outcome of a plain step", {"outcome": "sesuai"}, "outcome"),
    ("an outcome that is a list", {"outcome": ["sesuai"]}, "outcome"),
    ("branches on a plain step", {"branches": ("bid-psr",)}, "branches"),
    ("branches that are a number", {"branches": 7}, "branches"),
    ("another position", {"acting_as": "kabid-psr"}, "acting_as"),
    ("a reason that is a number", {"reason": 7}, "reason"),
    ("a reason without end", {"reason": "a" * 10_001}, "reason"),
    ("a reason with a NUL", {"reason": STRANGE}, "reason"),
    ("a password that is a number", {"password": 7}, "password"),
    ("a version that is a text", {"version": "dua"}, "version"),
]


@pytest.mark.parametrize(("given", "path"), named(HANDED_IN))
def test_a_task_is_not_completed_with(scene: Scene, given: dict[str, Any], path: str) -> None:
    scene.refused_at(lambda: scene.complete(**given), [path])


WHY = {"reason": "x"}
ON_THE_TASK: list[tuple[Any, ...]] = [
    ("saving on an old version", "save", "jp.psr.1", {"data": {}, "version": 1}, StaleVersion),
    ("saving wrong types", "save", "jp.psr.1", {"data": {"dokumen": 7}}, InvalidInput),
    ("saving a list", "save", "jp.psr.1", {"data": ["x"]}, InvalidInput),
    ("saving ticks that are numbers", "save", "jp.psr.1", {"data": {}, "requirements": (7,)}, InvalidInput),
    ("saving unknown ticks", "save", "jp.psr.1", {"data": {}, "requirements": ("x",)}, InvalidInput),
    ("saving another's draft", "save", "kabid.psr", {"data": {}}, NotAllowed),
    ("claiming twice", "claim", "jp.psr.1", {}, ActionNotAvailable),
    ("releasing without a reason", "release", "jp.psr.1", {"reason": " "}, InvalidInput),
    ("holding for no known kind", "hold", "jp.psr.1", {**WHY, "reason_class": "x"}, InvalidInput),
    (
        "holding too long",
        "hold",
        "jp.psr.1",
        {**WHY, "reason_class": "menunggu_data", "until": LATER},
        NotAllowed,
    ),
    (
        "holding until a time without zone",
        "hold",
        "kabid.psr",
        {**WHY, "reason_class": "menunggu_data", "until": LATER.replace(tzinfo=None)},
        InvalidInput,
    ),
    (
        "holding until the past",
        "hold",
        "kabid.psr",
        {**WHY, "reason_class": "menunggu_data", "until": LATER - timedelta(days=365)},
        InvalidInput,
    ),
    ("handing on to nobody", "reassign", "kabid.psr", {**WHY, "to": "tidak.ada"}, InvalidInput),
    ("handing on to another Bidang", "reassign", "kabid.psr", {**WHY, "to": "jp.eks.1"}, InvalidInput),
    ("handing on as no superior", "reassign", "jp.psr.1", {**WHY, "to": "jp.psr.2"}, NotAllowed),
    ("handing on without a reason", "reassign", "kabid.psr", {"to": "jp.psr.2", "reason": ""}, InvalidInput),
    ("resuming what is not held", "resume", "jp.psr.1", {}, ActionNotAvailable),
    ("recalling what is open", "recall", "jp.psr.1", {}, NotAllowed),
]


@pytest.mark.parametrize(("verb", "who", "given", "error"), named(ON_THE_TASK))
def test_refused_on_a_task_is(
    scene: Scene, verb: str, who: str, given: dict[str, Any], error: type[SopError]
) -> None:
    act = getattr(scene.office.engine.tasks, verb)
    said = scene.refused(lambda: act(who, scene.task_id, **given), error)
    if isinstance(said, StaleVersion):
        assert said.current["version"] > 1


@pytest.mark.parametrize("id", ["tidak-ada", "", "x" * 5000], ids=["a word", "nothing", "very long"])
def test_a_task_or_case_that_does_not_exist_is_not_found(scene: Scene, id: str) -> None:
    for look in on_an_id(scene, id):
        scene.refused(look, NotFound)


@pytest.mark.parametrize("id", [STRANGE, BROKEN], ids=["a NUL", "a lone surrogate"])
def test_an_id_that_no_database_can_hold_is_refused(scene: Scene, id: str) -> None:
    for look in on_an_id(scene, id):
        before = scene.office.rows()
        with pytest.raises((NotFound, InvalidInput)) as raised:
            look()
        require_two_languages(raised.value)
        assert scene.office.rows() == before


def on_an_id(scene: Scene, id: str) -> list[Callable[[], object]]:
    engine = scene.office.engine
    return [
        lambda: engine.tasks.claim("jp.psr.1", id),
        lambda: engine.completion.complete("jp.psr.1", id, scene.good),
        lambda: engine.cases.cancel("kadis", id, reason="x"),
        lambda: engine.queries.tasks.get("kadis", id),
        lambda: engine.queries.cases.get("kadis", id),
        lambda: engine.tasks.claim(id, scene.task_id),
        lambda: engine.queries.inbox(id),
    ]


@pytest.mark.parametrize(
    ("who", "error"),
    [("kabid.psr", NotAllowed), ("auditor", NotAllowed), ("jp.eks.1", NotFound), ("tidak.ada", NotFound)],
)
def test_someone_elses_task_is_forbidden_where_it_is_seen_and_unknown_where_it_is_not(
    scene: Scene, who: str, error: type[SopError]
) -> None:
    scene.refused(lambda: scene.complete(who), error)
    scene.refused(lambda: scene.office.engine.tasks.save(who, scene.task_id, data={}), error)


ON_THE_CASE: list[tuple[Any, ...]] = [
    ("suspending as no head", "suspend", "sekdis", {}, NotAllowed),
    ("suspending without a reason", "suspend", "kadis", {"reason": ""}, InvalidInput),
    ("suspending for a number", "suspend", "kadis", {"reason": 7}, InvalidInput),
    ("resuming a case that runs", "resume", "kadis", {}, ActionNotAvailable),
    ("cancelling as an executor", "cancel", "jp.psr.1", {}, NotAllowed),
    ("cancelling as an auditor", "cancel", "auditor", {}, NotAllowed),
    ("cancelling on an old version", "cancel", "kadis", {"version": 1}, StaleVersion),
    ("cancelling on no version", "cancel", "kadis", {"version": "1"}, InvalidInput),
]


@pytest.mark.parametrize(("verb", "who", "given", "error"), named(ON_THE_CASE))
def test_refused_on_a_case_is(
    scene: Scene, verb: str, who: str, given: dict[str, Any], error: type[SopError]
) -> None:
    act = getattr(scene.office.engine.cases, verb)
    scene.refused(lambda: act(who, scene.case_id, **{"reason": "x", **given}), error)


def test_a_case_that_runs_needs_no_correction(scene: Scene) -> None:
    scene.refused(lambda: scene.office.start(corrects=scene.case_id), ActionNotAvailable)


UPLOADS: list[tuple[Any, ...]] = [
    ("an empty file", b"", "a.pdf", InvalidInput),
    ("a file over the limit", b"%PDF-1.4\n" + b" " * LIMIT, "a.pdf", TooLarge),
    ("a program", b"MZ\x90\x00", "a.exe", UnsupportedMediaType),
    ("a file that is not what its name says", b"MZ\x90\x00", "a.pdf", UnsupportedMediaType),
]


@pytest.mark.parametrize(("content", "name", "error"), named(UPLOADS))
def test_an_upload_is_refused_of(scene: Scene, content: bytes, name: str, error: type[SopError]) -> None:
    scene.refused(lambda: scene.office.upload("kadis", content, name), error)
    assert list(scene.office.files.rglob("*.incoming*")) == []


def test_a_stranger_uploads_nothing_and_leaves_no_bytes_behind(scene: Scene) -> None:
    content = b"%PDF-1.4\nonly the stranger has this\n%%EOF\n"
    before = sorted(scene.office.files.rglob("*"))
    scene.refused(lambda: scene.office.upload("tidak.ada", content), NotFound)
    assert sorted(scene.office.files.rglob("*")) == before


DEFINITIONS: list[tuple[Any, ...]] = [
    ("with errors", "schema: sop/v1\nid: x\nlangkah: []\n"),
    ("that is no YAML", "[" * 100_000),
    ("that is empty", ""),
    ("that is a list", "- 1\n- 2\n"),
]


@pytest.mark.parametrize("text", named(DEFINITIONS))
def test_a_definition_is_not_stored(scene: Scene, text: str) -> None:
    said = scene.refused(lambda: scene.office.engine.definitions.store(HOST, text), DefinitionError)
    assert said.problems


def test_a_definition_moves_only_by_known_verbs_and_versions(scene: Scene) -> None:
    move = scene.office.engine.definitions.move
    scene.refused_at(lambda: move("kadis", SOP, "1.0.0", "delete"), ["verb"])
    scene.refused(lambda: move("kadis", SOP, "9.0.0", "submit"), NotFound)
    scene.refused(lambda: move("kadis", SOP, "1.0.0", "approve"), ActionNotAvailable)
    scene.refused(lambda: move("jp.psr.1", SOP, "1.0.0", "approve"), NotAllowed)


@pytest.mark.parametrize("cursor", ["xx", "WyJ4IiwgInkiXQ", "", "ü", "W10", "A" * 5000], ids=range(6))
def test_a_cursor_that_nobody_gave_is_refused(scene: Scene, cursor: str) -> None:
    queries = scene.office.engine.queries
    scene.refused_at(lambda: queries.inbox("kadis", cursor=cursor), ["cursor"])
    scene.refused_at(lambda: queries.cases.list("kadis", cursor=cursor), ["cursor"])


def test_an_inbox_of_no_known_kind_is_refused(scene: Scene) -> None:
    scene.refused_at(lambda: scene.office.engine.queries.inbox("kadis", "semua"), ["view"])


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "x" * 5000], ids=range(5))
def test_a_search_takes_every_sign_as_itself(scene: Scene, text: str) -> None:
    assert scene.office.engine.queries.inbox("jp.psr.1", q=text)["items"] == []
    assert scene.office.engine.queries.cases.list("auditor", q=text)["items"] == []


def test_after_every_refusal_the_task_can_still_be_completed(office: DemoOffice) -> None:
    scene = Scene(office)
    scene.refused_at(lambda: scene.complete(requirements=()), ["requirements"])
    scene.complete()
    assert office.open_task(scene.case_id, "s6", "bid-psr").visit == 1

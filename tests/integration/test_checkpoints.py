"""Sealing the log: who arrives late is in the tree all the same, and nothing is signed that was undone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.audit.act import Act
from engine.audit.checkpoint import VerifierKey, parsed_note, parsed_proof
from engine.audit.log_key import is_signed
from engine.audit.merkle import includes, leaf_hash
from engine.errors import LogBroken, Rewritten, RolledBack
from engine.store import Tx
from engine.store.log_tree import LogTree
from runtime.settings.sign_in import make_key
from runtime.testing import client_for
from tests.integration.test_cli_audit import damage
from tests.support.cli import said, settings_of
from tests.support.offices import DemoOffice


def events(tx: Tx) -> int:
    return int(tx.connection.execute(text("SELECT COUNT(*) FROM audit_event")).scalar_one())


@pytest.fixture
def sealing(office: DemoOffice) -> DemoOffice:
    make_key(office.system.settings.log_key_path)
    return office


def test_every_event_has_one_leaf_and_the_checkpoint_proves_each(sealing: DemoOffice) -> None:
    case_id = sealing.start()
    sealed = sealing.engine.checkpoints.seal()
    assert sealed.size == sealing.read(events) == sealing.read(lambda tx: tx.log_tree.size())
    assert not sealing.engine.checkpoints.seal().new
    folder = sealing.system.settings.checkpoint_path
    assert folder is not None
    assert (folder / str(sealed.size)).read_text(encoding="utf-8") == sealed.note
    auditor = client_for(sealing.system, "auditor")
    key = VerifierKey.parsed(auditor.get("/api/v1/audit/key").text)
    proof = auditor.get(f"/api/v1/audit/events/case:{case_id}/1/proof")
    index, path, note = parsed_proof(proof.text)
    assert (note.signers([key], is_signed), auditor.get("/api/v1/audit/checkpoint").text) == (
        [key],
        sealed.note,
    )
    event = sealing.read(
        lambda tx: tx.connection.execute(
            text("SELECT body FROM audit_event WHERE stream = :stream AND seq = 1"),
            {"stream": f"case:{case_id}"},
        ).scalar_one()
    )
    signed = note.checkpoint
    assert includes(leaf_hash(bytes(event)), index, signed.size, path, signed.root)
    assert auditor.get("/api/v1/audit/events/case:none/1/proof").status_code == 404
    sealing.start(period="2026-Q1")
    young = sealing.read(
        lambda tx: tx.connection.execute(
            text("SELECT stream FROM audit_event ORDER BY entry DESC LIMIT 1")
        ).scalar_one()
    )
    assert auditor.get(f"/api/v1/audit/events/{young}/1/proof").json()["code"] == "no_checkpoint"


@pytest.mark.on("sqlite")
def test_a_tick_seals_after_closing_and_once(sealing: DemoOffice) -> None:
    def sizes() -> list[int]:
        return [one.parsed.checkpoint.size for one in sealing.read(lambda tx: tx.log_tree.checkpoints())]

    sealing.system.sweep()
    assert len(sizes()) == 1  # the office has none yet
    sealing.clock.advance(timedelta(hours=1))
    sealing.start()
    sealing.system.sweep()
    assert len(sizes()) == 1
    sealing.clock.advance(timedelta(hours=12))
    sealing.system.sweep()
    sealing.system.sweep()
    assert len(sizes()) == 2


@pytest.mark.on("postgres")
def test_who_commits_late_is_in_the_tree_and_earlier_checkpoints_hold(sealing: DemoOffice) -> None:
    store, first = sealing.engine.context.store, sealing.engine.checkpoints.seal()
    late = []

    def slow(tx: Tx) -> None:
        act = Act(name="x", at=sealing.clock.now(), account=None, subject="x")
        tx.audit.record("operation:late", act, {})
        if not late:  # while this one is under way, another commits and the log is sealed
            late.append(sealing.start())
            late.append(sealing.engine.checkpoints.seal())

    with ThreadPoolExecutor(1) as threads:
        threads.submit(store.execute, slow).result()
    last = sealing.engine.checkpoints.seal()
    assert first.size < late[1].size < last.size == sealing.read(events)
    for sealed in (first, late[1]):
        signed = parsed_note(sealed.note).checkpoint
        assert sealing.read(lambda tx, size=signed.size: tx.log_tree.root(size)) == signed.root


@pytest.mark.on("sqlite")
def test_sealing_again_reads_no_leaf_that_was_seen_before(
    sealing: DemoOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sealing.engine.checkpoints.seal().size
    read, hashes = [], LogTree.hashes

    def counted(tree: LogTree, first: int = 0, size: int | None = None) -> Iterator[bytes]:
        for leaf in hashes(tree, first, size):
            read.append(leaf)
            yield leaf

    monkeypatch.setattr(LogTree, "hashes", counted)
    for _ in range(3):
        sealing.start()
        sealed = sealing.engine.checkpoints.seal()
    assert len(read) < sealed.size
    assert sealing.engine.checkpoints.examine() is None  # start-up and doctor look at all of them
    assert len(read) > sealed.size > first


def test_an_event_that_is_not_its_leaf_is_never_signed(sealing: DemoOffice) -> None:
    sealing.engine.checkpoints.seal()
    case_id = sealing.start()
    sealing.engine.checkpoints.sequence(everything=True)
    other = "(SELECT body FROM audit_event WHERE entry = 1)"
    damage(sealing.urls, f"UPDATE audit_event SET body = {other} WHERE stream = 'case:{case_id}'")
    with pytest.raises(LogBroken, match=case_id):
        sealing.engine.checkpoints.seal()


@pytest.mark.on("sqlite")
def test_an_older_database_signs_nothing_until_it_goes_on_as_the_next_log(
    sealing: DemoOffice, tmp_path: Path
) -> None:
    env = settings_of(sealing.urls, sealing.files) | {
        "ALUR_LOG_KEY_FILE": str(sealing.system.settings.log_key_path),
        "ALUR_CHECKPOINT_DIR": str(sealing.system.settings.checkpoint_path),
    }
    assert said("backup", tmp_path / "lama.alur", env=env).exit_code == 0
    sealing.start()
    newest = sealing.engine.checkpoints.seal()
    restored = env | {
        "ALUR_DATABASE_URL": f"sqlite:///{tmp_path / 'baru.db'}",
        "ALUR_FILES_DIR": str(tmp_path / "baru.files"),
    }
    assert said("restore", tmp_path / "lama.alur", env=restored).exit_code == 0
    refused = said("audit", "checkpoint", env=restored)
    assert (refused.exit_code, "--after-restore" in refused.stderr) == (1, True)
    goes_on = said("audit", "checkpoint", "--after-restore", "disk rusak", "--json", env=restored)
    told = json.loads(goes_on.stdout)
    assert told["origin"] == f"{newest.origin}/2"
    folder = sealing.system.settings.checkpoint_path
    assert folder is not None
    assert (folder / str(told["size"])).read_text(encoding="utf-8") == told["note"]
    assert said("audit", "checkpoint", env=restored).exit_code == 0
    assert said("audit", "checkpoint", "--after-restore", "lagi", env=restored).exit_code == 1


def test_a_rewritten_log_is_told_from_one_that_was_rolled_back(sealing: DemoOffice) -> None:
    sealing.engine.checkpoints.seal()
    damage(sealing.urls, 'DELETE FROM audit_leaf WHERE "index" > 3')
    assert isinstance(sealing.engine.checkpoints.examine(), RolledBack)
    sealing.clock.advance(timedelta(minutes=2))
    sealing.engine.checkpoints.sequence(everything=True)
    assert sealing.engine.checkpoints.doubt() is None
    other = '(SELECT leaf FROM audit_leaf WHERE "index" = 0)'
    damage(sealing.urls, f'UPDATE audit_leaf SET leaf = {other} WHERE "index" = 2')
    assert isinstance(sealing.engine.checkpoints.examine(), Rewritten)


@pytest.mark.on("sqlite")
def test_a_new_key_is_vouched_for_by_the_old_one(sealing: DemoOffice) -> None:
    env = settings_of(sealing.urls, sealing.files) | {
        "ALUR_LOG_KEY_FILE": str(sealing.system.settings.log_key_path),
    }
    old = VerifierKey.parsed(said("audit", "key", env=env).stdout)
    new = VerifierKey.parsed(said("audit", "key", "--rotate", env=env).stdout)
    both = sealing.read(lambda tx: tx.log_tree.last())
    assert both.parsed.signers([old, new], is_signed) == [old, new]
    sealing.start()
    assert parsed_note(said("audit", "checkpoint", env=env).stdout).signers([new], is_signed) == [new]
    path = sealing.system.settings.log_key_path
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.on("sqlite")
def test_doctor_and_pages_say_that_a_log_was_rolled_back_until_it_goes_on(sealing: DemoOffice) -> None:
    settings = sealing.system.settings
    env = settings_of(sealing.urls, sealing.files) | {"ALUR_LOG_KEY_FILE": str(settings.log_key_path)}

    def broken() -> tuple[bool, bool]:
        checks = json.loads(said("doctor", "--json", env=env).stdout)["checks"]
        (found,) = [check["status"] for check in checks if check["check"] == "checkpoints"]
        pages = [client_for(sealing.system, who).get("/operation").text for who in ("admin", "auditor")]
        (banner,) = {"--after-restore" in page for page in pages}
        assert "--after-restore" not in client_for(sealing.system, "kadis").get("/").text
        return found == "error", banner

    assert broken() == (False, False)
    sealing.engine.checkpoints.seal()
    assert broken() == (False, False)
    shown = client_for(sealing.system, "auditor").get("/operation").text
    assert "disdag.example/alur" in shown
    assert "/api/v1/audit/checkpoint" in shown
    folder = settings.checkpoint_path
    assert folder is not None
    (newest,) = folder.iterdir()
    later = newest.read_text(encoding="utf-8").replace(f"\n{newest.name}\n", "\n999999\n")
    (folder / "999999").write_text(later, encoding="utf-8")
    sealing.engine.checkpoints.examine()
    assert broken() == (True, True)
    assert said("audit", "verify", env=env).exit_code == 1
    assert said("audit", "checkpoint", "--after-restore", "coba", env=env).exit_code == 0
    sealing.clock.advance(timedelta(minutes=2))
    assert broken() == (False, False)

"""Erasing personal data: the value stands nowhere any more, and the log is whole all the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.access.actor import HOST
from engine.audit.act import Act
from engine.errors import Conflict, InvalidInput
from engine.store import Tx
from engine.store.assessments import Explanation, Verdict
from engine.store.audit_reader import verify_log
from engine.store.sop_drafts import ReviewRemark, SopDraft
from engine.tables import AUDIT_DETAIL, FILE
from reports.evidence import verify as evidence
from reports.evidence.export import take_pack
from runtime.settings.sign_in import make_key
from runtime.testing import client_for
from tests.integration.test_cli_audit import damage
from tests.support.cli import said, settings_of
from tests.support.form_filling import PDF
from tests.support.offices import DemoOffice, all_rows, findings

CANARY = "Kenari Rahasia Sekali"
BASIS = "Permintaan subjek data, UU 27/2022"


def told_everywhere(office: DemoOffice) -> str:
    """A finished case whose form data, drafts, reason and file name all hold the canary."""
    case_id = office.start()
    rows = findings()
    rows["perintah"] = CANARY
    task = office.open_task(case_id, "s1")
    office.engine.tasks.claim("kadis", task.id)
    office.engine.tasks.save("kadis", task.id, data={"perintah": CANARY * 300})
    office.complete("kadis", task.id, data=rows)
    office.finish(case_id)
    return case_id


def named(office: DemoOffice, who: str) -> dict[str, str]:
    values = {"label": f"{CANARY}, S.E.", "nip": "198501012010011001", "contact": "kenari@rahasia.example"}
    act = Act(name="account.profile", at=office.clock.now(), account=who, subject=who)
    office.engine.context.store.execute(lambda tx: tx.accounts.change(who, values, act))
    return values


def on_disk(office: DemoOffice) -> bytes:
    """Every byte that the office has: database, write-ahead log, uploads."""
    database = office.system.settings.sqlite_file
    assert database is not None
    places = [*database.parent.glob(f"{database.name}*"), *office.files.rglob("*")]
    return b"".join(path.read_bytes() for path in places if path.is_file())


def whole(office: DemoOffice) -> list[Any]:
    files = office.engine.context.files
    return office.engine.context.store.read(lambda connection: verify_log(connection, files)).faults


def test_an_erased_case_leaves_its_events_and_no_word(office: DemoOffice, tmp_path: Path) -> None:
    case_id = told_everywhere(office)
    running = office.start(period="2026-Q1")
    number = office.state(case_id).case.number
    with pytest.raises(Conflict, match="still runs"):
        office.engine.erasure.erase("case", office.state(running).case.number, BASIS)
    with pytest.raises(InvalidInput):
        office.engine.erasure.erase("case", number, "  ")
    before = office.rows()
    plan = office.engine.erasure.plan("case", number)
    assert (office.rows(), bool(plan.goes.details)) == (before, True)
    done = office.engine.erasure.erase("case", number, BASIS)
    assert CANARY not in json.dumps(office.rows())
    assert whole(office) == []
    state = office.state(case_id)
    assert {task.data for task in state.tasks.values()} == {None}
    assert office.rows()["audit_event"][: len(before["audit_event"])] != []
    assert not any(office.engine.context.files.has(sha256) for sha256 in done.goes.hashes)
    for who in ("kadis", "auditor"):
        page = client_for(office.system, who).get(f"/cases/{case_id}")
        assert (page.status_code, "dihapus pada" in page.text, BASIS in page.text) == (200, True, True)
    make_key(office.system.settings.log_key_path)
    for details in (False, True):
        with take_pack(office.engine, HOST, details=details) as pack:
            pack.seek(0)
            (tmp_path / "p.zip").write_bytes(pack.read())
        assert evidence.verify(str(tmp_path / "p.zip"))["ok"]
    # What was erased may be erased again, and is empty already.
    assert office.engine.erasure.erase("case", number, BASIS).goes.hashes == []
    assert whole(office) == []


@pytest.mark.on("sqlite")
def test_the_value_is_in_no_table_file_log_or_free_page(office: DemoOffice) -> None:
    case_id = told_everywhere(office)
    values = named(office, "jp.umum")
    secrets = [value.encode() for value in (CANARY, *values.values())]
    assert all(secret in on_disk(office) for secret in secrets)
    env = settings_of(office.urls, office.files)
    number = office.state(case_id).case.number
    dry = said("audit", "erase", "--case", number, "--dry-run", "--json", env=env)
    assert (dry.exit_code, json.loads(dry.stdout)["dry_run"]) == (0, True)
    assert said("audit", "erase", "--case", number, env=env).exit_code == 2
    assert said("audit", "erase", "--case", number, "--account", "x", "--basis", "y", env=env).exit_code == 2
    office.system.close()  # the service is stopped meanwhile
    for target in (("--case", number), ("--account", "jp.umum")):
        result = said("audit", "erase", *target, "--basis", BASIS, "--json", env=env)
        assert (result.exit_code, json.loads(result.stdout)["scrubbed"]) == (0, True), result.stderr
    left = on_disk(office)
    assert [secret for secret in secrets if secret in left] == []
    assert said("audit", "verify", env=env).exit_code in (0, 3)


def test_an_erased_account_keeps_its_user_name_alone(office: DemoOffice) -> None:
    values = named(office, "jp.umum")
    office.engine.erasure.erase("account", "jp.umum", BASIS)
    rows = json.dumps(office.rows())
    assert [value for value in values.values() if value in rows] == []
    assert whole(office) == []
    assert office.organisation().label_of("@jp.umum") == "jp.umum"
    page = client_for(office.system, "admin").get("/accounts/jp.umum")
    assert (page.status_code, "dihapus pada" in page.text, BASIS in page.text) == (200, True, True)
    case_id = office.start()
    task = office.open_task(case_id, "s1")
    office.engine.tasks.claim("kadis", task.id)
    with pytest.raises(Conflict, match="open tasks"):
        office.engine.erasure.erase("account", "kadis", BASIS)


def test_bytes_that_another_upload_needs_stay_until_the_last(office: DemoOffice) -> None:
    first, second = office.upload("kadis", name="kenari.pdf"), office.upload("sekdis")
    kept = office.engine.erasure.erase("file", first, BASIS)
    assert (kept.goes.hashes, len(kept.goes.shared)) == ([], 1)
    assert "kenari.pdf" not in json.dumps(office.rows())
    with office.engine.context.files.open(kept.goes.shared[0]) as content:
        assert content.read() == PDF
    gone = office.engine.erasure.erase("file", second, BASIS)
    assert (gone.goes.hashes, gone.goes.shared) == (kept.goes.shared, [])
    assert not office.engine.context.files.has(gone.goes.hashes[0])
    assert whole(office) == []


def test_a_legal_hold_keeps_what_it_holds(office: DemoOffice) -> None:
    case_id = told_everywhere(office)
    damage(
        office.urls, f"UPDATE audit_detail SET erasable = FALSE WHERE stream = 'case:{case_id}' AND seq = 1"
    )
    with pytest.raises(Conflict, match="legal hold"):
        office.engine.erasure.erase("case", case_id, BASIS)


@pytest.mark.on("sqlite")
def test_an_older_backup_erases_again_when_it_is_restored(office: DemoOffice, tmp_path: Path) -> None:
    case_id = told_everywhere(office)
    env = settings_of(office.urls, office.files)
    env["ALUR_CHECKPOINT_DIR"] = str(office.system.settings.checkpoint_path)
    assert said("backup", tmp_path / "lama.alur", env=env).exit_code == 0
    done = office.engine.erasure.erase("case", office.state(case_id).case.number, BASIS)
    restored = env | {
        "ALUR_DATABASE_URL": f"sqlite:///{tmp_path / 'baru.db'}",
        "ALUR_FILES_DIR": str(tmp_path / "baru.files"),
    }
    result = said("restore", tmp_path / "lama.alur", env=restored)
    assert (result.exit_code, "1 penghapusan" in result.stderr) == (0, True), result.stderr
    left = b"".join(path.read_bytes() for path in tmp_path.glob("baru.db*"))
    assert CANARY.encode() not in left
    assert not [path for path in (tmp_path / "baru.files").rglob("*") if path.name in done.goes.hashes]
    assert said("audit", "verify", env=restored).exit_code in (0, 3)


def test_nothing_but_an_event_lets_details_names_and_words_go(office: DemoOffice) -> None:
    told_everywhere(office)
    office.engine.erasure.erase("case", "PDK-2026-0001", BASIS)
    store = office.engine.context.store
    for statement in (
        update(AUDIT_DETAIL).values(body=None, salt=None),
        update(FILE).values(name=""),
    ):
        with pytest.raises(Exception, match=r"alur|denied|changed"):
            store.execute(lambda tx, statement=statement: tx.connection.execute(statement))
    assert store.read(
        lambda c: c.execute(select(AUDIT_DETAIL.c.body).where(AUDIT_DETAIL.c.body.is_not(None))).first()
    )
    assert store.read(all_rows)


def named_in_words(office: DemoOffice, who: str) -> str:
    """A finished case whose finding, verdict, notes, remark and draft name a person, as does what waits."""
    named(office, who)
    case_id, now, engine = told_everywhere(office), office.clock.now(), office.engine
    agency, words = office.state(case_id).case.agency, f'Kata "{CANARY}, S.E." di sini'
    engine.notes.write("kadis", case_id, text=words)

    def plant(tx: Tx) -> None:
        act = Act(name="finding.explain", at=now, account="kadis", subject=f"{case_id}:x")
        given = {"agency": agency, "account": "kadis", "position": None, "at": now}
        tx.assessments.explain(Explanation(finding=f"{case_id}:x", case_id=case_id, text=words, **given), act)
        verdict = Verdict(period="2026-H1", sop="pdk", runs_well=False, note=words, action=words, **given)
        tx.assessments.decide(verdict, replace(act, name="monitoring.decide", subject="2026-H1 pdk"))
        remark = ReviewRemark(
            id="r1", agency=agency, sop="pdk", version="1", step="", words=words, account="kadis", at=now
        )
        told = replace(act, name="definition.remark", subject="pdk", details={"reason": words})
        tx.sop_drafts.remark(remark, told)
        draft = SopDraft(
            agency=agency,
            id="konsep",
            text=words,
            earlier=[words, "lama"],
            scenarios=words,
            revision=1,
            changed_by="kadis",
            changed_at=now,
        )
        tx.sop_drafts.put(draft, replace(act, name="definition.draft", subject="konsep"))

    engine.context.store.execute(plant)
    engine.kept_forms.keep("kadis", "/x", "", {"fields": {"a": words}})
    return case_id


def test_what_officials_reviewers_and_authors_wrote_of_a_person_names_the_account_instead(
    office: DemoOffice,
) -> None:
    case_id = named_in_words(office, "jp.umum")
    own = client_for(office.system, "jp.umum")
    made = own.post("/api/v1/tokens", json={"name": CANARY, "scope": "read", "expires_in_days": 9})
    assert made.status_code == 201
    plan = office.engine.erasure.plan("account", "jp.umum")
    assert plan.goes.words == {"explanation": 1, "verdict": 1, "remark": 1, "draft": 1}
    assert any("4 explanations" in said.english for said in plan.stays)
    office.engine.erasure.erase("account", "jp.umum", BASIS)
    assert whole(office) == []
    [draft] = office.engine.context.store.ask(lambda tx: tx.sop_drafts.of(office.state(case_id).case.agency))
    assert (draft.text, draft.earlier) == ('Kata "jp.umum" di sini', ['Kata "jp.umum" di sini', "lama"])
    office.engine.erasure.erase("case", office.state(case_id).case.number, BASIS)
    assert whole(office) == []
    if office.urls.database_url.startswith("sqlite"):
        assert CANARY.encode() not in on_disk(office)
    agency = office.state(case_id).case.agency
    [explained] = office.engine.context.store.ask(lambda tx: tx.assessments.explanations(agency)).values()
    assert explained.text == ""


def test_erasing_a_case_takes_the_explanations_of_its_findings(office: DemoOffice) -> None:
    case_id = named_in_words(office, "jp.umum")
    details = office.engine.erasure.plan("case", case_id).goes.details
    assert [len(seqs) for stream, seqs in details.items() if stream.startswith("assessment:")] == [1]
    office.engine.erasure.erase("case", case_id, BASIS)
    assert whole(office) == []
    assert sum(CANARY in row for row in office.rows()["explanation"]) == 0
    assert sum(CANARY in row for row in office.rows()["verdict"]) == 1

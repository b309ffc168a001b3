"""Rows of everything that proves a person, or that a person chose and wrote beside cases."""

from datetime import timedelta

from sqlalchemy import insert

from engine.audit.events import organisation_stream
from engine.notices.outbox import Preference
from engine.store import Tx
from engine.store.assessments import Explanation, Verdict
from engine.store.credentials import StoredSession, StoredToken
from engine.store.invitations import Invitation
from engine.store.sop_drafts import ReviewRemark, SopDraft
from engine.tables import COUNTER
from tests.support.stored_cases import an_act


def prove_and_say(tx: Tx, case_id: str) -> None:
    """Of kadis: a session, a token, a used link, a second factor, a choice, and words of every kind."""
    act = an_act("account.sign_in", subject="kadis")
    later = act.at + timedelta(days=1)
    own = {"account": "kadis", "second_factor": False}
    session = StoredSession(
        id="s",
        secret_hash="h",
        stage="full",
        way_in="password",
        agent="",
        address="",
        started_at=act.at,
        seen_at=act.at,
        **own,
    )
    with tx.audit.window(organisation_stream("disdag"), act, []):
        tx.credentials.put_session(session)
    token = StoredToken(
        id="t", secret_hash="h", name="robot", scope="read", created_at=act.at, expires_at=later, **own
    )
    tx.credentials.put_token(token, "disdag", an_act("account.token"))
    link = Invitation(
        secret_hash="h", account="kadis", purpose="reset", made_by="kadis", made_at=act.at, expires_at=later
    )
    with tx.accounts.password_set("kadis", None, an_act("account.reset", subject="kadis"), [link.told()]):
        tx.invitations.put(link)
    with tx.accounts.password_set("kadis", "hash", an_act("account.password", subject="kadis")):
        tx.invitations.use("h", act.at)
    tx.second_factors.put("kadis", "sealed", act.at)
    confirming = an_act("account.second_factor", subject="kadis")
    with tx.second_factors.confirmed("kadis", "disdag", 7, ["code"], act.at, confirming):
        pass
    tx.second_factors.use_recovery_code("kadis", "code", act.at)
    tx.second_factors.put("kabid", "sealed", act.at)  # waits to be confirmed
    chosen = Preference(account="kadis", addresses={"mail": "kadis@example.org"})
    choosing = an_act("preference.choose", subject="kadis")
    tx.preferences.put(Preference(account="kadis"), chosen, choosing)
    said = {"agency": "disdag", "account": "kadis", "position": None, "at": act.at}
    tx.assessments.explain(
        Explanation(finding="f", case_id=case_id, text="sebab", **said), an_act("finding.explain")
    )
    verdict = Verdict(period="2026-H1", sop="sop", runs_well=True, note="baik", action="", **said)
    tx.assessments.decide(verdict, an_act("monitoring.decide"))
    draft = SopDraft(
        agency="disdag",
        id="sop",
        text="t",
        earlier=[],
        scenarios="",
        revision=1,
        changed_by="kadis",
        changed_at=act.at,
    )
    tx.sop_drafts.put(draft, an_act("definition.draft"))
    remark = ReviewRemark(
        id="r",
        agency="disdag",
        sop="sop",
        version="1.0.0",
        step="",
        words="teliti",
        account="kadis",
        at=act.at,
    )
    tx.sop_drafts.remark(remark, an_act("definition.remark"))
    tx.sop_drafts.acknowledge("disdag", "sop", "1.0.0", "kadis", an_act("definition.acknowledge"))
    tx.connection.execute(insert(COUNTER).values(agency="disdag", series="S", year=2026, last=1))

"""Why what a person just sent cannot be taken back. Pure."""

from engine.cases.context import CaseContext
from engine.cases.decision import is_common_decision
from engine.cases.model import CLAIMABLE, BranchStatus, Task
from engine.cases.recall import followers_of, waits_for_join
from engine.errors import ActionNotAvailable
from engine.permissions.refusals import Refusal
from engine.sop.machine import OutcomeRule
from engine.text.bilingual import Text


def recall_refusal(case: CaseContext, task: Task, rule: OutcomeRule | None) -> Refusal | None:
    """Why the end of a task, by this way out, stands; None where whoever did it may take it back.

    Until somebody has looked at what it opened, unless more follows from it than tasks.
    """
    if rule and (rule.start_sop or rule.appoint):  # its child cases run already, its team is told of
        return nothing_to_recall()
    if is_common_decision(case.definition, case.state, task):
        return _decided_together()
    branch = case.state.branches.get(task.branch_id or "")
    if branch is not None and branch.state is BranchStatus.CANCELLED:  # the others went with it
        return nothing_to_recall()
    followers = followers_of(case.definition, case.state, task)
    if any(follower.viewed_at or follower.state not in CLAIMABLE for follower in followers):
        return _already_opened()
    return None if followers or waits_for_join(case.state, task) else nothing_to_recall()


def _already_opened() -> Refusal:
    return Refusal(
        ActionNotAvailable,
        Text(
            "Tugas berikutnya sudah dibuka penerimanya, sehingga tidak dapat ditarik kembali.",
            "a successor has been opened; it cannot be recalled any more",
        ),
    )


def nothing_to_recall() -> Refusal:
    """Nothing was sent, or what was sent has gone too far."""
    return Refusal(
        ActionNotAvailable,
        Text(
            "Tidak ada tugas yang baru saja Anda kirim dan masih dapat ditarik kembali.",
            "nothing that this person just sent can be recalled",
        ),
    )


def _decided_together() -> Refusal:
    return Refusal(
        ActionNotAvailable,
        Text(
            "Para pemangku sudah memutuskan bersama; satu suara tidak dapat ditarik kembali."
            " Langkah berikutnya masih dapat mengembalikannya.",
            "the holders have decided together; one vote cannot be taken back, a later step may return it",
        ),
    )

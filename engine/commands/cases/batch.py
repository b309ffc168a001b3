"""One outcome for several tasks at once: each is completed for itself, or told why not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from engine.access.actor import Actor, accepts_names
from engine.commands.cases.completion import CompleteTask, Completion
from engine.commands.inputs import text_as_it_is
from engine.errors import InvalidInput, NotAllowed, SopError
from engine.store import IdempotencyKey
from engine.text.bilingual import Text
from engine.views.batch import BatchResult, Completed

MOST_TASKS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One of the tasks, as it was seen; ``requirements`` None means those ticked in the draft."""

    task_id: str
    version: int | None = None
    requirements: tuple[str, ...] | None = None


@accepts_names
class CompleteSeveral:
    """Only outcomes that their SOP lets be chosen so; each task has its own transaction and event."""

    def __init__(self, completion: CompleteTask) -> None:
        self.completion = completion

    def complete(
        self,
        actor: Actor,
        outcome: str,
        tasks: Sequence[Chosen],
        *,
        password: str | None = None,
        session: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> BatchResult:
        """Complete each of these tasks; one that is refused stays, with why. A wrong password ends none."""
        if not tasks or len(tasks) > MOST_TASKS or len({task.task_id for task in tasks}) < len(tasks):
            said = f"Pilih 1 sampai {MOST_TASKS} tugas yang berbeda."
            raise InvalidInput.at("tasks", Text(said, f"Choose 1 to {MOST_TASKS} different tasks."))
        proof = self.completion.proof(actor, text_as_it_is(password, "password"))
        if proof == "wrong":
            said, english = (
                "Kata sandi tidak sesuai; tidak ada yang diselesaikan.",
                "wrong password for signing",
            )
            raise NotAllowed(Text(said, english))
        results: list[Completed] = []
        for task in tasks:
            handed_in = Completion(outcome=outcome, data={}, requirements=task.requirements, session=session)
            try:
                self.completion.proven(
                    actor,
                    task.task_id,
                    handed_in,
                    proof,
                    version=task.version,
                    key=_part(key, task.task_id),
                    one_of=len(tasks),
                )
                results.append({"task_id": task.task_id, "done": True, "message_id": "", "message_en": ""})
            except SopError as error:
                results.append(
                    {
                        "task_id": task.task_id,
                        "done": False,
                        "message_id": error.message.indonesian,
                        "message_en": error.message.english,
                    }
                )
        return {"done": sum(result["done"] for result in results), "results": results}


def _part(key: IdempotencyKey | None, task_id: str) -> IdempotencyKey | None:
    """The key of one task's own completion: the same request again completes nothing twice."""
    if key is None:
        return None
    return replace(key, key=f"batch:{sha256(f'{key.key}:{task_id}'.encode()).hexdigest()}")

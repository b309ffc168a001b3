"""Confirming a paraf or signature at the OpenID provider: the draft is kept, and the way leads back."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from api.auth import not_signed_in
from engine.errors import SopError
from identity.attempt import Attempt
from web.page_request import PageRequest
from web.sso_redirect import content_of, forget_attempt, keep_attempt, onward, provider_of
from web.task_entries import Entries
from web.task_page import TaskPage

if TYPE_CHECKING:
    from identity.oidc import Provider


def begin(visit: PageRequest, page: TaskPage, entries: Entries) -> Response:
    """Keep what was filled in, and go to the provider to prove once more who signs."""
    provider = provider_of(visit)
    if visit.caller is None:
        raise not_signed_in()
    version = visit.version()
    if page.is_mine and page.task["approval_of"] is None:
        kept = visit.engine.tasks.save(
            visit.actor,
            page.task_id,
            data=entries.data,
            requirements=tuple(entries.ticks),
            version=version,
            key=visit.key(),
        )
        version = kept["version"]
    attempt, url = provider.begin(f"/tasks/{page.task_id}", confirms=page.task_id)
    content = content_of(visit, attempt)
    visit.engine.confirmation.begin(
        visit.caller.person,
        page.task_id,
        version,
        state=attempt.state,
        entered={"reason": entries.reason, "branches": list(entries.branches)},
    )
    say, label = visit.words.say, page.task["label"]
    why = say("Masuk sekali lagi untuk mengonfirmasi: {tugas}. Draf sudah disimpan.", tugas=label)
    response = onward(visit, url, why, back=f"/tasks/{page.task_id}")
    keep_attempt(visit, response, content)
    return response


def finish(visit: PageRequest, provider: "Provider", attempt: Attempt, task_id: str) -> Response:
    """Back from the provider: the task again, confirmed, or with the reason why not."""
    if visit.caller is None:
        response: Response = visit.redirect("/sign-in", next=attempt.next, said="ended")
    else:
        try:
            person = provider.finish(attempt, dict(visit.request.query_params))
            visit.engine.confirmation.finish(
                visit.caller.person,
                task_id,
                state=attempt.state,
                issuer=person.issuer,
                subject=person.subject,
            )
            response = visit.redirect(f"/tasks/{task_id}", said="confirmed")
        except SopError as error:
            response = TaskPage(visit, task_id).show(error=error)
    forget_attempt(visit, response)
    return response

"""How time works, for administrators and auditors: workers, timers set aside, missed starts."""

from starlette.responses import Response

from web.visit import Visit


def show(visit: Visit) -> Response:
    queries = visit.engine.queries
    pulse = queries.watching.pulse(visit.account)
    starts = [
        each
        for state in ("missed", "failed")
        for each in queries.schedules.starts(visit.account, state=state, limit=100)["items"]
    ]
    titles = {each["sop"]: each["title"] for each in queries.schedules.shown(visit.account)}
    return visit.page("operation.html", pulse=pulse, starts=starts, titles=titles)


def mend(visit: Visit) -> Response:
    """Let one timer be tried again."""
    visit.engine.mending.timer(visit.account, visit.text("timer"), key=visit.key())
    return visit.redirect("/operation", said="mended")


PAGES = (
    ("/operation", show, None),
    ("/operation/mend", None, mend),
)

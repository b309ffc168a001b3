"""Kesesuaian: what conformance found, and why, in the words of who answers for the activity."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from api.schemas.insight import FindingsQuery
from engine.conformance.rules import RULES, SEVERITIES, SEVERITY_LABELS
from engine.errors import NotFound
from engine.queries.cases.logged_visits import LogFilter
from engine.text.bilingual import Text
from engine.views.conformance import ConformanceFinding
from engine.views.screens import DefinitionNames
from web.log_filter import asked
from web.page_request import PageRequest
from web.refusals import form_page

PLACE = "/conformance"
LENGTH_OF_CASE_ID = 36
MOST_SHOWN = 100
FACTS: Mapping[str, Text] = {
    "outcome": Text("Jalan yang diambil", "Way taken"),
    "end": Text("Selesai menurut isian", "End as entered"),
    "start": Text("Mulai menurut isian", "Start as entered"),
    "entered_at": Text("Dicatat pada", "Recorded at"),
    "ready_at": Text("Tugas masuk", "Came in"),
    "seconds": Text("Detik sejak dibuka", "Seconds since it was opened"),
    "acts": Text("Tindakan di luar jam kerja", "Acts outside working hours"),
    "visits": Text("Kunjungan", "Visits"),
    "count": Text("Banyaknya", "How many"),
    "from": Text("Dari", "From"),
    "to": Text("Sampai", "To"),
    "step_id": Text("Langkah sebelumnya", "Earlier step"),
    "visit": Text("Kunjungan ke", "Visit"),
    "waived": Text("Ada pengecualian", "Waived"),
    "why": Text("Sebab", "Why"),
    "minutes": Text("Terlambat (menit kerja)", "Late (working minutes)"),
    "working_minutes": Text("Kerja (menit kerja)", "Work (working minutes)"),
    "standard_minutes": Text("Waktu baku (menit kerja)", "Standard (working minutes)"),
    "kind": Text("Sebagai", "As"),
    "act": Text("Tindakan", "Act"),
    "by": Text("Oleh", "By"),
    "sha256": Text("Sidik berkas", "Hash of the file"),
    "first_case": Text("Lebih dahulu pada", "Earlier in"),
    "branch": Text("Cabang", "Branch"),
}
WHYS: Mapping[str, Text] = {
    "kept_apart": Text("SOP memisahkan kedua langkah", "The SOP keeps both steps apart"),
    "own_output": Text("Memeriksa hasil sendiri", "Checked his own output"),
    "claim": Text("mengambil", "claim"),
    "complete": Text("menyelesaikan", "completion"),
    "plt": Text("Plt.", "Plt."),
    "plh": Text("Plh.", "Plh."),
}


def index(visit: PageRequest) -> Response:
    given_filter = asked(visit, FindingsQuery, "case", "severity", "rule", "state", look_back=True)
    given = given_filter.given
    told = visit.engine.queries.conformance(visit.actor, given_filter.wanted, case=given["case"] or None)
    findings = [finding for finding in told["findings"] if _is_wanted(finding, given)]
    shown = sorted(
        findings, key=lambda finding: (SEVERITIES.index(finding["severity"]), finding["at"] is None)
    )
    shown = shown[:MOST_SHOWN]
    fits = [case["fitness"] for case in told["cases"]]
    cases = visit.engine.queries.conformance.cases(visit.actor, {finding["case_number"] for finding in shown})
    return visit.page(
        "findings.html",
        findings=shown,
        number=len(findings),
        counts=Counter(finding["rule"] for finding in told["findings"]),
        open_high=sum(
            1 for finding in told["findings"] if finding["severity"] == "high" and not finding["explanation"]
        ),
        fitness=sum(fits) / len(fits) if fits else None,
        fits=len(fits),
        unfit=sorted(
            (case for case in told["cases"] if case["fitness"] < 1), key=lambda case: case["fitness"]
        )[:10],
        cases=cases,
        names=_names(visit, cases),
        given=given,
        rules=RULES,
        severities=SEVERITY_LABELS,
        sops=visit.engine.queries.screens.sop_titles(visit.actor),
    )


def show(visit: PageRequest) -> Response:
    finding, case = _one(visit)
    names = visit.engine.queries.screens.definition(visit.actor, case["sop"], case["sop_version"])
    return form_page(
        visit,
        "finding.html",
        finding=finding,
        case=case,
        names=names,
        facts=list(_facts(visit, finding, names)),
        rules=RULES,
        severities=SEVERITY_LABELS,
        may_explain=case["sop"] in visit.engine.queries.conformance.explainable(visit.actor),
        typed=visit.text("text") or (finding["explanation"] or {"text": ""})["text"],
    )


def explain(visit: PageRequest) -> Response:
    finding = str(visit.request.path_params["finding_id"])
    visit.engine.explanations.explain(visit.actor, finding, visit.text("text"), key=visit.key())
    return visit.redirect(f"{PLACE}/{finding}", said="explained")


def _is_wanted(finding: ConformanceFinding, given: Mapping[str, str]) -> bool:
    if given["severity"]:
        fits = finding["severity"] == given["severity"]
    else:
        fits = finding["severity"] != "info" or bool(given["rule"] or given["case"])
    if given["rule"]:
        fits = fits and finding["rule"] == given["rule"]
    if given["state"]:
        fits = fits and (finding["explanation"] is None) == (given["state"] == "open")
    return fits


def _one(visit: PageRequest) -> tuple[ConformanceFinding, Mapping[str, Any]]:
    wanted = str(visit.request.path_params["finding_id"])
    case = visit.engine.queries.cases.get(visit.actor, wanted[:LENGTH_OF_CASE_ID])
    told = visit.engine.queries.conformance(visit.actor, LogFilter(), case=case["number"])
    for finding in told["findings"]:
        if finding["id"] == wanted:
            return finding, case
    raise NotFound(Text("Temuan ini tidak ada.", "There is no such finding."))


def _names(visit: PageRequest, cases: Mapping[str, Any]) -> dict[str, DefinitionNames]:
    """What the version of each case calls its steps."""
    versions = {(case["sop"], case["sop_version"]) for case in cases.values()}
    known = {version: visit.engine.queries.screens.definition(visit.actor, *version) for version in versions}
    return {number: known[case["sop"], case["sop_version"]] for number, case in cases.items()}


def _facts(
    visit: PageRequest, finding: ConformanceFinding, names: DefinitionNames
) -> Iterator[tuple[str, str]]:
    step = names["steps"].get(finding["step_id"] or "")
    outcomes = step["outcomes"] if step else {}
    for name, value in finding["facts"].items():
        if name == "seconds" and value is None:
            yield visit.words.text(FACTS["seconds"]), visit.words.say("tidak pernah dibuka")
        elif name == "outcome" and value in outcomes:
            yield visit.words.text(FACTS[name]), outcomes[value]["label"]
        elif name == "step_id" and value in names["steps"]:
            earlier = names["steps"][value]
            yield visit.words.text(FACTS[name]), f"{earlier['printed']}. {earlier['label']}"
        elif name in FACTS and value is not None:
            yield visit.words.text(FACTS[name]), _told(visit, name, value)


def _told(visit: PageRequest, name: str, value: Any) -> str:
    words = visit.words
    if name in ("end", "start", "entered_at", "ready_at", "from", "to"):
        return words.instant(value)
    if isinstance(value, bool):
        return words.say("ya") if value else words.say("tidak")
    if name == "by":
        return str(visit.office["people"].get(value, value))
    if name == "branch":
        row = visit.words.say("Baris {n}", n=str(value).removeprefix("r"))
        return str(visit.office["units"].get(value, row))
    if name == "act":
        return words.act(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_item(visit, item) for item in value)
    return words.of(WHYS, str(value))


def _item(visit: PageRequest, item: Any) -> str:
    if isinstance(item, Mapping):
        return f"{item['case_number']} {item['step_id']}"
    return visit.words.of(WHYS, str(item))


PAGES = (
    (PLACE, index, None),
    (f"{PLACE}/{{finding_id}}", show, explain),
)

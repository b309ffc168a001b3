"""Warnings: what an author should look at, none of which stops a definition from loading."""

import re

from engine.calendar.durations import Duration
from engine.sop.checks.report import Report
from engine.sop.checks.triggers import check_sop
from engine.sop.defaults import prefix_of, total_time
from engine.sop.locations import shown
from engine.sop.model import Definition, Step
from engine.sop.scalars import version_order
from engine.text.bilingual import Text
from engine.text.durations import MINUTES_OF_A_DAY, total_text

_AMOUNT = re.compile(
    r"([0-9][0-9.]*)\s*(detik|menit|jam|hari|minggu"
    r"|seconds?|minutes?|hours?|(?:working\s+|business\s+)?days?|weeks?)\b",
    re.IGNORECASE,
)
_SECONDS_OF = {
    **dict.fromkeys(("detik", "second"), 1),
    **dict.fromkeys(("menit", "minute"), 60),
    **dict.fromkeys(("jam", "hour"), 3600),
    **dict.fromkeys(("hari", "day"), 60 * MINUTES_OF_A_DAY),
    **dict.fromkeys(("minggu", "week"), 5 * 60 * MINUTES_OF_A_DAY),
}


def check_advice(report: Report) -> None:
    _prefix(report)
    _version(report)
    _blank_identity(report)
    _roles(report)
    for index, step in enumerate(report.written.steps):
        _long_step(report, index, step)
        _subject(report, index, step)
    _final_signer(report)
    for index, related in enumerate(report.written.identity.related):
        check_sop(report, ("identity", "related", index, "sop"), related.sop)
    _total(report)


def _prefix(report: Report) -> None:
    """Two SOPs with the same letters number their cases in one series, and nobody can tell them apart."""
    prefix = prefix_of(report.written)
    known = report.around.get("known_prefixes", {})
    other = next((id for id in known if known[id] == prefix and id != report.written.id), None)
    if other is not None:
        report.warn(
            ("case", "prefix"),
            "same_prefix",
            Text(
                f"Nomor berkas {prefix}-… juga dipakai {shown(other)}; tulis case.prefix yang lain.",
                f"The case numbers {prefix}-… are also those of {shown(other)}; write another case.prefix.",
            ),
        )


def _version(report: Report) -> None:
    """A lower number than a version that is there looks like an older text to everybody."""
    version = report.written.version
    highest = report.around.get("known_versions", {}).get(report.written.id)
    if version and highest and version_order(version) < version_order(highest):
        report.warn(
            ("version",),
            "lower_version",
            Text(
                f"Versi {version} lebih rendah dari {highest}, yang sudah tersimpan.",
                f"Version {version} is lower than {highest}, which is stored already.",
            ),
        )


def _blank_identity(report: Report) -> None:
    identity = report.written.identity
    for key in ("number", "created_on", "effective_on"):
        if not getattr(identity, key) and report.source.value(("identity", key)) in (None, ""):
            report.warn(
                ("identity", key),
                "blank_identity",
                Text(
                    f"{key} masih kosong; SOP tidak dapat diberlakukan tanpa {key}.",
                    f"{key} is blank; the SOP cannot be made effective without it.",
                ),
            )
    if not identity.approved_by and report.source.value(("identity", "approved_by")) in (None, ""):
        report.warn(
            ("identity", "approved_by"),
            "blank_identity",
            Text(
                "approved_by masih kosong; tanpa peran itu tidak seorang pun dapat mengesahkan SOP ini.",
                "approved_by is blank; without that role nobody can approve this SOP.",
            ),
        )
    if not identity.legal_basis:
        report.warn(
            ("identity", "legal_basis"),
            "blank_legal_basis",
            Text("Dasar hukum kosong.", "The legal basis is blank."),
        )


def _roles(report: Report) -> None:
    definition = report.written
    acting = {name for step in definition.steps for name in step.executor}
    taking_part = {name for step in definition.steps for name in step.participants}
    used = acting | taking_part | _mentioned(definition)
    holders = report.around.get("organisation_roles")
    for name, role in definition.roles.items():
        elsewhere = role.external or role.system or role.from_ or role.team or role.supervisor_of
        if name not in used:
            report.warn(
                ("roles", name),
                "unused_role",
                Text(
                    f"Peran {shown(name)} tidak dipakai di mana pun.",
                    f"The role {shown(name)} is used nowhere.",
                ),
                key=True,
            )
        elif name in taking_part and name not in acting:
            report.warn(
                ("roles", name),
                "only_takes_part",
                Text(
                    f"Peran {shown(name)} hanya ikut serta dan tidak melaksanakan langkah apa pun.",
                    f"The role {shown(name)} only takes part and performs no step.",
                ),
                key=True,
            )
        if holders is not None and name in acting and not elsewhere and name not in holders:
            report.warn(
                ("roles", name),
                "no_holder",
                Text(
                    f"Tidak ada jabatan dengan peran {shown(name)} dalam organisasi.",
                    f"No position of the organisation has the role {shown(name)}.",
                ),
                key=True,
            )


def _mentioned(definition: Definition) -> set[str | None]:
    """Roles named anywhere but in the executor and participants columns."""
    identity = definition.identity
    names: set[str | None] = {identity.approved_by, identity.product_owner, identity.activity_owner}
    for role in definition.roles.values():
        names |= {role.supervisor_of, role.fallback, role.recorded_by}
    for trigger in definition.triggers:
        names.update(trigger.by)
    for step in definition.steps:
        names.update(step.informed, step.notify)
        for outcome in step.outcomes.values():
            names.update(outcome.notify)
    for deviation in definition.deviations.paths:
        names.update((*deviation.by, deviation.approve_by))
    return names | set(definition.case.parties)


def _long_step(report: Report, index: int, step: Step) -> None:
    time = step.time
    if time is None:
        return
    days = time.working_days + time.calendar_days
    if time.minutes > MINUTES_OF_A_DAY or days > 1 or (days == 1 and time.minutes + time.seconds > 0):
        report.warn(
            ("steps", index, "time"),
            "long_step",
            Text(
                f"Langkah ini lebih lama dari satu hari kerja ({time}).",
                f"This step is longer than a working day ({time}).",
            ),
        )


def _subject(report: Report, index: int, step: Step) -> None:
    """The column Pelaksana names the subject; a label begins with the verb."""
    label = (step.label or "").casefold()
    for role in report.written.roles.values():
        subject = re.sub(r"\(.*?\)", "", role.label or "").strip().casefold()
        if subject and label.startswith(subject + " "):
            report.warn(
                ("steps", index, "label"),
                "subject_in_label",
                Text(
                    f"label menyebut pelaku {shown(role.label)}; mulailah dengan kata kerja.",
                    f"The label names its subject {shown(role.label)}; begin with the verb.",
                ),
            )
            return


def _final_signer(report: Report) -> None:
    last = None
    for index, step in enumerate(report.written.steps):
        signs = [step.sign, *(outcome.sign for outcome in step.outcomes.values())]
        if any(sign is not None and sign.kind == "signature" for sign in signs):
            last = index, step
    if last is not None and not any(outcome.return_ for outcome in last[1].outcomes.values()):
        report.warn(
            ("steps", last[0], "id"),
            "signer_without_return",
            Text(
                "Penanda tangan akhir tidak punya jalur pengembalian.", "The final signer has no return path."
            ),
        )


def _total(report: Report) -> None:
    total = total_time(report.written)
    path = ("identity", "total_time_text")
    text = report.written.identity.total_time_text
    told = total_text(total.minutes, total.working_days, total.calendar_days, total.seconds)
    report.warn(
        path if text else ("steps",),
        "total_time",
        Text(f"Jumlah waktu baku {told.indonesian}.", f"The standard times sum to {told.english}."),
        key=not text,
    )
    if not text:
        return
    printed = _printed_seconds(text)
    if printed is None:
        report.warn(
            path,
            "total_time_not_compared",
            Text(
                f"Dokumen mencetak {shown(text)}, yang tidak dibandingkan dengan jumlah itu.",
                f"The document prints {shown(text)}, which is not compared to that sum.",
            ),
        )
    elif printed != _as_seconds(total):
        report.warn(
            path,
            "total_time_differs",
            Text(
                f"Dokumen mencetak {shown(text)}, tetapi jumlah waktu baku {told.indonesian}.",
                f"The document prints {shown(text)}, but the standard times sum to {told.english}.",
            ),
        )


def _as_seconds(duration: Duration) -> int:
    days = duration.working_days + duration.calendar_days
    return 60 * (duration.minutes + MINUTES_OF_A_DAY * days) + duration.seconds


def _printed_seconds(text: str) -> int | None:
    """The seconds of a printed total; None for a range or wording that is no sum."""
    amounts = _AMOUNT.findall(text[:200])
    if not amounts or "-" in text or "–" in text or "/" in text or re.search(r"\d+,\d", text):
        return None
    # "1.110 menit (18 jam 30 menit)" says the same twice: the words outside the parentheses count.
    outside = _AMOUNT.findall(re.sub(r"\(.*?\)", "", text[:200])) or amounts
    return sum(int(number.replace(".", "") or 0) * _SECONDS_OF[_unit(unit)] for number, unit in outside)


def _unit(word: str) -> str:
    """``working days`` as ``day``."""
    last = word.lower().split()[-1]
    return last if last in _SECONDS_OF else last.removesuffix("s")

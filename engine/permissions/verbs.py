"""Every verb of a task: who may use it in which states, what it takes, and its words. Pure.

Actions, refusals, HTTP routes, page forms and the documents read this table; none keeps a list of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from engine.cases.model import CLAIMABLE, OPEN_TASK, TaskStatus
from engine.text.bilingual import Text


class Verb(StrEnum):
    """What a person can do to a task, in the order in which ``actions`` lists it."""

    CLAIM = "claim"
    SUBSTITUTE = "substitute"
    RELEASE = "release"
    SAVE = "save"
    PROGRESS = "progress"
    DELEGATE = "delegate"
    RESOLVE = "resolve"
    HOLD = "hold"
    RESUME = "resume"
    REASSIGN = "reassign"
    WAIVE = "waive"
    RECALL = "recall"
    COMPLETE = "complete"


class Rule(StrEnum):
    """Who may use a verb; ``Permissions`` has a method for each."""

    CANDIDATE = "whoever may take the task in one of his capacities"
    STAND_IN = "whoever is in charge of the position of a holder who is away or gone"
    FORM_FILLER = "the holder; while somebody helps, the helper alone"
    HOLDER_OR_SUPERIOR = "the holder and his superiors"
    HELP_PARTY = "the helper, the holder and his superiors"
    SUPERIOR_OR_OWNER = "superiors of the position, and who answers for the activity"
    HEAD = "the head of the agency himself"
    LAST_DOER = "who did it, while nobody has opened what follows"
    EXECUTOR = "the holder, or the role that a deviation names"
    REPORTER = "who may complete, where the step takes reports of progress"


class Choice(StrEnum):
    """Among whom a verb's person is chosen."""

    CANDIDATES = "candidates"
    COLLEAGUES = "colleagues"
    KEPT_APART = "kept_apart"
    CAPACITIES = "capacities"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbField:
    """One thing that a verb takes, by its name in the command; ``body`` and ``control`` where they differ.

    ``choice`` says what a person, or the position to act in, is chosen among.
    """

    name: str
    kind: Literal["text", "choice", "hold_class", "instant", "form"]
    label: Text
    required: bool = False
    body: str = ""
    control: str = ""
    choice: Choice | None = None
    hint: Text | None = None

    @property
    def in_body(self) -> str:
        """Its name in the HTTP body."""
        return self.body or self.name

    @property
    def on_page(self) -> str:
        """Its name among the controls of a page."""
        return self.control or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskVerb:
    """``refused`` completes "tidak dapat …"; ``done`` names the act in the trail, ``told`` tells its doer.

    ``helped`` limits a verb to tasks with which somebody helps (True) or nobody does (False). ``quiet`` verbs
    are offered to nobody but those who may use them; ``urgent`` ones stand open on the page.
    """

    states: frozenset[TaskStatus]
    who: Rule
    about: str
    offered: Text
    refused: str
    done: Text
    told: Text
    fields: tuple[VerbField, ...] = ()
    helped: bool | None = None
    quiet: bool = False
    urgent: bool = False
    hint: Text | None = None


_IN_PROGRESS = frozenset({TaskStatus.IN_PROGRESS})
_TO = Text("Kepada", "To")
_REASON = Text("Alasan", "Reason")
_WHY = VerbField(name="reason", kind="text", label=_REASON, required=True)
_NOTE = VerbField(name="note", kind="text", label=Text("Catatan", "Note"))

TASK_VERBS: Mapping[Verb, TaskVerb] = {
    Verb.CLAIM: TaskVerb(
        states=CLAIMABLE,
        who=Rule.CANDIDATE,
        about="Take a task that waits for one of your positions; first come wins.",
        offered=Text("Ambil Tugas", "Claim"),
        refused="diambil",
        done=Text("Tugas diambil", "Task claimed"),
        told=Text(
            "Tugas sudah Anda ambil. Silakan dikerjakan.", "You have claimed the task. You can start now."
        ),
        fields=(
            VerbField(
                name="acting_as",
                kind="choice",
                label=Text("Bertindak sebagai", "Acting as"),
                choice=Choice.CAPACITIES,
            ),
        ),
    ),
    Verb.RELEASE: TaskVerb(
        states=_IN_PROGRESS,
        who=Rule.HOLDER_OR_SUPERIOR,
        about="Give a task back to its candidates.",
        offered=Text("Lepaskan Tugas", "Release"),
        refused="dilepaskan",
        done=Text("Tugas dilepaskan", "Task released"),
        told=Text("Tugas sudah dilepaskan.", "The task has been released."),
        fields=(_WHY,),
    ),
    Verb.SAVE: TaskVerb(
        states=_IN_PROGRESS,
        who=Rule.FORM_FILLER,
        about="Keep what has been filled in so far.",
        offered=Text("Simpan Draf", "Save draft"),
        refused="disimpan",
        done=Text("Draf disimpan", "Draft saved"),
        told=Text("Draf sudah disimpan.", "The draft has been saved."),
        fields=(
            VerbField(name="data", kind="form", label=Text("Isian", "Form")),
            VerbField(name="requirements", kind="form", label=Text("Kelengkapan", "Requirements")),
            VerbField(name="registers", kind="form", label=Text("Revisi register", "Revisions of registers")),
        ),
    ),
    Verb.PROGRESS: TaskVerb(
        states=_IN_PROGRESS,
        who=Rule.REPORTER,
        about="Report how far the work is without ending it, where the step says so (`allow_progress`).",
        offered=Text("Laporkan kemajuan", "Report progress"),
        refused="dilaporkan kemajuannya",
        done=Text("Kemajuan dilaporkan", "Progress reported"),
        told=Text("Kemajuan sudah dilaporkan.", "The progress has been reported."),
        fields=(VerbField(name="data", kind="form", label=Text("Isian", "Form")),),
        quiet=True,
    ),
    Verb.HOLD: TaskVerb(
        states=_IN_PROGRESS,
        who=Rule.HOLDER_OR_SUPERIOR,
        about="Stop the work clock while something outside is awaited.",
        offered=Text("Tunda", "Put on hold"),
        refused="ditunda",
        done=Text("Tugas ditunda", "Task put on hold"),
        told=Text(
            "Tugas sudah ditunda. Waktu kerja berhenti dihitung.",
            "The task is on hold. Its work clock has stopped.",
        ),
        fields=(
            VerbField(
                name="reason_class",
                kind="hold_class",
                label=Text("Jenis alasan", "Kind of reason"),
                required=True,
            ),
            _WHY,
            VerbField(
                name="until",
                kind="instant",
                label=Text("Sampai", "Until"),
                hint=Text(
                    "Wajib bila bukan atasan; lebih dari 2 hari kerja hanya oleh atasan.",
                    "Required unless you are a superior; over 2 working days only a superior may.",
                ),
            ),
        ),
    ),
    Verb.RESUME: TaskVerb(
        states=frozenset({TaskStatus.ON_HOLD}),
        who=Rule.HOLDER_OR_SUPERIOR,
        about="Go on after a hold; the deadline moves by its working minutes.",
        offered=Text("Lanjutkan", "Resume"),
        refused="dilanjutkan",
        done=Text("Tugas dilanjutkan", "Task resumed"),
        told=Text(
            "Tugas dilanjutkan. Tenggat sudah disesuaikan.", "The task goes on. Its deadline has been moved."
        ),
        urgent=True,
    ),
    Verb.REASSIGN: TaskVerb(
        states=OPEN_TASK,
        who=Rule.SUPERIOR_OR_OWNER,
        about="Give an open task to another eligible person.",
        offered=Text("Alihkan", "Reassign"),
        refused="dialihkan",
        done=Text("Tugas dialihkan", "Task reassigned"),
        told=Text("Tugas sudah dialihkan.", "The task has been reassigned."),
        fields=(
            VerbField(name="to", kind="choice", label=_TO, required=True, choice=Choice.CANDIDATES),
            _WHY,
        ),
    ),
    Verb.DELEGATE: TaskVerb(
        states=_IN_PROGRESS,
        who=Rule.HOLDER_OR_SUPERIOR,
        about="Ask a colleague to help with a task that you hold; it stays yours.",
        offered=Text("Minta bantuan", "Ask for help"),
        refused="dibantukan",
        done=Text("Bantuan diminta", "Help asked for"),
        told=Text(
            "Bantuan sudah diminta. Tugas tetap milik Anda.", "Help has been asked for. The task stays yours."
        ),
        fields=(
            VerbField(
                name="to", kind="choice", label=_TO, required=True, control="helper", choice=Choice.COLLEAGUES
            ),
            _NOTE,
        ),
        helped=False,
        hint=Text(
            "Tugas tetap milik Anda: rekan mengisi drafnya, Anda yang menyelesaikan. Tenggat tidak berubah.",
            "The task stays yours: your colleague fills in the draft, you complete it."
            " The deadline does not change.",
        ),
    ),
    Verb.RESOLVE: TaskVerb(
        states=_IN_PROGRESS,
        who=Rule.HELP_PARTY,
        about="End the help: the helper gives the task back, or the holder takes it back.",
        offered=Text("Ambil kembali", "Take back"),
        refused="diambil kembali",
        done=Text("Bantuan selesai", "Help ended"),
        told=Text(
            "Bantuan sudah selesai; tugas kembali kepada pemegangnya.",
            "The help is over; the task is back with its holder.",
        ),
        fields=(_NOTE,),
        helped=True,
    ),
    Verb.SUBSTITUTE: TaskVerb(
        states=OPEN_TASK,
        who=Rule.STAND_IN,
        about="Go on, as the acting official in charge, with a task whose holder is away.",
        offered=Text("Lanjutkan sebagai pengganti", "Go on as substitute"),
        refused="diambil alih pengganti",
        done=Text("Tugas dilanjutkan pengganti", "Task continued by a substitute"),
        told=Text(
            "Tugas sudah Anda lanjutkan sebagai pengganti. Tenggat tidak berubah.",
            "You now go on with the task as substitute. The deadline is unchanged.",
        ),
        quiet=True,
        urgent=True,
        hint=Text(
            "Pemegang tugas ini sedang tidak di tempat atau tidak lagi memangku jabatannya. Isian yang sudah"
            " ada tetap tersimpan; penundaannya, bila ada, berakhir.",
            "The holder of this task is away or holds the position no longer. What has been filled in is"
            " kept; a hold, if there is one, ends.",
        ),
    ),
    Verb.WAIVE: TaskVerb(
        states=OPEN_TASK,
        who=Rule.HEAD,
        about="Let one person do this task although duties are kept apart; the head of the agency alone may.",
        offered=Text("Beri pengecualian", "Grant an exception"),
        refused="diberi pengecualian",
        done=Text("Pengecualian diberikan", "Exception given"),
        told=Text("Pengecualian sudah dicatat.", "The exception is recorded."),
        fields=(
            VerbField(
                name="for_account",
                kind="choice",
                label=_TO,
                required=True,
                body="account",
                control="waived",
                choice=Choice.KEPT_APART,
            ),
            _WHY,
        ),
        quiet=True,
        hint=Text(
            "Pemisahan tugas dilepas untuk orang ini pada tugas ini saja, dan tercatat dalam jejak audit.",
            "The separation of duties is waived for this person on this task alone,"
            " and it is recorded in the audit trail.",
        ),
    ),
    Verb.RECALL: TaskVerb(
        states=frozenset({TaskStatus.COMPLETED}),
        who=Rule.LAST_DOER,
        about="Take back what you just sent, while nobody has opened it.",
        offered=Text("Tarik kembali", "Recall"),
        refused="ditarik kembali",
        done=Text("Penyerahan ditarik kembali", "Completion taken back"),
        told=Text(
            "Tugas sudah ditarik kembali dan terbuka lagi untuk Anda.",
            "The task has been recalled and is open to you again.",
        ),
        fields=(VerbField(name="reason", kind="text", label=_REASON),),
    ),
    Verb.COMPLETE: TaskVerb(
        states=_IN_PROGRESS,
        who=Rule.EXECUTOR,
        about="Finish a task, through an outcome where the step is a decision.",
        offered=Text("Selesaikan", "Complete"),
        refused="diselesaikan",
        done=Text("Tugas diselesaikan", "Task completed"),
        told=Text(
            "Langkah sudah selesai dan diteruskan sesuai SOP.",
            "The step is done and goes on as the SOP says.",
        ),
    ),
}
"""In the order of the reference. What completing takes is ``Completion``: it depends on the way out."""

OF_THE_FORM = (Verb.SAVE, Verb.PROGRESS, Verb.COMPLETE)
"""The verbs that take the form of the task with them."""
BESIDE_THE_FORM = tuple(verb for verb in Verb if verb not in (Verb.CLAIM, *OF_THE_FORM))
"""The verbs that a page offers beside the form of the task."""

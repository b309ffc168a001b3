"""Sealing the log: every event gets its leaf, and checkpoints of their tree are signed and kept apart."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.access.actor import HOST, SystemActor, account_of
from engine.audit.act import Act
from engine.audit.checkpoint import Checkpoint, Note, first_origin, next_origin, signed_note
from engine.audit.events import LOG
from engine.audit.log_key import LogKey
from engine.audit.merkle import Peaks
from engine.context import Context
from engine.errors import Conflict, LogBroken, LogInDoubt, Rewritten, RolledBack, SopError
from engine.store import Tx
from engine.store.log_tree import StoredCheckpoint
from engine.text.bilingual import Text

EVENTS_BETWEEN = 10_000
"""How many events a checkpoint waits for at most; closing time, a backup and the host do not wait."""
FULL_PASS = timedelta(days=1)
DOUBT_KEPT = timedelta(minutes=1)
NOBODY = "alur.invalid"


@dataclass(frozen=True, slots=True)
class Sealed:
    """The newest checkpoint, and whether it was signed just now."""

    note: str
    size: int
    origin: str
    new: bool


class Checkpoints:
    """One of these in a process: it remembers a log found in doubt, and the tree of one that was not."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._passed: float | None = None  # the last full pass, on the steady clock
        self._doubt: LogInDoubt | None = None
        self._doubted: float | None = None
        self._held = Peaks()  # the tree of a checkpoint that the stored leaves were seen to give

    # --- sequencing ---

    def sequence(self, *, everything: bool) -> int:
        """Give every event its leaf that has none; how many. Nothing where another process is at it."""

        def work(tx: Tx) -> int:
            return tx.log_tree.sequence(everything=everything) if tx.log_tree.lock(wait=False) else 0

        return self.context.store.execute(work)

    def tick(self, now: datetime) -> None:
        """Sequence, and sign where it is time to: after closing, and when many events came."""
        steady = self.context.clock.steady()
        everything = self._passed is None or steady - self._passed >= FULL_PASS.total_seconds()
        self.sequence(everything=everything)
        if everything:
            self._passed = steady
            self.examine()
        if self._doubt is None and self.context.log_key.is_there and self._is_time(now):
            self.seal()

    def _is_time(self, now: datetime) -> bool:
        def query(tx: Tx) -> bool:
            last, size = tx.log_tree.last(), tx.log_tree.size()
            if last is None:
                return size > 0
            new = size - last.parsed.checkpoint.size
            return new >= EVENTS_BETWEEN or (new > 0 and last.at < self._closed(tx, now))

        return self.context.store.ask(query)

    def _closed(self, tx: Tx, now: datetime) -> datetime:
        """When the office closed last, by the calendar of the first agency that has one; else midnight."""
        for agency in tx.organisations.agencies():
            try:
                organisation = self.context.catalog.organisation(tx, agency)
                calendar = self.context.catalog.calendar(tx, agency, organisation.agency.calendar).calendar
                day = now.astimezone(ZoneInfo(organisation.agency.timezone)).date()
                if not calendar.is_working_day(day) or calendar.closing(day) > now:
                    day = calendar.working_day_before(day, 1)
                return calendar.closing(day)
            except SopError:
                continue
        return now.replace(hour=0, minute=0, second=0)

    # --- doubt ---

    def doubt(self) -> LogInDoubt | None:
        """What keeps checkpoints from being signed; looked at again each minute while there is something."""
        steady = self.context.clock.steady()
        if self._doubt and (self._doubted is None or steady - self._doubted >= DOUBT_KEPT.total_seconds()):
            self.examine()
        return self._doubt

    def examine(self) -> LogInDoubt | None:
        """Hold the tree against the newest checkpoint here and in the folder."""
        self._doubt = self.context.store.ask(self.doubt_of)
        self._doubted = self.context.clock.steady()
        return self._doubt

    def doubt_of(self, tx: Tx) -> LogInDoubt | None:
        """What is wrong with the tree, given the newest checkpoint of the folder and of the database."""
        return self._doubt_after(tx, Peaks())

    def _doubt_after(self, tx: Tx, held: Peaks) -> LogInDoubt | None:
        """The same, looking at the leaves after a tree that was seen already."""
        known = [note for note in (self.context.checkpoint_folder.newest(), _last(tx)) if note]
        if not known:
            return None
        newest = max(known, key=_order)
        size = tx.log_tree.size()
        for note in {note.text: note for note in known if _origin(note) == _origin(newest)}.values():
            signed = note.checkpoint
            if size < signed.size:
                return _rolled_back(signed, size)
            grown = tx.log_tree.grown(signed.size, held)
            if grown.root() != signed.root:
                return _rewritten(signed)
            self._held = grown
        return None

    # --- signing ---

    def seal(
        self, *, actor: SystemActor = HOST, after_restore: str | None = None, new_key: LogKey | None = None
    ) -> Sealed:
        """Sign the tree as it stands and keep the checkpoint in the folder too.

        ``after_restore``, the reason, goes on as the next log where the database is older than its
        checkpoints. ``new_key`` signs beside the present one. Raises `LogInDoubt`, `KeyMissing`, `Conflict`;
        `OSError` where the folder cannot be written, with the checkpoint in the database.
        """

        def work(tx: Tx) -> Sealed:
            tx.log_tree.lock(wait=True)
            tx.log_tree.sequence(everything=True)
            doubt = self._doubt_after(tx, self._held)
            if after_restore is not None:
                return self._restored(tx, doubt, actor, after_restore)
            if doubt is not None:
                raise doubt
            return self._signed(tx, self.origin(tx), new_key)

        sealed = self.context.store.execute(work)
        self._doubt = None
        self.context.checkpoint_folder.put(sealed.note)
        return sealed

    def origin(self, tx: Tx) -> str:
        """The name of the log, which its first checkpoint fixed."""
        known = [note for note in (self.context.checkpoint_folder.newest(), _last(tx)) if note]
        if known:
            return _origin(max(known, key=_order))
        if self.context.log_origin is not None:
            return self.context.log_origin
        organisations = (self.context.catalog.organisation(tx, name) for name in tx.organisations.agencies())
        domain = next(
            (
                organisation.agency.mail_domain
                for organisation in organisations
                if organisation.agency.mail_domain
            ),
            NOBODY,
        )
        return f"{domain}/alur"

    def _restored(self, tx: Tx, doubt: LogInDoubt | None, actor: SystemActor, reason: str) -> Sealed:
        newest = self.context.checkpoint_folder.newest() or _last(tx)
        if doubt is None or newest is None:
            raise Conflict(
                Text(
                    "Log ini tidak lebih lama daripada titik periksanya; tidak ada yang perlu dilanjutkan."
                    " Pakai `alur audit checkpoint`.",
                    "this log is not older than its checkpoints; use `alur audit checkpoint`",
                )
            )
        origin = next_origin(_origin(newest))
        facts = {"origin": origin, "size": tx.log_tree.size(), "newest": newest.checkpoint.size}
        act = Act(
            name="log.restore",
            at=self.context.clock.now(),
            account=account_of(actor),
            subject=_origin(newest),
            facts=facts,
            details={"reason": reason},
        )
        tx.audit.record(LOG, act, {})
        tx.log_tree.sequence(everything=True)
        return self._signed(tx, origin, None)

    def _signed(self, tx: Tx, origin: str, new_key: LogKey | None) -> Sealed:
        last = next(iter(tx.log_tree.checkpoints(origin)), None)
        if last is not None and new_key is None and last.parsed.checkpoint.size == tx.log_tree.size():
            return Sealed(last.note, last.parsed.checkpoint.size, origin, False)
        keys = [self.context.log_key] + ([new_key] if new_key else [])
        if new_key is not None:
            old, new = (key.verifier(origin).text for key in keys)
            act = Act(
                name="log.rotate_key",
                at=self.context.clock.now(),
                account=account_of(HOST),
                subject=origin,
                facts={"old": old, "new": new},
            )
            tx.audit.record(LOG, act, {})
            tx.log_tree.sequence(everything=True)
        grown = _grown(tx, last)
        checkpoint = Checkpoint(origin, grown.size, grown.root())
        note = signed_note(checkpoint, [key.signature(checkpoint) for key in keys])
        tx.log_tree.put(
            origin=origin,
            size=grown.size,
            note=note,
            peaks=grown.packed,
            keys=[key.verifier(origin) for key in keys],
            at=self.context.clock.now(),
        )
        return Sealed(note, grown.size, origin, True)


def _grown(tx: Tx, last: StoredCheckpoint | None) -> Peaks:
    """The tree of the last checkpoint with all that came since, each event hashed again. `LogBroken`."""
    grown = Peaks()
    if last is not None:
        signed = last.parsed.checkpoint
        try:
            grown = Peaks.of(signed.size, last.peaks)
        except ValueError:
            raise _broken("peaks", signed.size) from None
        if grown.root() != signed.root:
            raise _broken("peaks", signed.size)
    for leaf in tx.log_tree.leaves(grown.size):
        if leaf.index != grown.size or not leaf.fits:
            raise _broken(f"{leaf.stream} {leaf.seq}", leaf.index)
        grown.add(leaf.leaf)
    return grown


def _last(tx: Tx) -> Note | None:
    last = tx.log_tree.last()
    return last.parsed if last is not None else None


def _origin(note: Note) -> str:
    return note.checkpoint.origin


def _order(note: Note) -> tuple[int, int]:
    return first_origin(_origin(note))[1], note.checkpoint.size


def _broken(where: str, index: int) -> LogBroken:
    return LogBroken(
        Text(
            f"Log audit rusak pada nomor {index} ({where}); tidak ditandatangani. Jalankan `alur audit"
            " verify`.",
            f"the log is broken at index {index} ({where}), nothing was signed; run `alur audit verify`",
        ),
        current={"index": index},
    )


def _rolled_back(signed: Checkpoint, size: int) -> RolledBack:
    return RolledBack(
        Text(
            f"Basis data ini memuat {size} peristiwa, titik periksa terbaru {signed.size}: basis data lebih"
            " lama daripada titik periksanya. Bila memang dipulihkan dari cadangan, jalankan `alur audit"
            " checkpoint --after-restore ALASAN`.",
            f"this database holds {size} events, the newest checkpoint {signed.size}: it was rolled back;"
            " after a restore run `alur audit checkpoint --after-restore REASON`",
        ),
        current={"size": size, "checkpoint": signed.size},
    )


def _rewritten(signed: Checkpoint) -> Rewritten:
    return Rewritten(
        Text(
            f"{signed.size} peristiwa pertama bukan yang ditandatangani pada titik periksa terbaru: log ini"
            " ditulis ulang. Jalankan `alur audit verify`; setelah pemulihan, `alur audit checkpoint"
            " --after-restore ALASAN`.",
            f"the first {signed.size} events are not those of the newest checkpoint: this log was rewritten;"
            " run `alur audit verify`, after a restore `alur audit checkpoint --after-restore REASON`",
        ),
        current={"checkpoint": signed.size},
    )

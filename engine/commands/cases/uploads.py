"""Taking in files: the bytes go to disk first, then a row says who brought them."""

from typing import BinaryIO

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.store import FileRecord, IdempotencyKey, Tx
from engine.store.account_guards import active
from engine.views.files import StoredFile


@accepts_names
class Uploads:
    """A file belongs to whoever uploaded it until a task hands it in."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def put(
        self, actor: Actor, content: BinaryIO | bytes, name: str, *, key: IdempotencyKey | None = None
    ) -> StoredFile:
        """Store a file; a new id every time, the same bytes only once."""
        # Asked before the bytes are kept, so that a stranger cannot fill the disk; asked again below.
        self.context.store.ask(lambda tx: active(tx, actor))
        stored = self.context.files.put(content, name)
        record = FileRecord(
            id=stored.id,
            sha256=stored.sha256,
            name=stored.name,
            size=stored.size,
            media_type=stored.media_type,
            uploaded_by=actor.account,
            uploaded_at=self.context.clock.now(),
        )

        def work(tx: Tx) -> StoredFile:
            active(tx, actor)
            tx.uploads.put(record)
            return {
                "id": record.id,
                "sha256": record.sha256,
                "name": record.name,
                "size": record.size,
                "media_type": record.media_type,
            }

        return self.context.store.execute(work, key=key)

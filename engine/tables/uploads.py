"""Uploads; their bytes are on disk."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel

from engine.tables.columns import Instant


class FileRow(SQLModel, table=True):
    """One upload; its bytes stand on disk under their hash."""

    __tablename__ = "file"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        Index("ix_file_case", "case_id"),
        Index("ix_file_sha256", "sha256"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    sha256: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    size: int = Field(sa_type=BigInteger)
    media_type: str = Field(sa_type=Text)
    uploaded_by: str | None = Field(sa_type=Text)
    uploaded_at: datetime = Field(sa_type=Instant)
    case_id: str | None = Field(foreign_key="sop_case.id", sa_type=Text)
    task_id: str | None = Field(foreign_key="task.id", sa_type=Text)

"""Running numbers of cases, and facts of the whole database."""

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class CounterRow(SQLModel, table=True):
    """The last number given in a series of an agency and year."""

    __tablename__ = "counter"

    agency: str = Field(primary_key=True, sa_type=Text)
    series: str = Field(primary_key=True, sa_type=Text)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class MetaRow(SQLModel, table=True):
    __tablename__ = "meta"

    key: str = Field(primary_key=True, sa_type=Text)
    value: str = Field(sa_type=Text)

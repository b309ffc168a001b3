"""What the columns of a register hold, as expressions and writes see them."""

from engine.sop.expressions.scope import TEXT, Kind
from engine.sop.field_types import FIELD_TYPES
from engine.sop.registers.definition import RegisterDefinition


def register_kind(register: RegisterDefinition) -> Kind:
    """What a row holds: its columns, and its id under the register's own name."""
    columns = {column.id: Kind(FIELD_TYPES[column.type].holds) for column in register.columns if column.type}
    return Kind("map", {register.id: TEXT} | columns)

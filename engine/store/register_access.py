"""One register as one person meets it: its definition, what the person may do, and what rows may name."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.access.actor import Actor, AnyActor, SystemActor
from engine.errors import NotAllowed, NotFound
from engine.organisation import Organisation
from engine.permissions.registers import RegisterRights
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import RegisterRow
from engine.store.account_guards import active, agency_named
from engine.store.catalog import Catalog
from engine.store.register_reader import RowLookup, StoredRegisters
from engine.store.tx import Tx
from engine.text.bilingual import Text
from engine.text.visible import visible_part


@dataclass(frozen=True, slots=True)
class RegisterAccess:
    """One transaction on one register by one person."""

    tx: Tx
    register: RegisterDefinition
    organisation: Organisation
    rights: RegisterRights
    registers: StoredRegisters
    lookup: RowLookup
    day: date

    @property
    def agency(self) -> str:
        return self.organisation.agency.id

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """The ids of units and positions by their labels; a label that two share names neither."""
        ids: dict[str, dict[str, str]] = {}
        organisation = self.organisation
        named = {
            "unit": [(visible_part(unit.label), unit.id) for unit in organisation.units],
            "position": [(visible_part(position.label), position.id) for position in organisation.positions],
        }
        for kind, pairs in named.items():
            labels = [label for label, _ in pairs]
            ids[kind] = {label: id for label, id in pairs if labels.count(label) == 1}
        return ids

    def require_rows(self) -> None:
        """`NotAllowed` for whom rows do not concern."""
        if not self.rights.sees_rows:
            raise NotAllowed(
                Text(
                    f"Isi register {self.register.label} tidak terbuka bagi akun ini.",
                    f"this account sees no rows of register {self.register.id!r}",
                )
            )

    def require_import(self) -> None:
        """`NotAllowed` for who may not import, as of now."""
        self.require_rows()
        if "import" not in self.rights.may:
            raise NotAllowed(
                Text(
                    f"Anda tidak dapat mengimpor ke register {self.register.label}.",
                    f"this account may not import into {self.register.id!r}",
                )
            )

    def require_row(self, id: str) -> RegisterRow:
        """A row that this person may see, else `NotFound`."""
        self.require_rows()
        row = self.tx.registers.row(self.agency, self.register.id, id)
        if row is None or not self.rights.sees(row.values):
            raise NotFound(
                Text(
                    f'Baris "{id}" tidak ada pada register {self.register.label}.',
                    f"no row {id!r} in register {self.register.id!r} that this person may see",
                )
            )
        return row


def found(
    tx: Tx,
    catalog: Catalog,
    actor: AnyActor,
    register: str,
    now: datetime,
    agency: str | None = None,
) -> RegisterAccess | None:
    """A register of the person's agency, whether or not the person may see it; None where there is none.

    The host, which is no account, names the agency, unless there is only one.
    """
    home = agency_named(tx, agency) if isinstance(actor, SystemActor) else active(tx, actor).agency
    organisation = catalog.organisation(tx, home)
    registers = catalog.registers(tx, home)
    definition = registers.definition(register)
    if definition is None:
        return None
    day = now.astimezone(ZoneInfo(organisation.agency.timezone)).date()
    rights = RegisterRights(definition, organisation, actor, day)
    lookup = RowLookup(tx, organisation, registers, actor.account if isinstance(actor, Actor) else None, day)
    return RegisterAccess(tx, definition, organisation, rights, registers, lookup, day)


def opened(
    tx: Tx,
    catalog: Catalog,
    actor: AnyActor,
    register: str,
    now: datetime,
    agency: str | None = None,
) -> RegisterAccess:
    """The same; `NotFound` where there is none that the person may see."""
    access = found(tx, catalog, actor, register, now, agency)
    if access is None or not access.rights.is_shown:
        raise NotFound(Text(f'Register "{register}" tidak ada.', f"no register {register!r}"))
    return access

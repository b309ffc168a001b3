"""The half-yearly monitoring of SOPs, in the columns of its official table. Pure."""

from engine.views.parts import Instant, Shape
from engine.views.statistics import Share


class MonitoringRow(Shape):
    """One SOP; the first six are the columns of the table.

    ``penilaian`` and the two after it are proposed from the log until its official has decided: then
    ``decided_by`` and ``decided_at`` say who and when. ``penilaian`` is null where nothing was done.
    """

    no: int
    prosedur: str
    penilaian: str | None
    catatan: str
    tindakan: str
    paraf: str | None
    sop: str
    proposed: bool | None
    runs_well: bool | None
    decided_by: str | None
    decided_at: Instant | None
    cases: int
    visits: int
    on_time: Share
    over_standard_minutes: int | None
    open_high_findings: int


class Monitoring(Shape):
    """The SOPs in force that somebody may read, in the order of their titles."""

    period: str
    agency: str
    rows: list[MonitoringRow]

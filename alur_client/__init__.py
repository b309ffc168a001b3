"""A thin client of the HTTP interface, for programs; needs httpx2 and nothing else of Alur."""

from alur_client.calls import Work
from alur_client.registers import Registers
from alur_client.shapes import Case, Page, StoredFile, Task, TaskItem, TimingRow
from alur_client.times import Times
from alur_client.transport import Problem


class Alur(Work, Times, Registers):
    """One server with all its calls; time and registers have parts of their own, the rest is `Work`."""


__all__ = ["Alur", "Case", "Page", "Problem", "StoredFile", "Task", "TaskItem", "TimingRow"]

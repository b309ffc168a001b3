"""A thin client of the HTTP interface, for programs; needs httpx2 and nothing else of Alur."""

from alur_client.calls import Work
from alur_client.shapes import Case, Page, StoredFile, Task, TaskItem, TimingRow
from alur_client.times import Times
from alur_client.transport import Problem


class Alur(Work, Times):
    """One server with all its calls; those on time are in `Times`, the others in `Work`."""


__all__ = ["Alur", "Case", "Page", "Problem", "StoredFile", "Task", "TaskItem", "TimingRow"]

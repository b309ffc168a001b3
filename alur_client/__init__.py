"""A thin client of the HTTP interface, for programs; needs httpx2 and nothing else of Alur."""

from alur_client.calls import Alur, Problem
from alur_client.shapes import Case, File, Page, Task, TaskItem, TimingRow

__all__ = ["Alur", "Case", "File", "Page", "Problem", "Task", "TaskItem", "TimingRow"]

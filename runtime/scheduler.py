"""The tick: APScheduler calls the sweep and the delivery every few seconds. It knows nothing else."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from engine.errors import SopError
from runtime.bootstrap import System

LOG = logging.getLogger("alur.worker")

TICK_SECONDS = 5


@contextmanager
def ticking(system: System, seconds: float = TICK_SECONDS) -> Iterator[None]:
    """Tick in the background while the block runs; what is under way at its end is finished."""
    scheduler = start_ticking(system, seconds)
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def start_ticking(system: System, seconds: float = TICK_SECONDS) -> BackgroundScheduler:
    """Tick in the background until the process ends or the scheduler is shut down."""
    jobs = [system.sweeping.tick, *system.delivery.jobs]
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        # Each channel has a thread of its own: a mail server that hangs holds up neither timers nor others.
        executors={"default": ThreadPoolExecutor(len(jobs))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone="UTC",
    )
    for job in jobs:
        guarded = _guarded(job)
        scheduler.add_job(guarded)  # at once, then every few seconds
        scheduler.add_job(guarded, "interval", seconds=seconds)
    scheduler.start()
    return scheduler


def work_until(system: System, stopped: threading.Event, seconds: float = TICK_SECONDS) -> None:
    """Tick until somebody says stop."""
    with ticking(system, seconds):
        stopped.wait()


def _guarded(job: Callable[[], object]) -> Callable[[], None]:
    """A tick that fails is logged; the next one comes all the same, unless one is still under way."""
    busy = threading.Lock()

    def run() -> None:
        if not busy.acquire(blocking=False):
            return
        try:
            job()
        except SopError as error:
            LOG.error("%s: %s", error.code, error.message.english)
        except Exception:
            LOG.exception("a tick failed")
        finally:
            busy.release()

    return run

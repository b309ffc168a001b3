"""The schema of release 0.2.0, frozen: it never changes, later migrations build on it."""

from migrations.first_schema import cases, log, organisation, sign_in, worker

__all__ = ["cases", "log", "organisation", "sign_in", "worker"]

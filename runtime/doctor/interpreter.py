"""Which Python runs: one that was built with a profile takes a tenth fewer instructions for the same act."""

import platform
import sys
import sysconfig

from engine.text.bilingual import Text
from runtime.doctor.findings import Finding, Findings

PROFILED = "--enable-optimizations"
DISTRIBUTED = "/usr"  # Debian and its kin build theirs with a profile and do not say so in its settings


def interpreter() -> Findings:
    built = how_built(sysconfig.get_config_var("CONFIG_ARGS") or "", sys.base_prefix)
    version = f"Python {platform.python_version()}"
    yield Finding("python", "ok", Text(f"{version}, {built.indonesian}.", f"{version}, {built.english}"))


def how_built(arguments: str, prefix: str) -> Text:
    """What is known of the build, from the arguments that it was configured with and from where it lies."""
    if PROFILED in arguments:
        return Text("dibangun dengan profil", "built with a profile")
    if prefix == DISTRIBUTED:
        return Text("bawaan sistem operasi", "as the operating system brings it")
    return Text(
        f"dibangun tanpa profil; yang dibangun dengan {PROFILED} lebih cepat sepersepuluh",
        f"built without a profile; one built with {PROFILED} is a tenth faster",
    )

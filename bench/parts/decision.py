"""Where an act leads, decided by the compiled machine alone; and what loading a definition costs."""

import json

from bench.parts import microseconds
from bench.walk import RETURNED, SOP
from engine.sop.checks import require_definition
from engine.sop.machine import SopMachine
from runtime.shipped import FOLDER


def main() -> dict[str, float]:
    text = (FOLDER / f"{SOP}.yaml").read_text(encoding="utf-8")
    definition = require_definition(text, file=SOP).definition
    machine = SopMachine(definition)

    def walk() -> None:
        for visit in RETURNED:
            machine.step(visit.step, visit.outcome, lambda _: True)

    return {
        "decision_us": microseconds(walk, 2_000) / len(RETURNED),
        "load_and_check_ms": microseconds(lambda: require_definition(text, file=SOP), 10) / 1000,
        "compile_ms": microseconds(lambda: SopMachine(definition), 20) / 1000,
    }


if __name__ == "__main__":
    print(json.dumps(main()))

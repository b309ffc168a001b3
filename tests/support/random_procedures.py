"""Definitions at random, as odd as the language allows, for the drawing of their tables."""

import random

from engine.sop.defaults import resolved
from engine.sop.exits import Outcome
from engine.sop.identity import Identity
from engine.sop.model import Block, Definition, Document, ForEach, Requirement, Role, Step

WORDS = ("meneliti", "memeriksa", "menyusun", "mencatat", "mengirim", "laporan", "data", "Kepala Bidang")


def random_procedure(seed: int) -> Definition:
    """Up to 20 steps with decisions, returns, skips, a block, shared rows, participants, rows of nobody."""
    chance = random.Random(seed)
    roles = {f"r{n}": Role(label=f"Jabatan {n}", per="agency") for n in range(chance.randint(1, 8))}
    count = chance.randint(2, 20)
    ids = [f"s{n}" for n in range(1, count + 1)]
    steps = [_step(chance, ids, index, list(roles)) for index in range(count)]
    return resolved(
        Definition(
            schema="sop/v1",
            id="acak",
            version="1.0.0",
            identity=Identity(title="Prosedur acak"),
            roles=roles,
            documents={"dok": Document(label="Dokumen Data Kinerja")},
            blocks=_block(chance, ids, steps),
            steps=tuple(steps),
        )
    )


def _step(chance: random.Random, ids: list[str], index: int, roles: list[str]) -> Step:
    last = index == len(ids) - 1
    named = chance.sample(roles, min(len(roles), chance.choice((1, 1, 1, 2))))
    others = [role for role in chance.sample(roles, min(2, len(roles))) if role not in named]
    outcomes = {}
    if chance.random() < 0.35 and index:
        after = "end" if last else ids[min(len(ids) - 1, index + chance.choice((1, 1, 1, 3)))]
        outcomes["ya"] = Outcome(label="Sesuai — teruskan", to=after)
        back = ids[max(0, index - chance.choice((1, 1, 2, 5)))]
        outcomes["tidak"] = Outcome(label="Belum sesuai — kembalikan", to=back, return_=True)
        if chance.random() < 0.2:
            outcomes["henti"] = Outcome(label="Tidak dapat diproses", to="end")
        if chance.random() < 0.15:
            outcomes["ulang"] = Outcome(label="Ulangi", to=ids[index])
    of_nobody = not outcomes and chance.random() < 0.15
    return Step(
        id=ids[index],
        kind="auto" if of_nobody else None,
        activity=" ".join(chance.choices(WORDS, k=chance.randint(2, 40))),
        executor=() if of_nobody else tuple(named),
        participants=tuple(others) if chance.random() < 0.2 else (),
        requirements=(Requirement(doc="dok"),),
        output=(Requirement(doc="dok"),),
        outcomes=outcomes,
        row=f"baris{index // 2}" if index % 7 in (2, 3) and index // 2 == (index - index % 2) // 2 else None,
    )


def _block(chance: random.Random, ids: list[str], steps: list[Step]) -> dict[str, Block]:
    """A block over two plain steps in the middle, where there are any."""
    for index in range(1, len(ids) - 2):
        pair = steps[index : index + 2]
        if chance.random() < 0.3 and not any(step.outcomes or step.row for step in pair):
            return {
                "per_unit": Block(for_each=ForEach(units=("bidang",)), steps=tuple(ids[index : index + 2]))
            }
    return {}

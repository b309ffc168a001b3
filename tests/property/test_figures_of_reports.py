"""The figures of the shipped reports on random tables are those of a computation of its own, in fractions.

Nothing here calls a function of the engine: every rule stands once more, as docs/figures.md tells it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import pytest

from tests.support.shipped_forms import Office, Rows, indicator, measured, opened

LEVELS = ("sasaran_strategis", "program", "kegiatan", "subkegiatan")
UNITS = ("bid-pdn", "bid-pkm", "sekretariat")
CORRECTED = ("Dikurangi", "Ditambah")
QUARTERLY, ANNUAL = "laporan-kinerja-triwulan", "laporan-kinerja-tahunan"
WEIGHTS = {
    "panrb-88-2021": [Fraction(part * of, 100) for of in (30, 30, 15, 25) for part in (20, 30, 50)],
    "panrb-12-2015": [Fraction(weight) for weight in (30, 25, 15, 10, 20)],
    "sumber-002": [Fraction(weight) for weight in (35, 20, 15, 10, 20)],
}
BANDS = ((90, "AA"), (80, "A"), (70, "BB"), (60, "B"), (50, "CC"), (30, "C"))
"""A score above the number has the predicate, the highest that holds; else D."""
YEAR = 2026


# --- arithmetic ---


def exact(number: float | int | None) -> Fraction | None:
    """A number as it was typed."""
    return None if number is None else Fraction(str(number))


def rounded(number: Fraction, digits: int = 4) -> Fraction:
    """Half away from zero."""
    scaled = abs(number) * 10**digits
    whole = scaled.numerator // scaled.denominator
    whole += scaled - whole >= Fraction(1, 2)
    return Fraction(whole, 10**digits) * (1 if number >= 0 else -1)


def achieved(actual: float | None, target: float | None, polarity: str) -> Fraction | None:
    done, planned = exact(actual), exact(target)
    if done is None or planned is None or planned == 0:
        return None
    reached = done if polarity == "positif" else 2 * planned - done
    return rounded(reached / planned * 100)


def same(shown: float | int | None, computed: Fraction | None) -> bool:
    """Whether the page shows the number: the same one, to the last digit that JSON holds."""
    return shown is None if computed is None else shown is not None and float(computed) == float(shown)


def require_groups(
    shown: Rows, rows: Rows, key: Callable[[dict[str, Any]], Any], names: Iterable[str]
) -> None:
    """Counts, sums and means of each group of rows; a mean leaves out what has no figure."""
    groups: dict[Any, Rows] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    found = {tuple(one["group"]) if isinstance(one["group"], list) else one["group"]: one for one in shown}
    assert set(found) == set(groups)
    for group, members in groups.items():
        assert found[group]["count"] == len(members)
        for name in names:
            given = [value for row in members if (value := exact(row[name])) is not None]
            assert found[group]["filled"].get(name, 0) == len(given)
            if given:
                assert same(found[group]["totals"][name], rounded(sum(given, Fraction(0))))
                assert same(found[group]["averages"][name], rounded(sum(given, Fraction(0)) / len(given)))


# --- what people type ---


def amount(dice: random.Random, *, none: float = 0.1) -> float | int | None:
    """Nothing, nought, a whole number, or one with up to three decimals."""
    if dice.random() < none:
        return None
    return dice.choice(
        [
            0,
            dice.randrange(2000),
            dice.randrange(1, 10),
            dice.randrange(10**6) / 1000,
            dice.randrange(999) / 100,
        ]
    )


def indicators(dice: random.Random) -> Rows:
    return [
        indicator(
            f"sk-{number}",
            amount(dice, none=0) or 0,
            row=f"{YEAR}:sk-{number}",
            tingkat=dice.choice(LEVELS),
            unit=dice.choice(UNITS),
            polaritas=dice.choice(["positif", "negatif"]),
            agregasi=dice.choice(["jumlah", "terakhir"]),
            **{f"tw{quarter}": amount(dice) for quarter in (1, 2, 3, 4)},
        )
        for number in range(dice.randrange(1, 6))
    ]


def typed(rows: Rows, column: str, dice: random.Random) -> Rows:
    return [{"row": row["row"], column: amount(dice)} for row in rows]


def corrections(rows: Rows, dice: random.Random) -> Rows:
    sent = []
    for row in rows:
        result = dice.choice([*CORRECTED, "Valid", "Data dukung tidak sesuai", None])
        sent.append({"row": row["row"], "hasil": result, "capaian_koreksi": amount(dice)})
    return sent


def require_verified(shown: Rows, sent: Rows) -> None:
    """What was corrected counts, what was reported stays beside it."""
    given = {row["row"]: row for row in sent}
    for row in shown:
        one = given[row["row"]]
        stands = one["capaian_koreksi"] if one["hasil"] in CORRECTED else row["capaian"]
        assert row["capaian_terverifikasi"] == stands


def branch(unit: str) -> dict[str, Any]:
    return {"id": unit, "unit": unit, "item": None}


# --- the reports ---


def quarter(dice: random.Random) -> None:
    number, office = dice.randrange(1, 5), Office(indikator=(register := indicators(dice)))
    around: dict[str, Any] = {"case": {"period": f"{YEAR}-Q{number}", "perbaikan": []}}
    asked = opened(QUARTERLY, "b1", office, **around)["indikator"]
    assert [row["target_triwulan"] for row in asked] == [row[f"tw{number}"] for row in register]
    lower: Rows = []
    upper: Rows = []
    for unit in UNITS:
        here = {**around, "b1": {"indikator": asked}, "branch": branch(unit)}
        mine = [row for row in asked if row["unit"] == unit]
        tables: dict[str, Rows] = {}
        for step, table, levels in (("b2", "baris", LEVELS[3:]), ("b4", "program", LEVELS[1:3])):
            own = [row for row in mine if row["tingkat"] in levels]
            sent = typed(own, "realisasi", dice)
            shown = opened(QUARTERLY, step, office, {table: sent}, **here)[table]
            require_achievements(shown, sent, "target_triwulan")
            tables[table] = shown
        given = {table: corrections(rows, dice) for table, rows in tables.items()}
        verified = opened(
            QUARTERLY, "b5", office, given, b2={"baris": tables["baris"]}, b4={"program": tables["program"]}
        )
        for table, into in (("baris", lower), ("program", upper)):
            require_verified(verified[table], given[table])
            into += [row | {"branch": {"unit": unit}} for row in verified[table]]
    goals = typed([row for row in asked if row["tingkat"] == LEVELS[0]], "realisasi", dice)
    report = opened(
        *(QUARTERLY, "b6", office, {"sasaran": goals}),
        **around,
        b1={"indikator": asked},
        b5={"baris": lower, "program": upper},
    )
    require_achievements(report["sasaran"], goals, "target_triwulan")
    names = ("realisasi", "capaian", "capaian_terverifikasi", "target_triwulan")
    require_groups(report["rekap_unit"], lower, lambda row: row["branch"]["unit"], names)
    require_groups(report["rekap_instansi"], lower, lambda _row: None, names)
    require_groups(report["rekap_program"], upper, lambda row: (row["branch"]["unit"], row["tingkat"]), names)
    require_groups(report["rekap_tingkat"], upper, lambda row: row["tingkat"], names)


def require_achievements(shown: Rows, sent: Rows, target: str) -> None:
    given = {row["row"]: row["realisasi"] for row in sent}
    assert [row["row"] for row in shown] == list(given)
    for row in shown:
        assert same(row["capaian"], achieved(given[row["row"]], row[target], row["polaritas"]))


def year(dice: random.Random) -> None:
    register = indicators(dice)
    quarters = [
        measured(
            row["kode"],
            f"{YEAR}-Q{number}",
            indikator=row["row"],
            realisasi=amount(dice),
            sementara=number == 4,
        )
        | {"target": amount(dice)}
        for row in register
        for number in (1, 2, 3, 4)
        if dice.random() < 0.8
    ]
    past = [
        measured(row["kode"], str(before), capaian_terverifikasi=amount(dice), realisasi=amount(dice))
        for row in register
        for before in range(YEAR - 6, YEAR)
        if dice.random() < 0.8
    ]
    began = dice.randrange(YEAR - 6, YEAR + 2)
    renstra = [{"tahun_awal": began, "kode": row["kode"], "target_akhir": amount(dice)} for row in register]
    office = Office(indikator=register, capaian_kinerja=[*quarters, *past], target_renstra=renstra)
    require_quarters_of_the_year(opened(ANNUAL, "c1", office)["indikator"], quarters)
    reported: Rows = []
    for unit in UNITS:
        mine = [row for row in register if row["unit"] == unit]
        sent = typed(mine, "realisasi", dice)
        here = {"c1": {"indikator": register}, "branch": branch(unit)}
        shown = opened(ANNUAL, "c2", office, {"baris": sent}, **here)["baris"]
        require_achievements(shown, sent, "target")
        sent = corrections(shown, dice)
        verified = opened(ANNUAL, "c5", office, {"baris": sent}, c2={"baris": shown})["baris"]
        require_verified(verified, sent)
        reported += [row | {"branch": {"unit": unit}} for row in verified]
    require_the_annual_report(dice, office, reported, quarters, past, renstra)


def require_quarters_of_the_year(shown: Rows, quarters: Rows) -> None:
    for row in shown:
        done = {one["periode"][-1]: exact(one["realisasi"]) for one in quarters if one["kode"] == row["kode"]}
        added = [value for number in "123" if (value := done.get(number)) is not None]
        summed = sum(added, Fraction(0))
        assert same(row["kumulatif"], done.get("3") if row["agregasi"] == "terakhir" else summed)
        assert same(row["tw4_sementara"], done.get("4"))


def require_the_annual_report(
    dice: random.Random, office: Office, reported: Rows, quarters: Rows, past: Rows, renstra: Rows
) -> None:
    final = {
        row["row"]: row["realisasi"] if dice.random() < 0.5 else amount(dice, none=0) for row in reported
    }
    last = {f"{one['kode']}:{one['periode']}": amount(dice) for one in quarters if one["sementara"]}
    budget = [
        {"row": str(number), "target_anggaran": planned, "realisasi_anggaran": spent}
        for number in range(dice.randrange(1, 5))
        for planned, spent in [(dice.choice([0, dice.randrange(10**9)]), dice.randrange(10**9))]
    ]
    sent = {
        "akhir": [{"row": row, "realisasi_akhir": value} for row, value in final.items()],
        "tw4": [{"row": row, "realisasi_final": value} for row, value in last.items()],
        "anggaran": budget,
    }
    report = opened(ANNUAL, "c6", office, sent, c5={"baris": reported})
    for row in report["akhir"]:
        before = {one["periode"]: one["capaian_terverifikasi"] for one in past if one["kode"] == row["kode"]}
        for ago in (1, 2, 3, 4):
            assert row[f"n{ago}"] == before.get(str(YEAR - ago))
        ends = [one for one in renstra if one["kode"] == row["kode"] and 0 <= YEAR - one["tahun_awal"] < 5]
        end = ends[0]["target_akhir"] if ends else None
        assert row["target_renstra"] == end
        value = row["realisasi_akhir"]
        assert same(row["terhadap_renstra"], achieved(value, end, row["polaritas"]))
        unchanged = value == row["realisasi"]
        stands = achieved(value, row["target"], row["polaritas"])
        assert same(row["capaian_akhir"], exact(row["capaian_terverifikasi"]) if unchanged else stands)
    polarity = {row["kode"]: row["polaritas"] for row in reported}
    reported_last = {f"{one['kode']}:{one['periode']}": one["realisasi"] for one in quarters}
    for row in report["tw4"]:
        proposed = reported_last[row["row"]] if last[row["row"]] is None else last[row["row"]]
        assert row["realisasi_final"] == proposed
        value = achieved(proposed, row["target"], polarity[row["kode"]])
        assert same(row["capaian_final"], value)
    for row, one in zip(report["anggaran"], budget, strict=True):
        assert same(row["efisiensi"], saved([one]))
    assert same(report["efisiensi"], saved(budget))
    names = ("realisasi", "capaian", "capaian_terverifikasi", "target")
    require_groups(report["rekap_unit"], reported, lambda row: (row["branch"]["unit"], row["tingkat"]), names)
    require_groups(report["rekap_tingkat"], reported, lambda row: row["tingkat"], names)
    require_groups(report["rekap_instansi"], reported, lambda _row: None, names)


def saved(budget: Rows) -> Fraction | None:
    """What was left of the budget, in percent of it."""
    planned = sum((Fraction(one["target_anggaran"]) for one in budget), Fraction(0))
    spent = sum((Fraction(one["realisasi_anggaran"]) for one in budget), Fraction(0))
    return 100 - spent / planned * 100 if planned else None


def evaluation(dice: random.Random) -> None:
    """Scores to two decimals, on the borders of predicates often."""
    scheme = dice.choice(list(WEIGHTS))
    weights = WEIGHTS[scheme]
    scores = [Fraction(dice.randint(0, int(weight * 100)), 100) for weight in weights]
    if dice.random() < 0.3:
        border = dice.choice([0, 30, 50, 60, 70, 80, 90, 100])
        scores = [weight * border / 100 for weight in weights]
    sent = [
        {"row": f"{scheme}:{number}", "nilai": float(score)} for number, score in enumerate(scores, start=1)
    ]
    shown = opened(
        "tindak-lanjut-evaluasi", "g1", Office(), {"nilai": sent}, case={"fields": {"skema": scheme}}
    )
    for row, weight, score in zip(shown["nilai"], weights, scores, strict=True):
        assert same(row["bobot"], weight)
        assert same(row["persen"], score / weight * 100)
    total = rounded(sum(scores, Fraction(0)), 2)
    assert same(shown["total"], total)
    predicate = next((name for above, name in BANDS if total > above), "D")
    assert shown["predikat"] == (predicate if scheme == "panrb-88-2021" else None)


def renstra(dice: random.Random) -> None:
    period, began = f"{YEAR}-H{dice.choice([1, 2])}", dice.randrange(YEAR - 5, YEAR + 2)
    targets: Rows = [
        {"tahun_awal": began, "kode": f"ss-{number}", "uraian": "Stok", "unit": dice.choice(UNITS)}
        | {f"t{nth}": amount(dice) for nth in (1, 2, 3, 4, 5)}
        | {"target_akhir": amount(dice, none=0), "polaritas": dice.choice(["positif", "negatif"])}
        for number in range(dice.randrange(1, 5))
    ]
    past = [measured(row["kode"], str(YEAR - 1), realisasi=amount(dice)) for row in targets]
    parts = [measured(row["kode"], f"{YEAR - 1}-Q4", realisasi=amount(dice)) for row in targets]
    office = Office(target_renstra=targets, capaian_kinerja=[*past, *parts])
    shown = opened("monitoring-renstra", "h1", office, case={"period": period})["target"]
    assert len(shown) == (len(targets) if 0 <= YEAR - began < 5 else 0)
    for row, target, before in zip(shown, targets, past, strict=False):
        assert row["target_tahun"] == target[f"t{YEAR - began + 1}"]
        assert row["capaian_lalu"] == before["realisasi"]
    for unit in UNITS:
        sent = typed([row for row in shown if row["unit"] == unit], "realisasi", dice)
        around = {"h1": {"target": shown}, "branch": branch(unit), "case": {"period": period}}
        filled = opened("monitoring-renstra", "h2", office, {"baris": sent}, **around)["baris"]
        for row, one in zip(filled, sent, strict=True):
            done, polarity = one["realisasi"], row["polaritas"]
            assert same(row["persen_tahun"], achieved(done, row["target_tahun"], polarity))
            assert same(row["persen_akhir"], achieved(done, row["target_akhir"], polarity))


REPORTS = [quarter, year, evaluation, renstra]


@pytest.mark.parametrize("report", REPORTS)
def test_the_figures_of_a_report_are_those_of_fractions(report: Callable[[random.Random], None]) -> None:
    play(report, range(300))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("report", REPORTS)
def test_the_figures_of_ten_thousand_reports_are_those_of_fractions(
    report: Callable[[random.Random], None],
) -> None:
    play(report, range(1000, 11_000))


def play(report: Callable[[random.Random], None], seeds: range) -> None:
    for seed in seeds:
        try:
            report(random.Random(seed))
        except AssertionError as fault:
            fault.add_note(f"{report.__name__}, seed {seed}")
            raise

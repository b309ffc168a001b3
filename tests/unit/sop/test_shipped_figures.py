"""The figures that the shipped definitions compute, against values computed by hand."""

from typing import Any

import pytest

from engine.sop.forms.definition import sheet_for
from engine.sop.forms.schema import form_schema
from tests.support.contexts import shipped_definition
from tests.support.shipped_forms import REGISTERS, Office, Rows, indicator, measured, opened


@pytest.mark.parametrize(
    ("polarity", "target", "actual", "percent"),
    [
        ("positif", 20, 25, 125),  # 25 / 20
        ("positif", 41, 36.9, 90),  # 36,9 / 41
        ("positif", 3, 1, 33.3333),
        ("negatif", 10, 8, 120),  # (2 × 10 − 8) / 10: fewer complaints than allowed
        ("negatif", 10, 15, 50),  # (2 × 10 − 15) / 10
        ("negatif", 10, 25, -50),  # more than twice what is allowed
        ("positif", 0, 4, None),  # nothing was planned, so there is no share of it
        ("positif", 20, None, None),  # nothing was reported
    ],
)
def test_an_achievement_is_the_share_of_the_target_by_its_polarity(
    polarity: str, target: float, actual: float | None, percent: float | None
) -> None:
    row = indicator("sk-1", 100, row="2026:sk-1", target_triwulan=target, polaritas=polarity)
    sent = {"baris": [{"row": "2026:sk-1", "realisasi": actual}]}
    branch = {"id": "bid-pdn", "unit": "bid-pdn", "item": None}
    shown = opened("laporan-kinerja-triwulan", "b2", Office(), sent, b1={"indikator": [row]}, branch=branch)
    assert shown["baris"][0]["capaian"] == percent


@pytest.mark.parametrize(("quarter", "target"), [("Q1", 20), ("Q2", 30), ("Q3", 40), ("Q4", 10)])
def test_a_quarter_is_measured_against_its_own_target(quarter: str, target: int) -> None:
    office = Office(indikator=[indicator("sk-1", 100, tw1=20, tw2=30, tw3=40, tw4=10)])
    shown = opened("laporan-kinerja-triwulan", "b1", office, case={"period": f"2026-{quarter}"})
    assert [row["target_triwulan"] for row in shown["indikator"]] == [target]


def test_a_correction_counts_and_the_reported_achievement_stays() -> None:
    rows = [{"row": f"r{n}", "capaian": 125} for n in (1, 2, 3)]
    sent = [
        {"row": "r1", "hasil": "Dikurangi", "capaian_koreksi": 100},
        {"row": "r2", "hasil": "Ditambah", "capaian_koreksi": 130},
        {"row": "r3", "hasil": "Valid"},
    ]
    shown = opened(
        "laporan-kinerja-triwulan", "b5", Office(), {"baris": sent}, b2={"baris": rows}, b4={"program": []}
    )
    assert [(row["capaian"], row["capaian_terverifikasi"]) for row in shown["baris"]] == [
        (125, 100),
        (125, 130),
        (125, 125),
    ]


# Two units, two levels; the fifth indicator has no figure and weighs on no mean.
VERIFIED = [
    {"row": f"r{n}", "branch": {"unit": unit}, "tingkat": tingkat, "capaian_terverifikasi": percent}
    for n, (unit, tingkat, percent) in enumerate(
        [
            ("bid-pdn", "subkegiatan", 80),
            ("bid-pdn", "subkegiatan", 100),
            ("bid-pdn", "program", 95),
            ("bid-pkm", "subkegiatan", 120),
            ("bid-pkm", "subkegiatan", None),
        ]
    )
]


def means(groups: Rows) -> dict[Any, tuple[int, int, float]]:
    """Per group: how many rows, how many of them with a figure, and their mean."""
    name = "capaian_terverifikasi"
    return {
        tuple(one["group"]) if isinstance(one["group"], list) else one["group"]: (
            one["count"],
            one["filled"][name],
            one["averages"][name],
        )
        for one in groups
    }


def test_the_annual_report_totals_per_unit_and_level_per_level_and_for_the_agency() -> None:
    shown = opened("laporan-kinerja-tahunan", "c6", Office(), c5={"baris": VERIFIED})
    assert means(shown["rekap_unit"]) == {
        ("bid-pdn", "subkegiatan"): (2, 2, 90),  # (80 + 100) / 2
        ("bid-pdn", "program"): (1, 1, 95),
        ("bid-pkm", "subkegiatan"): (2, 1, 120),
    }
    assert means(shown["rekap_tingkat"]) == {
        "subkegiatan": (4, 3, 100),  # (80 + 100 + 120) / 3
        "program": (1, 1, 95),
    }
    assert means(shown["rekap_instansi"]) == {None: (5, 4, 98.75)}  # (80 + 100 + 95 + 120) / 4


def test_the_quarterly_report_totals_per_unit_per_level_and_for_the_agency() -> None:
    lower = [row for row in VERIFIED if row["tingkat"] == "subkegiatan"]
    upper = [
        *(row for row in VERIFIED if row["tingkat"] == "program"),
        {"row": "r9", "branch": {"unit": "bid-pkm"}, "tingkat": "kegiatan", "capaian_terverifikasi": 70},
    ]
    values = {"b1": {"indikator": []}, "b5": {"baris": lower, "program": upper}}
    shown = opened("laporan-kinerja-triwulan", "b6", Office(), case={"perbaikan": []}, **values)
    assert means(shown["rekap_unit"]) == {"bid-pdn": (2, 2, 90), "bid-pkm": (2, 1, 120)}
    assert means(shown["rekap_program"]) == {
        ("bid-pdn", "program"): (1, 1, 95),
        ("bid-pkm", "kegiatan"): (1, 1, 70),
    }
    assert means(shown["rekap_instansi"]) == {None: (4, 3, 100)}
    assert means(shown["rekap_tingkat"]) == {"program": (1, 1, 95), "kegiatan": (1, 1, 70)}


@pytest.mark.parametrize(
    ("aggregation", "before"),
    [("jumlah", 85), ("terakhir", 30)],  # 25 + 30 + 30; the level that the third quarter left
)
def test_three_quarters_add_up_where_the_indicator_does_and_else_the_last_one_stands(
    aggregation: str, before: int
) -> None:
    done = zip(("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"), (25, 30, 30, 20), strict=True)
    other = [measured("sk-1", "2025-Q3", realisasi=99), measured("sk-2", "2026-Q3", realisasi=7)]
    office = Office(
        indikator=[indicator("sk-1", 100, agregasi=aggregation)],
        capaian_kinerja=[*(measured("sk-1", period, realisasi=actual) for period, actual in done), *other],
    )
    (row,) = opened("laporan-kinerja-tahunan", "c1", office)["indikator"]
    assert (row["kumulatif"], row["tw4_sementara"]) == (before, 20)


def test_a_level_that_the_third_quarter_did_not_measure_is_empty_and_not_zero() -> None:
    office = Office(
        indikator=[indicator("sk-1", 100, agregasi="terakhir")],
        capaian_kinerja=[measured("sk-1", "2026-Q2", realisasi=30)],
    )
    (row,) = opened("laporan-kinerja-tahunan", "c1", office)["indikator"]
    assert row["kumulatif"] is None


@pytest.mark.parametrize(
    ("aggregation", "before", "last", "proposed"),
    [
        ("jumlah", 85, 20, 105),
        ("terakhir", 30, 20, 20),
        ("jumlah", 85, None, None),
        ("terakhir", 30, None, None),
    ],
)
def test_the_year_is_proposed_from_its_quarters_and_the_final_quarter_from_the_provisional_one(
    aggregation: str, before: float, last: float | None, proposed: float | None
) -> None:
    row = indicator("sk-1", 100, row="2026:sk-1", agregasi=aggregation, kumulatif=before, tw4_sementara=last)
    around = {"c1": {"indikator": [row]}, "branch": {"id": "bid-pdn", "unit": "bid-pdn", "item": None}}
    (shown,) = opened("laporan-kinerja-tahunan", "c2", Office(), **around)["baris"]
    assert shown["realisasi"] == proposed
    quarter = measured("sk-1", "2026-Q4", indikator="2026:sk-1", target=10, realisasi=last, sementara=True)
    office = Office(indikator=[row], capaian_kinerja=[quarter])
    (shown,) = opened("laporan-kinerja-tahunan", "c6", office, c5={"baris": []})["tw4"]
    assert shown["realisasi_final"] == last


def test_a_recapitulation_names_what_measures_and_neither_year_nor_key_of_the_register() -> None:
    sheet = sheet_for(shipped_definition("laporan-kinerja-tahunan"), "c6")
    figures = form_schema(sheet, {}, Office())["properties"]["rekap_unit"]["x-alur-figures"]
    assert "tahun" not in figures
    assert figures["target"] == {"title": "Target tahun", "x-alur-type": "number"}
    assert figures["capaian"]["x-alur-type"] == "percent"


def test_the_annual_report_compares_with_four_years_and_the_end_of_the_renstra() -> None:
    past = [measured("sk-1", str(year), capaian_terverifikasi=year - 1940) for year in range(2021, 2026)]
    office = Office(
        capaian_kinerja=[*past, measured("sk-1", "2025-Q4", capaian_terverifikasi=1)],
        target_renstra=[
            {"tahun_awal": 2021, "kode": "sk-1", "target_akhir": 500},  # ended in 2025
            {"tahun_awal": 2026, "kode": "sk-1", "target_akhir": 420},
        ],
    )
    row = indicator("sk-1", 100, row="2026:sk-1", realisasi=105, capaian=105, capaian_terverifikasi=100)
    (shown,) = opened("laporan-kinerja-tahunan", "c6", office, c5={"baris": [row]})["akhir"]
    assert [shown[year] for year in ("n1", "n2", "n3", "n4")] == [85, 84, 83, 82]
    assert (shown["capaian_akhir"], shown["target_renstra"]) == (100, 420)  # what was verified stands
    assert shown["terhadap_renstra"] == 25  # 105 / 420
    sent = {"akhir": [{"row": "2026:sk-1", "realisasi_akhir": 84}]}
    (shown,) = opened("laporan-kinerja-tahunan", "c6", office, sent, c5={"baris": [row]})["akhir"]
    assert (shown["capaian_akhir"], shown["terhadap_renstra"]) == (84, 20)  # 84 / 100, 84 / 420


def test_the_provisional_fourth_quarter_gets_its_final_achievement_by_its_polarity() -> None:
    office = Office(
        indikator=[indicator("sk-2", 40, polaritas="negatif")],
        capaian_kinerja=[
            measured("sk-2", "2026-Q4", indikator="2026:sk-2", target=10, sementara=True),
            measured("sk-2", "2026-Q3", indikator="2026:sk-2", target=10, sementara=True),
        ],
    )
    sent = {"tw4": [{"row": "sk-2:2026-Q4", "realisasi_final": 12}]}
    (shown,) = opened("laporan-kinerja-tahunan", "c6", office, sent, c5={"baris": []})["tw4"]
    assert shown["capaian_final"] == 80  # (2 × 10 − 12) / 10


def test_budget_efficiency_is_what_was_left_of_the_budget_per_program_and_in_all() -> None:
    sent = [
        {"row": "a", "program": "Pasar", "target_anggaran": 800_000_000, "realisasi_anggaran": 700_000_000},
        {"row": "b", "program": "Umum", "target_anggaran": 200_000_000, "realisasi_anggaran": 210_000_000},
        {"row": "c", "program": "Dihapus", "target_anggaran": 0, "realisasi_anggaran": 0},
    ]
    shown = opened("laporan-kinerja-tahunan", "c6", Office(), {"anggaran": sent}, c5={"baris": []})
    assert [row["efisiensi"] for row in shown["anggaran"]] == [12.5, -5, None]
    assert shown["efisiensi"] == 9  # 100 − 910 / 1000 × 100


SOURCE_001 = [4.8, 6.3, 10.5, 4.8, 6.3, 10.5, 2.4, 3.15, 5.25, 4, 6, 8.75]


def evaluated(scheme: str, scores: list[float]) -> dict[str, Any]:
    rows = [row for row in REGISTERS["komponen_evaluasi"].rows if row["skema"] == scheme]
    sent = [
        {"row": f"{scheme}:{row['urutan']}", "nilai": score} for row, score in zip(rows, scores, strict=True)
    ]
    case = {"fields": {"skema": scheme}}
    return opened("tindak-lanjut-evaluasi", "g1", Office(), {"nilai": sent}, case=case)


def test_an_evaluation_adds_up_its_components_and_names_the_predicate_of_its_scheme() -> None:
    shown = evaluated("panrb-88-2021", SOURCE_001)
    assert [row["persen"] for row in shown["nilai"]] == [80, 70, 70] * 3 + [80, 80, 70]
    assert (shown["total"], shown["predikat"]) == (72.75, "BB")


@pytest.mark.parametrize(
    ("score", "predicate"),
    [
        (0, "D"),
        (30, "D"),
        (30.01, "C"),
        (50.01, "CC"),
        (60, "CC"),
        (60.01, "B"),
        (70, "B"),
        (70.01, "BB"),
        (80.01, "A"),
        (90, "A"),
        (90.01, "AA"),
        (100, "AA"),
    ],
)
def test_a_score_on_a_border_belongs_to_the_lower_predicate(score: float, predicate: str) -> None:
    shown = evaluated("panrb-88-2021", [score, *[0] * 11])
    assert (shown["total"], shown["predikat"]) == (score, predicate)


def test_an_evaluation_by_an_older_scheme_gets_no_predicate_of_the_newer_one() -> None:
    shown = evaluated("panrb-12-2015", [24, 20, 12, 7, 12])
    assert [row["bobot"] for row in shown["nilai"]] == [30, 25, 15, 10, 20]
    assert [row["persen"] for row in shown["nilai"]] == [80, 80, 80, 70, 60]
    assert (shown["total"], shown["predikat"]) == (75, None)


@pytest.mark.parametrize("scheme", sorted({row["skema"] for row in REGISTERS["komponen_evaluasi"].rows}))
def test_the_weights_of_a_scheme_are_a_hundred(scheme: str) -> None:
    rows = REGISTERS["komponen_evaluasi"].rows
    assert sum(row["bobot"] for row in rows if row["skema"] == scheme) == 100


def test_renstra_monitoring_measures_the_year_and_the_end_of_the_period() -> None:
    target = {"tahun_awal": 2024, "kode": "ss-1", "uraian": "Stok", "unit": "bid-pdn", "polaritas": "positif"}
    office = Office(
        target_renstra=[target | {"t1": 10, "t2": 20, "t3": 40, "t4": 60, "t5": 80, "target_akhir": 80}],
        capaian_kinerja=[
            measured("ss-1", "2025", realisasi=18),
            measured("ss-1", "2025-Q4", realisasi=5),
        ],
    )
    (row,) = opened("monitoring-renstra", "h1", office, case={"period": "2026-H1"})["target"]
    assert (row["tahun_ke"], row["target_tahun"], row["capaian_lalu"]) == (3, 40, 18)
    sent = {"baris": [{"row": row["row"], "realisasi": 30}]}
    branch = {"id": "bid-pdn", "unit": "bid-pdn", "item": None}
    values = {"h1": {"target": [row]}, "branch": branch, "case": {"period": "2026-H1"}}
    (shown,) = opened("monitoring-renstra", "h2", office, sent, **values)["baris"]
    assert (shown["persen_tahun"], shown["persen_akhir"]) == (75, 37.5)  # 30 / 40, 30 / 80

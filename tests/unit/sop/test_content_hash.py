"""The hash of a definition is named by cases and signatures for ever: its canonical form never drifts."""

from engine.sop.checks import load_definition

TEXT = """
schema: sop/v1
id: tetap
version: 1.2.0
status: {status}
identity:
  title: Tetap
  number: "1/2026"
  created_on: 2026-01-01
  effective_on: 2026-02-01
  approved_by: kepala
  activity_owner: staf
roles:
  kepala: {{label: Kepala}}
  staf: {{label: Staf, many: true}}
documents: {{nota: {{label: Nota Dinas}}}}
triggers: [{{type: manual, by: [staf]}}]
case:
  title: "Tetap {{case.fields.perihal}}"
  period: {{type: quarter, required: true, unique: true}}
  fields: [{{id: perihal, type: text, label: Perihal, required: true}}]
  results: {{ditolak: Ditolak}}
sla: {{calendar: asn-5hk, pickup: 2h, case_target: 5wd}}
forms:
  isian:
    fields:
      - {{id: nilai, type: percent, label: Nilai, min: 0, max: 100.5}}
      - id: baris
        type: table
        label: Baris
        add_rows: true
        columns: [{{id: unit, type: unit, label: Unit}}]
    rules: [{{require: 'nilai > 1', message: Terlalu kecil}}]
steps:
  - {{id: s1, activity: Mengisi, executor: staf, assign: pool, time: 1wd2h, form: isian, output: [nota]}}
  - id: s2
    activity: Memutus
    executor: kepala
    time: 30m
    sign: {{kind: initial, document: nota}}
    outcomes:
      ya: {{label: Ya, to: end}}
      tidak: {{label: Tidak, to: end, result: ditolak}}
      ulang: {{label: Ulang, to: s1, return: true, reason: required}}
"""


def test_the_hash_of_a_text_is_what_it_was_and_leaves_its_status_out() -> None:
    hashes = {load_definition(TEXT.format(status=status)).content_hash for status in ("draft", "effective")}
    assert hashes == {"d75976fb1b215a3b561eaffe5b061dc3cd1b587c29be2d5d7adc102f7f6fe07e"}

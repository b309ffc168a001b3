"""The JSON Schema for editors comes from the same classes that read the file."""

import json
from pathlib import Path

from engine.sop.binding import keys_of
from engine.sop.model import Definition, Step
from engine.sop.schema import json_schema, text


def test_the_schema_in_the_docs_is_the_generated_one(project: Path) -> None:
    assert (project / "docs" / "sop.schema.json").read_text(encoding="utf-8") == text()


def test_every_reference_leads_to_a_definition() -> None:
    schema = json_schema()
    wanted = {part.split('"')[0] for part in json.dumps(schema).split("#/$defs/")[1:]}
    assert wanted == set(schema["$defs"])


def test_the_keys_of_a_class_are_the_properties_of_its_schema() -> None:
    definitions = json_schema()["$defs"]
    for cls in (Definition, Step):
        properties = definitions[cls.__name__]["properties"]
        assert list(properties) == list(keys_of(cls))
        assert definitions[cls.__name__]["additionalProperties"] is False


def test_an_editor_learns_words_required_keys_and_short_forms() -> None:
    definitions = json_schema()["$defs"]
    step = definitions["Step"]
    assert step["required"] == ["id"]
    assert step["anyOf"] == [{"required": ["row"]}, {"required": ["activity", "time"]}]
    assert {"enum": ["task", "decision", "meeting", "sign", "auto"]} in step["properties"]["kind"]["anyOf"]
    assert definitions["Remarks"]["anyOf"][0] == {"type": "string"}
    assert definitions["Outcome"]["properties"]["return"]["type"] == ["boolean", "null"]
    assert definitions["Service"]["description"] == "Standar pelayanan / Service standard"

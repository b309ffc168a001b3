"""The pages' sentences in English by their Indonesian text; what an SOP says stays as written."""

import json
from collections.abc import Mapping
from pathlib import Path

ENGLISH: Mapping[str, str] = json.loads((Path(__file__).parent / "english.json").read_text("utf-8"))

"""The pages' sentences in English by their Indonesian text; what an SOP says stays as written."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {}

"""Checks what Python hands to the page against `web/schema.json`."""

import json
from pathlib import Path

import jsonschema

SCHEMA = Path(__file__).parents[1] / "web" / "schema.json"


def problems(document: dict, definition: str) -> list[str]:
    """Returns where a document breaks one of the schema's definitions."""
    definitions = json.loads(SCHEMA.read_text(encoding="utf-8"))["definitions"]
    validator = jsonschema.Draft7Validator(
        {"$ref": f"#/definitions/{definition}", "definitions": definitions}
    )
    return [
        f"{'/'.join(map(str, error.path))}: {error.message[:200]}"
        for error in validator.iter_errors(document)
    ]

"""Writes docs/schemas/*.json from the models of what people write: python tools/write_schemas.py

Editors that know YAML (VS Code with Red Hat's extension, for one) read them and complete fields.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tradecheck.study.cards import Card
from tradecheck.study.changes import Changes
from tradecheck.study.claims import ClaimsFile
from tradecheck.study.study import Study

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "schemas"
MODELS = {"study": Study, "claims": ClaimsFile, "changes": Changes, "card": Card}
LIST = {"type": "array", "minItems": 1}
GOODS = {
    "anyOf": [{"type": "string"}, LIST, {"$ref": "#/$defs/GoodsSpec"}],
    "description": "codes in quotes, a list's name as {list: NAME}, or all goods",
}


def schemas() -> dict[str, str]:
    """The text of each schema by the name of its file."""
    return {
        f"{name}.schema.json": json.dumps(_schema(name, model), indent=1, ensure_ascii=False) + "\n"
        for name, model in MODELS.items()
    }


def _schema(name: str, model: type[BaseModel]) -> dict[str, Any]:
    made = model.model_json_schema(by_alias=True)
    _without_filled_in(made)
    if name == "study":
        fields = made["properties"]
        del fields["name"]
        made["required"].remove("name")
        for swept in ("reporter", "partner", "base"):  # a list makes one case of each
            about = fields[swept].pop("description", "")
            fields[swept] = {"anyOf": [fields[swept], LIST], "description": about}
        fields["goods"] = GOODS
        made["$defs"]["Groups"]["properties"]["goods"]["additionalProperties"] = GOODS
    if name == "claims":
        months = made["$defs"]["Quantity"]["properties"]["months"]
        about = months.pop("description", "")
        made["$defs"]["Quantity"]["properties"]["months"] = {
            "anyOf": [months, LIST],
            "description": about,
        }
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**dialect, **made, "title": f"{name} of tradecheck"}


def _without_filled_in(held: Any) -> None:
    """What the program fills in, nobody writes."""
    if isinstance(held, dict):
        fields = held.get("properties", {})
        for name in [name for name, field in fields.items() if _filled_in(field)]:
            del fields[name]
    for inner in (
        held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
    ):
        _without_filled_in(inner)


def _filled_in(field: Any) -> bool:
    return isinstance(field, dict) and str(field.get("description", "")).startswith("filled in")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (FOLDER / name).write_text(text, encoding="utf-8")

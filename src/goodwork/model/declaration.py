"""What every declaration has in common: immutable, strict, read from TOML, faults told by place, a JSON Schema."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from goodwork.errors import DeclarationError, Fault


class Declaration(BaseModel):
    """A frozen pydantic model in which an unknown key is a fault, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def from_toml(cls, text: str, where: str = "declaration") -> Self:
        """Read a declaration from TOML text; all faults are raised together as one ``DeclarationError``."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            fault = Fault(str(error), file=where, row=int(line[1]) if line else None, remedy="correct the syntax")
            raise DeclarationError(f"{where} is not valid TOML", faults=[fault]) from None
        return cls.from_dict(data, where)

    @classmethod
    def from_dict(cls, data: dict[str, Any], where: str = "declaration") -> Self:
        """Validate plain data; all faults are raised together as one ``DeclarationError``."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            faults = [_fault(item, where, cls) for item in error.errors()]
            raise DeclarationError(f"{where} is wrong in {len(faults)} place(s)", faults=faults) from None

    def replace(self, **changes: Any) -> Self:
        """The same declaration with some fields changed, validated again."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).from_dict({**fields, **changes}, type(self).__name__)


def _fault(item: Any, where: str, cls: type[BaseModel]) -> Fault:
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in item["loc"])
    remedy = {"missing": "add it", "value_error": "correct it"}.get(item["type"], "see the schema of this file")
    if item["type"] == "extra_forbidden":
        known = _field_names(cls)
        nearest = get_close_matches(str(item["loc"][-1]), known, n=1)
        remedy = f"did you mean {nearest[0]!r}?" if nearest else "remove it"
    message = str(item["msg"]).removeprefix("Value error, ")
    return Fault(message, file=where, column=place or None, remedy=remedy)


def _field_names(cls: type[BaseModel]) -> list[str]:
    """Every key that may stand in this declaration or in one nested in it."""
    names: list[str] = []
    for definition in (schema := cls.model_json_schema()).get("$defs", {}).values():
        names += definition.get("properties", {})
    return names + list(schema.get("properties", {}))

"""The interface described: OpenAPI 3.1 from the typed parameters and rows, and a page drawn from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from jinja2 import Environment

from goodwork.web.api.formats import FORMS
from goodwork.web.api.problems import PROBLEM, WORDS
from goodwork.web.api.query import EVERY, MOST_ROWS
from goodwork.web.api.rows import Problem

ABOUT = (
    "Read-only access to one published edition. Every path may end in .json, .csv, .parquet or .jsonstat, or the form "
    "is chosen by Accept. In the path, latest leads to the edition's name; answers of a named edition never change. "
    f"Lists are given by repeating a parameter; {EVERY} means every one. An answer holds at most {MOST_ROWS:,} rows; "
    "next leads to those after it. Ranks never come without their intervals (of build: ask for draws). Gaps are null, "
    "never zero."
)
TEXT = {"csv": {"type": "string"}, "parquet": {"type": "string", "format": "binary"}, "jsonstat": {"type": "object"}}
ERRORS = {400, 404, 406, 414, 422}


def describe(api: FastAPI, root: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The OpenAPI document of the interface, served under ``root``; ``facts``: what every answer says of its origin."""
    about = f"{'Invented data, made up for practice. ' if facts['invented'] else ''}{ABOUT}"
    found = get_openapi(title=api.title, version=api.version, description=about, routes=api.routes)
    found["servers"] = [{"url": root or "/"}]
    found["info"]["license"] = {"name": f"Figures: {facts['licence']}"}
    schemas = found["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    told = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in found["paths"].items():
        answers = operations["get"]["responses"]
        if path != "/":
            answers["200"]["content"] |= {FORMS[form]: {"schema": schema} for form, schema in TEXT.items()}
        answers |= {str(code): {"description": WORDS[code], "content": told} for code in sorted(ERRORS)}
        answers["304"] = {"description": "The reader has it already (If-None-Match)"}
        if "{" in path:
            answers["307"] = {"description": "Leads to the edition's name, or to the code of the area"}
    return found


def page(templates: Environment, document: dict[str, Any], edition: str) -> str:
    """The description as a page that needs nothing from elsewhere."""
    schemas = document["components"]["schemas"]
    resources = []
    for path, operations in document["paths"].items():
        one = operations["get"]
        schema = one["responses"]["200"]["content"]["application/json"]["schema"]
        resources.append({
            "path": path, "id": one["operationId"], "words": one["summary"],
            "example": document["servers"][0]["url"].rstrip("/") + path.format(edition=edition, area="{area}"),
            "parameters": [_parameter(p) for p in one.get("parameters", [])],
            "columns": _columns(schemas, schema),
        })  # fmt: skip
    problems = [(code, WORDS[code]) for code in sorted({*ERRORS, 405, 503})]
    return templates.get_template("api.html").render(
        resources=resources, problems=problems, about=document["info"]["description"], forms=FORMS, path="",
        root=document["servers"][0]["url"].rstrip("/"), version=document["info"]["version"],
    )  # fmt: skip


def _parameter(one: dict[str, Any]) -> dict[str, str]:
    schema = one["schema"]
    words = schema["items"]["type"] + ", repeated" if schema.get("type") == "array" else schema.get("type", "string")
    if "enum" in schema:
        words = " · ".join(repr(value) if " " in value else value for value in schema["enum"] if value)
    bounds = [f"{word} {schema[key]:,}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in schema]
    default = schema.get("default")
    return {
        "name": one["name"],
        "kind": " ".join([words, *bounds]) + (", in the path" if one["in"] == "path" else ""),
        "default": "" if default in (None, "", []) else str(default),
        "words": one.get("description") or schema.get("description", ""),
    }


def _columns(schemas: dict[str, Any], schema: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, type and meaning of the columns of a resource's rows."""
    answer = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
    rows = answer.get("properties", {}).get("rows", {}).get("items", {})
    row = schemas.get(rows.get("$ref", "").rpartition("/")[2], {})
    return [
        (name, one.get("anyOf", [{}])[0].get("type", ""), one.get("description", ""))
        for name, one in row.get("properties", {}).items()
    ]

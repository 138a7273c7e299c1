"""Whatever the description allows, and much that it does not: no fault of the server, every answer as described.

``make fuzz-api`` asks for many more cases than a test run does.
"""

from __future__ import annotations

import os
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from goodwork.monitor import Monitor
from goodwork.web.api.formats import FORMS
from goodwork.web.api.resources import RESOURCES
from goodwork.web.app import create_app
from goodwork.web.headers import SECURITY

schemathesis = pytest.importorskip("schemathesis")
hypothesis = pytest.importorskip("hypothesis")
conform = pytest.importorskip("schemathesis.specs.openapi.checks")

GenerationMode = schemathesis.GenerationMode

PATHS = ("/", "/editions", *(f"/{{edition}}/{one.name}" for one in RESOURCES))
#: Cases, shared out evenly over the paths.
CASES = int(os.environ.get("GOODWORK_API_CASES", "170"))
#: Seconds that an answer may take: the first audit of a view works for some, and a busy machine is not a broken one.
PATIENCE = 120
KNOWN: dict[str, tuple[Any, ...]] = {
    "framework": ("good_work", "conditions", ""), "area_set": ("gb", "england", "wales"), "period": ("2019", "2021"),
    "area": ("E06000014", "York", "Hartlepol", "W06000001"), "node": ("index", "access", "unemployment", "*"),
    "indicator": ("unemployment", "median_pay", "hle_male"), "fields": ("rank,name", "score", "value"),
    "sort": ("name", "-score"), "question": ("health", "shock"), "draws": (0, 3), "limit": (1, 50),
    "normalisation": ("z-score", "rank", "min-max"), "aggregation": ("geometric", "harmonic"), "weighting": ("equal",),
    "weights": ("unemployment:2,pay:0", "access:1e3", "pay:0,access:0,status:0"), "level": ("region", "upper tier"),
    "of": ("York", "Wales", "Yrok", "index"), "aspect": ("gaps", "people"), "value": ("30", "community", "2019"),
    "target": ("York:unemployment:3:2028", "Hull:index:90:2019", "York:luck:1:2030"), "by": ("need", "tiers"),
    "costs": ("median_pay:4", "luck:1"), "bounds": ("unemployment:2:", "unemployment:5:3"), "trend": ("3", ""),
}  # fmt: skip


ACCEPTED = ("*/*", "application/json", *FORMS.values(), "image/png", "text/*;q=0.5, */*;q=x")
CHECKS = [
    schemathesis.checks.not_a_server_error, conform.status_code_conformance, conform.content_type_conformance,
    conform.response_headers_conformance, conform.response_schema_conformance,
]  # fmt: skip

told: Counter[int] = Counter()


def steered(case: Any, edition: str) -> None:
    """Most cases made up at random ask for nothing there is: some of their names become names that are known."""
    luck = zlib.crc32(repr((case.path_parameters, case.query)).encode())
    if case.path_parameters and luck % 16:
        case.path_parameters["edition"] = edition
        if "area" in case.path_parameters and luck % 4:
            case.path_parameters["area"] = KNOWN["area"][luck // 4 % 4]
    for place, key in enumerate(sorted(case.query or {})):
        mine = luck >> (place % 16)
        if key in KNOWN and mine % 4:
            value = KNOWN[key][mine // 4 % len(KNOWN[key])]
            case.query[key] = [value] if isinstance(case.query[key], list) else value
    case.headers["Accept"] = ACCEPTED[luck // 64 % len(ACCEPTED)]


@pytest.fixture(scope="module")
def described(monitor: Monitor) -> Iterator[Any]:
    """The description, with the application behind it."""
    monitor.audit("nation")  # what all audits rest on is prepared once: a slow machine would take it for a broken one
    yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(monitor))
    print(f"\n{sum(told.values()):,} cases: " + ", ".join(f"{n:,} × {code}" for code, n in sorted(told.items())))


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_as_described_whatever_is_asked(described: Any, monitor: Monitor, path: str) -> None:
    asked = described[path]["GET"]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if path != "/" else (GenerationMode.POSITIVE,)
    cases = hypothesis.strategies.one_of([asked.as_strategy(generation_mode=mode) for mode in modes])

    @hypothesis.settings(max_examples=max(CASES // len(PATHS), 1), deadline=None, database=None,
                         suppress_health_check=list(hypothesis.HealthCheck))  # fmt: skip
    @hypothesis.given(case=cases)
    def ask(case: Any) -> None:
        steered(case, monitor.edition.name)
        answer = case.call_and_validate(checks=CHECKS, timeout=PATIENCE)
        told[answer.status_code] += 1
        assert {name: answer.headers[name.lower()][0] for name in SECURITY} == SECURITY

    ask()

"""Feature services (ArcGIS, as Open Geography has them): all features, page after page; figures among their fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from goodwork.errors import Fault, SourceChanged
from goodwork.sources.client import Client
from goodwork.sources.exchange import Answer, Request
from goodwork.sources.grids import plain
from goodwork.sources.open_geography import Page, join_pages, next_offset, query, read_count, read_page
from goodwork.sources.reading import READER, Reading
from goodwork.sources.tidy import tidy


def whole_service(client: Client, address: str, name: str) -> Answer:
    """All features of a service without their shapes, as one answer in Esri's JSON, counted.

    ``address`` is that of the service's query (``…/FeatureServer/0/query``), ``name`` what faults call it. An answer of
    one page is as it came. Raises what ``Client.get`` raises; ``SourceChanged`` for a service that is gone, and for
    features that are missing or stand twice; ``SourceUnavailable`` where the service is overloaded.
    """
    counting = {"where": "1=1", "returnCountOnly": "true", "f": "json"}
    expected = read_count(client.get(Request(address, counting, promised="json")).content, name)
    pages: list[Page] = []
    answers: list[Answer] = []
    offset = 0

    def following(answer: Answer) -> Request | None:
        nonlocal offset
        after = next_offset(offset, pages[-1], name)
        offset = offset if after is None else after
        return None if after is None else asking(after)

    def asking(offset: int) -> Request:
        return Request(address, query(offset, shapes=False), promised="json")

    for answer in client.pages(asking(0), following):
        answers.append(answer)
        pages.append(read_page(answer.content, name))
    join_pages(pages, name, expected)
    if len(answers) == 1:
        return answers[0]
    features = [feature for answer in answers for feature in json.loads(answer.content)["features"]]
    notes = tuple(dict.fromkeys(note for answer in answers for note in answer.notes))
    content = json.dumps({"features": features}, ensure_ascii=False, separators=(",", ":")).encode()
    said = (*notes, f"put together of {len(answers)} pages")
    return replace(answers[0], content=content, etag="", last_modified="", notes=said)


@READER.register(
    "feature-service", source="ONS, Open Geography: feature services (ArcGIS REST, Esri's JSON or GeoJSON)"
)
def read_features(
    content: bytes, name: str, *, area: str, values: Mapping[str, str], span: str, area_name: str = ""
) -> Reading:
    """The figures among the fields of a service: a row for each feature and field of ``values`` (field → series).

    ``area`` and ``area_name`` are fields too, ``span`` the period of all figures, which the service does not tell. What
    is not whole says so (``exceededTransferLimit``). Raises what ``read_page`` raises, and ``SourceChanged`` for a
    field that is not there.

    >>> page = b'{"features": [{"attributes": {"LAD24CD": "E06000014", "AREAEHECT": 27193.7}}]}'
    >>> read = read_features(page, "areas.json", area="LAD24CD", values={"AREAEHECT": "hectares"}, span="2024")
    >>> read.rows[["series", "area", "last", "value", "row"]].to_numpy().tolist()
    [['hectares', 'E06000014', '2024-12-31', 27193.7, 'feature 1']]
    """
    table = join_pages([read_page(content, name)], name).table
    by_plain = {plain(str(column)): column for column in table.columns}
    wanted = [field for field in (area, area_name, *values) if field]
    if absent := [field for field in wanted if plain(field) not in by_plain]:
        remedy = f"it has {', '.join(map(str, table.columns))}"
        faults = [Fault(f"there is no field {field!r}", file=name, remedy=remedy) for field in absent]
        raise SourceChanged(f"{name} has other fields", faults=faults)
    text = table.astype(object).where(table.notna(), "").astype("str")
    times = len(values)
    columns = {
        "series": np.repeat(np.array(list(values.values()), dtype=object), len(table)),
        "area": np.tile(text[by_plain[plain(area)]].to_numpy(dtype=object), times),
        "area_name": np.tile(text[by_plain[plain(area_name)]].to_numpy(dtype=object), times) if area_name else "",
        "span": span,
        "value": np.concatenate([text[by_plain[plain(field)]].to_numpy(dtype=object) for field in values]),
        "row": np.tile(np.array([f"feature {n + 1}" for n in range(len(table))], dtype=object), times),
    }
    return tidy(name, columns, records=len(table) * times)

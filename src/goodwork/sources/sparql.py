"""statistics.gov.scot: the text of a SPARQL query, and its answer as CSV."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from goodwork.sources.answers import changed, read_text, unavailable
from goodwork.sources.grids import read_sheets, table_under
from goodwork.sources.reading import READER, Reading
from goodwork.sources.tidy import Manner, tidy

ADDRESS = "http://statistics.gov.scot/sparql"
#: The columns that every query built here asks for.
COLUMNS = ("area", "areaLabel", "period", "measure", "value")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_CODE = re.compile(r"[A-Z][0-9]{8}")
_PERIOD = re.compile(r"[A-Za-z0-9/:-]+")
#: What the service says in the body, with status 200, when it has no answer.
ERRORS = re.compile(r"(response too large|request timeout|query timed out|error|parse exception|bad request)", re.I)


def query_text(
    dataset: str,
    areas: Sequence[str] = (),
    periods: Sequence[str] = (),
    dimensions: Mapping[str, str] | None = None,
) -> str:
    """The query for the figures of one data set, in a fixed order so that it can be paged.

    ``dataset`` is the last part of its address, ``areas`` are area codes and ``periods`` labels of periods (all
    without them), ``dimensions`` further dimensions of the data set and the one concept of each to read, both as the
    last parts of their addresses (``{"gender": "all"}``). Raises ``ValueError`` for a part that could end the query.

    >>> print(query_text("employment", ["S12000033"], ["2019"]))
    PREFIX qb: <http://purl.org/linked-data/cube#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    PREFIX dim: <http://purl.org/linked-data/sdmx/2009/dimension#>
    SELECT ?area ?areaLabel ?period ?measure ?value WHERE {
      ?data qb:dataSet <http://statistics.gov.scot/data/employment> ; dim:refArea ?area ;
            dim:refPeriod/rdfs:label ?period ; qb:measureType ?type ; ?type ?value .
      ?type rdfs:label ?measure .
      OPTIONAL { ?area rdfs:label ?areaLabel }
      VALUES ?area { <http://statistics.gov.scot/id/statistical-geography/S12000033> }
      FILTER ( STR(?period) IN ("2019") )
    } ORDER BY ?area ?period ?measure ?value
    """
    concepts = dimensions or {}
    wrong = [t for t in (dataset, *concepts, *concepts.values()) if not _SLUG.fullmatch(t.casefold())]
    wrong += [text for text in areas if not _CODE.fullmatch(text)]
    wrong += [text for text in periods if not _PERIOD.fullmatch(text)]
    if wrong:
        raise ValueError(f"not parts of an address, area codes or periods: {', '.join(map(repr, wrong))}")
    where = [
        f"?data qb:dataSet <http://statistics.gov.scot/data/{dataset}> ; dim:refArea ?area ;",
        "      dim:refPeriod/rdfs:label ?period ; qb:measureType ?type ; ?type ?value .",
        "?type rdfs:label ?measure .",
        "OPTIONAL { ?area rdfs:label ?areaLabel }",
    ]
    site = "http://statistics.gov.scot/def"
    where += [f"?data <{site}/dimension/{k}> <{site}/concept/{k}/{concept}> ." for k, concept in concepts.items()]
    if areas:
        ids = " ".join(f"<http://statistics.gov.scot/id/statistical-geography/{code}>" for code in areas)
        where.append(f"VALUES ?area {{ {ids} }}")
    if periods:
        where.append("FILTER ( STR(?period) IN (" + ", ".join(f'"{text}"' for text in periods) + ") )")
    return "\n".join(
        [
            "PREFIX qb: <http://purl.org/linked-data/cube#>",
            "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>",
            "PREFIX dim: <http://purl.org/linked-data/sdmx/2009/dimension#>",
            "SELECT ?area ?areaLabel ?period ?measure ?value WHERE {",
            *(f"  {line}" for line in where),
            "} ORDER BY ?area ?period ?measure ?value",
        ]
    )


@READER.register(
    "scot-sparql",
    formula="one row per figure; an area's code is the last part of its address",
    source="Scottish Government, statistics.gov.scot",
    gaps="an empty value stays as a row without a value",
)
def read_sparql(
    content: bytes,
    name: str,
    *,
    expected: int | None = None,
    marks: Mapping[str, str] | None = None,
) -> Reading:
    r"""The answer to a query of ``query_text``, as CSV.

    ``expected`` is the number of rows a count of the same query announced: fewer or more are refused. Raises
    ``SourceUnavailable`` for the errors the service puts into the body ("Response too large", "Request Timeout"),
    ``SourceChanged`` for other columns or areas without a code, ``DataError`` for values that are no numbers.

    >>> head = b"area,areaLabel,period,measure,value\n"
    >>> text = head + b"http://statistics.gov.scot/id/statistical-geography/S12000033,Aberdeen,2019,Ratio,74.9\n"
    >>> read_sparql(text, "s.csv").rows[["series", "area", "area_name", "value"]].to_numpy().tolist()
    [['Ratio', 'S12000033', 'Aberdeen', 74.9]]
    """
    text = read_text(name, content)
    if "," not in text.split("\n", 1)[0] or (ERRORS.match(text.strip()) and "area" not in text.split("\n", 1)[0]):
        raise unavailable(name, "an error", text, "ask for fewer areas or periods at a time")
    sheet = read_sheets(name, content)[0]
    table = table_under(sheet, COLUMNS)
    frame = table.frame()
    frame.columns = pd.Index([label.strip() for label in table.labels])
    codes = frame["area"].str.rsplit("/", n=1).str[-1]
    for number in (row for row, code in zip(table.rows, codes, strict=True) if not _CODE.fullmatch(code)):
        raise changed(
            name, f"{sheet.cells[number]!r} holds no area code", "check the query", sheet.numbers[number], "area"
        )
    if expected is not None and expected != len(frame):
        raise changed(name, f"{len(frame)} rows came, {expected} are announced", "ask for less at a time")
    columns = {
        "series": frame["measure"],
        "area": codes,
        "area_name": frame["areaLabel"],
        "span": frame["period"],
        "value": frame["value"],
    }
    texts = {role: column.tolist() for role, column in columns.items()} | {"row": sheet.places(table.rows, 0)}
    return tidy(name, texts, records=len(frame), manner=Manner(marks or {}))

"""A source of every format, declared in a few lines and no code: asked from a local server, kept, read, taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.recorded.asking import patient
from tests.recorded.formats import FORMATS, Format, Named, figures
from tests.recorded.server import Asked, Provider, Reply
from tests.sources.test_open_geography import AREAS, features

from goodwork.errors import DeclarationError, SourceChanged, SourceError
from goodwork.model.source import Sources
from goodwork.pipeline.fetch import fetch, latest
from goodwork.pipeline.reading import read_source, take
from goodwork.sources.posted import STATXPLORE_KEY, posted
from goodwork.store.snapshots import Snapshots

UC = {"database": "str:database:UC", "measures": ["str:count:UC:V"],
      "dimensions": ["str:field:UC:V:LA", "str:field:UC:D:M"], "totals": ["str:field:UC:V:LA"]}  # fmt: skip
SCOT = {"dataset": "employment", "areas": ["S12000033"], "periods": ["2019"], "dimensions": {"gender": "all"}}
#: Where each is asked for, and what more is declared of its file; the others have a plain address.
ASKED: dict[str, tuple[str, dict[str, object]]] = {
    "els-csv": ("https://raw.githubusercontent.com/ONSdigital/explore-local-statistics-data/HEAD/jobs/jobs.csv", {}),
    "nomis-csv": ("https://www.nomisweb.co.uk/api/v01/dataset/NM_17_5.data.csv?geography=TYPE432", {}),
    "fingertips-csv": ("https://fingertips.phe.org.uk/api/all_data/csv/by_indicator_id?indicator_ids=1", {}),
    "ons-api": ("https://api.beta.ons.gov.uk/v1/datasets/x/editions/y/versions/1/observations?time=*", {}),
    "jsonstat": ("https://ws-data.nisra.gov.uk/public/api.restful/PxStat.Data.Cube_API.ReadDataset/X/JSON-stat", {}),
    "stat-xplore": (
        "https://stat-xplore.dwp.gov.uk/webapi/rest/v1/table",
        {"posted": "stat-xplore", "question": UC},
    ),
    "scot-sparql": ("http://statistics.gov.scot/sparql", {"posted": "sparql", "question": SCOT}),
}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as found:
        yield found


def declared(one: Format) -> Sources:
    address, more = ASKED.get(one.reader, ("https://example.org/file", {}))
    label = one.read(one.content).rows["series"].iloc[0]
    assert isinstance(one.read, Named), "a registered reader is read by its name"
    name = one.read.file
    return Sources.from_dict(
        {
            "source": [
                {
                    "id": "it",
                    "title": "It",
                    "reader": one.reader,
                    "options": dict(one.read.options),
                    "files": [{"name": name, "url": address, "local": name, **more}],
                    "series": [{"label": label, "series": "ours", "filed": "last"}],
                }
            ]
        },
        "toy.toml",
    )


@pytest.mark.parametrize("one", [one for one in FORMATS if one.reader], ids=str)
def test_a_declaration_is_enough(
    provider: Provider, tmp_path: Path, one: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STATXPLORE_KEY, "a secret key")
    sources, snapshots = declared(one), Snapshots(tmp_path)
    source = sources["it"]
    provider.serve(source.main.url.partition("?")[0], one.content)
    with patient(provider, cache=snapshots) as client:
        (result,) = fetch(snapshots, sources, client=client)
    assert (result.outcome, result.why) == ("new", "")
    question = ASKED.get(one.reader, ("", {}))[1]
    assert [(asked.method, bool(asked.body)) for asked in provider.asked] == [
        ("POST" if question else "GET", bool(question))
    ]
    kept = latest(snapshots, source)
    assert kept is not None
    assert "a secret key" not in "".join(path.read_text() for path in tmp_path.glob("*.jsonl"))
    content = snapshots.read(kept[source.main.name])
    assert content == one.content
    reading = read_source(source, {source.main.name: content})
    assert figures(reading).equals(one.figures)
    if one.reader == "stat-xplore":  # months: the catalogue has years
        with pytest.raises(SourceChanged, match="several figures fall under the same year"):
            take(source, reading)
        return
    taken = take(source, reading)
    assert taken.records == len(taken.table) + sum(taken.left_out.values())


def test_questions_go_in_the_body(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    address = ASKED["stat-xplore"][0]
    request = posted("stat-xplore", address, UC, "a secret key")
    body = json.loads(request.body)
    assert body["recodes"] == {"str:field:UC:V:LA": {"map": [], "total": True}}
    assert request.headers["APIKey"] == "a secret key"
    assert "a secret key" not in repr(request)
    asked = parse_qs(posted("sparql", "http://statistics.gov.scot/sparql", SCOT).body.decode())
    assert "statistical-geography/S12000033" in asked["query"][0]
    with pytest.raises(SourceError, match="without a key"):
        posted("stat-xplore", address, UC)
    for question in ({"dataset": "a> } DROP"}, {"data": "x"}, {"database": "x"}):
        with pytest.raises(DeclarationError, match="declared wrongly"):
            posted("sparql" if "dataset" in question else "stat-xplore", address, question, "key")


def services(asked: Asked) -> Reply:
    """A feature service that gives two features a page."""
    query = {name: one[0] for name, one in parse_qs(urlsplit(asked.address).query).items()}
    if "returnCountOnly" in query:
        return Reply(b'{"count": 3}')
    start = int(query["resultOffset"])
    more = {"exceededTransferLimit": True} if start + 2 < len(AREAS) else {}
    return Reply(json.dumps(features("json", AREAS[start : start + 2], **more)).encode())


def test_a_feature_service_is_fetched_page_by_page(provider: Provider, tmp_path: Path) -> None:
    address = "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services/LAD24/FeatureServer/0/query"
    file = {"name": "lad.json", "url": address, "paged": "arcgis"}
    options = {"area": "LAD24CD", "values": {"FID": "numbers"}, "span": "2024"}
    toy = {"id": "it", "title": "It", "reader": "feature-service", "options": options, "files": [file],
           "series": [{"label": "numbers", "series": "ours"}]}  # fmt: skip
    sources, snapshots = Sources.from_dict({"source": [toy]}, "toy.toml"), Snapshots(tmp_path)
    provider.serve(address, services)
    with patient(provider, cache=snapshots) as client:
        (result,) = fetch(snapshots, sources, client=client)
    assert (result.outcome, result.why, len(provider.asked)) == ("new", "", 3)
    assert "put together of 2 pages" in result.notes
    reading = read_source(sources["it"], {"lad.json": snapshots.read(snapshots.latest("it"))})
    assert reading.rows["area"].tolist() == [code for _, code, _ in AREAS]

    def short(asked: Asked) -> Reply:
        return Reply(b'{"count": 4}') if "returnCountOnly" in asked.address else services(asked)

    for answer in (b'{"error":{"code":400,"message":"Invalid URL"}}', short):
        provider.serve(address, answer)
        with patient(provider, cache=snapshots) as client:
            (again,) = fetch(snapshots, sources, client=client)
        assert again.outcome == "failed"
        assert ("3 features came, 4 are announced" in again.why) is callable(answer)
    assert len(snapshots.all("it")) == 1


def test_a_question_without_its_provider_is_told() -> None:
    source = '[[source]]\nid = "b"\ntitle = "B"\nseries = []\nfiles = [{ name = "b.json", %s }]\n'
    for wrong in ('url = "u", question = { dataset = "x" }', 'url = "u", posted = "sparql"',
                  'posted = "sparql", question = { dataset = "x" }'):  # fmt: skip
        with pytest.raises(DeclarationError, match="a question goes with"):
            Sources.from_toml(source % wrong)

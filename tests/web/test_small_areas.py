"""A country of more small areas than one page holds: its edition, picture, league in pages, areas, search, twins."""

from __future__ import annotations

import io
import json
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import brotli
import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from scipy.stats import norm

from goodwork.figures.colour import HATCH_GROUND, HATCH_LINE, ramp
from goodwork.monitor import Monitor
from goodwork.pipeline import own_material, publish
from goodwork.report.questions import PAGES as QUESTIONS
from goodwork.sources.invented import start_small_areas
from goodwork.web.app import create_app
from goodwork.web.small import pages
from goodwork.web.small.country import Country
from goodwork.web.small.sliced import SlicedMonitor

NUMBER, DRAWS = 5_250, 30
#: Bytes of a page and its picture, as they go to the reader.
BUDGET = 150_000
PAGES = ("/", "/?page=53", "/?node=pay", "/authorities", "/authority/TA003-puzzleton", "/area/TS000123-marbleton-123",
         "/left-out", "/communities", "/weights", "/method", "/data", "/indicator/in_work", "/releases", "/glossary",
         "/about", "/accessibility", "/quality", "/compare", "/compare?areas=TS000123,TS000007")  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented country as files, and its edition beside them."""
    folder = tmp_path_factory.mktemp("small") / "country"
    start_small_areas(folder, NUMBER)
    publish(own_material(folder / "framework.toml", folder / "data.csv"), folder / "editions", draws=DRAWS)
    return folder


@pytest.fixture(scope="module")
def small(project: Path) -> Monitor:
    """The edition, opened."""
    return Monitor.open(project / "editions")


@pytest.fixture(scope="module")
def client(small: Monitor) -> Iterator[TestClient]:
    """A client that does not follow redirects."""
    with TestClient(create_app(small), follow_redirects=False) as found:
        yield found


@pytest.fixture(scope="module")
def league(client: TestClient) -> pd.DataFrame:
    """The whole league as CSV."""
    return pd.read_csv(io.StringIO(client.get("/index.csv").text))


def test_the_edition_leaves_out_what_compares_every_two_areas_and_says_so(small: Monitor) -> None:
    assert small.invented
    assert "pairs" not in small.manifest["tables"]
    told = small.table("findings")
    assert set(told["question"]) == {question.name for question in QUESTIONS}
    assert (told["kind"] == "not answered").all()
    assert told["sentence"].str.startswith("Not computed for more than 5,000 areas").all()
    ranks = small.table("ranks")
    index = ranks[ranks["node"] == "index"]
    assert index["tier"].isna().all()
    assert (index["rank_low"] <= index["rank"]).all()
    assert (index["rank"] <= index["rank_high"]).all()
    assert index["rank_low"].notna().all()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_that_it_is_invented_and_keeps_to_the_budget(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    assert "Invented data." in answer.text
    size = len(brotli.compress(answer.content, quality=5))
    if "/figure/map.png" in answer.text:
        size += len(client.get("/figure/map.png").content)
    assert size <= BUDGET
    assert "nan" not in re.sub(r"<[^>]+>", " ", answer.text).lower().split()


@pytest.mark.parametrize("path", [question.path for question in QUESTIONS] + ["/weights", "/scatter", "/audit"])
def test_what_is_not_asked_says_so_at_its_own_address(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "not computed for more than 5,000 areas" in answer.text


def test_the_picture_shows_what_stands_in_the_table(client: TestClient, project: Path, league: pd.DataFrame) -> None:
    pixels, palette = _decoded(client.get("/figure/map.png").content)
    places = pd.read_csv(project / "places.csv").set_index("area")
    row = places["row"] - (places["row"].min() - places["row"].min() % 2)
    east = places["column"] + 0.5 * (row % 2)
    size = pixels.shape[1] / (east.max() - east.min() + 1)
    x = ((east - east.min() + 0.5) * size).astype(int)
    y = (((row - row.min()) * 3**0.5 / 2 + 1 / 3**0.5) * size).astype(int)
    colour = pd.Series([palette[k] for k in pixels[y, x]], index=places.index)
    wanted = league.set_index("area")["score"]
    scored = wanted.dropna()
    assert set(colour[wanted[wanted.isna()].index]) <= {HATCH_LINE, HATCH_GROUND}
    cuts = [np.quantile(scored, k / 5, method="inverted_cdf") for k in range(1, 5)]
    expected = pd.Series([ramp(5)[k] for k in np.searchsorted(cuts, scored, side="left")], index=scored.index)
    assert (colour[scored.index] == expected).all()


def _decoded(content: bytes) -> tuple[np.ndarray, list[str]]:
    """Pixels and colours of a PNG with a palette, whose lines are not filtered."""
    chunks, at = {}, 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        chunks[content[at + 4 : at + 8]] = content[at + 8 : at + 8 + length]
        at += length + 12
    wide, high = struct.unpack(">II", chunks[b"IHDR"][:8])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), dtype=np.uint8).reshape(high, wide + 1)
    assert not lines[:, 0].any()
    colours = chunks[b"PLTE"].hex()
    return lines[:, 1:], [f"#{colours[k : k + 6]}" for k in range(0, len(colours), 6)]


def test_the_map_of_an_authority_shows_what_stands_in_its_table(client: TestClient, league: pd.DataFrame) -> None:
    drawn = client.get("/authority/TA003/map.svg").text
    own = league[league["authority"] == "TA003"].set_index("area")
    page = client.get("/authority/TA003-puzzleton").text
    assert set(re.findall(r'<tr data-area="(\w+)"', page)) == set(own.index)
    assert set(re.findall(r'data-area="(\w+)"', drawn)) == set(own.index)
    scored = league["score"].dropna()
    cuts = [np.quantile(scored, k / 5, method="inverted_cdf") for k in range(1, 5)]
    for kind, group in re.findall(r'<g class="c(\d)"[^>]*>(.*?)</g>', drawn):
        for code in re.findall(r'data-area="(\w+)"', group):
            assert np.searchsorted(cuts, own.at[code, "score"], side="left") == int(kind)
    twin = pd.read_csv(io.StringIO(client.get("/authority/TA003.csv").text)).set_index("area")
    pd.testing.assert_frame_equal(twin.sort_index(), own.sort_index(), check_dtype=False)
    told = client.get("/authority/TA003.json").json()
    assert told["invented"]
    assert [one["area"] for one in told["areas"]] == list(twin.index)
    better, worse = (own["rank_high"] <= own["ranked"] / 2).sum(), (own["rank_low"] > own["ranked"] / 2).sum()
    assert (
        f"{better} lie with their whole 95 % interval in the better half of the country and {worse} in"
        in told["sentence"]
    )


def test_the_league_is_whole_over_its_pages(client: TestClient, small: Monitor, league: pd.DataFrame) -> None:
    assert len(league) == NUMBER
    told, known = league.dropna(subset="rank").set_index("area"), small.scores().set_index("area")
    assert set(told.index) == set(known.index)
    for column in ("name", "score", "low", "high", "rank", "rank_low", "rank_high", "ranked"):
        assert (told[column] == known.loc[told.index, column]).all(), column
    assert league["note"].eq("invented data").all()
    assert league["rank"].dropna().is_monotonic_increasing
    shown = []
    for page in (1, 2, 53):
        text = client.get(f"/?page={page}").text
        rows = re.findall(r'<tr data-area="(\w+)">\s*<td class="num">([\d,]+)=?<small>([\d,]+) to ([\d,]+)', text)
        own = league.iloc[(page - 1) * 100 : page * 100].dropna(subset="rank")
        found = [(code, *(int(n.replace(",", "")) for n in numbers)) for code, *numbers in rows]
        columns = ["area", "rank", "rank_low", "rank_high"]
        assert found == [tuple(row) for row in own[columns].astype(dict.fromkeys(columns[1:], int)).to_numpy()]
        shown += found
    assert len(shown) > 240
    codes, address = [], "/index.json?per_page=2500"
    while address:
        told = client.get(address).json()
        codes += [one["area"] for one in told["areas"]]
        address = told["next"]
    assert codes == list(league["area"])


def test_filters_keep_the_ranks_of_the_whole_country(client: TestClient, league: pd.DataFrame) -> None:
    text = client.get("/?authority=TA003&name=puzzleton+00").text
    own = league[(league["authority"] == "TA003") & league["name"].str.startswith("Puzzleton 00")]
    assert len(own) == 9
    assert re.findall(r'<tr data-area="(\w+)"', text) == list(own["area"])
    assert f"<strong>9 of {NUMBER:,} small areas</strong>" in text
    for name, page in (("", "/index.csv"), ("domain", "/index.csv?node=pay")):
        twin = pd.read_csv(io.StringIO(client.get(f"{page}{'&' if '?' in page else '?'}authority=TA003").text))
        assert len(twin) == (league["authority"] == "TA003").sum(), name
    assert client.get("/domain/pay").headers["location"] == "/?node=pay"


def test_an_area_has_its_figures_its_doubt_and_those_like_it(
    client: TestClient, small: Monitor, league: pd.DataFrame
) -> None:
    page, told = client.get("/area/TS000123-marbleton-123").text, client.get("/area/TS000123.json").json()
    row = league.set_index("area").loc["TS000123"]
    assert told["index"]["rank"] == row["rank"]
    assert told["index"]["rank_low"] == row["rank_low"]
    assert told["sentence"] in page.replace("\N{NO-BREAK SPACE}%", " %")
    values = small.table("values").query("area == 'TS000123'").set_index("indicator")
    for one in told["indicators"]:
        assert one["value"] == pytest.approx(values.at[one["indicator"], "value"], nan_ok=True)
        assert one["lower"] == pytest.approx(values.at[one["indicator"], "lower"], nan_ok=True)
    wide = small.table("normalised").pivot_table(index="area", columns="indicator", values="normalised")
    scaled = (wide - wide.mean()) / wide.std(ddof=0)
    far = (((scaled - scaled.loc["TS000123"]) ** 2).mean(axis=1) * 6) ** 0.5
    nearest = far.drop("TS000123").nsmallest(5)
    assert [one["area"] for one in told["like"]] == list(nearest.index)
    assert [one["distance"] for one in told["like"]] == pytest.approx(nearest.to_list(), rel=1e-4)
    assert client.get("/area/TS000123").headers["location"] == "/area/TS000123-marbleton-123"
    assert len(client.get("/area/TS000123.csv").text.splitlines()) == 7


def test_names_are_found_despite_typos(client: TestClient) -> None:
    for asked, code in (("Marbleton 123", "TS000123"), ("ts000123", "TS000123"), ("Puzzlton 017", None)):
        where = client.get("/areas", params={"q": asked}).headers["location"]
        assert code is None or f"/area/{code}-" in where
        assert code or where.endswith("-puzzleton-017")
    assert client.get("/areas?q=Kiteton").headers["location"] == "/authority/TA002-kiteton"
    assert client.get("/areas?q=Atlantis").status_code == 404
    assert client.get("/areas.json?q=puzleto").json()["areas"][0]["in"] == "Puzzleton"
    for asked in ("marb", "Mrableton 1", "ton 0", "e", "puzzleton 100"):
        told = client.get("/areas.json", params={"q": asked}).json()
        assert 0 < len(told["areas"]) <= 8


@pytest.mark.parametrize(("path", "status"), [
    ("/?page=0", 422), ("/?page=-1", 422), ("/?page=54", 404), ("/?page=9999999999", 422), ("/?node=in_work", 404),
    ("/?period=1066", 404), ("/?authority=TA999", 404), ("/authority/TA999", 404), ("/area/Atlantis", 404),
    ("/authority/TA003/league.svg", 404), ("/data/scores.csv", 422), ("/data/nothing.csv", 404),
    ("/indicator/nothing", 404), ("/index.json?per_page=x", 422), ("/nothing", 404),
    ("/?name=" + "%00%27%22" * 100, 200), ("/?name=%5B(.*", 200),
])  # fmt: skip
def test_bad_input_gets_a_plain_answer(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:300]
    if not path.partition("?")[0].endswith((".json", ".csv", ".svg")):
        assert "Invented data." in answer.text


def test_the_interface_for_programs_gives_it_in_pages(client: TestClient, league: pd.DataFrame) -> None:
    def rows(query: str) -> list[dict[str, object]]:
        answer = client.get(f"/api/v1/latest/{query}", follow_redirects=True)
        assert answer.status_code == 200, answer.text[:300]
        assert answer.json()["invented"]
        return list(answer.json()["rows"])

    place = league.set_index("area")["rank"]
    some = rows("ranks?limit=40&offset=200")
    assert len(some) == 40
    assert all(place[str(one["area"])] == one["rank"] for one in some)
    assert len(rows("observations?area=TS000123")) == 6
    assert {one["node"] for one in rows("profiles/TS000123")} >= {"index", "pay", "in_work"}


@pytest.mark.parametrize("asked", [
    "audits?of=TS000123", "targets/TS000123?goal=rank&value=1", "allocations?budget=1000",
    "tracking?target=TS000123:in_work:90:2030", "transition",
])  # fmt: skip
def test_what_draws_every_area_is_refused_to_programs_too(client: TestClient, asked: str) -> None:
    answer = client.get(f"/api/v1/latest/{asked}", follow_redirects=True)
    assert answer.status_code == 422, answer.text[:300]
    assert "not computed for more than 5,000 areas" in answer.text


def test_sentences_say_what_the_numbers_say_and_no_table_is_held_whole(small: Monitor, league: pd.DataFrame) -> None:
    monitor = SlicedMonitor(small.edition)
    country = Country(monitor)
    title, sentence = pages.headline(country, country.league(country.usual))
    step = -(-NUMBER // 250)
    first = league.iloc[0]
    others = int((league["rank_low"] <= step).sum()) - 1
    assert title == (
        f"{first['name']} scores highest for Small areas of Toyland (invented): access to good work, but {others} "
        f"other areas could be among the first {step}"
    )
    assert f"(95 % interval {first['rank_low']:.0f} to {first['rank_high']:.0f})" in sentence
    width = (league["rank_high"] - league["rank_low"]).median()
    assert f"the interval is {int(width):,} places wide" in sentence
    monitor.profile("TS000123")
    assert not {"scores", "ranks", "values", "normalised"} & set(monitor.cuts.whole)


def test_a_published_copy_holds_the_country_and_its_authorities(small: Monitor) -> None:
    held = create_app(small).state.addresses.pages
    assert {"/", "/?node=pay", "/authority/TA003-puzzleton", "/left-out", "/areas/all"} <= set(held)
    assert not any(page.startswith("/area/") for page in held)


def test_a_manifest_says_what_was_built(small: Monitor) -> None:
    (held,) = small.manifest["counts"]
    assert (held["areas"], held["draws"]) == (NUMBER, DRAWS)
    assert json.dumps(small.manifest)
    assert small.manifest["tables"]["places"]["rows"] == NUMBER


def test_small_areas_stand_beside_each_other(client: TestClient, league: pd.DataFrame) -> None:
    """Best and worst are told apart and neighbours in the league are not; page, JSON and CSV say the same."""
    codes = league["area"][league["rank"].notna()].tolist()
    best, near, worst = codes[0], codes[1], codes[-1]
    found = client.get(f"/compare.json?areas={best},{near},{worst}").json()
    scores = {one["area"]["code"]: one["index"]["score"] for one in found["areas"]}
    errors = {
        one["area"]["code"]: (one["index"]["high"] - one["index"]["low"]) / (2 * 1.959964) for one in found["areas"]
    }
    above = {(one["area"], one["other"]): one["above"] for one in found["above"]}
    for (one, other), chance in above.items():
        apart = (scores[one] - scores[other]) / np.hypot(errors[one], errors[other])
        assert chance == pytest.approx(norm.cdf(apart), abs=1e-6)
        assert chance + above[other, one] == pytest.approx(1)
    assert 0.55 < above[best, near] < 0.95 < above[best, worst]
    assert "cannot be told from" in found["headline"]
    found = client.get(f"/compare.json?areas={best},{worst}").json()
    assert "stands clearly above" in found["headline"]
    page = client.get(f"/compare?areas={best},{worst}")
    assert page.status_code == 200
    assert found["headline"] in page.text
    assert "places are counted in steps of" in page.text
    table = pd.read_csv(io.StringIO(client.get(f"/compare.csv?areas={best},{worst}").text), comment="#")
    assert table.loc[table["node"] == "index", "score"].tolist() == pytest.approx([scores[best], scores[worst]])
    of_area = client.get(client.get(f"/area/{best}").headers["location"]).text
    assert f"/compare?areas={best}" in of_area
    assert client.get(f"/compare?areas={best}").status_code == 422
    assert client.get("/compare.json").status_code == 422

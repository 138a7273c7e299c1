"""The pages on which the monitor gives account of itself: what they say is what is declared, kept and counted."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import Route

from goodwork.analysis.finding import told
from goodwork.errors import DeclarationError
from goodwork.model.corrections import Corrections, shipped_corrections
from goodwork.model.uncertainty import Dropped, Shifted, WeightNoise
from goodwork.monitor import Monitor
from goodwork.pipeline.change_log import change_log
from goodwork.pipeline.revisions import revisions
from goodwork.store.changes import CORRECTIONS, beside, editions_beside, read_changes, write_changes
from goodwork.store.editions import Edition, open_edition, write_edition
from goodwork.web.app import create_app
from goodwork.web.glossary import words
from goodwork.web.method_page import MethodPage
from goodwork.web.releases_page import releases_page

PAGES = ("releases", "quality", "method", "glossary")
NEEDED = ("rank-interval", "tier", "score", "domain", "normalised", "neighbours", "community", "compact", "association",
          "moran", "sampling-error", "method-doubt", "break")  # fmt: skip
FIRST_USES = {
    "/": ("score", "rank-interval"), "/domain/pay": ("domain", "tier"), "/indicator/median_pay": ("break",),
    "/communities": ("community", "normalised"), "/neighbours": ("neighbours",), "/compacts": ("compact",),
    "/health": ("association",), "/space": ("moran",), "/method": ("method-doubt", "normalised", "sampling-error"),
}  # fmt: skip


def addresses(client: TestClient) -> set[str]:
    """Every address of the application that is asked."""
    assert isinstance(client.app, Starlette)
    return {route.path for route in client.app.routes if isinstance(route, Route)}


CORRECTED = """
[[correction]]
corrected = "2026-01-02"
title = "Pay stood twice"
wrong = "Twice."
since = "2020"
changed = "All of it."
revised = 1
turned = 46
of = 200
released = true
"""


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def turned_round(edition: Edition) -> tuple[Edition, int]:
    """A second edition in the same store, in which the years of one indicator of every third area run backwards."""
    said = {key: value for key, value in edition.manifest.items() if key not in ("format", "tables")}
    tables = {name: edition.table(name) for name in edition.manifest["tables"]}
    values = tables["values"]
    of = values["indicator"] == values["indicator"].iloc[0]
    areas = sorted(values.loc[of, "area"].unique())[::3]
    some = values[of & values["area"].isin(areas)]
    back = some.groupby("area")["value"].transform(lambda column: column.to_numpy()[::-1])
    tables["values"] = values.assign(value=values["value"].where(~values.index.isin(some.index), back))
    log = change_log(edition, tables, said)
    new = write_edition(edition.path.parent, "toyland-turned", tables, said)
    write_changes(new, log.as_dict(edition.name, new.name))
    found = revisions(edition, new).trends
    assert len(found) >= found["turned"].sum() > 0
    return new, int(found["turned"].sum())


@pytest.fixture(scope="module")
def turned(toyland_store: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A store of two editions, the second of which turned trends round; and how many."""
    old = open_edition(toyland_store)
    tables = {name: old.table(name) for name in old.manifest["tables"]}
    said = {key: value for key, value in old.manifest.items() if key not in ("format", "tables")}
    store = tmp_path_factory.mktemp("turned")
    first = write_edition(store, "toyland-2023", tables, said)
    return store, turned_round(first)[1]


@pytest.fixture(scope="module")
def toy(turned: tuple[Path, int]) -> Iterator[TestClient]:
    """The store of two editions behind a client."""
    with TestClient(create_app(Monitor.open(turned[0])), follow_redirects=False) as found:
        yield found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_and_its_twins_hold_the_same_rows(client: TestClient, name: str) -> None:
    page, plain, table = (client.get(f"/{name}{end}") for end in ("", ".json", ".csv"))
    assert (page.status_code, plain.status_code, table.status_code) == (200, 200, 200)
    found = rows(table.text)
    data = plain.json()
    held = {"releases": "releases", "quality": "indicators", "glossary": "words"}
    whole = data[held[name]] if name in held else [row for one in data["frameworks"] for row in one["weights"]]
    assert len(found) == len(whole) > 0
    first = next(str(value) for value in found[-1].values() if value)
    assert first in json.dumps(whole, ensure_ascii=False)
    for twin in (f"/{name}.json", f"/{name}.csv"):
        assert f'href="{twin}"' in page.text
    assert client.get(f"/{name}.xml").status_code == 404
    assert client.get(f"/{name}.csv?table=nothing").status_code == 404


@pytest.mark.parametrize("path", ["/about", "/accessibility", *(f"/{name}" for name in PAGES)])
def test_every_page_leads_to_the_account(client: TestClient, path: str) -> None:
    foot = client.get("/").text.partition('<footer class="foot">')[2]
    assert f'href="{path}"' in foot
    text = client.get(path).text
    assert text.count("<h1") == 1
    assert f"<code>{client.get('/healthz').json()['edition']}</code>" in text
    known = addresses(client)
    pages = {link for link in re.findall(r'href="(/[^"#?.]*)["#?]', text) if link.count("/") == 1}
    assert pages <= known


def test_one_edition_alone_says_that_there_is_no_earlier_one(client: TestClient) -> None:
    page = client.get("/releases")
    assert "There is no earlier edition in this store" in page.text
    assert client.get("/releases.json").json()["changes"] is None
    assert "turned round:" not in page.text.partition('id="corrections"')[0]


def test_a_correction_never_turns_trends_round_without_a_note(toy: TestClient, turned: tuple[Path, int]) -> None:
    page, data = toy.get("/releases").text, toy.get("/releases.json").json()
    number = turned[1]
    assert data["changes"]["trends_turned"] == number
    assert f"<strong>{data['turned']}</strong>" in page, "it stands at the top of the page"
    assert page.index(data["turned"]) < page.index("<h2")
    assert f"{number} of {data['changes']['trends_compared']} trends turned round" in data["turned"]
    found = rows(toy.get("/releases.csv?table=trends").text)
    assert len(found) == number == len(data["changes"]["trends"])
    assert all(float(row["slope_before"]) * float(row["slope_after"]) < 0 for row in found)
    assert f"{number} trends turned round" in data["changes"]["reasons"], "a person is asked before it is published"
    assert len(data["releases"]) == 2


def test_sentences_follow_from_their_numbers(turned: tuple[Path, int], monitor: Monitor) -> None:
    for page in (releases_page(Monitor.open(turned[0])), releases_page(monitor)):
        for sentence in (page.sentence, page.against, page.corrected, page.turned):
            if sentence is not None:
                assert told(sentence.template, sentence.plain) == sentence


def test_what_was_not_kept_is_said_and_not_made_up(turned: tuple[Path, int], tmp_path: Path) -> None:
    for edition in (found for _, found in editions_beside(open_edition(turned[0]))):
        (tmp_path / edition.name).symlink_to(edition.path)
    (tmp_path / "current").write_text((turned[0] / "current").read_text())
    page = releases_page(Monitor.open(tmp_path))
    assert page.changes is None
    assert "was not kept when it was built" in page.against
    file = tmp_path / f"{page.present.edition}.changes.json"
    for broken in ("{", "[]", '{"after": "another", "findings": []}'):
        file.write_text(broken)
        assert read_changes(open_edition(tmp_path)) is None


def test_corrections_of_a_store_of_ones_own_are_shown(turned: tuple[Path, int], tmp_path: Path) -> None:
    edition = open_edition(turned[0])
    (tmp_path / edition.name).symlink_to(edition.path)
    (tmp_path / "current").write_text(edition.name)
    monitor = Monitor.open(tmp_path)
    before = beside(monitor.edition)
    assert releases_page(monitor).corrections == (), "those of the shipped figures are not those of others"
    (tmp_path / CORRECTIONS).write_text(CORRECTED)
    assert beside(monitor.edition) != before, "a copy is published again"
    with TestClient(create_app(monitor)) as client:
        assert "1 figure revised; 46 trends turned round of 200 compared." in client.get("/releases").text
    (tmp_path / CORRECTIONS).write_text(CORRECTED.replace("turned = 46\n", ""))
    with pytest.raises(DeclarationError) as error:
        releases_page(monitor)
    assert "turned" in str(error.value.faults), "a correction that does not say is refused"


def test_shipped_corrections_name_indicators_that_are_declared(monitor: Monitor) -> None:
    found = shipped_corrections().newest_first
    assert found
    assert all(one in monitor.catalogue for correction in found for one in correction.indicators)
    assert all(one.turned <= one.of or not one.of for one in found)
    assert Corrections().newest_first == ()


def test_weights_add_up_and_uncertain_choices_are_those_declared(monitor: Monitor) -> None:
    page = MethodPage(monitor)
    for framework in monitor.frameworks.values():
        table = pd.DataFrame(page.weights(framework))
        assert list(table["node"].sort_values()) == sorted(set(framework.nodes) - {"index"})
        assert table.groupby("under")["share"].sum().to_numpy() == pytest.approx(1)
        assert table.loc[table["kind"] == "indicator", "of_index"].sum() == pytest.approx(1)
        doubt = pd.DataFrame(page.uncertain(framework)).dropna(subset="probability")
        assert doubt.groupby("what")["probability"].sum().to_numpy() == pytest.approx(1)
        whole = framework.uncertainty
        assert len(doubt) == sum(len(one.options) for one in whole.alternatives) + (2 if whole.drop else 0)
    other = whole.model_copy(update={"weights": WeightNoise(concentration=9), "period": Shifted(), "drop": Dropped()})
    told = page.uncertain(framework.model_copy(update={"uncertainty": other}))
    assert {"its own", "1 before", "drawn around those stated, concentration 9 (all)"} <= {r["option"] for r in told}


def test_the_method_leads_to_where_weights_are_changed(client: TestClient, monitor: Monitor) -> None:
    page = client.get("/method").text
    for name in monitor.frameworks:
        assert f'href="/weights?framework={name}"' in page
    assert "33.3\N{NO-BREAK SPACE}%" in page


def test_words_are_plain_and_lead_to_pages(client: TestClient) -> None:
    assert set(NEEDED) <= set(words())
    known = addresses(client)
    for one in words().values():
        assert re.fullmatch(r"[a-z][a-z0-9-]*", one.id)
        assert one.means.endswith(".")
        assert len(re.findall(r"[.?](?: |$)", one.means)) <= 3, one.id
        assert len(one.means) < 300, one.id
        if one.page:
            path, _, anchor = one.page.partition("#")
            assert path in known, one.page
            assert not anchor or f'id="{anchor}"' in client.get(path).text, one.page
    page = client.get("/glossary").text
    assert all(f'<div id="{name}">' in page for name in words())


@pytest.mark.parametrize("path", FIRST_USES)
def test_first_uses_of_words_lead_to_the_glossary(client: TestClient, path: str) -> None:
    text = client.get(path).text
    for name in FIRST_USES[path]:
        assert f'href="/glossary#{name}"' in text


def test_the_quality_page_says_what_is_missing_and_why(client: TestClient, monitor: Monitor) -> None:
    page = client.get("/quality").text
    held = set(monitor.table("values")["indicator"])
    without = [one for one in monitor.catalogue.indicator if one.id not in held]
    assert without
    for one in without:
        assert f'href="/indicator/{one.id}"' in page
        assert one.missing.split(".")[0].split("'")[0] in page
    missing = rows(client.get("/quality.csv?table=not_scored").text)
    assert [row["area"] for row in missing] == [
        area for name in monitor.frameworks for area in monitor.not_scored(framework=name)["area"]
    ]


def test_about_names_the_edition_and_nobody(client: TestClient, monitor: Monitor) -> None:
    page = client.get("/about").text
    assert f"edition {monitor.edition.name}" in page
    assert "not the Good Work Monitor of the Institute for the Future of Work" in page
    assert not re.search(r"mailto:|@\w", page)
    counted = sum(int(n) for n in re.findall(r"<li>[^<]*: (\d+) sources?</li>", page))
    assert counted == len(monitor.origins)

"""The pages of what places bring: targets tracked, charters, routine work; the same in every form, invented or not."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from goodwork.analysis.tracking import track
from goodwork.model.occupations import shipped_occupations
from goodwork.model.plans import Plans, example_plans
from goodwork.model.targets import Aim, Targets
from goodwork.monitor import Monitor
from goodwork.web.app import create_app

TWO = "target=York:unemployment:3:2028&target=Blackpool:median_pay:480:2028"
AIMS = Targets(target=(Aim(place="York", of="unemployment", goal=3, by="2028"),
                       Aim(place="Blackpool", of="median_pay", goal=480, by="2028")))  # fmt: skip


@pytest.fixture(scope="module")
def brought(monitor: Monitor) -> Iterator[TestClient]:
    """The shipped edition beside plans: two targets, an index of disruption, skills of two sectors."""
    scores = monitor.scores()
    plans = Plans(
        targets=AIMS, disruption={row["name"]: -row["score"] for row in scores.to_dict("records")},
        skills={"shops": {"sums": 1.0, "talk": 2.0}, "care": {"sums": 0.5, "talk": 3.0}}, jobs={"care": 900.0},
    )  # fmt: skip
    with TestClient(create_app(monitor, plans=plans), follow_redirects=False) as found:
        yield found


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("&#39;", "'").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def rows_of(client: TestClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address).text)))


def test_targets_of_an_address_say_the_same_in_every_form(client: TestClient, monitor: Monitor) -> None:
    page, data = plain(client.get(f"/track?{TWO}").text), client.get(f"/track.json?{TWO}").json()
    found = track(monitor.planning(), AIMS)
    told = found.table.to_dict("records")
    for row, line, one in zip(data["targets"], rows_of(client, f"/track.csv?{TWO}"), told, strict=True):
        assert row["chance"] == pytest.approx(one["chance"]) == pytest.approx(float(line["chance"]))
        assert row["verdict"] == line["verdict"] == one["verdict"]
        assert f"{100 * one['chance']:.0f} %" in page
    for said in data["findings"]:
        assert said in page
    assert data["headline"] in page
    assert data["invented"] is False
    for name in ("chances", "target-1", "target-2"):
        assert client.get(f"/track/{name}.svg?{TWO}").headers["content-type"].startswith("image/svg")
        assert f"/track/{name}.svg" in page


def test_a_target_is_added_without_scripts_left_out_again_and_taken_as_a_file(client: TestClient) -> None:
    page = client.get("/track?place=E06000014&of=unemployment&goal=2.123456789&by=2028&target=Hull:index:95:2030").text
    assert '<input type="hidden" name="target" value="E06000010:index:95:2030">' in page
    assert '<input type="hidden" name="target" value="E06000014:unemployment:2.123456789:2028">' in page
    assert (
        'href="/track?target=E06000014:unemployment:2.123456789:2028">Leave out<span class="hidden"> Kingston' in page
    )
    kept = tomllib.loads(client.get(f"/track.toml?{TWO}").text)
    assert Targets.from_dict(kept) == AIMS.replace(
        target=[aim.replace(place=code) for aim, code in zip(AIMS.target, ("E06000014", "E06000009"), strict=True)]
    )


def test_without_a_target_the_page_shows_how_and_only_what_is_marked_invented(client: TestClient) -> None:
    page = client.get("/track").text
    assert "Are targets on track?" in page
    before, _, after = page.partition("Invented example.")
    assert "Teapot Green" in after
    assert "Teapot Green" not in before
    assert client.get("/track.json").status_code == 404
    assert client.get("/plans/targets.toml.txt").text.startswith("# INVENTED")


def test_targets_of_a_file_stand_there_by_themselves(brought: TestClient) -> None:
    assert [row["name"] for row in brought.get("/track.json").json()["targets"]] == ["York", "Blackpool"]
    assert "Leave out" not in brought.get("/track").text
    own = brought.get("/track.json?target=Leeds:unemployment:3:2028").json()
    assert [row["name"] for row in own["targets"]] == ["Leeds"], "an address stands before the file"
    assert len(brought.get("/api/v1/latest/tracking", follow_redirects=True).json()["rows"]) == 2


def test_charters_that_nobody_gave_are_an_example_and_say_so_everywhere(client: TestClient) -> None:
    page, data = client.get("/charters").text, client.get("/charters.json").json()
    assert '<p class="invented" role="note"><strong>Invented.</strong>' in page
    assert page.count("(invented)") >= 5, "every employer of the sample"
    assert data["invented"] is data["example"] is True
    assert all(row["note"] == "invented data" for row in rows_of(client, "/charters.csv"))
    assert "Invented" in client.get("/charters/sectors.svg").text
    assert "Invented" in client.get("/embed/charters/sectors").text
    table = {row["sector"]: row for row in data["sectors"]}
    assert table["Care"]["share"] == pytest.approx(90 / 2600)
    for name in ("tiers", "sizes", "characteristics"):
        assert len(rows_of(client, f"/charters.csv?table={name}")) == len(data[name])
    rows = client.get("/api/v1/latest/charters", follow_redirects=True).json()["rows"]
    assert {row["kind"] for row in rows} == {"tier", "sector", "size", "characteristic"}
    assert all(row["invented"] for row in rows)


def test_charters_that_were_given_are_no_example(monitor: Monitor) -> None:
    sample = example_plans()
    assert sample.charters is not None
    real = Plans(members=sample.members, charters=sample.charters.replace(invented=False))
    with TestClient(create_app(monitor, plans=real)) as client:
        page = client.get("/charters").text
        assert client.get("/charters.json").json()["invented"] is False
        assert '<p class="invented"' not in page
        assert "no coverage is told" in page, "without employment there is no share and no drawing"
        assert client.get("/charters/sectors.svg").status_code == 404


def test_routine_work_says_the_same_in_every_form(client: TestClient, monitor: Monitor) -> None:
    page, data = plain(client.get("/transition?area=York").text), client.get("/transition.json?area=York").json()
    held = {row["period"]: row["value"] for row in monitor.values("routine_occupations").to_dict("records")
            if row["area"] == "E06000014"}  # fmt: skip
    assert [row["period"] for row in data["routine"]] == sorted(row["period"] for row in data["routine"])
    assert held.keys() & {row["period"] for row in data["routine"]}
    for row, line in zip(data["routine"], rows_of(client, "/transition.csv?area=York"), strict=True):
        if row["period"] in held:
            assert row["least"] == pytest.approx(held[row["period"]])
        assert row["least_low"] < row["least"] < row["least_high"]
        assert row["least"] == pytest.approx(float(line["least"]))
        assert f"{row['least']:.1f} ({row['least_low']:.1f} to {row['least_high']:.1f})" in page
    for said in data["findings"]:
        assert said in page
    every = client.get("/transition.json?period=2019").json()["routine"]
    assert len(every) == 207
    assert every == sorted(every, key=lambda row: -(row["least"] if row["least"] is not None else -1))
    first, *others = [row for row in every if row["least"] is not None]
    near = sum(row["least_high"] >= first["least_low"] for row in others)
    assert 0 < near < len(others)
    assert f"the intervals of {near} others overlap with it" in plain(client.get("/transition?period=2019").text)
    assert client.get("/transition/routine.svg").status_code == 200


def test_the_interval_of_the_least_is_that_of_the_published_share(client: TestClient, monitor: Monitor) -> None:
    """The least of the shipped groups is one published figure, so its interval must be that figure's."""
    assert [g.low for g in shipped_occupations().group] == [0, 0, 0, 1]
    held = monitor.values("routine_occupations", "2019").set_index("area")
    rows = {row["area"]: row for row in client.get("/transition.json?period=2019").json()["routine"]}
    value = held.loc["E06000014"]
    sampling = monitor.framework().method.sampling
    wider = sampling.estimated_factor if value["status"] == "e" else 1.0
    assert rows["E06000014"]["least_high"] - rows["E06000014"]["least_low"] == pytest.approx(
        wider * (value["upper"] - value["lower"]), rel=1e-6
    )


def test_an_index_and_skills_that_were_brought_have_their_places(brought: TestClient, client: TestClient) -> None:
    data = brought.get("/transition.json").json()
    assert len(data["disruption"]) == 201
    assert [(row["origin"], row["destination"]) for row in data["moves"]] == [("care", "shops"), ("shops", "care")]
    page = brought.get("/transition").text
    assert ": r = −1.00 (95 % interval" in plain(page)
    assert "not known" in page, "how many jobs shops have"
    assert len(rows_of(brought, "/transition.csv?table=disruption")) == 201
    assert client.get("/transition.json").json()["disruption"] is None
    assert "No index was given to this server" in client.get("/transition").text


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/track?target=Narnia:unemployment:3:2028", 404, "Narnia"),
        ("/track?target=York:luck:3:2028", 422, "luck"),
        ("/track?target=York:unemployment:300:2028", 422, "cannot be 300"),
        ("/track?target=York:unemployment:few:2028", 422, "few"),
        ("/track?target=York:unemployment:nan:2028", 422, "nan"),
        ("/track?target=York:unemployment:3:28", 422, "is no year"),
        ("/track?target=York", 422, "is no target"),
        ("/track?target=York:unemployment:3:2028&target=E06000014:unemployment:4:2028", 422, "set twice"),
        ("/track?" + "&".join(f"target=York:unemployment:{k}:2028" for k in range(30)), 422, "at most"),
        ("/track?target=York:unemployment:3:2028&area_set=wales", 422, "York"),
        ("/track.xml", 404, "xml"),
        (f"/track/other.svg?{TWO}", 404, "other"),
        ("/charters.csv?table=luck", 404, "luck"),
        ("/transition?area=Narnia", 404, "Narnia"),
        ("/transition?area=York&area_set=wales", 404, "York"),
        ("/transition.csv?table=moves", 404, "moves"),
        ("/plans/secret.txt", 404, "secret"),
        ("/target?area=York&low.unemployment=5&high.unemployment=3", 422, "cannot hold"),
        ("/target?area=York&high.unemployment=-5", 422, "cannot"),
        ("/target?area=York&low.luck=5", 422, "luck"),
        ("/target?area=York&low.unemployment=few", 422, "few"),
        ("/target?area=York&trend=-1", 422, "-1"),
        ("/target?area=York&trend=5&period=2018", 422, "trend can be told"),
        ("/target?area=York&goal=score&value=500", 200, "cannot reach"),
        ("/allocation?by=tiers&tiers=20:a", 422, "no tier"),
        ("/allocation?by=tiers&tiers=40:1,20:2", 422, "further"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_with_a_page(client: TestClient, address: str, status: int, says: str) -> None:
    found = client.get(address)
    assert (found.status_code, says in plain(found.text)) == (status, True), found.text[:2000]


def test_bounds_trend_and_tiers_stand_in_the_address_and_in_the_form(client: TestClient, monitor: Monitor) -> None:
    asked = "area=York&goal=rank&value=30&period=2019&high.median_pay=520&low.unemployment=2.5&trend=3"
    data: dict[str, Any] = client.get(f"/target.json?{asked}").json()
    found = monitor.target("York", monitor.planning("2019"), rank=30, trend=3.0,
                           bounds={"median_pay": (None, 520.0), "unemployment": (2.5, None)})  # fmt: skip
    assert data["score_after"] == pytest.approx(found.after)
    limits = {row["member"]: row["limit"] for row in data["members"]}
    assert limits["median_pay"] == limits["unemployment"] == "as asked"
    page = client.get(f"/target?{asked}").text
    assert 'name="high.median_pay" type="text" inputmode="decimal" size="6" maxlength="12" value="520"' in page
    assert '<option value="3" selected>' in page
    assert "high.median_pay=520" in page.partition('type="application/json" href="')[2].partition('"')[0]
    tiers = client.get("/allocation.json?by=tiers&tiers=20:2,40:1").json()["formula"]["tiers"]
    assert [(one["upto"], one["weight"]) for one in tiers] == [(0.2, 2.0), (0.4, 1.0)]


def test_toyland_tracks_its_own_example_and_leaves_out_what_it_has_no_figures_for(toyland_store: Path) -> None:
    with TestClient(create_app(Monitor.open(toyland_store), plans=example_plans())) as client:
        data = client.get("/track.json").json()
        assert [row["name"] for row in data["targets"]] == ["Teapot Green", "Marbleton", "Kitehaven"]
        assert data["invented"] is data["targets_invented"] is True
        page = client.get("/track").text
        assert "/transition" not in page
        assert "/allocation" not in page
        told = client.get("/transition")
        assert (told.status_code, "no figures on occupations" in told.text) == (422, True)

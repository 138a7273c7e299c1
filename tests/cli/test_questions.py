"""The commands about places as a person types them: words, tables and JSON of one edition, and what cannot be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from goodwork import errors
from goodwork.cli import options
from goodwork.cli.app import app
from goodwork.cli.options import open_monitor
from goodwork.cli.show import out
from goodwork.monitor import Monitor
from goodwork.pipeline import own_material, publish
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.material import Material
from goodwork.pipeline.questions import space_of, trends_of
from goodwork.sources.starter import start_project

ENGLAND = ("--area-set", "england-119")
IN_2019 = (*ENGLAND, "--period", "2019")


def ask(store: Path, *words: str) -> str:
    """What a command prints; its errors are raised."""
    out.width = 200  # whatever the terminal was when the console was made
    told = CliRunner().invoke(
        app, [*words, "--store", str(store)], env={"COLUMNS": "200"}, catch_exceptions=False
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    return told.output


def data(store: Path, *words: str) -> dict[str, Any]:
    """The same as JSON, which must hold sentences and what they leave out."""
    found: dict[str, Any] = json.loads(ask(store, *words, "--json"))
    assert found["findings"]
    assert any("not people" in note for note in found["notes"])
    return found


@pytest.fixture(scope="module", autouse=True)
def opened_once() -> Iterator[None]:
    """Every store is read once for all commands of this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(options, "open_monitor", cache(open_monitor))
        yield


@pytest.fixture(scope="module")
def toyland(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an edition of the starter project: twelve areas of an invented country."""
    folder = tmp_path_factory.mktemp("toyland")
    start_project(folder / "mine")
    publish(own_material(folder / "mine/framework.toml", folder / "mine/data.csv"), folder / "store", draws=20)
    return folder / "store"


@pytest.fixture(scope="module")
def asked(edition_store: Path) -> Asked:
    """England outside London in 2019, straight from the edition."""
    m = Monitor.open(edition_store)
    material = Material("x", m.title, tuple(m.frameworks.values()), m.catalogue, m.geography, m.table("values"))
    return Asked.of(material, m.framework(), "england-119", "2019")


def test_communities_hold_every_area_once_and_name_it(edition_store: Path) -> None:
    found = data(edition_store, "communities", *IN_2019)
    areas = {row["area"]: row for row in found["areas"]}
    assert len(areas) == len(found["areas"]) == 119
    assert {row["community"] for row in areas.values()} == set("ABCD")
    assert areas["E06000014"]["area_name"] == "York"
    means = {c: np.mean([row["score"] for row in areas.values() if row["community"] == c]) for c in "ABCD"}
    assert sorted(means, key=lambda c: means[c]) == list("ABCD")
    assert "fewer than 80 %" in " ".join(found["findings"])


def test_the_number_of_communities_can_be_left_open(toyland: Path) -> None:
    found = data(toyland, "communities", "--k", "0", "--draws", "20")
    chosen = [row["k"] for row in found["numbers"] if row["chosen"]]
    assert chosen == [len({row["community"] for row in found["areas"]})]


def test_neighbours_keep_their_limits(edition_store: Path) -> None:
    said = ask(edition_store, "neighbours", "york", *IN_2019)
    assert "Most like York are " in said
    assert "£469 per week" in said
    assert "E06" not in said, "readers see names"
    near = data(edition_store, "neighbours", "York", "--same", "region", "--apart", "--number", "3", *IN_2019)
    yorkshire = {"Sheffield", "Leeds", "Calderdale", "Kirklees", "Rotherham", "Barnsley", "Doncaster", "Wakefield"}
    assert [row["rank"] for row in near["neighbours"]] == [1, 2, 3]
    assert {row["area_name"] for row in near["neighbours"]} == {"York"}
    names = [row["neighbour_name"] for row in near["neighbours"]]
    assert set(names) <= yorkshire | {"Bradford", "North Lincolnshire", "North East Lincolnshire"}
    assert "North Yorkshire" not in names, "it touches York"


def test_compacts_stay_inside_regions_and_hang_together(edition_store: Path, asked: Asked) -> None:
    found = data(edition_store, "compacts", "--sizes", "3", "6", "--inside-regions", "--touching", *IN_2019)
    region = dict(zip(asked.panel.areas, asked.regions, strict=True))
    touching = {frozenset(pair) for pair in asked.touching}
    assert found["compacts"]
    for row in found["compacts"]:
        here = row["areas"].split(", ")
        assert 3 <= row["size"] == len(here) <= 6
        assert len({region[area] for area in here}) == 1
        reached = {here[0]}
        for _ in here:
            reached |= {a for a in here if any(frozenset((a, b)) in touching for b in reached)}
        assert reached == set(here)
    assert "improved most since 2017" in " ".join(found["findings"])


def test_disparity_takes_survey_error_out(edition_store: Path) -> None:
    found = data(edition_store, "disparity", *IN_2019)
    rows = {row["indicator"]: row for row in found["split"] if row["period"] == "2019"}
    assert "Satisfactory hours" not in rows, "it has no figures"
    for row in rows.values():
        assert 0 < row["error_share"] < 1
        assert row["within_low"] <= row["within_share"] <= row["within_high"]
    assert {row["period"] for row in found["split"]} == {"2017", "2018", "2019"}, "nothing later than what is asked"
    assert {row["region"] for row in found["regions"]} > {"North East", "Yorkshire and The Humber"}


def test_trends_keep_to_the_stretch_without_a_break(edition_store: Path, asked: Asked) -> None:
    said = ask(edition_store, "trends", "York", "--draws", "60", *ENGLAND)
    assert "2017 to 2019, the longest stretch without a break" in said
    assert "series that break" in said
    across = data(edition_store, "trends", "York", "--across-breaks", "--draws", "60", *ENGLAND)
    assert "across breaks in 2020 and 2021" in " ".join(across["notes"])
    assert {row["area_name"] for row in across["paths"]} == {"York"}
    assert [row["period"] for row in across["paths"]] == list(asked.panel.periods)


def test_scores_move_on_one_scale_and_draws_surround_them(asked: Asked) -> None:
    found = trends_of(asked, draws=100)
    score, low, high = (getattr(found.paths, name) for name in ("score", "low", "high"))
    held = (low <= score) & (score <= high)
    assert held[np.isfinite(score)].mean() > 0.97
    base = list(asked.panel.periods).index(asked.framework.base_period)
    assert np.nanmean(score[base]) == pytest.approx(100)
    assert abs(np.nanmean(score[-1]) - 100) > 0.5, "with a scale for each period every mean would be 100"


def test_space_of_the_shipped_figures(edition_store: Path, asked: Asked) -> None:
    found = data(edition_store, "space", "--draws", "60", *IN_2019)
    score = found["moran"][0]
    assert score["i"] > score["random_high"], "good work lies in clusters"
    steepest = found["borders"][0]
    assert frozenset((steepest["higher"], steepest["lower"])) in {frozenset(pair) for pair in asked.touching}
    assert "Isle of Wight" in " ".join(found["notes"])


def test_errors_of_borders_are_those_of_the_published_intervals(edition_store: Path, asked: Asked) -> None:
    scores = Monitor.open(edition_store).scores("2019", "england-119").set_index("name")
    errors = (scores["high"] - scores["low"]) / 2 / 1.96
    table = space_of(asked, draws=400).contrasts.table
    both = np.hypot(errors[table["higher"]].to_numpy(), errors[table["lower"]].to_numpy())
    mine = ((table["high"] - table["difference"]) / 1.96).to_numpy()
    assert np.nanmedian(mine / both) == pytest.approx(1, abs=0.05)


def test_conditions_health_and_shock(edition_store: Path) -> None:
    assert "In the score, York stands" in ask(edition_store, "conditions", "York", *IN_2019)
    found = data(edition_store, "health", *IN_2019)
    life = next(r for r in found["links"] if (r["outcome"], r["score"]) == ("healthy life, women", "the score"))
    assert life["low"] > 0, "higher scores go with longer healthy life"
    assert life["observed"] == "2019"
    assert "Missing: life lost: liver disease" in " ".join(found["notes"])
    said = ask(edition_store, "shock", "Blackpool", *ENGLAND)
    assert "Blackpool is above the mean in both" in said
    assert "E06" not in said


def test_figures_of_ones_own_beside_a_shock(edition_store: Path, asked: Asked, tmp_path: Path) -> None:
    rows = [f"covid_death_ratio,{area},2020,{1 + i / 100}" for i, area in enumerate(asked.panel.areas)]
    (tmp_path / "mine.csv").write_text("\n".join(["indicator,area,period,value", *rows]))
    found = data(edition_store, "shock", "--figures", str(tmp_path / "mine.csv"), *ENGLAND)
    assert {"COVID-19 deaths, first wave", "COVID-19 death ratio"} <= {row["outcome"] for row in found["outcomes"]}
    assert "Figures of mine.csv are no part of the edition." in found["notes"]


def test_another_method_and_other_weights(edition_store: Path) -> None:
    for method in ("ward", "consensus"):
        found = data(edition_store, "communities", "--method", method, "--draws", "10", *IN_2019)
        assert any(note.startswith(f"Method {method}; 10 draws") for note in found["notes"])
    weighed = ("--same", "type", "--weight", "median_pay=9", *IN_2019)
    near = data(edition_store, "neighbours", "York", *weighed)["neighbours"]
    assert {row["neighbour"][:3] for row in near} == {"E06"}
    plain = data(edition_store, "neighbours", "York", "--same", "type", *IN_2019)["neighbours"]
    assert [row["neighbour"] for row in near] != [row["neighbour"] for row in plain]


def test_a_shock_of_ones_own(edition_store: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(
        '[[shock]]\nname = "mine"\ntitle = "Spring"\nindicators = ["furlough_takeup", "covid_deaths_first_wave"]\n'
        'period = "2020"\nbegins = "2020-03"\nends = "2020-07"\nbefore = "2018"\nwhy = "A test."\n'
    )
    found = data(edition_store, "shock", "--shocks", str(own), *ENGLAND)
    assert "lie above the mean in both furlough" in found["findings"][0]
    assert "COVID-19 deaths, first wave" in found["findings"][0]
    own.write_text(own.read_text().replace("furlough_takeup", "furlough"))
    with pytest.raises(errors.DeclarationError, match=r"mine\.toml") as wrong:
        ask(edition_store, "shock", "--shocks", str(own), *ENGLAND)
    assert "'furlough' is not in the catalogue" in str(wrong.value)


def test_outcomes_by_domain_and_by_region(edition_store: Path) -> None:
    found = data(edition_store, "health", *IN_2019)
    assert len({row["score"] for row in found["links"]}) == 4, "the score and three domains"
    regions = [row for row in found["regions"] if row["outcome"] == "healthy life, men"]
    assert len(regions) == 8
    assert all(row["low"] < row["mean"] < row["high"] for row in regions)
    said = ask(edition_store, "health", *IN_2019)
    assert "r with each domain" in said
    assert "Means of regions" in said
    assert "Means of regions" not in ask(edition_store, "health", "--area-set", "wales", "--period", "2019")


@pytest.mark.parametrize(
    ("words", "kind", "says"),
    [
        (("neighbours", "York", "--weight", "median_pay", *IN_2019), errors.DeclarationError, "--weight"),
        (("communities", "--method", "wrad", *IN_2019), errors.MethodError, "ward"),
        (("neighbours", "Cardiff", *IN_2019), errors.NotFound, "Cardiff"),
        (("communities", "--k", "80", *IN_2019), errors.MethodError, "ask for at most"),
        (("compacts", "--sizes", "5", "2", *IN_2019), errors.MethodError, "sizes from 5 to 2"),
        (("conditions", "--area-set", "wales"), errors.MethodError, "choose one of the area sets england"),
        (("shock", "--shock", "flood"), errors.NotFound, "covid"),
        (("trends", "--area-set", "narnia"), errors.NotFound, "narnia"),
    ],
)
def test_what_cannot_be_asked(edition_store: Path, words: tuple[str, ...], kind: type, says: str) -> None:
    with pytest.raises(kind, match=says):
        ask(edition_store, *words)


def test_a_monitor_of_ones_own(toyland: Path) -> None:
    for words in (
        ("communities", "--k", "2"),
        ("neighbours", "T01"),
        ("compacts", "--sizes", "2", "3"),
        ("disparity",),
    ):
        assert "INVENTED FIGURES" in ask(toyland, *words)
        assert data(toyland, *words)["area_set"] == "all"
    assert "2021 to 2023" in ask(toyland, "trends", "--draws", "50")
    for command, says in (
        ("space", "touch"),
        ("conditions", "no score"),
        ("health", "no figures"),
        ("shock", "no figures"),
    ):
        with pytest.raises(errors.MethodError, match=says):
            ask(toyland, command)

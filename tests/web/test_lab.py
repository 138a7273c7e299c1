"""The weights lab: the edition's own scores for its own weights, doubt beside every rank, refusals in words."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import numpy as np
import pytest
from fastapi.testclient import TestClient

from goodwork.errors import DeclarationError, NotFound
from goodwork.monitor import Monitor
from goodwork.web.lab import Weighting, draws, figures, lab


def test_the_published_weights_give_the_published_index(monitor: Monitor) -> None:
    found = lab(monitor, Weighting.read(monitor, {}))
    both = found.table.merge(monitor.scores()[["area", "score", "rank"]], on="area", suffixes=("", "_published"))
    assert len(both) == len(monitor.scores())
    assert np.abs(both["score"] - both["score_published"]).max() < 1e-9
    assert (both["rank"] == both["rank_published"]).all()
    assert found.facts["moved"] == 0


def test_a_rank_lies_in_its_range_and_the_range_grows_with_the_weights(monitor: Monitor) -> None:
    asked = Weighting.read(monitor, {"w.access": "1.5"})
    near, wide = (lab(monitor, replace(asked, spread=spread)) for spread in ("near", "any"))
    inside = (near.table["least"] <= near.table["rank"]) & (near.table["rank"] <= near.table["most"])
    assert inside.mean() > 0.97
    ordered = np.sort(near.drawn, axis=0)
    assert len(ordered) == 400
    assert (near.least == ordered[9]).all(), "the tenth of 400: a fortieth of the draws are below"
    assert (near.most == ordered[389]).all()
    assert (wide.most - wide.least).mean() > 1.5 * (near.most - near.least).mean()
    one, other = near.areas[:2]
    assert near.above(one, other) + near.above(other, one) == pytest.approx(1)
    assert near.above(one, one) == 0.5


def test_draws_stay_within_what_was_declared_and_zero_stays_zero(monitor: Monitor) -> None:
    framework = monitor.framework()
    near = draws(framework, "near", 0.25)
    own = np.array([1.0, *(framework.weight(n) for n in framework.nodes[1:])])
    assert ((near >= 0.75 * own) & (near <= 1.25 * own)).all()
    assert near.std(axis=0).min() > 0.1
    spoiled = framework.replace(members=tuple(
        m.replace(weight=0.0) if m.indicator == "participation" else m for m in framework.members
    ))  # fmt: skip
    place = framework.nodes.index("participation")
    assert (draws(spoiled, "any", 0.25)[:, place] == 0).all()


def test_what_the_page_computes_from_is_what_the_edition_scores(monitor: Monitor) -> None:
    data = figures(monitor, Weighting.read(monitor, {}))
    table = monitor.scores().set_index("area")
    assert {a["code"] for a in data["areas"]} == set(table.index)
    for area, (rank, low, high) in zip(data["areas"], data["published"], strict=True):
        assert (rank, low, high) == tuple(table.loc[area["code"], ["rank", "rank_low", "rank_high"]])
    assert [n["name"] for n in data["nodes"]] == list(monitor.framework().nodes)


@pytest.mark.parametrize(
    ("query", "error"),
    [({"w.joy": "1"}, NotFound), ({"w.access": "-1"}, DeclarationError), ({"w.access": "nan"}, DeclarationError),
     ({"w.access": "1e9"}, DeclarationError), ({"normalisation": "magic"}, DeclarationError),
     ({"w.unemployment": "0", "w.participation": "0"}, DeclarationError), ({"one": "zzzz"}, NotFound)],
)  # fmt: skip
def test_bad_weights_are_refused_in_words(monitor: Monitor, query: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        Weighting.read(monitor, query)


def test_page_json_and_csv_hold_the_same_ranks_and_none_without_doubt(client: TestClient) -> None:
    query = "?w.access=2.5&aggregation=geometric"
    page = client.get(f"/weights{query}").text
    data = client.get(f"/weights.json{query}").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"/weights.csv{query}").text)))
    shown = re.findall(r'<tr data-area="(\w+)".*?<td class="num">(\d+)<small>.*?<td class="num">(\d+) to (\d+)</td>'
                       r'<td class="num">(\d+)<small>(\d+) to (\d+)', page, re.S)  # fmt: skip
    names = ("rank", "least", "most", "published", "rank_low", "rank_high")
    assert [s[0] for s in shown] == [r["area"] for r in rows] == [a["area"] for a in data["areas"]]
    for line, row, item in zip(shown, rows, data["areas"], strict=True):
        assert [int(x) for x in line[1:]] == [int(float(row[n])) for n in names] == [int(item[n]) for n in names]
    assert data["finding"] in re.sub(r"\s+", " ", page).replace("\xa0", " ")
    assert data["weights"] == {"access": 2.5}


def test_an_address_says_only_what_is_not_usual(monitor: Monitor) -> None:
    asked = Weighting.read(monitor, {"w.access": "2", "w.pay": "1", "normalisation": "z-score", "spread": "any"})
    assert asked.url() == "/weights?spread=any&w.access=2"
    assert Weighting.read(monitor, {"spread": "any", "w.access": "2"}) == asked

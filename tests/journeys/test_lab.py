"""The weights lab in a real browser: the page works out what the engine works out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from goodwork.monitor import Monitor
from goodwork.web.lab import Weighting, lab

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
CHOICES = (
    "",
    "w.access=3&w.pay=0.25",
    "w.unemployment=0&w.managers_professionals=4&normalisation=min-max&aggregation=geometric",
    "w.status=2.5&normalisation=rank&aggregation=harmonic",
    "w.access=0.05&aggregation=mean-min",
    "w.participation=2&aggregation=minimum&normalisation=min-max",
    "framework=conditions&aggregation=geometric",
)
#: The engine of the page, asked from a test: scores and ranks by area for the choices in an address.
ASK = """async (query) => {
  const engine = await import(document.querySelector('script[src$="page.js"]').src.replace('page.js', 'engine.js'));
  const asked = new URLSearchParams(query);
  const figures = asked.has('framework') ? `?framework=${asked.get('framework')}` : '';
  const data = await (await fetch('/weights/figures.json' + figures)).json();
  const weights = new Map(data.nodes.map((node) => [node.name, Number(asked.get(`w.${node.name}`) ?? node.weight)]));
  const columns = engine.normalised(data, asked.get('normalisation') ?? 'z-score');
  const score = engine.scores(data, columns, weights, asked.get('aggregation') ?? 'arithmetic');
  const rank = engine.ranks(score, data.same);
  return data.areas.map((area, k) => [area.code, score[k], rank[k]]);
}"""
ROWS = "rows => rows.map(row => [row.dataset.area, ...[...row.cells].map(cell => cell.textContent.trim())])"


@pytest.mark.parametrize("page", [{}], indirect=True)
def test_the_page_scores_as_the_engine_does(page: Page, monitor: Monitor) -> None:
    page.goto("/weights")
    for query in CHOICES:
        found = lab(monitor, Weighting.read(monitor, dict(parse_qsl(query))))
        mine = {code: (score, rank) for code, score, rank in page.evaluate(ASK, query)}
        assert list(mine) == list(found.areas), query
        for code, score, rank in zip(found.areas, found.score, found.rank, strict=True):
            assert abs(mine[code][0] - score) <= 1e-9, (query, code)
            assert mine[code][1] == rank, (query, code)


def test_a_move_of_a_slider_gives_what_the_server_gives_for_the_address(page: Page) -> None:
    page.goto("/weights")
    page.wait_for_selector("#lab[data-ready]")
    before = page.eval_on_selector_all("#ranks tbody tr", ROWS)
    moves = """(values) => Object.entries(values).map(([name, value]) => {
      const slider = document.getElementById(name);
      slider.value = value;
      const start = performance.now();
      slider.dispatchEvent(new Event('input', {bubbles: true}));
      return performance.now() - start;
    })"""
    taken = page.evaluate(moves, {"w.access": 2.5, "w.median_pay": 3, "w.status": 0.3})
    page.get_by_label("Strong parts make up for weak ones").select_option("geometric")
    page.get_by_label("Plausible weights").select_option("any")
    page.wait_for_url("**spread=any*")
    page.wait_for_timeout(600)
    mine = page.eval_on_selector_all("#ranks tbody tr", ROWS)
    words = [page.locator(one).inner_text() for one in ("#told", "#above")]
    assert mine != before
    page.reload()
    assert page.eval_on_selector_all("#ranks tbody tr", ROWS) == mine
    assert [page.locator(one).inner_text() for one in ("#told", "#above")] == words
    assert min(taken) < 50, f"the best of {taken} ms; the others wait for whatever else this machine does"


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_the_lab_works_without_javascript(page: Page, monitor: Monitor) -> None:
    page.goto("/weights")
    page.locator("select[name=normalisation]").select_option("rank")
    page.locator("select[name=one]").select_option("E06000014")
    page.get_by_role("button", name="Work out").click()
    assert "normalisation=rank" in page.url
    first = page.eval_on_selector_all("#ranks tbody tr", ROWS)[0]
    plain = Weighting.read(monitor, {})
    found = lab(monitor, replace(plain, normalisation="rank")).table.iloc[0]
    assert (first[0], first[1].split("up")[0].split("down")[0].split("same")[0]) == (found["area"], "1")
    assert page.locator("#above").inner_text().startswith("York stands above ")

"""Laws of changing areas, tried on random change tables: nothing lost, nothing twice, nothing by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodwork.geography.changes import CodeChanges
from goodwork.geography.harmonise import COUNT, PERCENT, harmonise

patient = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
KINDS = {"people": COUNT, "rate": PERCENT}


class World:
    """A made-up country: districts that merge, divide, swap land and change codes over some years."""

    def __init__(self, draw: st.DrawFn) -> None:
        rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        live = [f"A{k}" for k in range(draw(st.integers(1, 12)))]
        self.first, self.shares, changes, made = list(live), {}, [], len(live)
        years = draw(st.integers(0, 4))
        for year in range(2011, 2011 + years):
            rng.shuffle(live)
            rest: list[str] = []
            while live:
                old = [live.pop() for _ in range(min(len(live), int(rng.integers(1, 4))))]
                new = [f"A{made + k}" for k in range(int(rng.integers(1, 4)))]
                what = rng.integers(0, 4)
                if what == 0:
                    rest += old
                    continue
                made += len(new)
                if what == 1 or len(new) == 1:  # re-code or merger
                    parts = {new[0]: (old, [])}
                elif what == 2:  # every old one is divided among all new ones
                    parts = {code: ([], old) for code in new}
                else:  # the first old one is divided, the others go wholly to the first new one
                    parts = {code: (old[1:] if code == new[0] else [], old[:1]) for code in new}
                for code in {code for _, part in parts.values() for code in part}:
                    cut = rng.dirichlet(np.ones(len(parts)))
                    self.shares |= {(code, into): float(share) for into, share in zip(parts, cut, strict=True)}
                changes += [
                    {"from": date(year, 4, 1), "new": code, "old": whole, "part": part, "order": "law"}
                    for code, (whole, part) in parts.items()
                ]
                rest += list(parts)
            live = rest
        self.last, self.end = sorted(live), date(2030, 1, 1)
        names = dict.fromkeys([f"A{k}" for k in range(made)], "The same name")
        self.changes = CodeChanges.from_dict({"orders": {"law": "The law"}, "names": names, "change": changes})
        self.rng = rng

    def figures(self, codes: list[str], periods: int = 2) -> pd.DataFrame:
        """Counts, and rates with numerators and denominators, for every code and period."""
        places = pd.MultiIndex.from_product([range(periods), codes], names=["period", "area"]).to_frame(index=False)
        denominator = self.rng.integers(1, 10_000, len(places)).astype(float)
        numerator = np.floor(denominator * self.rng.random(len(places))) + 1
        half = self.rng.uniform(0.1, 9, len(places))
        rate = 100 * numerator / denominator
        count = places.assign(indicator="people", value=numerator, lower=numerator - half, upper=numerator + half)
        share = places.assign(indicator="rate", value=rate, lower=rate - half, upper=rate + half,
                              numerator=numerator, denominator=denominator)  # fmt: skip
        return pd.concat([count, share], ignore_index=True)

    def forward(self, rows: pd.DataFrame, **options: Any) -> pd.DataFrame:
        return harmonise(rows, self.end, KINDS, changes=self.changes, shares=self.shares, **options).table


@st.composite
def worlds(draw: st.DrawFn) -> World:
    return World(draw)


@settings(patient, max_examples=25)
@given(worlds())
def test_people_are_conserved_and_rates_are_theirs(world: World) -> None:
    rows = world.figures(world.first)
    found = world.forward(rows)
    assert sorted(found["area"].unique()) == world.last, "no area is lost, none invented"
    by = ["indicator", "period"]
    for name in ("value", "numerator", "denominator"):
        before = rows.groupby(by)[name].sum()
        after = found.groupby(by)[name].sum()
        kept = before.index if name != "value" else before.loc[["people"]].index
        np.testing.assert_allclose(after.loc[kept], before.loc[kept], rtol=1e-9)
    rates = found[found["indicator"] == "rate"]
    np.testing.assert_allclose(rates["value"], 100 * rates["numerator"] / rates["denominator"], rtol=1e-9)
    given_rates = rows[rows["indicator"] == "rate"].set_index(["period", "area"])
    for row in rates.itertuples(index=False):
        parts = given_rates.loc[[(row.period, code) for code in (row.parts or row.area).split("+")]]
        assert parts["value"].min() - 1e-9 <= row.value <= parts["value"].max() + 1e-9
        assert row.upper - row.value <= (parts["upper"] - parts["value"]).max() + 1e-9


@patient
@given(worlds())
def test_every_row_has_one_fate(world: World) -> None:
    rows = world.figures(world.first).sample(frac=0.7, random_state=1)
    result = harmonise(rows, world.end, KINDS, changes=world.changes, shares=world.shares)
    assert result.fate.index.equals(rows.index)
    assert sum(result.account.values()) == len(rows)
    assert not result.table.duplicated(["indicator", "period", "area"]).any()


@patient
@given(worlds(), st.integers(0, 10**6))
def test_a_missing_part_never_makes_a_smaller_count(world: World, seed: int) -> None:
    """Where a figure is shown, it is the figure that all parts make."""
    rows = world.figures(world.first)
    key = ["indicator", "period", "area"]
    whole = world.forward(rows).set_index(key)["value"]
    some = world.forward(rows.sample(frac=0.8, random_state=seed)).set_index(key)["value"].dropna()
    np.testing.assert_allclose(some, whole.loc[some.index], rtol=1e-12)


@patient
@given(worlds())
def test_one_leap_is_the_same_as_year_by_year(world: World) -> None:
    rows = world.figures(world.first)
    leap = world.forward(rows).set_index(["indicator", "period", "area"]).sort_index()
    for year in range(2011, 2016):
        day = date(year, 12, 31)
        rows = harmonise(rows, day, KINDS, changes=world.changes, shares=world.shares).table
        rows = rows.drop(columns=["how", "parts", "official"])
    walk = rows.set_index(["indicator", "period", "area"]).sort_index()
    columns = ["value", "lower", "upper", "numerator", "denominator"]
    np.testing.assert_allclose(walk[columns], leap[columns], rtol=1e-9)


@patient
@given(worlds())
def test_doing_it_again_changes_nothing(world: World) -> None:
    once = world.forward(world.figures(world.first))
    again = world.forward(once.drop(columns=["how", "parts", "official"]))
    columns = ["indicator", "period", "area", "value", "lower", "upper", "status", "basis"]
    pd.testing.assert_frame_equal(again[columns], once[columns])
    assert set(again["how"]) == {"AS_PUBLISHED"}


@patient
@given(worlds())
def test_going_back_gives_every_old_area_a_marked_rate_or_its_own(world: World) -> None:
    rows = world.figures(world.last)
    back = harmonise(rows, date(2010, 1, 1), KINDS, changes=world.changes).table
    assert sorted(back["area"].unique()) == sorted(world.first)
    inherited = back[back["how"] == "INHERITED"]
    assert (inherited["status"] == "e").all()
    assert (inherited["basis"] == "inherited").all()
    assert not inherited["official"].any()

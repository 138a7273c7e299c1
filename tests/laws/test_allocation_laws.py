"""Laws of sharing: to the penny, within every bound, more need never less, whatever the unit or the order."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from goodwork.analysis.allocation import allocate
from goodwork.analysis.sharing import in_proportion, shares_within, to_the_penny
from goodwork.errors import MethodError
from goodwork.model.allocation import Formula, Rule

RULES = st.sampled_from(["need", "population", "equal", "tiers"])


@st.composite
def formulas(draw: st.DrawFn) -> tuple[Formula, np.ndarray, np.ndarray]:
    n = draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scores = np.round(rng.normal(100, draw(st.sampled_from([0.5, 10.0])), n), draw(st.integers(0, 3)))
    people = np.round(rng.lognormal(11, draw(st.sampled_from([0.1, 1.5])), n))
    budget = draw(st.integers(1, 10**13))
    fair = max(budget // n, 1)
    bound = draw(st.sampled_from(["none", "floor", "minimum"]))
    low = draw(st.integers(0, fair)) if bound == "floor" else 0
    minimum = draw(st.integers(0, 3 * fair)) if bound == "minimum" else 0
    cap = draw(st.one_of(st.none(), st.integers(fair, 20 * fair + 1)))
    if cap is not None:
        low, minimum = min(low, cap), min(minimum, cap)
    by: Rule = draw(RULES)
    given_ = {
        "budget": f"{budget / 100:.2f}" if budget < 10**12 else f"{budget // 100}", "by": by,
        "taper": draw(st.sampled_from([0.0, 4.0])), "power": draw(st.sampled_from([0.0, 1.0, 2.0])),
        "threshold": draw(st.sampled_from([95.0, 100.0, 130.0])),
        "floor": f"{low // 100}.{low % 100:02d}", "minimum": f"{minimum // 100}.{minimum % 100:02d}",
        "cap": None if cap is None else f"{cap // 100}.{cap % 100:02d}",
    }  # fmt: skip
    return Formula.from_dict(given_), scores, people


@given(formulas())
@settings(max_examples=100)
def test_it_adds_up_to_the_penny_and_respects_every_bound(case: tuple[Formula, np.ndarray, np.ndarray]) -> None:
    formula, scores, people = case
    areas = [f"A{i}" for i in range(len(scores))]
    try:
        found = allocate(formula, areas, scores, people)
    except MethodError:
        assume(False)
    budget, floor, cap, minimum = formula.pence
    assert found.grants.sum() == budget
    assert (found.grants >= floor).all()
    assert cap is None or (found.grants <= cap).all()
    paid = found.grants[found.grants > 0]
    assert (paid >= minimum).all()
    for other in found.rules.values():
        if not isinstance(other, str):
            assert other.sum() == budget
            assert (other >= floor).all()
            assert cap is None or (other <= cap).all()


@given(formulas())
@settings(max_examples=50)
def test_more_need_never_gets_less(case: tuple[Formula, np.ndarray, np.ndarray]) -> None:
    formula, scores, people = case
    try:
        found = allocate(formula, [f"A{i}" for i in range(len(scores))], scores, people)
    except MethodError:
        assume(False)
    order = np.argsort(found.need, kind="stable")
    need, grants = found.need[order], found.grants[order]
    more = np.diff(need) > 1e-9 * max(float(need.max()), 1.0)
    assert (np.diff(grants)[more] >= -1).all(), "but for the odd penny"


@given(st.integers(1, 40), st.integers(0, 2**32 - 1), st.floats(0.01, 1000))
def test_the_unit_of_need_and_the_order_of_areas_do_not_matter(n: int, seed: int, unit: float) -> None:
    rng = np.random.default_rng(seed)
    need, order = rng.random(n) * (rng.random(n) < 0.8), rng.permutation(n)
    assume(need.sum() > 0)
    floor, cap = 100.0 / n / 3, 100.0
    plain = in_proportion(need, 100.0, floor, cap)
    assert np.allclose(in_proportion(unit * need, 100.0, floor, cap), plain)
    assert np.allclose(in_proportion(need[order], 100.0, floor, cap), plain[order])
    many = in_proportion(np.stack([need, need[order]]), 100.0, floor, cap)
    assert np.allclose(many, np.stack([plain, plain[order]])), "all draws at once, or one at a time"


@given(st.integers(1, 25), st.integers(0, 2**32 - 1), st.floats(0.0, 120.0))
def test_as_many_areas_are_paid_as_the_minimum_lets(n: int, seed: int, minimum: float) -> None:
    need = np.random.default_rng(seed).random(n) + 0.01
    found = shares_within(need, 100.0, minimum=minimum)
    paid = int((found > 0).sum())
    if minimum > 100:
        assert paid == 0
        return
    assert found.sum() == np.float64(100.0) or abs(found.sum() - 100) < 1e-9
    assert (found[found > 0] >= minimum - 1e-9).all()
    most = np.sort(need)[::-1]
    for k in range(paid + 1, n + 1):
        assert 100 * most[k - 1] / most[:k].sum() < minimum + 1e-9, "one more would have been below the minimum"


@given(st.integers(1, 50), st.integers(0, 2**32 - 1), st.integers(1, 10**13))
def test_pence_are_never_a_penny_from_the_exact_share(n: int, seed: int, total: int) -> None:
    need = np.random.default_rng(seed).random(n) + 1e-3
    exact = in_proportion(need, float(total))
    pence = to_the_penny(exact, total)
    assert pence.sum() == total
    assert (np.abs(pence - exact) < 1 + 1e-3).all()

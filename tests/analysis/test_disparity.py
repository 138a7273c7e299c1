"""The strip chart's data and what is said of variation inside and between regions."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis.disparity import Disparity, disparity
from goodwork.errors import MethodError

NAN = float("nan")
AREAS = [f"a{i}" for i in range(60)]
REGIONS = [f"r{i % 6}" for i in range(60)]
PLACE = np.arange(60) % 6
RNG = np.random.default_rng(8)
NOISE = RNG.normal(size=(60, 2))


def test_strip_chart_by_hand() -> None:
    values = np.array([[[5.0, 1.0], [7.0, 2.0], [7.0, 3.0], [4.0, NAN], [2.0, 8.0]]])
    found = disparity(
        values, ["n", "n", "n", "s", "s"], list("abcde"), ["pay", "jobless"], directions=["higher", "lower"]
    )
    table = found.table
    assert len(table) == 9
    pay = table[(table.indicator == "pay") & (table.region == "n")]
    assert pay["median"].tolist() == [7, 7, 7]
    assert sorted(pay[pay.best].area) == ["b", "c"]
    assert pay[pay.worst].area.tolist() == ["a"]
    spread = found.spreads.set_index(["indicator", "region"])
    assert spread.loc[("jobless", "n"), ["best", "worst", "gap", "ratio"]].tolist() == ["a", "c", 2.0, 3.0]
    assert spread.loc[("jobless", "s"), ["n", "best", "worst"]].tolist() == [1, "e", "e"]


def test_more_between_or_inside_where_it_is_so() -> None:
    between, inside = 50 + 10 * PLACE + NOISE[:, 0], 50 + 0.1 * PLACE + NOISE[:, 0]
    found = disparity(np.stack([between, inside], axis=-1), REGIONS, AREAS, ["b", "w"])
    assert found.where.tolist() == [["between", "inside"]]
    assert found.true_of() == ("w",)
    assert found.findings[0].startswith("b: more variation between regions than inside them (")
    assert found.parts["variance_p"][0, 0] == 1 / 1000
    assert found.parts["variance_p"][0, 1] > 0.02
    split = found.split.set_index("indicator")
    for measure in ("variance", "theil_t", "theil_l", "gini"):
        parts = split[[f"{measure}_{part}" for part in ("between", "within", "overlap")]].sum(axis=1)
        np.testing.assert_allclose(parts, split[measure])


def simulated(spread: float, error: float, seed: int) -> Disparity:
    rng = np.random.default_rng(seed)
    truth = np.stack([spread * (PLACE - 2.5) + np.tile([-1.0, 1.0], 30)[np.argsort(PLACE, kind="stable").argsort()]])
    figures = 50 + truth[..., None] + error * rng.normal(size=(1, 60, 1))
    return disparity(figures, REGIONS, AREAS, ["x"], errors=np.full((1, 60, 1), error), permutations=9, draws=400)


def test_survey_error_is_taken_out_and_the_interval_holds_the_truth() -> None:
    """True share inside regions is known; figures with error would show more."""
    inside, spread = 1.0, 0.7
    between = spread**2 * np.var(np.arange(6))
    truth = inside / (inside + between)
    found = [simulated(spread, 1.2, seed) for seed in range(150)]
    share = np.array([f.parts["within_share"][0, 0] for f in found])
    low, high = (np.array([f.parts[f"within_{end}"][0, 0] for f in found]) for end in ("low", "high"))
    naive = (inside + 1.2**2) / (inside + between + 1.2**2)
    assert share.mean() == pytest.approx(truth, abs=0.03)
    assert naive > truth + 0.1
    assert ((low <= truth) & (truth <= high)).mean() >= 0.88
    assert np.mean([f.parts["error_share"][0, 0] for f in found]) == pytest.approx(
        1.44 / (1 + between + 1.44), abs=0.04
    )


def test_error_is_taken_out_of_what_lies_between_small_regions_too() -> None:
    """Thirty regions of two areas: half of all error looks like variation between them."""
    place = np.arange(60) // 2
    truth = 50 + np.where(place % 2, 1.0, -1.0) + np.tile([1.0, -1.0], 30)  # as much inside as between
    share = []
    for seed in range(120):
        figures = truth + np.random.default_rng(seed).normal(size=60)
        found = disparity(figures[:, None], place.astype(str), AREAS, ["x"], errors=np.ones((60, 1)), permutations=1,
                          draws=9)  # fmt: skip
        share.append(found.parts["within_share"][0, 0])
    assert np.mean(share) == pytest.approx(0.5, abs=0.03)


def test_what_is_said_follows_the_interval() -> None:
    for seed in range(40):
        found = simulated(1 / np.std(np.arange(6)), 1.0, seed)
        low, high = (found.parts[f"within_{end}"][0, 0] for end in ("low", "high"))
        said = "inside" if low > 0.5 else "between" if high < 0.5 else "no clear difference"
        assert found.where.tolist() == [[said]]


def test_no_clear_difference_where_the_interval_holds_half() -> None:
    found = simulated(1 / np.std(np.arange(6)), 1.0, 3)
    assert found.where.tolist() == [["no clear difference"]]
    assert "no clear difference between the variation inside regions and between them" in found.findings[0]


def test_unsuited_figures_are_refused_with_the_reason() -> None:
    values = np.stack([NOISE[:, 0], np.abs(NOISE[:, 1]), 100 + NOISE[:, 1]], axis=-1)
    values[3, 1] = 0
    found = disparity(values, REGIONS, AREAS, ["balance", "share", "score"], no_true_zero=["score"])
    assert found.refused["balance: theil_t"] == "it has figures below zero"
    assert set(found.refused) == {
        *(f"balance: {m}" for m in ("theil_t", "theil_l", "gini")),
        *(f"score: {m}" for m in ("theil_t", "theil_l", "gini")),
        "share: theil_l",
    }
    assert np.isfinite(found.parts["variance"]).all()
    np.testing.assert_array_equal(np.isfinite(found.parts["gini"][0]), [False, True, False])
    np.testing.assert_array_equal(np.isfinite(found.parts["cv"][0]), [False, True, False])
    assert found.spreads.groupby("indicator")["cv"].count().to_dict() == {"balance": 0, "score": 0, "share": 6}
    assert any("score, because its zero is a convention" in note for note in found.notes)


def test_a_share_and_its_complement_are_said_the_same() -> None:
    share = 70 + 3 * NOISE[:, 0] + PLACE
    found = disparity(np.stack([share, 100 - share], axis=-1), REGIONS, AREAS, ["yes", "no"])
    np.testing.assert_allclose(found.parts["within_share"][0, 0], found.parts["within_share"][0, 1])
    assert found.parts["theil_t"][0, 0] < found.parts["theil_t"][0, 1]


def test_change_over_time_and_gaps() -> None:
    values = np.stack([50 + NOISE, 50 + 2 * NOISE, np.full((60, 2), NAN)])
    values[1, :, 1] = NAN
    found = disparity(values, [*REGIONS[:59], ""], AREAS, ["x", "y"], periods=["2019", "2020", "2021"])
    change = found.change
    assert change["indicator"].tolist() == ["x"]
    assert change.loc[0, ["first", "last"]].tolist() == ["2019", "2020"]
    assert change.loc[0, "sd_change"] == pytest.approx(NOISE[:59, 0].std())
    assert change.loc[0, "within_share_change"] == pytest.approx(0, abs=1e-12)
    assert found.findings == ()
    assert found.where[2].tolist() == ["not defined"] * 2
    assert any("a59" in note for note in found.notes)


def test_a_change_is_said_where_it_is_clear() -> None:
    x = np.stack([50 + 0.3 * PLACE + NOISE[:, 0], 50 + 5 * PLACE + NOISE[:, 0]])[..., None]
    found = disparity(x, REGIONS, AREAS, ["x"], errors=np.full(x.shape, 0.2), periods=["2019", "2021"])
    assert found.findings[-1].startswith("x: the share inside regions has fallen from ")
    assert found.change.loc[0, "within_share_change_high"] < 0
    still = disparity(x[[0, 0]], REGIONS, AREAS, ["x"], errors=np.full(x.shape, 0.2), periods=["2019", "2021"])
    assert len(still.findings) == 1
    assert np.isnan(disparity(x, REGIONS, AREAS, ["x"], periods=["1", "2"]).change["within_share_change_low"]).all()


def test_a_change_across_a_break_says_so() -> None:
    inside, between = NOISE[:, :1], PLACE[:, None] + 0.1 * NOISE[:, :1]
    given = {"errors": np.full((2, 60, 1), 0.05), "periods": ["2019", "2021"], "permutations": 19, "draws": 100}
    values = np.stack([inside, between])
    plain = disparity(values, REGIONS, AREAS, ["pay"], breaks={"pay": ["2019", "2022"]}, **given)
    marked = disparity(values, REGIONS, AREAS, ["pay"], breaks={"pay": ["2020", "2021"]}, **given)
    assert plain.change["breaks"].tolist() == [""]
    assert marked.change["breaks"].tolist() == ["2020, 2021"]
    assert "breaks" not in plain.findings[-1]
    assert "has fallen" in plain.findings[-1]
    assert "the series breaks in 2020, 2021, so that it may be the way of measuring" in marked.findings[-1]
    np.testing.assert_array_equal(plain.change["within_share_change"], marked.change["within_share_change"])


def test_faults_at_once() -> None:
    with pytest.raises(MethodError) as error:
        disparity(np.ones((3, 2)), ["n"] * 4, list("abc"), ["x", "y"], directions=["up"], weights=np.array([1.0, 0, 1]))
    assert len(error.value.faults) == 3

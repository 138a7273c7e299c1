"""What becomes of a figure when its area changes: every case, every marker, and the account of every row."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from goodwork.errors import DataError, DuplicateObservation, UnitMismatch
from goodwork.geography.changes import CodeChanges, code_changes
from goodwork.geography.counties import Counties, counties
from goodwork.geography.harmonise import COUNT, MEDIAN, PERCENT, Harmonised, Kind, harmonise

NAN = float("nan")
KINDS = {"people": COUNT, "rate": PERCENT, "pay": MEDIAN, "births": Kind("rate", 10_000)}
TO = date(2020, 1, 1)
#: M = A + B in 2019; S1 and S2 divide S; R = C + a piece of P, the rest of P is Q; N is O under another code.
DAY = date(2019, 4, 1)
LAW = {"order": "law", "from": DAY}
WORLD = CodeChanges.from_dict(
    {
        "orders": {"law": "The law"},
        "names": dict.fromkeys(["A", "B", "M", "S", "S1", "S2", "C", "P", "Q", "R", "O", "N", "K", "L"], "Dorset"),
        "change": [
            {"new": "M", "old": ["A", "B"], **LAW},
            {"new": "M", "old": ["K"], **LAW},
            {"new": "S1", "part": ["S"], **LAW},
            {"new": "S2", "part": ["S"], **LAW},
            {"new": "R", "old": ["C"], "part": ["P"], **LAW},
            {"new": "Q", "part": ["P"], **LAW},
            {"new": "N", "old": ["O"], **LAW},
        ],
        "begun": [{"from": date(2019, 6, 1), "codes": ["L"]}],
    }
)


def given(indicator: str = "people", **figures: dict[str, Any] | float) -> pd.DataFrame:
    """Rows by area: a value, or columns."""
    rows = [
        {"indicator": indicator, "period": "2018", "area": area, **(row if isinstance(row, dict) else {"value": row})}
        for area, row in figures.items()
    ]
    return pd.DataFrame(rows, index=[f"row {row['area']}" for row in rows])


def put(rows: pd.DataFrame, to: date = TO, **options: Any) -> Harmonised:
    return harmonise(rows, to, KINDS, changes=options.pop("changes", WORLD), **options)


def only(result: Harmonised) -> dict[str, Any]:
    assert len(result.table) == 1
    return dict(result.table.iloc[0])


# ---- counts --------------------------------------------------------------------------------------------------------


def test_counts_of_whole_places_add_up() -> None:
    parts = given(A={"value": 10, "lower": 7, "upper": 14}, B={"value": 20, "lower": 16, "upper": 23})
    whole = only(put(parts))
    assert (whole["area"], whole["value"], whole["how"], whole["parts"]) == ("M", 30, "SUMMED", "A+B")
    assert (whole["lower"], whole["upper"]) == pytest.approx((25, 35)), "3, 4 and 4, 3 in quadrature"
    assert (whole["status"], whole["basis"], whole["official"]) == ("", "derived", True)


def test_a_part_that_is_not_there_makes_the_whole_missing() -> None:
    result = put(given(A=10))
    whole = only(result)
    assert np.isnan(whole["value"])
    assert (whole["status"], whole["how"]) == ("x", "PART_MISSING")
    assert result.account == {"none: a part is missing or withheld": 1}


def test_a_part_that_is_withheld_makes_the_whole_withheld_not_zero_and_not_less() -> None:
    whole = only(put(given(A=10, B={"value": NAN, "status": "c"})))
    assert np.isnan(whole["value"])
    assert (whole["status"], whole["how"]) == ("c", "PART_MISSING")
    assert only(put(given(A=10, B={"value": NAN, "status": "x"})))["status"] == "x"


def test_a_part_without_an_interval_leaves_the_whole_without_one() -> None:
    whole = only(put(given(A={"value": 10, "lower": 7, "upper": 14}, B=20)))
    assert whole["value"] == 30
    assert np.isnan(whole["lower"])
    assert np.isnan(whole["upper"])


def test_a_count_divides_only_by_given_shares() -> None:
    result = put(given(S=50))
    assert result.table["value"].isna().all()
    assert set(result.table["how"]) == {"NO_SHARES"}
    assert set(result.table["status"]) == {"x"}
    result = put(given(S={"value": 50, "lower": 40, "upper": 60}), shares={("S", "S1"): 0.3, ("S", "S2"): 0.7})
    assert result.table["value"].tolist() == pytest.approx([15, 35])
    assert result.table["upper"].tolist() == pytest.approx([18, 42])
    assert set(result.table["status"]) == {"e"}
    assert not result.table["official"].any()
    assert result.account == {"share of a larger area's count": 1}


def test_wholes_and_pieces_make_a_count_that_is_estimated() -> None:
    result = put(given(C=10, P=100), shares={("P", "R"): 0.2, ("P", "Q"): 0.8})
    assert dict(zip(result.table["area"], result.table["value"], strict=True)) == pytest.approx({"R": 30, "Q": 80})
    assert set(result.table["status"]) == {"e"}


# ---- rates ---------------------------------------------------------------------------------------------------------


def rate(n: float, d: float, h: float = 2.0, **more: Any) -> dict[str, Any]:
    value = 100 * n / d
    return {"value": value, "lower": value - h, "upper": value + h, "numerator": n, "denominator": d, **more}


def test_a_rate_is_rebuilt_from_numerators_and_denominators() -> None:
    whole = only(put(given("rate", A=rate(30, 40, 6), B=rate(45, 90, 3))))
    assert whole["value"] == pytest.approx(100 * 75 / 130)
    assert whole["upper"] - whole["value"] == pytest.approx(np.hypot(40 / 130 * 6, 90 / 130 * 3))
    assert (whole["numerator"], whole["denominator"], whole["how"], whole["status"]) == (75, 130, "REBUILT", "")


def test_a_rate_keeps_its_base() -> None:
    rows = given("births", A={"value": 50.0, "numerator": 10, "denominator": 2000},
                 B={"value": 25.0, "numerator": 20, "denominator": 8000})  # fmt: skip
    assert only(put(rows))["value"] == pytest.approx(30)


def test_a_rate_without_numerators_is_weighted_and_marked() -> None:
    whole = only(put(given("rate", A={"value": 10, "weight": 100}, B={"value": 40, "weight": 200})))
    assert whole["value"] == pytest.approx(30)
    assert (whole["status"], whole["how"], whole["official"]) == ("e", "WEIGHTED", False)
    one, two = {"value": 10, "denominator": 100, "weight": 5}, {"value": 40, "denominator": 200, "weight": 5}
    assert only(put(given("rate", A=one, B=two)))["value"] == pytest.approx(30), "its own denominators come first"


def test_a_rate_without_numerators_and_weights_is_never_averaged() -> None:
    whole = only(put(given("rate", A=10, B=40)))
    assert np.isnan(whole["value"])
    assert (whole["status"], whole["how"]) == ("x", "NO_WEIGHTS")
    assert np.isnan(only(put(given("rate", A={"value": 10, "weight": 3}, B=40)))["value"])


def test_a_piece_inherits_the_rate_of_the_place_it_is_part_of() -> None:
    result = put(given("rate", S=rate(30, 40)))
    assert result.table["value"].tolist() == [75, 75]
    assert result.table["lower"].tolist() == [73, 73]
    assert set(result.table["status"] + result.table["basis"]) == {"einherited"}
    assert result.table["numerator"].isna().all(), "nobody said how many of them live there"
    assert result.account == {"rate of the larger area it is a part of": 1}


def test_wholes_and_pieces_make_a_rate_only_by_given_shares() -> None:
    rows = given("rate", C=rate(10, 20), P=rate(90, 100))
    result = put(rows)
    assert dict(zip(result.table["area"], result.table["how"], strict=True)) == {"R": "NO_WEIGHTS", "Q": "INHERITED"}
    table = put(rows, shares={("P", "R"): 0.2, ("P", "Q"): 0.8}).table.set_index("area")
    assert table.loc["R", "value"] == pytest.approx(100 * 28 / 40)
    assert (table.loc["R", "how"], table.loc["R", "status"], table.loc["R", "official"]) == ("REBUILT", "e", False)
    rows = given("rate", C={"value": 50, "weight": 20}, P={"value": 90, "weight": 100})
    table = put(rows, shares={("P", "R"): 0.2, ("P", "Q"): 0.8}).table.set_index("area")
    assert table.loc["R", "value"] == pytest.approx(70)


def test_a_median_is_only_approximated() -> None:
    jobs = {"numerator": 1, "denominator": 10}
    whole = only(put(given("pay", A={"value": 400, **jobs}, B={"value": 600, **jobs})))
    assert (whole["how"], whole["status"], whole["official"]) == ("APPROXIMATED", "e", False)
    assert whole["value"] == 500, "the median is not a number of people by another"
    whole = only(put(given("pay", A={"value": 400, "weight": 10}, B={"value": 600, "weight": 30})))
    assert whole["value"] == 550
    assert np.isnan(only(put(given("pay", A=400, B=600)))["value"])


# ---- the same place ------------------------------------------------------------------------------------------------


def test_a_re_code_changes_the_code_and_nothing_else() -> None:
    before = {"value": 7.0, "lower": 6.0, "upper": 8.0, "status": "p", "basis": "published", "source": "us"}
    after = only(put(given(O=before)))
    assert {name: after[name] for name in before} == before
    assert (after["area"], after["how"], after["parts"], after["official"]) == ("N", "RECODED", "O", True)


def test_a_withheld_figure_stays_withheld_under_its_new_code() -> None:
    after = only(put(given(O={"value": NAN, "status": "c"})))
    assert (after["area"], after["status"]) == ("N", "c")


def test_names_are_not_looked_at() -> None:
    assert set(put(given(A=1, B=2, O=3, S=4)).table["area"]) == {"M", "N", "S1", "S2"}, "all are called Dorset"


def test_codes_of_today_and_codes_the_table_does_not_know_pass_unchanged() -> None:
    rows = given(M=1, E12000001=2)
    result = put(rows)
    assert result.table["value"].tolist() == [2, 1]
    assert set(result.table["how"]) == {"AS_PUBLISHED"}
    assert result.account == {"as published": 2}


def test_a_code_that_does_not_exist_yet_is_left_out_with_a_reason() -> None:
    result = put(given(L=1, M=1), to=date(2019, 5, 1))
    assert result.fate["row L"] == "left out: no such area on 2019-05-01"


# ---- two ways, two vintages ----------------------------------------------------------------------------------------


def test_the_figure_of_the_area_itself_is_preferred_and_nothing_counts_twice() -> None:
    result = put(given(A=10, B=20, M=31))
    assert only(result)["value"] == 31
    assert result.account == {"left out: the publisher gives the area itself": 2, "as published": 1}


def test_a_withheld_figure_is_not_found_out_by_adding_its_parts() -> None:
    whole = only(put(given(A=10, B=20, M={"value": NAN, "status": "c"})))
    assert np.isnan(whole["value"])
    assert whole["status"] == "c"


def test_an_empty_figure_gives_way_to_the_sum_of_its_parts() -> None:
    result = put(given(A=10, B=20, M={"value": NAN, "status": "z"}))
    assert only(result)["value"] == 30
    assert result.fate["row M"] == "left out: empty, and its parts are known"
    assert only(put(given(A=10, M={"value": NAN, "status": "z"})))["status"] == "z"


def test_county_and_districts_are_two_ways_not_one_sum() -> None:
    result = put(given(A=10, B=20, K=33))
    assert only(result)["value"] == 33, "the same place under another code is the better way"
    assert result.fate["row A"] == "left out: a better way to make up the same area"
    assert only(put(given(A=10, B=20, K={"value": NAN, "status": "x"})))["value"] == 30


def test_going_back_a_merger_becomes_a_division() -> None:
    back = put(given("rate", M=rate(30, 40)), to=date(2019, 1, 1)).table.set_index("area")
    assert back.loc["A", "how"] == "INHERITED"
    assert back.loc["A", "value"] == 75
    assert back.loc["K", "how"] == "RECODED"
    shares = {("M", "A"): 0.25, ("M", "B"): 0.75}
    back = put(given(M=40), to=date(2019, 1, 1), shares=shares).table.set_index("area")
    assert back["value"].to_dict() == {"A": 10, "B": 30, "K": 40}
    barnsley = put(given(E08000038=5), to=date(2023, 4, 1), changes=code_changes())
    assert only(barnsley)["area"] == "E08000016"
    back = put(given(S1=15, S2=35, R=1, Q=2), to=date(2019, 1, 1)).table.set_index("area")
    assert back.loc["S", "value"] == 50
    assert back.loc["S", "how"] == "SUMMED"
    assert np.isnan(back.loc["P", "value"])


def test_a_chain_of_changes_is_followed_to_the_end() -> None:
    rows = given("rate", E07000187=rate(1, 2), E07000188=rate(1, 2), E07000189=rate(1, 2), E07000190=rate(3, 4),
                 E07000191=rate(3, 4))  # fmt: skip
    whole = only(put(rows, to=date(2023, 4, 1), changes=code_changes()))
    assert whole["value"] == pytest.approx(100 * 9 / 14)
    assert whole["parts"] == "E07000187+E07000188+E07000189+E07000190+E07000191"
    rows = given(**{f"E07000{n}": 1.0 for n in range(157, 163)})
    northumberland = only(put(rows, changes=code_changes()))
    assert (northumberland["area"], northumberland["value"], northumberland["how"]) == ("E06000057", 6, "SUMMED")


# ---- markers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "two", "whole"), [("p", "", "p"), ("r", "p", "p"), ("u", "p", "u"), ("e", "b", "e")])
def test_the_gravest_marker_of_the_parts_is_the_whole_s(one: str, two: str, whole: str) -> None:
    assert only(put(given(A={"value": 1, "status": one}, B={"value": 1, "status": two})))["status"] == whole


def test_what_is_made_of_inherited_figures_is_inherited_and_not_official() -> None:
    later = {"new": "T", "old": ["S1", "C2"], "order": "law", "from": date(2019, 10, 1)}
    more = WORLD.model_dump(by_alias=True)
    changes = CodeChanges.from_dict(
        {**more, "names": {**more["names"], "T": "T", "C2": "C"}, "change": [*more["change"], later]}
    )
    rows = given("rate", S={**rate(30, 40), "weight": 5}, C2={**rate(10, 40), "weight": 5})
    shares = {("S", "S1"): 0.5, ("S", "S2"): 0.5}
    table = put(rows, changes=changes, shares=shares).table.set_index("area")
    assert table.loc["T", "value"] == pytest.approx(100 * 25 / 60)
    assert (table.loc["T", "basis"], table.loc["T", "status"], table.loc["T", "official"]) == ("inherited", "e", False)


def test_other_columns_are_kept_where_the_parts_agree() -> None:
    rows = given(A={"value": 1, "source": "us", "note": "one"}, B={"value": 1, "source": "us", "note": "two"})
    whole = only(put(rows))
    assert whole["source"] == "us"
    assert pd.isna(whole["note"])


# ---- two tiers and joint figures ---------------------------------------------------------------------------------

COUNTY = Counties.from_dict(
    {
        "county": {"U": ["M", "N"]},
        "joint": [
            {"code": "J", "members": ["X", "Y"], "rule": "first", "why": "few people"},
            {"code": "J", "members": ["X", "Y"], "rule": "none", "series": ["pay"], "why": "few people"},
            {"code": "J2", "members": ["X", "Y"], "rule": "each", "why": "few people"},
            {"code": "X", "members": ["X", "Y"], "rule": "each", "series": ["births"], "why": "it covers Y"},
            {"code": "Y", "members": ["X", "Y"], "rule": "none", "series": ["people"], "why": "too few"},
        ],
    }
)


def test_districts_add_up_to_their_county_after_every_change() -> None:
    result = put(given(A=1, B=2, O=4), counties=COUNTY)
    assert only(result)["area"] == "U"
    assert only(result)["value"] == 7
    assert only(result)["parts"] == "A+B+O"
    assert only(put(given(A=1, B=2, O=4, U=8), counties=COUNTY))["value"] == 8


def test_a_joint_figure_goes_where_the_rule_says() -> None:
    assert only(put(given("rate", J=50.0), counties=COUNTY))["area"] == "X"
    assert only(put(given("rate", J=50.0), counties=COUNTY))["basis"] == "inherited"
    assert put(given("rate", J2=50.0), counties=COUNTY).table["area"].tolist() == ["X", "Y"]
    none = put(given("pay", J=50.0), counties=COUNTY)
    assert none.table.empty
    assert none.account == {"left out: nobody is to have this figure, by declared rule": 1}
    assert only(put(given("rate", J=50.0, X=51.0), counties=COUNTY))["value"] == 51
    assert only(put(given("rate", J=50.0)))["area"] == "J", "without rules it stays what it is"


def test_a_member_s_own_code_can_stand_for_all_and_a_small_area_can_be_dropped() -> None:
    both = put(given("births", X=50.0), counties=COUNTY).table
    assert both[["area", "value", "status", "basis"]].values.tolist() == [
        ["X", 50, "e", "inherited"],
        ["Y", 50, "e", "inherited"],
    ]
    result = put(given(X=5, Y=1), counties=COUNTY)
    assert only(result)["area"] == "X"
    assert result.fate["row Y"] == "left out: nobody is to have this figure, by declared rule"


def test_hackney_has_the_figure_that_covers_the_city() -> None:
    rows = given("rate", E67000001=40.0, E67000002=30.0)
    table = put(rows, to=date(2023, 4, 1), changes=code_changes(), counties=counties()).table
    assert table["area"].tolist() == ["E06000052", "E09000012"]


# ---- what is refused -----------------------------------------------------------------------------------------------


def test_two_figures_of_one_area_are_refused() -> None:
    with pytest.raises(DuplicateObservation, match="people, A, 2018 is given more than once"):
        put(pd.concat([given(A=1), given(A=2)]))


def test_a_missing_column_an_unknown_indicator_and_marker_are_refused_together() -> None:
    with pytest.raises(DataError, match="no column 'area'"):
        put(given(A=1).drop(columns="area"))
    with pytest.raises(DataError) as caught:
        put(pd.concat([given("what", A={"value": 1, "status": "?"}), given(A=1).assign(area=None)]))
    assert [word in str(caught.value) for word in ("what: nobody says", "marker '?'", "no area")] == [True] * 3


def test_a_rate_that_is_not_its_numerator_by_its_denominator_is_refused() -> None:
    with pytest.raises(UnitMismatch, match="rate is not 100 times numerator by denominator but 1 times"):
        put(given("rate", A={"value": 0.5, "numerator": 1, "denominator": 2}))


@pytest.mark.parametrize(
    ("shares", "fault"),
    [
        ({("S", "S1"): 0.3}, "shares of S in S1, S2 do not add up to 1"),
        ({("S", "S1"): 0.3, ("S", "S2"): 0.6}, "do not add up to 1"),
        ({("S", "S1"): 1.3, ("S", "S2"): -0.3}, "give a number from 0 to 1"),
        ({("S", "S1"): NAN, ("S", "S2"): 1.0}, "do not add up to 1"),
        ({("A", "M"): 1.0}, "A does not go to M in part"),
    ],
)
def test_wrong_shares_are_refused(shares: dict[tuple[str, str], float], fault: str) -> None:
    with pytest.raises(DataError, match=fault):
        put(given(A=1), shares=shares)


def test_nothing_in_nothing_out() -> None:
    result = put(given(A=1, B=1).iloc[:0])
    assert result.table.empty
    assert result.account == {}


def test_the_input_is_not_changed_and_order_does_not_matter() -> None:
    rows = given("rate", A=rate(1, 2), B=rate(1, 4), O=rate(1, 8), S=rate(1, 9))
    before = rows.copy(deep=True)
    one, two = put(rows), put(rows.iloc[::-1])
    pd.testing.assert_frame_equal(rows, before)
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_series_equal(one.fate, two.fate.iloc[::-1])

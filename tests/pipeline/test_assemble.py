"""From snapshots to figures: every record accounted for, mapped and filed as declared, put together, worked out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from goodwork.errors import DataError, DeclarationError, MissingData, SourceChanged, SourceError
from goodwork.geography.tables import from_tables
from goodwork.model.area import Geography
from goodwork.model.source import AreaNames, Gaps, Sources, shipped_sources
from goodwork.pipeline.assemble import Assembled, assemble, derived
from goodwork.pipeline.derivations import complement, entropy, share
from goodwork.pipeline.differences import differences
from goodwork.pipeline.reading import printed, read_source, take
from goodwork.pipeline.rebuild import select
from goodwork.store.shipped import read_shipped
from goodwork.store.snapshots import Retrieval, Snapshots

HEAD = "areacd,areanm,geography,indicator,period,observation,measure,unit,lci_95,uci_95,status,notes\n"
DECLARED = """
[[source]]
id = "survey"
title = "Made-up survey"
reader = "els-csv"
files = [{ name = "survey.csv" }]
made_of = { E10000006 = "survey_cumbria" }
series = [
  { label = "Inactive", series = "inactive" },
  { label = "Pay", series = "pay", sort = "median" },
  { label = "Span", series = "span", sort = "median", filed = "last" },
]

[[source]]
id = "counts"
title = "Made-up counts"
reader = "els-csv"
files = [{ name = "counts.csv" }]
sort = "count"
gaps = { low = 250, low_half_width = 250, withheld = 0, half_width = 400 }
series = [{ label = "Routine", series = "routine" }, { label = "Other", series = "other" }]

[[source]]
id = "never_fetched"
title = "Not there yet"
reader = "els-csv"
files = [{ name = "x.csv" }]
series = [{ label = "X", series = "x" }]

[[derived]]
series = "active"
how = "complement"
of = ["inactive"]
origin = "survey_active"
words = "100 minus"

[[derived]]
series = "routine_share"
how = "share"
of = ["routine"]
over = ["routine", "other"]
summed = ["region"]
origin = "counts_share"
words = "routine divided by all"

[[derived]]
series = "rise"
how = "difference"
of = ["inactive"]
periods = ["2018", "2019"]
origin = "survey_rise"
words = "later minus earlier"

[[derived]]
series = "per_head"
how = "per head"
of = ["routine"]
over = ["people", "working_age"]
per = 1000.0
years = 2
origin = "counts_per_head"
denominator = "made-up people in the middle of the same years"
words = "two years of counts over two years of people"
"""
FIGURE = {"period": "2019", "span": "2019", "status": "", "basis": "published", "source": "counts",
          "how": "AS_PUBLISHED", "parts": ""}  # fmt: skip
YORK, HULL, CUMBERLAND, WESTMORLAND = "E06000014", "E06000010", "E06000063", "E06000064"


def rows(label: str, *cells: tuple[str, str, str]) -> str:
    """Lines of a file: ``(code, period, "value,lower,upper,status")``."""
    text = ""
    for code, period, figure in cells:
        value, lower, upper, status = (figure + ",,,").split(",")[:4]
        text += f"{code},Somewhere,District,{label},{period},{value},m,u,{lower},{upper},{status},\n"
    return text


SURVEY = (
    HEAD
    + rows("Inactive", (YORK, "2018-01-01/P1Y", "20,18,23"), (YORK, "2019-01-01/P1Y", "21.5,19,24"))
    + rows("Inactive", (HULL, "2019-01-01/P1Y", ",,,c"), ("K02000001", "2019-01-01/P1Y", "22"))
    + rows("Pay", (YORK, "2019-04-17", "450,440,460"), ("E10000006", "2019-04-17", "400,380,420"))
    + rows("Span", (YORK, "2016-01-01/P3Y", "61.5"), (HULL, "2016-01-01/P3Y", "58"))
    + rows("Nobody asked", (YORK, "2019-01-01/P1Y", "1"))
)
DISTRICTS = ("E07000026", "E07000028", "E07000029")  # they became Cumberland in 2023
COUNTS = (
    HEAD
    + rows(
        "Routine", (YORK, "2019-01-01/P1Y", "3000,2700,3300"), *((d, "2019-01-01/P1Y", "100,80,120") for d in DISTRICTS)
    )
    + rows("Other", (YORK, "2019-01-01/P1Y", "7000"), *((d, "2019-01-01/P1Y", "900,800,1000") for d in DISTRICTS[:2]))
    + rows("Other", (DISTRICTS[2], "2019-01-01/P1Y", ",,,c"), (HULL, "2019-01-01/P1Y", "500,400,600"))
    + rows("Routine", (HULL, "2019-01-01/P1Y", ",,,low"), (YORK, "2018-01-01/P1Y", "2000,1800,2200"))
)


@pytest.fixture(scope="module")
def geography() -> Geography:
    shipped = read_shipped()
    return from_tables(
        shipped.tables["areas"], shipped.tables["successors"], level="upper tier", vintage=shipped.manifest["vintage"]
    )


@pytest.fixture(scope="module")
def sources() -> Sources:
    return Sources.from_toml(DECLARED, "made-up sources")


def keep(folder: Path, **files: str) -> Snapshots:
    snapshots = Snapshots(folder)
    for name, text in files.items():
        facts = Retrieval(source=name, name=f"{name}.csv", retrieved_at=datetime(2026, 1, 2, tzinfo=UTC))
        snapshots.keep(text.encode(), facts)
    return snapshots


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, sources: Sources, geography: Geography) -> Assembled:
    people = pd.DataFrame(
        {"series": ["people"] * 2 + ["working_age"] * 2, "area": YORK, "period": ["2018", "2019"] * 2,
         "value": [200_000.0, 200_000.0, 50.0, 75.0]}
    )  # fmt: skip
    snapshots = keep(tmp_path_factory.mktemp("snapshots"), survey=SURVEY, counts=COUNTS)
    return assemble(snapshots, sources, geography, beside=people)


def cell(found: Assembled, series: str, area: str, period: str = "2019") -> pd.Series:
    table = found.series
    here = table[(table["series"] == series) & (table["area"] == area) & (table["period"] == period)]
    assert len(here) == 1, here
    return here.iloc[0]


def test_every_record_is_accounted_for(found: Assembled) -> None:
    for source, entry in found.account.items():
        assert entry["used"] + sum(entry["left_out"].values()) == entry["records"], source
    assert found.account["survey"]["left_out"] == {
        "series that the monitor does not use": 1, "area outside the monitor: codes K02…": 1,
    }  # fmt: skip
    assert found.absent == ("never_fetched",)


def test_periods_are_filed_as_declared(found: Assembled) -> None:
    assert cell(found, "span", YORK, "2018")["span"] == "2016-2018"
    assert cell(found, "pay", YORK, "2019")["span"] == "2019-04-17"


def test_withheld_stays_withheld(found: Assembled) -> None:
    for series in ("inactive", "active"):
        hull = cell(found, series, HULL)
        assert np.isnan(hull["value"])
        assert hull["status"] == "c"


def test_complement_turns_the_interval_over(found: Assembled) -> None:
    york = cell(found, "active", YORK)
    assert (york["value"], york["lower"], york["upper"]) == (78.5, 76.0, 81.0)
    assert (york["basis"], york["source"]) == ("derived", "survey_active")


def test_a_former_county_is_inherited_and_marked(found: Assembled) -> None:
    for area in (CUMBERLAND, WESTMORLAND):
        pay = cell(found, "pay", area)
        assert (pay["value"], pay["basis"], pay["status"], pay["source"]) == (400.0, "inherited", "e", "survey_cumbria")


def test_share_of_counts_with_declared_fillings(found: Assembled) -> None:
    york = cell(found, "routine_share", YORK)
    assert york["value"] == pytest.approx(30)
    assert york["upper"] - york["value"] == pytest.approx(100 * 300 / 10_000)
    hull = cell(found, "routine_share", HULL)  # 250 of 750
    assert hull["value"] == pytest.approx(100 / 3)
    cumberland = cell(found, "routine_share", CUMBERLAND)  # 300 of 2,100: the withheld part counts as none
    assert cumberland["value"] == pytest.approx(100 * 300 / 2100)
    assert cumberland["upper"] - cumberland["value"] == pytest.approx(100 * np.sqrt(3) * 20 / 2100)


def test_a_region_needs_all_its_areas(found: Assembled) -> None:
    regions = found.series[found.series["area"].str.startswith("E12")]
    assert regions.empty


def test_difference_and_rates_per_head(found: Assembled) -> None:
    assert cell(found, "rise", YORK)["value"] == pytest.approx(1.5)
    per_head = cell(found, "per_head", YORK)
    assert per_head["value"] == pytest.approx(1000 * 5000 / (200_000 * 0.5 + 200_000 * 0.75))
    assert per_head["span"] == "2018-2019"
    half = np.sqrt(200**2 + 300**2) * 1000 / (200_000 * 0.5 + 200_000 * 0.75)
    assert per_head["upper"] - per_head["value"] == pytest.approx(half)
    assert per_head["status"] == ""
    table = found.series
    assert set(table.loc[table["series"] == "per_head", "area"]) == {YORK}  # nobody knows the people elsewhere


def test_a_rate_per_head_bears_the_gravest_marker_and_needs_every_year(geography: Geography, sources: Sources) -> None:
    (rate,) = (one for one in sources.derived if one.how == "per head")
    years = ("2017", "2018", "2019", "2021")
    parts = [
        {**FIGURE, "series": name, "area": YORK, "period": year, "value": value, "lower": value - 1, "upper": value + 1}
        for name, value in (("routine", 30.0), ("people", 1000.0), ("working_age", 50.0))
        for year in years
    ]
    table = pd.DataFrame(parts)
    table.loc[(table["series"] == "people") & (table["period"] == "2018"), "status"] = "e"
    table.loc[(table["series"] == "routine") & (table["period"] == "2019"), "status"] = "p"
    table.loc[(table["series"] == "routine") & (table["period"] == "2017"), ["lower", "upper"]] = np.nan
    (found,) = derived(table, [rate], geography)
    found = found.set_index("period")
    assert found["value"].to_dict() == pytest.approx({"2018": 60.0, "2019": 60.0})  # 2021 lacks the year before
    assert found["status"].to_dict() == {"2018": "e", "2019": "e"}
    assert found["span"].to_dict() == {"2018": "2017-2018", "2019": "2018-2019"}
    assert np.isnan(found.loc["2018", "lower"])  # one year has no interval
    assert found.loc["2019", "upper"] - 60.0 == pytest.approx(1000 * np.sqrt(2) / 1000)


def test_people_of_years_before(geography: Geography, sources: Sources) -> None:
    (rate,) = (one for one in sources.derived if one.how == "per head")
    rate = rate.replace(years=1, people_before=1, over=("people",), span="spring 2019")
    parts = [
        {**FIGURE, "series": name, "area": YORK, "period": year, "value": value, "lower": np.nan, "upper": np.nan}
        for name, year, value in (("routine", "2019", 30.0), ("people", "2018", 500.0), ("people", "2019", 1000.0))
    ]
    (found,) = derived(pd.DataFrame(parts), [rate], geography)
    assert found[["period", "value", "span"]].to_numpy().tolist() == [["2019", pytest.approx(60.0), "spring 2019"]]


def test_a_rate_per_head_says_what_its_denominator_is(sources: Sources) -> None:
    (rate,) = (one for one in sources.derived if one.how == "per head")
    for changes in ({"denominator": ""}, {"over": ()}, {"years": 0}, {"how": "share"}):
        with pytest.raises(DeclarationError, match="wrong"):
            rate.replace(**changes)


def test_lineage_names_file_and_row(found: Assembled) -> None:
    table = found.lineage.set_index(["series", "area", "period"])
    york = table.loc[[("inactive", YORK, "2019")]].iloc[0]
    assert (york["source"], york["row"], york["part"]) == ("survey", "row 3", YORK)
    merged = table.loc[[("routine", CUMBERLAND, "2019")]]
    assert sorted(merged["part"]) == sorted(DISTRICTS)
    lines = COUNTS.splitlines()
    for part, row in zip(merged["part"], merged["row"], strict=True):
        assert lines[int(row.removeprefix("row ")) - 1].startswith(f"{part},Somewhere,District,Routine")


def test_a_sum_over_all_areas_of_a_region(geography: Geography, sources: Sources) -> None:
    members = [a.code for a in geography.at("upper tier") if a.parents.get("region") == "E12000001"]
    counts = pd.DataFrame(
        [
            {**FIGURE, "series": s, "area": a, "value": v, "lower": v - 3, "upper": v + 3}
            for a in members for s, v in (("routine", 10.0), ("other", 30.0))
        ]
    )  # fmt: skip
    table = derived(counts, [one for one in sources.derived if one.series == "routine_share"], geography)[0]
    north_east = table[table["area"] == "E12000001"].iloc[0]
    n = len(members)
    assert north_east["value"] == pytest.approx(25)
    assert north_east["upper"] - north_east["value"] == pytest.approx(100 * 3 * np.sqrt(n) / (40 * n))
    short = derived(counts[counts["area"] != members[0]], sources.derived[1:2], geography)[0]
    assert "E12000001" not in set(short["area"])


def test_nothing_kept(tmp_path: Path, sources: Sources, geography: Geography) -> None:
    with pytest.raises(MissingData, match="no snapshot"):
        assemble(Snapshots(tmp_path), sources, geography)


def test_a_figure_that_falls_twice_under_one_year(sources: Sources) -> None:
    text = HEAD + rows("Inactive", (YORK, "2019-01-01/P1Y", "20"), (YORK, "2019-04-01/P1Y", "21"))
    text += rows("Pay", (YORK, "2019-04-17", "1")) + rows("Span", (YORK, "2016-01-01/P3Y", "1"))
    reading = read_source(sources["survey"], {"survey.csv": text.encode()})
    with pytest.raises(SourceChanged, match="several figures fall under the same year"):
        take(sources["survey"], reading)


def test_names_are_matched_letter_by_letter_where_there_are_no_codes(sources: Sources) -> None:
    coded = read_source(sources["counts"], {"counts.csv": COUNTS.encode()})
    called = {code: f"Toy {code}" for code in coded.rows["area"]}
    named = replace(coded, rows=coded.rows.assign(area="", area_name=coded.rows["area"].map(called)))
    source = sources["counts"].replace(area_names="toy")
    names = AreaNames(why="toy", codes={name: code for code, name in called.items()})
    pd.testing.assert_frame_equal(take(source, named, names).table, take(source, coded, names).table, check_dtype=False)
    lower = AreaNames(why="toy", codes={name.lower(): code for code, name in called.items()})
    with pytest.raises(SourceChanged, match="does not hold"):
        take(source, named, lower)
    assert len(take(source, coded, lower).table)  # a publisher that gives codes needs no names


@pytest.mark.parametrize(
    ("gaps", "value"), [(Gaps(), [np.nan, np.nan, 5.0]), (Gaps(low=1, withheld=0, half_width=2), [1.0, 0.0, 5.0])]
)
def test_only_declared_gaps_are_filled(sources: Sources, gaps: Gaps, value: list[float]) -> None:
    text = HEAD + rows(
        "Routine", *((f"E0600000{n}", "2019-01-01/P1Y", f) for n, f in ((1, ",,,low"), (2, ",,,c"), (3, "5")))
    )
    text += rows("Other", (YORK, "2019-01-01/P1Y", "1"))
    source = sources["counts"]
    source = source.replace(series=tuple(one.replace(gaps=gaps) for one in source.series))
    table = take(source, read_source(source, {"counts.csv": text.encode()})).table
    np.testing.assert_array_equal(table.loc[table["series"] == "routine", "value"], value)


def test_arithmetic_passes_gaps_on() -> None:
    of, half = np.array([[1.0, np.nan], [1.0, 1.0]]), np.ones((2, 2))
    value, width = share(of, np.array([[4.0], [4.0]]), half)
    assert np.isnan(value[0])
    assert (value[1], width[1]) == (50.0, pytest.approx(25 * np.sqrt(2)))
    assert np.isnan(entropy(of)[0])
    assert np.isnan(share(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 1)))[0]).all()
    assert all(np.isnan(part) for part in complement(np.array(np.nan), np.array(np.nan), np.array(np.nan)))


def test_periods_in_words() -> None:
    assert printed("2020-03-01", "2020-07-31") == "2020-03-01 to 2020-07-31"


def test_what_no_source_gives_is_carried_and_never_stands_in() -> None:
    from goodwork.pipeline.material import shipped_declarations

    catalogue, _, _, origins = shipped_declarations()
    base = {"span": "", "lower": np.nan, "upper": np.nan, "status": "", "basis": "published"}
    new = pd.DataFrame(
        [
            {**base, "series": "unemployment_rate_model", "area": "A", "period": "2019", "value": 4.0, "source": "m"},
            {**base, "series": "unemployment_rate_model", "area": "B", "period": "2019", "value": np.nan, "source": "m",
             "status": "x"},
            {**base, "series": "unemployment_rate_model", "area": "D", "period": "2019", "value": np.nan, "source": "m",
             "status": "x"},
            {**base, "series": "unemployment_rate_aps", "area": "C", "period": "2019", "value": 6.0, "source": "s"},
            {**base, "series": "unemployment_rate_aps", "area": "B", "period": "2019", "value": 7.0, "source": "s"},
        ]
    )  # fmt: skip
    old = pd.DataFrame(
        [
            {**base, "indicator": "unemployment", "area": a, "period": "2019", "value": 9.0, "source": s}
            for a, s in (("A", "gone"), ("B", "gone"), ("E", "m"))
        ]
    )
    table, carried = select(new, catalogue, origins, old)
    here = table[table["indicator"] == "unemployment"].set_index("area")
    assert here["value"].to_dict() == {"A": 4.0, "B": 9.0, "C": 6.0, "D": pytest.approx(np.nan, nan_ok=True)}
    assert here["status"].to_dict() == {"A": "", "B": "", "C": "e", "D": "x"}
    assert list(carried["area"]) == ["B"]


def test_differences_are_counted_and_explained() -> None:
    base = {**FIGURE, "indicator": "pay", "lower": 1.0, "upper": 2.0}
    here = pd.DataFrame(
        [
            {**base, "area": "E06000001", "value": 1.500004}, {**base, "area": "E06000002", "value": 1.6},
            {**base, "area": "E06000003", "value": np.nan, "status": "c"},
            {**base, "area": "E06000004", "value": 1.0, "basis": "inherited"},
            {**base, "area": "E06000005", "value": 1.0, "lower": 0.5},
        ]
    )  # fmt: skip
    there = pd.DataFrame(
        [{**base, "area": f"E0600000{n}", "value": v} for n, v in ((1, 1.5), (2, 1.5), (5, 1.0), (6, 1.0))]
    )
    found = differences(here, there)
    assert found.table.loc["pay"].to_dict() == {
        "equal": 2, "different": 1, "only here": 1, "only there": 1, "withheld here": 1,
    }  # fmt: skip
    assert (found.cells["why"] != "").all()
    assert list(found.intervals["area"]) == ["E06000005"]
    assert "| pay | 2 | 1 | 1 | 1 | 1 |" in found.markdown


@pytest.mark.parametrize("change", ["used", "records"])
def test_a_lost_record_is_a_bug(found: Assembled, change: str) -> None:
    from goodwork.pipeline.assemble import _finish_account

    table = pd.DataFrame({"source": ["s", "s"]})
    account = {"s": {"records": 2 if change == "used" else 3, "left_out": {}}}
    fate = pd.Series(["as published", "left out: x"])
    if change == "used":
        _finish_account(account, table, fate)
        assert account["s"] == {"records": 2, "left_out": {"left out: x": 1}, "used": 1}
    else:
        with pytest.raises(DataError, match="accounted for"):
            _finish_account(account, table, fate)


def test_shipped_labels_of_occupations_are_all_groups() -> None:
    codes = [one.series[-2:] for one in shipped_sources()["nomis_aps_occupation"].series]
    assert len(codes) == 25
    assert {code[0] for code in codes} == set("123456789")


def test_figures_that_may_not_be_passed_on_are_not_compiled(tmp_path: Path, geography: Geography) -> None:
    """An export whose terms forbid redistribution is read, kept and analysed; an edition is not made of it."""
    declared = Sources.from_toml(
        """
        [[source]]
        id = "burden"
        title = "Burden of disease"
        reader = "gbd"
        options = { areas = { York = "E06000014" } }
        files = [{ name = "gbd.csv" }]
        series = []
        """
    )
    header = "measure_name,location_name,sex_name,age_name,cause_name,metric_name,year,val,upper,lower"
    content = f"{header}\nDALYs,York,Both,All ages,Alcohol,Rate,2019,5.0,6.0,4.0\n".encode()
    kept = Snapshots(tmp_path)
    kept.keep(content, Retrieval(source="burden", name="gbd.csv", retrieved_at=datetime(2031, 1, 1, tzinfo=UTC)))
    with pytest.raises(SourceError, match="may not be passed on"):
        assemble(kept, declared, geography)

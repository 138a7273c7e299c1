"""Under which year figures are filed: one rule for each indicator, and the years of a source that meant another."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from goodwork.model.indicator import Catalogue, Indicator
from goodwork.model.origin import Origin
from goodwork.model.source import shipped_sources
from goodwork.pipeline import shipped_material
from goodwork.pipeline.filing import refiled, spelt, unlike
from goodwork.pipeline.material import Material
from goodwork.sources.periods import read_span

ABOUT = {"publisher": "P", "title": "T", "release": "R", "licence": "L"}
ORIGINS = [Origin(id="tool", years="end", **ABOUT), Origin(id="office", **ABOUT)]
SCHOOL, YEAR = (
    Indicator(id=i, name=i, unit="%", kind="share", period_type=kind)
    for i, kind in (("school", "academic year"), ("year", "calendar year"))
)
#: Printed otherwise than as days: the year in which a financial year ends.
PRINTED = re.compile(r"FYE (\d{4})")


@pytest.fixture(scope="module")
def material() -> Material:
    return shipped_material()


def test_only_years_of_a_source_that_means_their_end_move() -> None:
    rows = pd.DataFrame(
        [
            ("school", "2018", "2018", "tool"), ("school", "1999", "1999", "tool"),
            ("school", "2018", "2018/19", "tool"),
            ("school", "2018", "2018", "office"), ("year", "2018", "2018", "tool"),
        ],
        columns=["indicator", "period", "span", "source"],
    )  # fmt: skip
    found = refiled(rows, Catalogue(indicator=(SCHOOL, YEAR)), ORIGINS)
    assert found["period"].tolist() == ["2017", "1998", "2018", "2018", "2018"]
    assert found["span"].tolist() == ["2017/18", "1998/99", "2018/19", "2018", "2018"]
    pd.testing.assert_frame_equal(refiled(found, Catalogue(indicator=(SCHOOL, YEAR)), ORIGINS), found)


def test_every_figure_is_filed_by_the_rule_of_its_indicator(material: Material) -> None:
    """What was printed begins or ends in the year it is filed under, as the catalogue says."""
    wrong = []
    spans = material.observations[["indicator", "period", "span"]].drop_duplicates()
    for row in spans.itertuples(index=False):
        indicator = material.catalogue[row.indicator]
        if indicator.period_type == "window":
            continue
        if ending := PRINTED.fullmatch(row.span):
            fits = indicator.filed_under == "ends" and row.period == ending[1]
        else:
            kind = "academic" if indicator.period_type == "academic year" else "financial"
            span = read_span(row.span, year=kind, hyphen="years")
            filed = span.last.year if indicator.filed_under == "ends" else span.first.year
            touched = 1 + (span.last.year - span.first.year)
            fits = str(filed) == row.period and (touched > 1) == bool(indicator.filed_under)
        if not fits:
            wrong.append((row.indicator, row.period, row.span))
    assert not wrong


def test_sources_file_as_the_catalogue_says(material: Material) -> None:
    said = {one.series: one.filed for source in shipped_sources().by_id.values() for one in source.series}
    for indicator in material.catalogue.indicator:
        for series in set(indicator.series) & set(said):
            assert said[series] == ("last" if indicator.filed_under == "ends" else "first"), indicator.id


def test_young_people_of_one_year_move_together(material: Material) -> None:
    """Two shares of the same young people, from two sources: their changes go together in the same academic year only.
    GCSEs by 19 come with their days, so the years of level 3 by 19 are told by them."""
    wide = {
        name: rows.pivot(index="area", columns="period", values="value").diff(axis=1)
        for name, rows in material.observations.groupby("indicator")
        if name in ("level3_by_19", "gcse_english_maths")
    }
    level3, gcse = wide["level3_by_19"], wide["gcse_english_maths"]

    def together(later: int) -> float:
        found = []
        for year in level3.columns:
            other = str(int(year) + later)
            if other in gcse.columns:
                found.append(level3[year].corr(gcse[other]))
        return float(np.nanmean(found))

    assert together(0) > 0.3
    assert max(together(later) for later in (-2, -1, 1, 2)) < 0.2


def test_teachers_grades_came_in_the_summer_of_2020(material: Material) -> None:
    rows = material.observations
    england = rows[(rows["indicator"] == "attainment8") & (rows["area"] == "E92000001")].set_index("period")["value"]
    rise = england["2019"] - england["2018"]  # the academic year 2019/20
    assert rise > 3
    assert abs(england["2018"] - england["2017"]) < 1
    assert {b.period for b in material.catalogue["attainment8"].breaks} == {"2016", "2019"}


@pytest.mark.parametrize(
    ("kind", "filed", "words"),
    [
        ("calendar year", "", "2019"),
        ("financial year", "", "April 2019 to March 2020"),
        ("financial year", "ends", "April 2018 to March 2019"),
        ("academic year", "", "September 2019 to August 2020"),
        ("three years", "", "January 2017 to December 2019"),
        ("survey date", "", "a day of 2019"),
        ("window", "", "2019"),
    ],
)
def test_what_a_period_covers_is_spelt_out(kind: str, filed: str, words: str) -> None:
    indicator = Indicator.from_dict({**YEAR.model_dump(), "period_type": kind, "filed": filed})
    assert spelt(indicator, "2019") == words


def test_figures_of_another_period_are_named_and_gaps_are_not() -> None:
    asked = {"marks": SCHOOL, "jobs": YEAR, "homes": YEAR, "roads": YEAR}
    (note,) = unlike(asked, ["2019", "2019", "2018", ""], "2019")
    assert note == "Figures of other periods than 2019: marks, September 2019 to August 2020; homes, 2018."
    assert unlike({"jobs": YEAR}, ["2019"], "2019") == ()

"""Chapters of the time series, and what goes together before and after a year, from the shipped figures."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from goodwork.analysis.chapters import Chapters
from goodwork.errors import MethodError
from goodwork.model.framework import INDEX
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.chapters import chapters_of
from goodwork.pipeline.material import shipped_material
from goodwork.pipeline.windows import windows_of


@cache
def great_britain() -> Asked:
    material = shipped_material()
    return Asked.of(material, material.frameworks[0], "gb", "2019")


@pytest.fixture(scope="module")
def found() -> Chapters:
    return chapters_of(great_britain(), draws=60)


def test_chapters_are_filters_on_one_scale(found: Chapters) -> None:
    asked = great_britain()
    titles = [chapter.title for chapter in found.chapters]
    assert titles == ["England", "England outside London", "London", "Wales", "Scotland"], "not all areas once more"
    scores = asked.moving.displayed[..., asked.moving.nodes.index(INDEX)]
    wales = [code.startswith("W") for code in asked.panel.areas]
    own = found.chapters[3]
    np.testing.assert_allclose(own.median, np.median(scores[:, wales], axis=1))
    assert own.n.tolist() == [22] * 5
    assert ((own.low <= own.median) & (own.median <= own.high)).all()
    assert set(own.trends.areas) == {n for n, w in zip(asked.names, wales, strict=True) if w}
    assert own.convergence.n == 22
    assert own.stretch == ("2017", "2018", "2019")
    assert len(found.table) == 25


def test_only_chapters_without_an_area_in_common_are_set_against_each_other(found: Chapters) -> None:
    told = " ".join(found.findings)
    assert "The middle area of London is clearly above that of Wales in 2019." in told
    assert "The middle area of England is clearly" not in told.replace("of England is clearly above that of Wales", "")
    assert "of England outside London is clearly below that of London" in told
    low = replace(found.chapters[3], low=found.chapters[3].median - 50, high=found.chapters[3].median + 50)
    unsure = Chapters((found.chapters[2], low), ())
    assert not any("The middle area" in sentence for sentence in unsure.findings), "intervals that meet say nothing"


def test_notes_tell_scale_breaks_and_what_is_left_out(found: Chapters) -> None:
    notes = " ".join(found.notes)
    assert "one scale, that of Great Britain" in notes
    assert "Break in 2020: unemployment" in notes
    with pytest.raises(MethodError, match="not a part of"):
        chapters_of(replace_set("wales"), ["england"], draws=20)
    with pytest.raises(MethodError, match="no chapter"):
        chapters_of(replace_set("wales"), draws=20)


def replace_set(name: str) -> Asked:
    asked = great_britain()
    return Asked.of(asked.material, asked.framework, name, asked.period)


def test_unemployment_and_participation_before_and_after_2020() -> None:
    """By hand: means over the years of each side, and last less first within it."""
    asked = great_britain()
    names = ["unemployment", "participation"]
    found = windows_of(asked, names)
    periods = [str(y) for y in range(2004, 2024)]
    value = asked.figures(names, periods)[0]
    both = np.isfinite(value).all(axis=2)
    here = both[:16].any(axis=0)
    levels = [np.nanmean(np.where(both[:16], value[:16, :, m], np.nan)[:, here], axis=0) for m in (0, 1)]
    pair = found.pairs[0]
    assert pair.r[0, 0] == pytest.approx(np.corrcoef(*levels)[0, 1])
    assert pair.spans == ((2004, 2019), (2020, 2023))
    assert found.table[["one", "other"]].drop_duplicates().to_numpy().tolist() == [names]
    assert "r = −0.8" in " ".join(found.findings)
    assert "unemployment (2020)" in " ".join(found.notes)


def test_pairs_without_both_sides_are_left_out_by_name() -> None:
    asked = great_britain()
    found = windows_of(asked, ["median_pay", "satisfactory_hours", "participation"])
    assert len(found.pairs) == 1
    assert "median pay with satisfactory hours" in " ".join(found.notes)
    with pytest.raises(MethodError, match="years on both sides of 1999"):
        windows_of(asked, ["median_pay", "participation"], 1999)

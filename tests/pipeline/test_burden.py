"""A person's own export of causes of ill health against the score; figures made up, after the documented columns."""

from __future__ import annotations

import json

import numpy as np
import pytest

from goodwork.analysis.outcomes import Outcomes
from goodwork.errors import MissingData
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.burden import burden_of, crosswalk
from goodwork.pipeline.material import shipped_material
from goodwork.sources.gbd import locations

HEAD = "measure,location,sex,age,cause,metric,year,val,upper,lower"
DALYS = "DALYs (Disability-Adjusted Life Years)"


@pytest.fixture(scope="module")
def asked() -> Asked:
    material = shipped_material()
    return Asked.of(material, material.frameworks[0], "england-119", "2019")


def export(asked: Asked, causes: int = 17, years: tuple[str, ...] = ("2015", "2019")) -> bytes:
    """The first cause follows the score downwards, the second upwards, the others are chance; the first weigh most."""
    rng = np.random.default_rng(5)
    score = np.nan_to_num(asked.scores()[:, 0], nan=100)
    lines = [HEAD]
    for year in years:
        for c in range(causes):
            sign = {0: -1, 1: 1}.get(c, 0)
            values = 6000 - 300 * c + sign * score + rng.normal(size=len(score))
            lines += [
                f'{DALYS},"{name}",Both,Age-standardized,Cause {c:02d},Rate,{year},{v:.3f},{v + 9:.3f},{v - 9:.3f}'
                for name, v in zip(asked.names, values, strict=True)
            ]
    lines += [f"{DALYS},England,Both,Age-standardized,Cause 00,Rate,2019,1,2,0"]
    lines += [f'{DALYS},"{n}",Both,Age-standardized,All causes,Rate,2019,99999,99999,99999' for n in asked.names]
    other = rng.normal(70_000, 10_000, (2, len(score))).round(3)
    for (sex, metric), values in zip((("Both", "Number"), ("Male", "Rate")), other, strict=True):
        lines += [
            f'{DALYS},"{name}",{sex},Age-standardized,Cause 00,{metric},2019,{v},{v},{v}'
            for name, v in zip(asked.names, values, strict=True)
        ]
    return ("\n".join(lines) + "\n").encode()


@pytest.fixture(scope="module")
def found(asked: Asked) -> Outcomes:
    return burden_of(asked, export(asked), "mine.csv")


def test_the_fifteen_causes_that_weigh_most_go_with_the_score_as_made(found: Outcomes) -> None:
    assert found.outcomes == tuple(f"cause {c:02d}" for c in range(15)), "without all causes together"
    assert found.link("cause 00").pooled.r < -0.95
    assert found.link("cause 01").pooled.r > 0.95
    assert abs(found.link("cause 05").pooled.r) < 0.4
    assert found.link("cause 00").observed == "2019"
    assert found.scores[1:] == ("labour market access", "status and autonomy", "pay and conditions")
    assert "25 % or more of the variation in common with 2: cause 00 and cause 01" in found.findings[0]
    notes = " ".join(found.notes)
    assert "119 areas of mine.csv, 2019: DALYs" in notes
    assert "Age-standardized, Rate" in notes
    assert "not redistributed" in notes


def test_no_figure_of_the_export_is_given_back(asked: Asked, found: Outcomes) -> None:
    content = export(asked)
    told = json.dumps([found.table.to_dict("records"), found.findings, found.notes], default=str)
    figures = {line.split(",")[-3] for line in content.decode().splitlines()[1:] if "Cause" in line}
    assert not {figure for figure in figures if len(figure) > 5 and figure in told}


def test_names_are_matched_exactly_or_by_a_crosswalk(asked: Asked) -> None:
    content = export(asked, causes=1, years=("2019",)).replace(b'"York"', b'"City of York"')
    assert "City of York" in locations(content, "mine.csv")
    assert "City of York" not in crosswalk(asked, content, "mine.csv")
    found = burden_of(asked, content, "mine.csv")
    assert "118 areas" in found.notes[0]
    assert "Not in the export under a known name: York." in found.notes[0]
    given = {**crosswalk(asked, content, "mine.csv"), "City of York": "E06000014"}
    assert "119 areas" in burden_of(asked, content, "mine.csv", given).notes[0]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b",Rate,", b",Percent,", "no metric is Rate"),
        (DALYS.encode(), b"Deaths", "no measure is DALYs"),
        (b",Cause ", b",All causes #", ""),
    ],
)
def test_what_an_export_must_hold(asked: Asked, old: bytes, new: bytes, says: str) -> None:
    content = export(asked, causes=1, years=("2019",)).replace(old, new)
    if says:
        with pytest.raises(MissingData, match=says):
            burden_of(asked, content, "mine.csv")
    else:
        assert len(burden_of(asked, content, "mine.csv").outcomes) == 1


def test_only_all_causes_together_is_no_table_of_causes(asked: Asked) -> None:
    lines = export(asked, causes=0, years=()).decode().splitlines()
    content = "\n".join(line for line in lines if "Cause 00" not in line).encode() + b"\n"
    with pytest.raises(MissingData, match="no cause"):
        burden_of(asked, content, "mine.csv")
    nowhere = f"{HEAD}\n{DALYS},Atlantis,Both,All ages,Flu,Rate,2019,1,2,0\n".encode()
    with pytest.raises(MissingData, match="no location has the name"):
        burden_of(asked, nowhere, "mine.csv")

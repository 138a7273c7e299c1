"""Which trends a revision turned round: those whose slope has the other sign over the same years, and no others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import goodwork
from goodwork.pipeline import own_material, publish
from goodwork.pipeline.change_log import change_log
from goodwork.pipeline.revisions import revisions
from goodwork.pipeline.vintages import Vintage
from goodwork.store.changes import read_changes, write_changes
from goodwork.store.editions import open_edition, write_edition

STARTER = Path(goodwork.__file__).parent / "starter"


def pay(**of: list[float]) -> pd.DataFrame:
    """Figures of one indicator by area, from 2018 on; NaN for a gap."""
    rows = [("pay", area, str(2018 + n), value) for area, values in of.items() for n, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])


OLD = pay(A=[1, 2, 3, 4], B=[4, 3, 2, 1], C=[1, 1, 1, 1], D=[1, 2, 3, 4], E=[1, np.nan, np.nan, 2])


def test_only_a_slope_of_the_other_sign_is_a_turn() -> None:
    new = pay(A=[4, 3, 2, 1], B=[4, 3, 2, 0], C=[1, 2, 3, 4], D=[1, 2, 3, 4], E=[2, np.nan, np.nan, 1])
    found = revisions(OLD, new)
    assert found.trends.loc[found.trends["turned"], "area"].tolist() == ["A"], "from level to rising is none"
    assert set(found.trends["area"]) == {"A", "B", "C", "D"}, "two figures are no trend"
    text = "1 of the 4 trends of indicators with changed figures turned round: pay (1); such as pay, A, 2018 to 2021, "
    assert f"{text}which was rising, is falling." in found.findings
    back = revisions(new, OLD)
    assert back.trends["turned"].tolist() == found.trends["turned"].tolist()
    assert f"{text}which was falling, is rising." in back.findings


def test_none_is_said_too_and_nothing_where_nothing_changed() -> None:
    found = revisions(OLD, OLD.assign(value=OLD["value"].replace(4, 5)))
    assert "None of the 4 trends of indicators with changed figures turned round." in found.findings
    assert not len(revisions(OLD, OLD).trends)


def test_another_year_is_no_correction_of_the_years_before() -> None:
    news = pay(A=[1, 2, 3, 4, -90, -90, -90], B=[4, 3, 2, 1, 0, 0, 0])
    found = revisions(OLD[OLD["area"].isin(["A", "B"])], news)
    assert found.counts["new"] == 6
    assert found.trends["last"].tolist() == ["2021", "2021"]
    assert not found.trends["turned"].any()


def test_no_trend_crosses_a_break() -> None:
    old, new = pay(A=[1, 2, 3, 30, 31, 32]), pay(A=[3, 2, 1, 32, 31, 30])
    assert revisions(old, new).trends["turned"].tolist() == [False], "the jump outweighs the fall"
    declared = {"indicator pay": {"name": "Pay", "breaks.2021.period": "2021", "breaks.2021.what": "Another survey."}}
    sides = [Vintage("a table", Vintage.of(table).figures, declared) for table in (old, new)]
    assert revisions(*sides).trends["turned"].tolist() == [True]


def test_the_last_bits_of_a_level_series_are_no_turn() -> None:
    bits = np.nextafter(0.1, 1) - 0.1
    old, new = pay(A=[0.1, 0.1 + bits, 0.1 + 2 * bits]), pay(A=[0.1 + 2 * bits, 0.1 + bits, 0.1])
    found = revisions(old, new, tolerance=0)
    assert found.counts["revised"] == 2
    assert found.trends["turned"].tolist() == [False]


def test_what_a_new_edition_changed_is_kept_beside_it(tmp_path: Path) -> None:
    material = own_material(STARTER / "framework.toml", STARTER / "data.csv")
    first = publish(material, tmp_path, draws=20)
    assert read_changes(first) is None, "it replaced none"
    said = {key: value for key, value in first.manifest.items() if key not in ("format", "tables")}
    tables = {name: first.table(name) for name in first.manifest["tables"]}
    values = tables["values"]
    some = (values["indicator"] == "in_work") & (values["area"] == "T01")
    back = values.assign(value=values["value"].mask(some, -values["value"]))
    former = write_edition(tmp_path, "toyland", {**tables, "values": back}, said)
    second = publish(material, tmp_path, draws=20)
    kept = read_changes(open_edition(tmp_path))
    assert kept is not None
    assert (kept["before"], kept["after"], kept["trends_turned"]) == (former.name, second.name, 1)
    assert kept["trends"][0]["place"] == "Marbleton"
    assert "1 trend turned round" in kept["reasons"]
    assert list(change_log(former, tables, said).sentences) == kept["findings"]
    write_changes(second, {"before": "another", "after": second.name, "findings": []})
    assert read_changes(second) == kept, "what it replaced when it came first stays"

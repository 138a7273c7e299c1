"""The quality report: each measure on figures whose faults are known, the known faults of the shipped figures found,
and the page as a browser shows it."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from goodwork.model.area import Area, Geography
from goodwork.model.indicator import Break, Catalogue, Indicator
from goodwork.pipeline import shipped_material
from goodwork.report.quality import Quality, age, designation, quality, quality_of
from goodwork.report.quality_page import files, page

#: What docs/explanation/data-quality.md says is carried forward in the shipped figures.
CARRIED_FORWARD = {
    ("workplace_injuries", "2019", "2021"), ("kidney_liver_disease", "2015", "2018"),
    ("mental_health_conditions", "2015", "2018"), ("life_expectancy", "2020", "2021"),
    ("avoidable_mortality", "2020", "2021"), ("drug_misuse_deaths", "2020", "2021"), ("self_harm", "2020", "2021"),
    ("alcohol_admissions", "2020", "2021"),
}  # fmt: skip
CHROMIUM = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), "")
AXE = (os.environ.get("AXE_PATH", ""), Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js")

AREAS = [Area(code=f"E{n}", name=f"East {n}", parents={"country": "EA"}) for n in range(8)]
AREAS += [Area(code=f"W{n}", name=f"West {n} <&>", parents={"country": "WE"}) for n in range(2)]
COUNTRIES = [Area(code="EA", name="East", level="country"), Area(code="WE", name="West", level="country")]
PLACES = Geography((*AREAS, *COUNTRIES))
CATALOGUE = Catalogue(
    indicator=(
        Indicator(id="pay", name="Pay <script>", unit="£", kind="money", breaks=(Break(period="2021", what="New"),)),
        Indicator(id="jobs", name="Jobs", unit="%", kind="share", caveat="Official statistics in development."),
        Indicator(id="hours", name="Hours", unit="%", kind="share", missing="nobody publishes them"),
    )
)


def rows(indicator: str, period: str, values: list[float], **columns: object) -> pd.DataFrame:
    codes = [a.code for a in AREAS][: len(values)]
    table = pd.DataFrame({"indicator": indicator, "area": codes, "period": period, "value": values})
    columns = {"lower": np.nan, "upper": np.nan, "status": "", "basis": "published", "source": "S", **columns}
    return table.assign(**columns)


@pytest.fixture(scope="module")
def known() -> Quality:
    """Pay: complete but for one withheld and one missing, an outlier, intervals of a tenth; jobs: carried forward."""
    pay = rows("pay", "2020", [10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 90.0, np.nan])
    pay["status"] = ["", "e", "", "", "", "", "", "", "c"]
    pay["lower"], pay["upper"] = pay["value"] * 0.9, pay["value"] * 1.1
    jobs = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.0]
    nation = pd.DataFrame([{"indicator": "pay", "area": "EA", "period": "2020", "value": 1e6, "status": "p"}])
    later = [*jobs[:5], 9.0, 9.0, 0.0]
    table = [pay, *(rows("jobs", y, v) for y, v in (("2019", jobs), ("2020", jobs), ("2021", later))), nation]
    return quality(pd.concat(table), CATALOGUE, PLACES, at=date(2022, 12, 31), name="known", title="Known")


@pytest.fixture(scope="module")
def shipped() -> Quality:
    material = shipped_material()
    return quality(
        material.observations, material.catalogue, material.geography, at=date(2026, 6, 30), name="shipped", title="GWM"
    )


def test_completeness_tells_withheld_from_missing(known: Quality) -> None:
    table = known.completeness.set_index(["indicator", "period", "country"])
    assert table.loc[("pay", "2020", "East"), ["areas", "figures", "withheld", "missing"]].tolist() == [8, 8, 0, 0]
    assert table.loc[("pay", "2020", "West"), ["areas", "figures", "withheld", "missing"]].tolist() == [2, 0, 1, 1]
    assert ("hours", "2020", "East") not in table.index
    assert (table["figures"] + table["withheld"] + table["missing"] == table["areas"]).all()


def test_markers_widths_and_outliers(known: Quality) -> None:
    marks = known.markers.groupby(["indicator", "marker"])["figures"].sum()
    assert marks[("pay", "e")] == marks[("pay", "c")] == marks[("pay", "p")] == 1
    assert known.widths.set_index(["indicator", "period"]).loc[("pay", "2020"), "relative"] == pytest.approx(0.1)
    assert known.outliers[["indicator", "area", "name", "value"]].to_numpy().tolist() == [["pay", "E7", "East 7", 90.0]]
    values = np.array([10.0, 11, 12, 13, 14, 15, 16, 90])
    spread = 1.4826 * np.median(np.abs(values - np.median(values)))
    assert known.outliers["z"].iloc[0] == pytest.approx((90 - 13.5) / spread, rel=1e-4)


def test_years_that_repeat_each_other(known: Quality) -> None:
    runs = known.repeats.to_dict("records")
    assert runs == [{"indicator": "jobs", "first": "2019", "last": "2021", "areas": 8, "share": 5 / 8}]


@pytest.mark.parametrize(("same", "found"), [(4, 0), (5, 1)])
def test_more_than_half_must_repeat_and_zeros_do_not_count(same: int, found: int) -> None:
    first = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.0, 0.0]
    later = [v if n < same or v == 0 else v + 1 for n, v in enumerate(first)]
    table = pd.concat([rows("pay", "2020", first), rows("pay", "2021", later)])
    assert len(quality(table, CATALOGUE, PLACES).repeats) == found


def test_four_areas_are_too_few_for_a_repeat() -> None:
    table = pd.concat([rows("pay", y, [1.0, 2.0, 3.0, 4.0]) for y in ("2020", "2021")])
    assert quality(table, CATALOGUE, PLACES).repeats.empty


def test_equal_figures_have_no_outlier() -> None:
    assert quality(rows("pay", "2020", [1.0] * 9 + [50.0]), CATALOGUE, PLACES).outliers.empty


def test_designation_and_age(known: Quality) -> None:
    table = known.table.set_index("indicator")
    assert table["designation"].tolist() == ["not stated", "official statistics in development", "not stated"]
    assert table.loc["pay", "age"] == 2.0
    assert np.isnan(table.loc["hours", "age"])
    yearly = Indicator(id="x", name="X", unit="%", kind="share")
    assert np.isnan(age("2020-03", yearly, date(2021, 1, 1)))
    assert np.isnan(age("2020", yearly.replace(period_type="window"), date(2021, 1, 1)))
    ended = [("financial year", "", 31, 3, 2021), ("financial year", "ends", 31, 3, 2020),
             ("academic year", "", 31, 8, 2021), ("three years", "", 31, 12, 2020),
             ("three years", "begins", 31, 12, 2022), ("mid-year", "", 30, 6, 2020),
             ("survey date", "", 30, 6, 2020)]  # fmt: skip
    for kind, filed, day, month, year in ended:
        indicator = Indicator.from_dict({**yearly.model_dump(), "period_type": kind, "filed": filed})
        assert age("2020", indicator, date(year, month, day)) == 0.0, (kind, filed)
    accredited = Indicator(id="x", name="X", unit="%", kind="share", caveat="Accredited official statistics.")
    office = Indicator(id="x", name="X", unit="%", kind="share", caveat="See the National Statistics Office.")
    assert designation(accredited) == "accredited official statistics"
    assert designation(office) == "not stated"


def test_findings_say_what_stands_out(known: Quality) -> None:
    text = " ".join(known.findings)
    assert "withheld, which is not the same as missing: 1." in text
    assert "On 2022-12-31" in text
    undated = quality(rows("pay", "2020", [1.0]), CATALOGUE, PLACES)
    assert "The edition carries no date" in " ".join(undated.findings)
    early = quality(rows("pay", "2020", [1.0]), CATALOGUE, PLACES, at=date(2020, 1, 1))
    assert "The last period ends after that day: Pay" in " ".join(early.findings)


def test_nothing_at_all_and_areas_without_countries() -> None:
    bare = Geography(tuple(Area(code=a.code, name=a.name) for a in AREAS))
    nothing = quality(rows("pay", "2020", []), CATALOGUE, bare)
    assert "No year repeats" in " ".join(nothing.findings)
    assert "<table" in page(nothing)
    some = quality(rows("pay", "2020", [1.0, 2.0]).drop(columns=["lower", "upper", "status"]), CATALOGUE, bare)
    assert some.completeness["country"].tolist() == ["all areas"]


def test_the_known_faults_of_the_shipped_figures_are_found(shipped: Quality) -> None:
    runs = set(shipped.repeats[["indicator", "first", "last"]].itertuples(index=False, name=None))
    assert runs == CARRIED_FORWARD
    assert (shipped.repeats["share"] == 1).all()
    table = shipped.table.set_index("indicator")
    assert table["figures"].sum() == shipped_material().observations["value"].notna().sum()
    assert table.loc["unemployment", "designation"] == "official statistics in development"
    assert table.loc["satisfactory_hours", "missing"]
    assert shipped.completeness["share"].between(0, 1).all()


class _Outline(HTMLParser):
    """Tables without caption or header scope, ids, and anything a browser would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tables = self.captions = 0
        self.ids: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tables += tag == "table"
        self.captions += tag == "caption"
        self.ids += [held["id"]] if held.get("id") else []
        if tag in {"script", "link", "img", "iframe"} or "src" in held or any(k.startswith("on") for k in held):
            self.faults.append(f"{tag} {held}")
        if tag == "th" and "scope" not in held:
            self.faults.append("th without scope")


def test_the_page_needs_nothing_else_and_says_text_as_text(known: Quality, shipped: Quality) -> None:
    for found in (known, shipped):
        outline = _Outline()
        outline.feed(text := page(found))
        assert not outline.faults
        assert outline.tables == outline.captions > 5
        assert len(outline.ids) == len(set(outline.ids))
        assert set(re.findall(r'href="#([^"]+)"', text)) <= set(outline.ids)
        assert "://" not in text.split("</head>")[0]
    text = page(known)
    assert "Pay &lt;script&gt;" in text
    assert "Known" in text


def test_every_table_is_a_csv_file(shipped: Quality, tmp_path: Path) -> None:
    written = files(shipped)
    assert set(written) == {"quality.html", *(f"quality-{name}.csv" for name in shipped.tables)}
    for name, table in shipped.tables.items():
        (tmp_path / "t.csv").write_text(written[f"quality-{name}.csv"], encoding="utf-8")
        assert len(pd.read_csv(tmp_path / "t.csv")) == len(table)
    json.dumps(shipped.as_dict(), allow_nan=False)


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="Debian's chromium is not installed: the page was not tried in a browser")
def test_the_page_in_a_browser(known: Quality, shipped: Quality, tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    axe = next((Path(p) for p in AXE if p and Path(p).is_file()), None)
    (tmp_path / "small.html").write_text(page(known), encoding="utf-8")
    (tmp_path / "large.html").write_text(page(shipped), encoding="utf-8")
    narrow = {"viewport": {"width": 360, "height": 800}}
    faults: list[str] = []
    with playwright.sync_playwright() as run:
        browser = run.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for options in ({}, {"color_scheme": "dark"}, narrow):
            found = browser.new_context(bypass_csp=True, **options).new_page()
            found.on("console", lambda message: faults.append(message.text))
            for name in ("large", "small"):
                found.goto((tmp_path / f"{name}.html").as_uri())
                assert found.evaluate("document.documentElement.scrollWidth <= innerWidth"), "tables scroll, not pages"
            if axe:
                found.add_script_tag(path=str(axe))
                result = found.evaluate("axe.run(document, {resultTypes: ['violations']})")
                assert [v["id"] for v in result["violations"]] == []
        browser.close()
    assert not faults
    if axe is None:
        pytest.skip("axe-core is not installed: accessibility was not checked")


def test_the_edition_is_dated_by_its_newest_release(tmp_path: Path) -> None:
    """Without a day asked for, age is told on the day of the newest release, which the figures themselves state."""
    monitor = Opened({"figures": {"date": "2026-04-23"}})
    found = quality_of(monitor)
    assert found.date == date(2026, 4, 23)
    assert any("2026-04-23, the newest release among its sources," in said for said in found.findings)
    asked = quality_of(monitor, date(2027, 1, 1))
    assert (asked.date, asked.dated) == (date(2027, 1, 1), "")
    assert quality_of(Opened({"figures": None})).date is None
    days = [shot["release"] for one in shipped_material().figures["sources"].values() for shot in one["files"].values()]
    assert shipped_material().figures["date"] == max(day for day in days if day)


def test_small_places_periods_and_designations_are_told(shipped: Quality) -> None:
    small = shipped.small.set_index(["indicator", "name"])
    joined = small.loc[("preventable_cvd_mortality", "City of London")]
    assert (joined["rule"], joined["neighbour"], joined["figures"]) == ("joined", "Hackney", 0)
    assert small.loc[("claimant_rate", "Isles of Scilly"), "figures"] > 20
    assert (small.loc[small["rule"].isin(["joined", "dropped", "unsaid"]), "figures"] == 0).all()
    table = shipped.table.set_index("indicator")
    assert table.loc["hle_male", "covers"] == "three calendar years together; filed under the year it ends in"
    assert table.loc["neet", "designation"] == "management information"
    said = table[table["stated"] != ""]
    assert (said["designation"] != "not stated").all()
    declared = {i.id for i in shipped_material().catalogue.indicator if i.designation}
    assert declared == set(said.index)
    text = page(shipped)
    assert "Westminster" in text
    assert "filed under the year it ends in" in text


class Opened:
    """An opened edition, as far as the quality report looks at it."""

    def __init__(self, manifest: dict[str, object]) -> None:
        self.manifest, self.catalogue, self.geography = manifest, CATALOGUE, PLACES
        self.edition, self.title, self.invented = SimpleNamespace(name="made-up"), "Made up", True

    def table(self, name: str) -> pd.DataFrame:
        return rows("pay", "2020", [1.0, 2.0, 3.0])

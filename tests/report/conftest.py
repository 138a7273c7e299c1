"""Documents of the shipped edition and of an own one, made once for the tests of reports."""

from __future__ import annotations

from pathlib import Path

import pytest

import goodwork
from goodwork.monitor import Monitor
from goodwork.pipeline import own_material, publish
from goodwork.report.area_report import report_of
from goodwork.report.bulletin import bulletin
from goodwork.report.document import Document
from goodwork.report.pdf import to_pdf
from goodwork.report.told import setting
from goodwork.report.view import View

STARTER = Path(goodwork.__file__).parent / "starter"


@pytest.fixture(scope="session")
def view(monitor: Monitor) -> View:
    """The shipped edition's latest period."""
    return setting(monitor, None, None, None)


@pytest.fixture(scope="session")
def york(view: View) -> Document:
    """An area with all figures that there are."""
    return report_of(view, view.monitor.find("York"))


@pytest.fixture(scope="session")
def scilly(view: View) -> Document:
    """An area with hardly any figure."""
    return report_of(view, view.monitor.find("Isles of Scilly"))


@pytest.fixture(scope="session")
def nation(monitor: Monitor) -> Document:
    """The bulletin."""
    return bulletin(monitor)


@pytest.fixture(scope="session")
def york_pdf(york: Document) -> bytes:
    """The report of York as PDF."""
    return to_pdf(york)


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Monitor:
    """The edition of a project just begun: invented figures, five areas, no communities."""
    store = tmp_path_factory.mktemp("own")
    publish(own_material(STARTER / "framework.toml", STARTER / "data.csv"), store, draws=50)
    return Monitor.open(store)

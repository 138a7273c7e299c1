"""``--plot``: every question writes a figure that stands alone, whole or not at all, and says why it cannot."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from goodwork import errors
from goodwork.cli.app import app
from goodwork.cli.plots import svg_file, write
from goodwork.figures.figure import Figure
from goodwork.pipeline import own_material, publish
from goodwork.sources.starter import start_project

SVG = "{http://www.w3.org/2000/svg}"
IN_2019 = ("--area-set", "england-119", "--period", "2019")


@pytest.fixture(scope="module")
def toyland(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an edition of the starter project: twelve areas of an invented country."""
    folder = tmp_path_factory.mktemp("toyland")
    start_project(folder / "mine")
    publish(own_material(folder / "mine/framework.toml", folder / "mine/data.csv"), folder / "store", draws=20)
    return folder / "store"


def plotted(store: Path, file: Path, *words: str) -> ET.Element:
    """The figure a command writes; its errors are raised, and its words are printed as without it."""
    told = CliRunner().invoke(app, [*words, "--store", str(store), "--plot", str(file)], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    assert len(told.output.splitlines()) > 5
    return ET.fromstring(file.read_bytes())


@pytest.mark.parametrize(
    "words",
    [
        ("communities", "--k", "2", "--draws", "20"),
        ("communities", "--k", "2", "--draws", "20", "--through"),
        ("neighbours", "T01"),
        ("compacts", "--sizes", "2", "3"),
        ("disparity",),
        ("trends", "--draws", "50"),
        ("trends", "T01", "--draws", "50"),
        ("trends", "--around", "2022"),
    ],
)
def test_a_monitor_of_ones_own_is_drawn_and_says_that_it_is_invented(
    toyland: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    root = plotted(toyland, tmp_path / "figure.svg", *words)
    text = " ".join(e.text or "" for e in root.iter(f"{SVG}text"))
    assert "Invented data." in text
    assert "Edition " in text
    assert root.findtext(f"{SVG}title")
    assert [p.name for p in tmp_path.iterdir()] == ["figure.svg"], "nothing is left beside it"


@pytest.mark.parametrize(
    "words",
    [
        ("space", "--draws", "50", *IN_2019),
        ("conditions", "York", *IN_2019),
        ("health", *IN_2019),
        ("shock", "Blackpool", "--area-set", "england-119"),
        ("trends", "--chapters", "--area-set", "gb", "--draws", "50"),
    ],
)
def test_the_shipped_figures_are_drawn_on_light_paper_and_need_nothing_else(
    edition_store: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    root = plotted(edition_store, tmp_path / "figure.svg", *words)
    assert root.find(f".//{SVG}rect").get("fill") == "#ffffff"
    text = ET.tostring(root, "unicode")
    assert "href" not in text
    assert "@import" not in text
    assert "var(--" not in text, "programs that draw SVG outside a browser know no custom properties"


def test_what_cannot_be_written_is_refused_before_anything_is_worked_out(tmp_path: Path) -> None:
    (tmp_path / "folder.svg").mkdir()
    for path, kind, says in (
        (tmp_path / "figure.png", errors.DeclarationError, "ends in .svg"),
        (tmp_path / "figure", errors.DeclarationError, "ends in .svg"),
        (tmp_path / "nowhere" / "figure.svg", errors.StoreError, "there is no folder"),
        (tmp_path / "folder.svg", errors.StoreError, "it is a folder"),
    ):
        with pytest.raises(kind, match=says):
            svg_file(path)
        with pytest.raises(kind, match=says):  # the store is not even looked for
            CliRunner().invoke(app, ["disparity", "--store", "/nowhere", "--plot", str(path)], catch_exceptions=False)
    assert svg_file(None) is None
    assert svg_file(tmp_path / "FIGURE.SVG") == tmp_path / "FIGURE.SVG"
    assert not (tmp_path / "nowhere").exists()


def test_a_figure_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = Figure("n", "t", "s", "<svg/>", None, "", "", "")
    write(tmp_path / "figure.svg", figure)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(errors.StoreError, match="No space left"):
        write(tmp_path / "figure.svg", Figure("n", "t", "s", "<svg>new</svg>", None, "", "", ""))
    assert (tmp_path / "figure.svg").read_text() == "<svg/>"
    assert [p.name for p in tmp_path.iterdir()] == ["figure.svg"]

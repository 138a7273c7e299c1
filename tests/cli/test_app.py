"""The command as a person types it: what it prints, JSON, exit codes, names despite typos."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from goodwork import errors
from goodwork.cli.app import EXIT_CODES, app


def goodwork(*words: str, code: int = 0, **surroundings: str) -> subprocess.CompletedProcess[str]:
    """Run the command for real."""
    result = subprocess.run(
        [sys.executable, "-c", "from goodwork.cli import main; main()", *map(str, words)],
        capture_output=True, text=True, timeout=120, env={**os.environ, "COLUMNS": "200", **surroundings},
    )  # fmt: skip
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    return result


def ask(store: Path, *words: str) -> str:
    """Run a reading command in this process (faster)."""
    result = CliRunner().invoke(app, [*words, "--store", str(store)], env={"COLUMNS": "200"}, catch_exceptions=False)
    return result.output


def test_scores_with_intervals(edition_store: Path) -> None:
    rows = json.loads(ask(edition_store, "scores", "--area-set", "england-119", "--period", "2019", "--json"))
    assert len(rows) == 119
    assert rows[0]["name"] == "Wokingham"
    for row in rows:
        assert row["rank_low"] <= row["rank_low_90"] <= row["rank_high_90"] <= row["rank_high"]
        assert row["low"] < row["score"] < row["high"]
        assert row["ranked"] == 119


@pytest.mark.parametrize("asked", ["York", "york", "E06000014", "e06000014", " YORK "])
def test_an_area_by_any_name(edition_store: Path, asked: str) -> None:
    assert json.loads(ask(edition_store, "area", asked, "--json"))["area"]["code"] == "E06000014"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("Hull", "E06000010"), ("kingston upon hull", "E06000010"), ("Telford & Wrekin", "E06000020"),
        ("telford and wrekin", "E06000020"), ("Ynys Mon", "W06000001"), ("Caerdydd", "W06000015"),
        ("Blackpol", "E06000009"), ("Wolverhamton", "E08000031"), ("E07000169", "E06000065"), ("Selby", "E06000065"),
        ("Stoke on Trent", "E06000021"), ("Glasgow", "S12000049"), ("St Helens", "E08000013"),
    ],
)  # fmt: skip
def test_names_despite_case_accents_ampersands_and_typos(monitor, asked: str, code: str) -> None:
    assert monitor.find(asked).code == code


@pytest.mark.parametrize("asked", ["Atlantis", "", "   ", "North", "Cumbria", "E99999999"])
def test_what_cannot_be_found_offers_the_nearest(monitor, asked: str) -> None:
    with pytest.raises(errors.NotFound) as caught:
        monitor.find(asked)
    if asked in ("North", "Cumbria"):
        assert len(caught.value.nearest) >= 2


def test_the_profile_says_what_a_reader_needs(edition_store: Path) -> None:
    text = ask(edition_store, "area", "York", "--area-set", "england-119", "--period", "2019")
    for words in ("95 % interval", "of 119", "lower", "higher", "Strengths", "Weaknesses", "£", "England", "OGL",
                  "Missing: Satisfactory hours", "Office for National Statistics"):  # fmt: skip
        assert words in text


def test_an_area_that_is_not_scored_says_why(edition_store: Path) -> None:
    text = ask(edition_store, "area", "Isles of Scilly")
    assert "is not scored in 2021: no figure in" in text


def test_compare_and_indicators(edition_store: Path) -> None:
    text = ask(edition_store, "compare", "York", "Hull", "--area-set", "england-119")
    assert "stands above Kingston upon Hull, City of in over 99 % of redraws" in " ".join(text.split())
    assert "York" in text
    assert "Kingston upon Hull" in text
    rows = json.loads(ask(edition_store, "indicators", "--json"))
    assert all(row["figures"] or row["missing"] for row in rows)


def test_compare_report_checks_that_the_data_are_joined_right(edition_store: Path) -> None:
    """The association of score and healthy life expectancy over the 119 is above 0.8."""
    from goodwork.monitor import Monitor
    from goodwork.report.printed_links import health_association

    monitor = Monitor.open(edition_store)
    for period in ("2018", "2019"):
        found = health_association(monitor, "hle_male", period)
        assert found.n == 119
        assert found.r > 0.8
    rows = json.loads(ask(edition_store, "compare-report", "--json"))
    assert {"fact", "printed", "ours", "difference", "reason"} == set(rows[0])
    assert len(rows) >= 18


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "geojson"])
def test_export(edition_store: Path, tmp_path: Path, form: str, monitor) -> None:
    out = tmp_path / f"out.{form}"
    ask(edition_store, "export", str(out), "--format", form, "--area-set", "england-119", "--period", "2019")
    expected = monitor.scores("2019", "england-119")
    if form == "geojson":
        features = json.loads(out.read_text(encoding="utf-8"))["features"]
        assert len(features) == 119
        york = next(f["properties"] for f in features if f["properties"]["name"] == "York")
        assert york["rank"] == expected.set_index("name").loc["York", "rank"]
        assert york["rank_low"] <= york["rank"] <= york["rank_high"]
        return
    if form == "xlsx":
        table = pd.read_excel(out, sheet_name="scores", engine="calamine")
        assert "cover" in pd.ExcelFile(out, engine="calamine").sheet_names
    elif form == "csv":
        table = pd.read_csv(out / "scores.csv")
    else:
        from goodwork.store.tables import read_parquet

        table = read_parquet(out / "scores.parquet")
    index = table[table["node"] == "index"].set_index("area")
    assert index["score"].to_numpy() == pytest.approx(
        expected.set_index("area")["score"].reindex(index.index).to_numpy()
    )
    assert {"rank", "rank_low", "rank_high", "low", "high"} <= set(index.columns)


def test_a_cell_that_looks_like_a_formula_is_quoted_and_numbers_stay_numbers() -> None:
    from goodwork.report.export import csv

    text = csv(pd.DataFrame({"name": ["=1+1", "York"], "value": [-1.5, 2.0]}))
    assert text == "name,value\n'=1+1,-1.5\nYork,2.0\n"


def test_export_needs_to_know_the_format(edition_store: Path, tmp_path: Path) -> None:
    goodwork("export", str(tmp_path / "out.doc"), "--store", str(edition_store), code=2)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["area", "Atlantis"], 7, "no area called 'Atlantis'"),
        (["scores", "--period", "1999"], 7, "no period with scores called '1999'"),
        (["scores", "--area-set", "england119"], 7, "england-119"),
        (["scores", "--framework", "goodwork"], 7, "good_work"),
        (["scores", "--node", "acess"], 7, "access"),
        (["area", "Cardiff", "--area-set", "england-119"], 7, "gb"),
    ],
)
def test_errors_have_words_and_exit_codes(edition_store: Path, words: list[str], code: int, says: str) -> None:
    result = goodwork(*words, "--store", str(edition_store), code=code)
    assert says in result.stderr
    plain = goodwork(*words, "--json", "--store", str(edition_store), code=code)
    assert json.loads(plain.stderr)["error"] == "NotFound"


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    assert "goodwork build" in goodwork("scores", "--store", str(tmp_path / "no"), code=6).stderr


def test_every_class_of_error_has_an_exit_code() -> None:
    def tree(kind: type) -> list[type]:
        return [kind, *(k for sub in kind.__subclasses__() for k in tree(sub))]

    for kind in tree(errors.GoodWorkError):
        assert any(issubclass(kind, listed) for listed in EXIT_CODES)
    assert len(set(EXIT_CODES.values())) == len(EXIT_CODES)


def test_the_first_question_builds_the_shipped_edition(tmp_path: Path) -> None:
    result = goodwork("scores", "--top", "3", GOODWORK_HOME=str(tmp_path), GOODWORK_DRAWS="100")
    assert "95 % interval" in result.stdout
    assert (tmp_path / "editions" / "current").is_file()


def test_your_own_monitor_in_three_commands(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    assert "goodwork build" in goodwork("new", str(mine)).stdout
    assert (
        "framework of"
        in goodwork("check", *map(str, [mine / "framework.toml", mine / "indicators.toml", mine / "data.csv"])).stdout
    )
    goodwork("build", str(mine / "framework.toml"), "--data", str(mine / "data.csv"))
    text = goodwork("scores", "--store", str(mine / "editions")).stdout
    assert "INVENTED" in text
    goodwork("new", str(mine), code=6)


def test_building_needs_both_framework_and_data(tmp_path: Path) -> None:
    goodwork("build", "--data", "x.csv", code=2)
    goodwork("build", str(tmp_path / "framework.toml"), code=2)


def test_checking_tells_the_faults_of_all_files_at_once(tmp_path: Path) -> None:
    (tmp_path / "framework.toml").write_text('name = "x"\ntitle = "X"\nmembers = []\nweihgts = 1\n')
    (tmp_path / "data.csv").write_text("indicator,area,value\nnothing,E06000014,abc\n")
    result = goodwork("check", str(tmp_path / "framework.toml"), str(tmp_path / "data.csv"), code=3)
    assert "framework.toml" in result.stderr
    assert "data.csv" in result.stderr


def test_a_closed_pipe_is_no_error(edition_store: Path) -> None:
    command = f"{sys.executable} -c 'from goodwork.cli import main; main()' scores --store {edition_store} | head -1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert "Traceback" not in result.stderr


def test_shell_completion() -> None:
    assert "--install-completion" in goodwork("--help").stdout

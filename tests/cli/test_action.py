"""The commands about action as a person types them: tables, JSON and CSV of one edition, and what cannot be asked."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

import goodwork
from goodwork import errors
from goodwork.cli import options
from goodwork.cli.app import app
from goodwork.cli.options import open_monitor
from goodwork.cli.show import out

QUICK = ("--draws", "100")


def ask(store: Path, *words: str) -> str:
    """What a command prints; its errors are raised."""
    out.width = 200
    told = CliRunner().invoke(app, [*words, "--store", str(store)], env={"COLUMNS": "200"}, catch_exceptions=False)
    assert told.exit_code == 0, told.output
    return told.output


@pytest.fixture(scope="module", autouse=True)
def opened_once() -> Iterator[None]:
    """Every store is read once for all commands of this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(options, "open_monitor", cache(open_monitor))
        yield


def test_what_it_would_take_york_in_words_and_numbers(edition_store: Path) -> None:
    said = ask(edition_store, "target", "york", "--rank", "10", *QUICK)
    assert "brings York to rank 10 or better in 2021" in said
    assert "E06" not in said, "readers see names"
    found = json.loads(ask(edition_store, "target", "York", "--rank", "10", "--json", *QUICK))
    assert found["feasible"]
    assert found["exact"]
    assert found["rank_after"] == 10
    assert found["rank_after_low"] <= 10 <= found["rank_after_high"]
    by_member = {row["member"]: row for row in found["members"]}
    people = by_member["participation"]
    assert people["after"] > people["before"]
    assert 3000 < people["count"] < 10_000, "of some 130,000 aged 16 to 64"
    assert by_member["satisfactory_hours"]["after"] is None, "a gap stays a gap"


def test_goals_of_every_kind(edition_store: Path) -> None:
    where = ("--area-set", "england-119", "--period", "2019", *QUICK)
    for goal in (("--median", "North West"), ("--no-worse", "2017"), ("--score", "95", "--fewest"),
                 ("--rank", "30", "--trend", "3", "--anew")):  # fmt: skip
        found = json.loads(ask(edition_store, "target", "Blackpool", *goal, *where, "--json"))
        assert found["score_after"] >= found["threshold"] - 1e-6 or not found["feasible"]
    said = ask(edition_store, "target", "Blackpool", "--rank", "1", *where)
    assert "cannot reach rank 1 or better" in said


def test_a_budget_is_shared_to_the_penny(edition_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "shares.csv"
    money = ("allocate", "--budget", "1,000,000.01", "--floor", "100", *QUICK)
    said = ask(edition_store, *money, "--csv", str(file))
    assert "Of £1,000,000.01, shared by need in 2021" in said
    rows = list(csv.DictReader(file.open(encoding="utf-8")))
    assert sum(round(100 * float(row["grant"])) for row in rows) == 100_000_001
    found = json.loads(ask(edition_store, *money, "--json"))
    assert [row["area"] for row in found["areas"]] == [row["area"] for row in rows]
    assert {row["rule"] for row in found["rules"]} == {"need", "population", "equal", "tiers"}
    assert min(row["grant"] for row in found["areas"]) >= 100


def test_a_formula_is_a_file_and_options_stand_before_it(edition_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "allocation.toml"
    file.write_text('budget = "500"\nby = "tiers"\n[[tiers]]\nupto = 0.5\n', encoding="utf-8")
    found = json.loads(ask(edition_store, "allocate", str(file), "--among", "Wales", "--draws", "0", "--json"))
    assert sum(row["grant"] for row in found["areas"]) == pytest.approx(500)
    assert len(found["areas"]) == 22
    assert sum(row["grant"] > 0 for row in found["areas"]) == 11
    more = json.loads(ask(edition_store, "allocate", str(file), "--budget", "900", "--draws", "0", "--json"))
    assert sum(row["grant"] for row in more["areas"]) == pytest.approx(900)


@pytest.mark.parametrize(
    ("words", "kind", "says"),
    [
        (("target", "Narnia", "--rank", "3"), errors.NotFound, "Narnia"),
        (("target", "York"), errors.MethodError, "no goal is given"),
        (("target", "York", "--rank", "3", "--score", "9"), errors.MethodError, "rank and score are given"),
        (("target", "York", "--rank", "0"), errors.MethodError, "no rank 0"),
        (("target", "York", "--score", "nan"), errors.MethodError, "no number"),
        (("target", "York", "--median", "Mordor"), errors.NotFound, "Mordor"),
        (("target", "York", "--no-worse", "1900"), errors.MethodError, "no period 1900"),
        (("target", "Isles of Scilly", "--rank", "3"), errors.MissingData, "Isles of Scilly is not scored"),
        (("target", "York", "--rank", "3", "--period", "1999"), errors.NotFound, "1999"),
        (("target", "York", "--rank", "3", "--cost", "median_pay=0"), errors.MethodError, "cost of median_pay is 0"),
        (("target", "York", "--rank", "3", "--cost", "pay"), errors.DeclarationError, "'pay'"),
        (("target", "York", "--rank", "3", "--bound", "median_pay=9"), errors.DeclarationError, "two ends"),
        (("target", "York", "--rank", "3", "--bound", "median_pay=900:500"), errors.MethodError, "cannot hold"),
        (("target", "York", "--rank", "3", "--chance", "1.5"), errors.MethodError, "chance of 1.5"),
        (("target", "Cardiff", "--rank", "3", "--area-set", "england-119"), errors.NotFound, "Cardiff"),
        (("allocate",), errors.DeclarationError, "no budget"),
        (("allocate", "--budget", "-1"), errors.DeclarationError, "greater than 0"),
        (("allocate", "--budget", "lots"), errors.DeclarationError, "'lots' is no sum of money"),
        (("allocate", "--budget", "9", "--of", "luck"), errors.NotFound, "luck"),
        (("allocate", "--budget", "9", "--among", "Mordor"), errors.NotFound, "Mordor"),
        (("allocate", "--budget", "9", "--cap", "0.01"), errors.MethodError, "can be spent"),
        (("allocate", "--budget", "9", "--floor", "8"), errors.MethodError, "more than the budget"),
        (("allocate", "--budget", "9", "--floor", "8", "--cap", "2"), errors.DeclarationError, "above the cap"),
        (("allocate", "--budget", "9", "--threshold", "1"), errors.MethodError, "no area is in need"),
        (("allocate", "nowhere.toml"), errors.GoodWorkError, "nowhere.toml"),
    ],
)
def test_what_cannot_be_asked(edition_store: Path, words: tuple[str, ...], kind: type[Exception], says: str) -> None:
    with pytest.raises(kind) as caught:
        ask(edition_store, *words)
    assert says in str(caught.value)


def test_nothing_is_written_where_a_budget_cannot_be_shared(edition_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "shares.csv"
    with pytest.raises(errors.MethodError):
        ask(edition_store, "allocate", "--budget", "9", "--floor", "8", "--csv", str(file))
    assert not file.exists()


def test_targets_charters_and_routine_work_from_files(edition_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "targets.toml"
    file.write_text('[[target]]\nplace = "Hull"\nof = "participation"\ngoal = 60\nby = "2022"\n', encoding="utf-8")
    assert "met; it was" in ask(edition_store, "track", str(file))
    found = json.loads(ask(edition_store, "track", str(file), "--json"))
    assert found["targets"][0]["verdict"] == "met"
    said = ask(edition_store, "transition", "York")
    assert "was routine in 2021" in said
    last = json.loads(ask(edition_store, "transition", "York", "--json"))["routine"][-1]
    for end in ("least", "most"):
        assert f"({last[f'{end}_low']:.1f} to {last[f'{end}_high']:.1f})" in said.replace("\N{NO-BREAK SPACE}", " ")
    skills, jobs = tmp_path / "skills.csv", tmp_path / "jobs.csv"
    skills.write_text("sector,skill,level\na,x,1\na,y,2\nb,x,3\nb,y,1\n", encoding="utf-8")
    jobs.write_text("sector,jobs\na,10\n", encoding="utf-8")
    both = ("--skills", str(skills), "--jobs", str(jobs))
    moves = json.loads(ask(edition_store, "transition", "York", *both, "--json"))["moves"]
    assert {(row["origin"], row["destination"]) for row in moves} == {("a", "b"), ("b", "a")}
    assert [row["jobs"] for row in moves if row["destination"] == "b"] == [None], "not known is not none"
    with pytest.raises(errors.DeclarationError, match="two tables"):
        ask(edition_store, "transition", "--skills", str(skills))
    example = Path(goodwork.__file__).parent / "starter/plans"
    words = ["charters", str(example / "members.csv"), "--terms", str(example / "charters.toml")]
    told = CliRunner().invoke(app, [*words, "--employment", str(example / "employment.csv")], env={"COLUMNS": "200"})
    assert "INVENTED" in told.output
    assert "Retail and Care" in told.output

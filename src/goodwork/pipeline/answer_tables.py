"""Answers as tables of an edition, and the registry of findings: every sentence with the numbers it rests on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from goodwork.analysis.blocks import in_order
from goodwork.analysis.finding import Finding
from goodwork.pipeline.answer_figures import COLUMNS, rows_of
from goodwork.pipeline.answers import QUESTIONS, Answered, Part, answered
from goodwork.pipeline.asked import Asked, inside
from goodwork.pipeline.material import Material
from goodwork.plugins import Tell, untold

if TYPE_CHECKING:
    import pandas as pd

#: Columns of results that hold an area, and those that hold an indicator, a domain or the index.
PLACES = ("area", "neighbour", "higher", "lower", "best", "worst", "improved", "hinge")
NODES = (
    "indicator",
    "outcome",
    "score",
    "target",
    "predictor",
    "member",
    "figure",
    "name",
    "differs_most",
    "differ_on",
    "measure",
    "one",
    "other",
)
FINDING, NOTE, UNANSWERED = "finding", "note", "not answered"
#: Columns of the registry after those that say which index it is about.
REGISTRY = ("question", "id", "kind", "area", "sentence", "template", "numbers", "table", "rows")


def answer_tables(material: Material, tell: Tell = untold, executor: Executor | None = None) -> dict[str, pd.DataFrame]:
    """Every question asked of the first framework over each of its area sets, in the latest period: the tables of all
    answers, ``findings``, the registry, and ``figures``, their drawings. Questions are worked on side by side by the
    executor; the tables are the same."""
    import pandas as pd

    parts: dict[str, list[pd.DataFrame]] = {}
    said: list[pd.DataFrame] = []
    drawn: list[pd.DataFrame] = []
    work = list(_work(material))
    for done, answer in enumerate(in_order(_answered, work, executor)):
        where = _where(answer.asked)
        codes = _codes(answer.asked)
        tell(f"{answer.question}: {material.geography.set_named(answer.asked.area_set).title}", done / len(work))
        for part in answer.parts:
            for title, table in part.tables.values():
                labels = {**where, **part.label} | ({"period": table["period"]} if "period" in table else {})
                rest = table.drop(columns=[name for name in labels if name in table])
                parts.setdefault(title, []).append(_coded(rest.assign(**labels)[[*labels, *rest.columns]], codes))
        shown = list(rows_of(answer.question, answer.figures))
        drawn.append(pd.DataFrame(shown, columns=list(COLUMNS)).assign(**where))
        said.append(pd.DataFrame(list(_registered(answer, codes)), columns=list(REGISTRY)).assign(**where))
    tables = {title: pd.concat([t for t in found if len(t)] or found[:1], ignore_index=True)
              for title, found in parts.items()}  # fmt: skip
    registry, figures = pd.concat(said, ignore_index=True), pd.concat(drawn, ignore_index=True)
    return tables | {"findings": registry[[*_LABELS, *REGISTRY]], "figures": figures[[*_LABELS, *COLUMNS]]}


_LABELS = ("framework", "area_set", "scope", "period")


def _work(material: Material) -> Iterator[tuple[str, Asked]]:
    """Every question with what it is about."""
    framework = material.frameworks[0]
    for area_set in framework.area_sets or ("all",):
        asked = Asked.of(material, framework, area_set)
        yield from ((question, asked) for question in QUESTIONS)


def _answered(work: tuple[str, Asked]) -> Answered:
    return answered(*work)


def _where(asked: Asked) -> dict[str, str]:
    values = (asked.framework.name, asked.area_set, asked.framework.method.scope, asked.period)
    return dict(zip(_LABELS, values, strict=True))


def _codes(asked: Asked) -> dict[str, dict[str, str]]:
    """What names in results stand for: areas their codes, indicators and domains their ids."""
    catalogue = {i.id: i.label for i in asked.material.catalogue.indicator}
    titles = catalogue | {node: asked.title(node) for node in asked.framework.nodes}
    nodes: dict[str, str] = {}
    for node, title in titles.items():
        nodes |= {title: node, inside(title): node}
    areas = dict(zip(asked.names, asked.panel.areas, strict=True))
    return {"areas": areas, "nodes": nodes | {"the score": asked.framework.nodes[0]}}


def _coded(table: pd.DataFrame, codes: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """The table with codes of areas and ids of indicators in place of readers' names."""
    table = table.rename(columns={c: codes["nodes"][c] for c in table.columns if c in codes["nodes"]})
    for columns, known in ((PLACES, codes["areas"]), (NODES, codes["nodes"])):
        for column in columns:
            if column in table and not column_is_number(table[column]):
                table[column] = [known.get(value, value) for value in table[column]]
    return table


def column_is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers: ``score`` is a name in one result and a number in another."""
    return bool(column.dtype.kind in "fiub")


def _registered(answer: Answered, codes: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[Any, ...]]:
    """The rows of the registry that an answer makes."""
    question = answer.question
    if answer.reason:
        yield _row(question, "unanswered", UNANSWERED, answer.reason[:1].upper() + answer.reason[1:] + ".")
        return
    for part in answer.parts:
        for sentence in part.findings:
            yield _finding(question, part, sentence, codes)
    notes = (note for part in answer.parts for note in part.notes)
    for number, note in enumerate(dict.fromkeys([*notes, *answer.notes])):
        yield _row(question, f"note.{number + 1}", NOTE, note)


def _finding(question: str, part: Part, sentence: str, codes: Mapping[str, Mapping[str, str]]) -> tuple[Any, ...]:
    if not isinstance(sentence, Finding):
        return _row(question, "plain", FINDING, sentence)
    row: dict[str, Any] = {}
    for column, value in ({**part.label, **sentence.row} if sentence.table else {}).items():
        known = codes["areas"] if column in PLACES else codes["nodes"] if column in NODES else {}
        several = isinstance(value, Iterable) and not isinstance(value, str)
        row[column] = [known.get(v, v) for v in value] if several else known.get(value, value)
    area = row["area"] if isinstance(row.get("area"), str) else ""
    table = part.tables[sentence.table][0] if sentence.table else ""
    key = ".".join(filter(None, (question, sentence.id, area)))
    return (
        question, key, FINDING, area, str(sentence), sentence.template, _json(sentence.plain), table, _json(row)
    )  # fmt: skip


def _row(question: str, key: str, kind: str, sentence: str) -> tuple[Any, ...]:
    return question, f"{question}.{key}", kind, "", sentence, sentence, "{}", "", "{}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)

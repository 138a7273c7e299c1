"""Answers as tables of an edition, and the registry of findings: every sentence with the numbers it rests on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodwork.analysis.finding import Finding
from goodwork.pipeline.answer_figures import COLUMNS, rows_of
from goodwork.pipeline.answers import Answered, Part
from goodwork.pipeline.asked import Asked, inside

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
#: Columns that say which index a row is about; and those of the registry after them.
LABELS = ("framework", "area_set", "scope", "period")
REGISTRY = ("question", "id", "kind", "area", "sentence", "template", "numbers", "table", "rows")


@dataclass(frozen=True, eq=False)
class Rows:
    """What one answer adds to the tables of an edition: to those of its question, by name, to the registry of findings,
    and to the figures."""

    tables: tuple[tuple[str, pd.DataFrame], ...]
    said: pd.DataFrame
    drawn: pd.DataFrame


def rows_of_answer(answer: Answered) -> Rows:
    """An answer as rows, each with the index it is about."""
    import pandas as pd

    where, codes, found = _where(answer.asked), _codes(answer.asked), []
    for part in answer.parts:
        for title, table in part.tables.values():
            labels = {**where, **part.label} | ({"period": table["period"]} if "period" in table else {})
            rest = table.drop(columns=[name for name in labels if name in table])
            found.append((title, _coded(rest.assign(**labels)[[*labels, *rest.columns]], codes)))
    said = pd.DataFrame(list(_registered(answer, codes)), columns=list(REGISTRY)).assign(**where)
    shown = list(rows_of(answer.question, answer.figures))
    return Rows(tuple(found), said, pd.DataFrame(shown, columns=list(COLUMNS)).assign(**where))


def answer_tables(answers: Iterable[Rows]) -> dict[str, pd.DataFrame]:
    """The tables of all answers, ``findings``, the registry, and ``figures``, their drawings."""
    import pandas as pd

    answers = list(answers)
    parts: dict[str, list[pd.DataFrame]] = {}
    for title, table in (one for rows in answers for one in rows.tables):
        parts.setdefault(title, []).append(table)
    tables = {title: pd.concat([t for t in found if len(t)] or found[:1], ignore_index=True)
              for title, found in parts.items()}  # fmt: skip
    registry, figures = (pd.concat([getattr(r, n) for r in answers], ignore_index=True) for n in ("said", "drawn"))
    return tables | {"findings": registry[[*LABELS, *REGISTRY]], "figures": figures[[*LABELS, *COLUMNS]]}


def _where(asked: Asked) -> dict[str, str]:
    values = (asked.framework.name, asked.area_set, asked.framework.method.scope, asked.period)
    return dict(zip(LABELS, values, strict=True))


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
            if column in table and not _is_number(table[column]):
                table[column] = [known.get(value, value) for value in table[column]]
    return table


def _is_number(column: pd.Series) -> bool:
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

"""Why is a score what it is? Its distance from another score taken apart by indicator (step 8, back to the details).

The parts answer: what does putting the figures of one side in place of those of the other do to the score, indicator by
indicator? Under arithmetic means that is weight × difference of normalised values; in general it is the Shapley value
along the framework's tree (see ``shapley``). Either way parts add up to the distance exactly, by domain too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.correlation import period_of
from goodwork.analysis.explanation import Explanation, Question
from goodwork.analysis.shapley import parts_between, under
from goodwork.errors import Fault, MethodError, MissingData, NotFound
from goodwork.index.aggregation import MONOTONE, POSITIVE, RELATIVE
from goodwork.index.arguments import Context
from goodwork.index.build import Index, aggregate_nodes
from goodwork.model.area import nearest
from goodwork.model.framework import INDEX
from goodwork.model.panel import Values

#: Under these an area's score depends on its own figures only; others (and plug-ins) are computed among all areas.
ALONE = (MONOTONE | POSITIVE) - RELATIVE
FIXED = frozenset({"stated", "equal", "members", "budget", "ahp"})
#: Normalisations with the same yardstick in every period, whatever the scope.
SAME_SCALE = frozenset({"scaled", "goalposts"})
#: Shares of the weight nearer to each other than this are the same.
SAME = 1e-12
#: Parts and their errors of some of the rows, computed among all areas.
Tables = Callable[[NDArray[np.intp]], tuple[Values, Values]]


def explain_score(
    index: Index,
    area: str | Sequence[str] | None = None,
    period: str | None = None,
    node: str = INDEX,
    *,
    reference: Literal["average", "zero"] = "average",
    titles: Mapping[str, str] | None = None,
) -> Explanation:
    """How far a score is from that of the average area, by indicator; one area, some, or (by default) all with a score.

    The average area has the mean normalised value, over the areas scored at the node in the period (the last by
    default), of every indicator the explained area has a figure for: a gap plays no part on either side. With
    ``reference="zero"`` it has zeros, and under arithmetic means the parts are ``Index.contributions``. Weights are the
    area's own. Where a score depends on the other areas (Copeland, TOPSIS, weights read off the scores …) the average
    area takes the area's place among them; that takes its time (seconds per area for Copeland, minutes for the benefit
    of the doubt). Raises ``NotFound``, ``MissingData`` for an area without a score and
    ``MethodError`` where a mixture cannot be aggregated (zeros under a geometric mean). Under power means that cannot
    happen where all figures that count are above zero: so are their mixtures, and the means of those. Shapley (1953);
    Owen (1977); handbook step 8.

    >>> from goodwork.index.build import build
    >>> from goodwork.model.framework import Framework, Member
    >>> from goodwork.model.panel import Panel
    >>> import pandas as pd
    >>> pair = Framework(name="two", title="Two", members=(
    ...     Member(indicator="a", direction="higher", weight=3), Member(indicator="b", direction="lower")))
    >>> rows = [(i, x, "2020", v) for i, line in {"a": (1, 2, 3), "b": (2, 4, 6)}.items() for x, v in zip("XYZ", line)]
    >>> panel = Panel.from_table(pd.DataFrame(rows, columns=["indicator", "area", "period", "value"]), indicators="ab")
    >>> explain_score(build(pair, panel), "Z").parts.round(3)
    array([[ 0.919, -0.306]])
    """
    at, place = period_of(index, period), _place(index, node)
    if reference not in ("average", "zero"):
        raise MethodError(f"{reference!r} is not a reference", remedy="choose average or zero")
    scores = index.scores[at, :, place]
    rows = _rows(index, area, [at], place)
    values = index.stages["normalised"][at]
    known = ~np.isnan(values) & ~np.isnan(scores)[:, None]
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    after = values[rows]
    before = np.where(np.isnan(after), np.nan, mean if reference == "average" else 0.0)
    share = _shares(index, node)[at, rows]
    among = _scored(index, node)
    level = (share * np.nan_to_num(before)).sum(axis=-1) if index.additive else np.full(len(rows), np.nan)

    def tables(some: NDArray[np.intp]) -> tuple[Values, Values]:
        own, others = np.arange(len(some)), rows[some]
        there = np.repeat(values[None], len(some), axis=0)
        there[own, others] = before[some]

        def score(mixed: Values) -> Values:
            return among(mixed)[..., own, others]

        level[some] = score(there[None])[0]
        return parts_between(index.framework, score, there, np.broadcast_to(values, there.shape), node)

    parts, errors = _parts(index, node, before, after, share, share, tables, rows)
    if stands_alone(index):
        level = np.where(np.isnan(level), _scored(index, node, rows)(before[None])[0], level)
    where = {"average": "the average area", "zero": "zero"}[reference]
    against = tuple((where, index.periods[at]) for _ in rows)
    return _explanation(
        "score", index, node, rows, at, against, (level, before, after, parts, errors), titles, area is not None
    )


def explain_difference(
    index: Index,
    area_a: str | Sequence[str],
    area_b: str | Sequence[str],
    period: str | None = None,
    node: str = INDEX,
    *,
    titles: Mapping[str, str] | None = None,
) -> Explanation:
    """The score of one area less that of another in a period, by indicator; or pair by pair of two equally long lists.

    One name goes with every name of the other list. A figure that only one of the two has is taken into and out of the
    score like any other, with the weights shared out anew: its part is what counting it does. Where a score depends on
    the other areas the two trade figures, and a part is half of what that does to their distance; elsewhere this comes
    to the same. Raises ``NotFound``, ``MissingData`` for an area without a score or a pair with too few indicators in
    common to score every mixture, and ``MethodError`` where a mixture cannot be aggregated or the lists do not pair.
    Shapley (1953); Owen (1977); handbook step 8.

    >>> from goodwork.index.build import build
    >>> from goodwork.model.framework import Framework, Member
    >>> from goodwork.model.panel import Panel
    >>> import pandas as pd
    >>> pair = Framework(name="two", title="Two", members=(
    ...     Member(indicator="a", direction="higher"), Member(indicator="b", direction="higher")))
    >>> rows = [(i, x, "2020", v) for i, line in {"a": (1, 2, 3), "b": (2, 3, 4)}.items() for x, v in zip("XYZ", line)]
    >>> panel = Panel.from_table(pd.DataFrame(rows, columns=["indicator", "area", "period", "value"]), indicators="ab")
    >>> explain_difference(build(pair, panel), "Z", "X").parts.round(3)
    array([[1.225, 1.225]])
    """
    at, place = period_of(index, period), _place(index, node)
    one, other = ([names] if isinstance(names, str) else list(names) for names in (area_a, area_b))
    size = max(len(one), len(other))
    if {len(one), len(other)} - {1, size}:
        raise MethodError(f"{len(one)} areas cannot be paired with {len(other)}", remedy="give two lists of one length")
    here, there = (_rows(index, names * (size // len(names)), [at], place) for names in (one, other))
    values, share = index.stages["normalised"][at], _shares(index, node)[at]
    among = _scored(index, node)

    def tables(some: NDArray[np.intp]) -> tuple[Values, Values]:
        own, a, b = np.arange(len(some)), here[some], there[some]
        as_is = np.repeat(values[None], len(some), axis=0)
        traded = as_is.copy()
        traded[own, a], traded[own, b] = values[b], values[a]

        def score(mixed: Values) -> Values:
            found = among(mixed)
            return np.asarray(found[..., own, a] - found[..., own, b]) / 2

        return parts_between(index.framework, score, traded, as_is, node)

    parts, errors = _parts(index, node, values[there], values[here], share[there], share[here], tables, here)
    against = tuple((index.areas[b], index.periods[at]) for b in there)
    found = (index.scores[at, there, place], values[there], values[here], parts, errors)
    return _explanation("difference", index, node, here, at, against, found, titles, True)


def explain_change(
    index: Index,
    area: str | Sequence[str] | None = None,
    period_from: str | None = None,
    period_to: str | None = None,
    node: str = INDEX,
    *,
    titles: Mapping[str, str] | None = None,
) -> Explanation:
    """The change of a score between two periods (first and last by default), by indicator; all areas by default.

    Only on one scale: under scope "each period" scores say where an area stood among the others of its period, and
    ``MethodError`` asks for another scope (unless every indicator is measured between fixed goalposts). A figure that
    only one period has is a change of coverage: it is taken into or out of the score like any other, with the weights
    shared out anew, and its part is what that does. Where a score depends on the other areas, or weights are read off
    the scores, a part is what the change of the indicator in all areas does. Raises ``NotFound``, ``MissingData`` for
    an area not scored in both, or with too few indicators in common. Shapley (1953); Owen (1977); handbook step 8.

    >>> from goodwork.index.build import build
    >>> from goodwork.model.framework import Framework, Member
    >>> from goodwork.model.method import Method
    >>> from goodwork.model.panel import Panel
    >>> import pandas as pd
    >>> pair = Framework(name="two", title="Two", members=(
    ...     Member(indicator="a", direction="higher"), Member(indicator="b", direction="higher")))
    >>> rows = [(i, x, y, v * (y == "2021") + n) for i, v in {"a": 1, "b": 2}.items() for n, x in enumerate("XYZ")
    ...     for y in ("2020", "2021")]
    >>> panel = Panel.from_table(pd.DataFrame(rows, columns=["indicator", "area", "period", "value"]), indicators="ab")
    >>> explain_change(build(pair, panel, Method(scope="base period", base_period="2020")), "X").parts.round(3)
    array([[0.612, 1.225]])
    """
    from_, to = (period_of(index, p) for p in (period_from or index.periods[0], period_to))
    place, framework = _place(index, node), index.framework
    choices = {index.method.choice("normalisation", member, 1).name for member in framework.indicators}
    if index.method.scope == "each period" and choices - SAME_SCALE:
        raise MethodError(
            "each period has a scale of its own, so a change of score is no change of the area",
            remedy='build with scope = "base period" or "pooled"',
        )
    rows = _rows(index, area, [from_, to], place)
    values, share = index.stages["normalised"], _shares(index, node)
    among = _scored(index, node)

    def tables(some: NDArray[np.intp]) -> tuple[Values, Values]:
        def score(mixed: Values) -> Values:
            return among(mixed)[..., rows[some]]

        return parts_between(framework, score, values[from_], values[to], node)

    before, after = values[from_, rows], values[to, rows]
    parts, errors = _parts(index, node, before, after, share[from_, rows], share[to, rows], tables, rows)
    against = tuple((index.areas[row], index.periods[from_]) for row in rows)
    found = (index.scores[from_, rows, place], before, after, parts, errors)
    return _explanation("change", index, node, rows, to, against, found, titles, area is not None)


def _parts(
    index: Index,
    node: str,
    before: Values,
    after: Values,
    share_before: Values,
    share_after: Values,
    tables: Tables,
    rows: NDArray[np.intp],
) -> tuple[Values, Values]:
    """Parts and their errors ``(rows, members)``: share × difference where every mean is arithmetic and the shares are
    the same on both sides, else Owen values of the area alone, or in ``tables`` of all areas."""
    parts = np.nan_to_num((share_before + share_after) / 2 * (after - before))
    errors = np.zeros_like(parts)
    linear = index.additive & (np.abs(share_after - share_before) <= SAME).all(axis=-1)
    if len(rest := np.nonzero(~linear)[0]) == 0:
        return parts, errors
    try:
        if stands_alone(index):
            score = _scored(index, node, rows[rest])
            parts[rest], errors[rest] = parts_between(index.framework, score, before[rest], after[rest], node)
        else:
            parts[rest], errors[rest] = tables(rest)
    except MethodError as error:
        raise MethodError(
            f"a mixture of the two sides cannot be aggregated, so the parts are not defined: {error.what}",
            remedy=error.remedy,
        ) from None
    return parts, errors


def stands_alone(index: Index) -> bool:
    """Whether an area's score depends on its own figures only, once they are normalised: no score is found by comparing
    areas and no weight is read off the scores. What a plug-in does is not known, so it counts as no."""
    choice, framework = index.method.choice, index.framework
    return all(
        choice("aggregation", node, framework.level(node)).name in ALONE
        and choice("weighting", node, framework.level(node)).name in FIXED
        for node in framework.groups
    )


def _scored(index: Index, node: str, rows: NDArray[np.intp] | None = None) -> Callable[[Values], Values]:
    """Scores of a node ``(..., areas)`` for mixtures ``(..., areas, members)``, of some areas or of all."""
    whose = index.areas if rows is None else tuple(index.areas[row] for row in rows)
    method = index.method.replace(imputation="none")  # what it fills is among the figures already
    place = _place(index, node)

    def score(mixed: Values) -> Values:
        context = Context(index.framework, ("a mixture",), whose)
        return aggregate_nodes(context, method, mixed[..., None, :, :])[..., 0, :, place]

    return score


def _place(index: Index, node: str) -> int:
    groups = index.framework.groups
    if node not in groups:
        raise NotFound("domain", node, nearest(node, groups) or groups)
    return groups.index(node)


def _shares(index: Index, node: str) -> Values:
    """The weight of each member in the node ``(periods, areas, members)``, zero for a gap and outside the node; NaN
    where the node has no weight in the index."""
    share = np.nan_to_num(index.shares[..., len(index.framework.groups) :])
    whole = index.shares[..., _place(index, node), None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(under(index.framework, node), share / np.where(whole > 0, whole, np.nan), 0.0)


def _rows(index: Index, areas: str | Sequence[str] | None, periods: Sequence[int], place: int) -> NDArray[np.intp]:
    """Rows of the areas asked for, or of all that are scored in every period; refuses those that are not."""
    scored = ~np.isnan(index.scores[list(periods), :, place])
    if areas is None:
        return np.nonzero(scored.all(axis=0))[0]
    asked = [areas] if isinstance(areas, str) else list(areas)
    for name in asked:
        if name not in index.areas:
            raise NotFound("area", name, nearest(name, index.areas) or index.areas[:5])
    rows = np.array([index.areas.index(name) for name in asked], dtype=np.intp)
    why = index.excluded.set_index(["period", "area"])["reason"]
    faults = [
        Fault(
            f"{index.areas[row]} has no score in {index.periods[p]}",
            remedy=why.get((index.periods[p], index.areas[row])),
        )
        for p, row in sorted({(p, row) for i, p in enumerate(periods) for row in rows[~scored[i, rows]].tolist()})
    ]
    if faults:
        raise MissingData(
            "what has no score cannot be explained", faults=faults, remedy="choose areas and periods with a score"
        )
    return rows


def _explanation(
    question: Question,
    index: Index,
    node: str,
    rows: NDArray[np.intp],
    period: int,
    against: Sequence[tuple[str, str]],
    arrays: Sequence[Values],
    titles: Mapping[str, str] | None,
    named: bool,
) -> Explanation:
    """The result, for the members under the node; refuses, if they were asked for by name, rows without parts."""
    references, compared, normalised, parts, errors = arrays
    if named and (undefined := np.isnan(parts).any(axis=-1)).any():
        raise MissingData(
            "two sides with too few indicators in common cannot be compared",
            faults=[
                Fault(f"{index.areas[row]} in {index.periods[period]} and {other} in {former}")
                for row, (other, former) in zip(rows[undefined], np.array(against)[undefined], strict=True)
            ],
            remedy="choose areas and periods that share figures",
        )
    columns = np.nonzero(under(index.framework, node))[0]
    return Explanation(
        question=question,
        framework=index.framework,
        node=node,
        areas=tuple(index.areas[row] for row in rows),
        periods=(index.periods[period],) * len(rows),
        against=tuple(against),
        members=tuple(index.framework.indicators[column] for column in columns),
        scores=index.scores[period, rows, _place(index, node)],
        references=references,
        normalised=normalised[:, columns],
        compared=compared[:, columns],
        parts=parts[:, columns],
        errors=errors[:, columns],
        centre=index.method.display.centre,
        spread=index.method.display.spread,
        titles=titles or {},
    )

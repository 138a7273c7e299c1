"""What the differences between the areas of a group are made of, and whether areas come closer together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.audit import Aspect
from goodwork.analysis.audit_change import stretch_of
from goodwork.analysis.chosen import Chosen
from goodwork.analysis.convergence import convergence
from goodwork.analysis.evidence import Evidence
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.inequality import split
from goodwork.errors import MethodError
from goodwork.language import tr
from goodwork.model.framework import INDEX
from goodwork.model.panel import Values

if TYPE_CHECKING:
    pass

#: Fewer areas than these have no spread worth taking apart.
LEAST = 5
#: Measures of how far areas lie apart, in words; see ``convergence``.
MEASURES = {
    "sd": tr("Standard deviation"), "sd_true": tr("Standard deviation, survey error taken out"),
    "decile_gap": tr("Ninth decile less the first"), "fifths_gap": tr("Best fifth less the worst"),
    "polarisation": tr("Polarisation into two camps"), "middle": tr("Share of areas near the middle"),
    "beta": tr("Yearly change for a point more at first"), "beta_true": tr("The same, survey error taken out"),
}  # fmt: skip


def shares_of_variance(parts: Values) -> Values:
    """What part of the variance of a sum each of its parts brings in: its covariance with the sum over the variance of
    the sum, ``(areas, parts)`` → ``(parts,)``; adds up to 1, and may be below zero. NaN where the sum does not vary.

    >>> shares_of_variance(np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 3.0]])).round(2).tolist()
    [0.36, 0.64]
    """
    centred = parts - parts.mean(axis=0)
    total = centred.sum(axis=1)
    variance = float((total**2).sum())
    return (centred * total[:, None]).sum(axis=0) / variance if variance > 0 else np.full(parts.shape[1], np.nan)


def spread(evidence: Evidence, group: Chosen) -> Aspect:
    """Which indicators the spread of scores goes with, and how much of it lies inside regions."""
    import pandas as pd

    title = tr("What the spread is made of")
    words = {
        "title": tr("Indicator"),
        "share": tr("Share of the variance of scores"),
        "low": tr("Leaving out one area, from"),
        "high": tr("to"),
    }
    rows = evidence.here("contributions")
    rows = rows[rows["area"].isin(group.codes)] if len(rows) else rows
    wide = rows.pivot(index="area", columns="indicator", values="contribution") if len(rows) else pd.DataFrame()
    order = [name for name in evidence.framework.indicators if name in wide.columns]
    if len(wide) < LEAST:
        none = say("{group} has fewer than {least} areas with a score: the spread between them is not taken apart.",
                   group=group.called, least=LEAST)  # fmt: skip
        return Aspect("spread", title, (none.about("none"),), pd.DataFrame(columns=["indicator", *words]), words)
    parts = wide[order].fillna(0.0).to_numpy(dtype=float)
    share = shares_of_variance(parts)
    without = np.array([shares_of_variance(np.delete(parts, at, axis=0)) for at in range(len(parts))])
    table = pd.DataFrame({
        "indicator": order, "title": [evidence.names[n] for n in order], "share": share, "low": without.min(axis=0),
        "high": without.max(axis=0),
    }).sort_values("share", ascending=False, kind="stable", ignore_index=True)  # fmt: skip
    listed = [say("{title} {share:.0%}", title=r["title"], share=r["share"]) for r in table.to_dict("records")]
    most = table.iloc[0].to_dict()
    said: list[Finding] = [
        say("The spread of scores in {group}, by indicator: {parts:list12}.", group=group.called, parts=listed).about(
            "shares", table="table"
        ),
        say(
            "{title} goes with most of it ({share:.0%}; leaving out any one area, {low:.0%} to {high:.0%}).",
            **{k: most[k] for k in ("title", "share", "low", "high")},
        ).about("most", table="table", indicator=most["indicator"]),
    ]
    regions = np.array([evidence.geography.by_code[a].parents.get("region")
                        or evidence.geography.by_code[a].parents.get("country", "") for a in wide.index])  # fmt: skip
    labels = np.unique(regions, return_inverse=True)[1]
    if 0 < labels.max() < len(labels) - 1:
        inside = float(split(parts.sum(axis=1), labels, "variance").share_within)
        told = say("{inside:.0%} of the variance of scores lies inside regions, the rest between them.", inside=inside)
        said.append(told.about("regions"))
    notes = (
        tr(
            "A share is the covariance of an indicator's part of the score with the score, over the "
            "variance of the score: shares add up to one. Survey error is in it, more of it where a "
            "survey is small. It says what differences are made of, not what causes them."
        ),
    )
    return Aspect("spread", title, tuple(said), table, words, notes, dict.fromkeys(("share", "low", "high"), ".0%"))


def closing(evidence: Evidence, group: Chosen) -> Aspect:
    """Whether the areas of a group have come closer together over the longest stretch without a break."""
    import pandas as pd

    title = tr("Do areas come closer together?")
    words = {"title": tr("Measure"), "value": tr("Change"), "low": tr("95 % interval, from"), "high": tr("to")}
    first, last = stretch_of(evidence)
    rows = evidence.asked("scores", node=INDEX)
    rows = rows[rows["area"].isin(group.codes) & rows["period"].between(first, last) & (rows["scope"] != "each period")]
    score = rows.pivot(index="period", columns="area", values="displayed").dropna(axis=1)
    nothing = pd.DataFrame(columns=list(words))
    reason = tr("there are no two years without a break between them") if len(score) < 2 else ""
    reason = (
        tr("fewer than {least} of its areas are scored in all of these years").format(least=LEAST)
        if not reason and score.shape[1] < LEAST
        else reason
    )
    try:
        if reason:
            raise MethodError(reason)
        rows = rows.reindex(columns=["period", "area", "sd"])
        error = rows.pivot(index="period", columns="area", values="sd").reindex(columns=score.columns)
        errors = error.to_numpy(dtype=float)
        found = convergence(
            score.to_numpy(dtype=float), [float(p[:4]) for p in score.index],
            errors=errors if np.isfinite(errors).all() else None,
        )  # fmt: skip
    except MethodError as why:
        none = say(
            "Whether the areas of {group} come closer cannot be told: {reason}.", group=group.called, reason=why.what
        )
        return Aspect("closing", title, (none.about("none"),), nothing, words)
    notes = (
        tr("Over {first} to {last}, the longest stretch without a break, on one scale; {n} areas.").format(
            first=first, last=last, n=score.shape[1]
        ),
    )
    table = found.changes.assign(title=lambda t: t["measure"].map(MEASURES))
    return Aspect("closing", title, found.findings, table, words, notes)

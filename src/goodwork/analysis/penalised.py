"""Which of many overlapping conditions are needed to describe a score: ridge and lasso, on standardised figures.

Ridge spreads a score over conditions that say the same; the lasso keeps few of them. Neither says what brings about
what: of two conditions that go together, which one is kept may be chance, and how often it is kept says how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.association import CAVEAT, SEED
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.wording import areas_have, areas_of
from goodwork.errors import MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: Samples of areas, parts they are divided into, penalties tried, and rounds of the lasso before it stops.
DRAWS, FOLDS, PENALTIES, ROUNDS = 200, 10, 40, 1000
#: How little a coefficient moves when the lasso stops, and when only its errors are compared.
EXACT, ROUGH = 1e-9, 1e-4
#: A condition that is kept in this share of samples is called steadily kept.
STEADY = 0.9


@dataclass(frozen=True, eq=False)
class Penalised:
    """Coefficients of one target on standardised predictors (standard deviations of the target for one standard
    deviation of the predictor, the others fixed), all ``(predictors,)``.

    ``ridge`` with the penalty that predicts areas left out best; ``lasso`` with the greatest penalty that predicts
    about as well as the best (one standard error), zero where not kept; ``kept`` how often the lasso keeps a predictor
    when areas are drawn again. ``ridge_r2`` and ``lasso_r2`` are the shares of variation of areas left out.
    """

    target: str
    predictors: tuple[str, ...]
    ridge: Values
    lasso: Values
    kept: Values
    ridge_penalty: float
    lasso_penalty: float
    ridge_r2: float
    lasso_r2: float
    n: int
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per predictor, the most steadily kept first."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in ("ridge", "lasso", "kept")}
        table = pd.DataFrame({"target": self.target, "predictor": self.predictors, **columns})
        order = np.lexsort([-np.abs(self.ridge), -self.kept])
        return table.iloc[order].reset_index(drop=True)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How well areas left out are described, and the conditions that are steadily kept."""
        facts = {"target": self.target, "lasso_r2": self.lasso_r2}
        steady = (self.kept >= STEADY) & (self.lasso != 0)
        order = np.argsort(-np.abs(self.lasso), kind="stable")
        higher = [self.predictors[i] for i in order if steady[i] and self.lasso[i] > 0]
        lower = [self.predictors[i] for i in order if steady[i] and self.lasso[i] < 0]
        if self.lasso_r2 <= 0:
            none = say("The conditions describe {target} of other areas no better than its mean does.", **facts)
            return (none.about("described", self.target, table="table", target=self.target),)
        found = say(
            "{target:opened} is described by {kept} of {total} conditions, with an R² of {lasso_r2:.2f} in areas left "
            "out of the description.",
            kept=int((self.lasso != 0).sum()), total=len(self.predictors), **facts,
        ).about("described", self.target, table="table", target=self.target)  # fmt: skip
        lead = "None of them is steadily kept for {target} when areas are drawn again."
        if higher or lower:
            ways = {"higher values of {higher:list}": higher, "lower values of {lower:list}": lower}
            lead = "Higher values of {target} go steadily with "
            lead += " and with ".join(way for way, names in ways.items() if names) + ", the others held fixed."
        steadily = say(lead, higher=higher, lower=lower, target=self.target)
        return (found, steadily.about("steadily kept", self.target, table="table", target=self.target))


def penalised(
    predictors: Values,
    target: Values,
    names: Sequence[str],
    *,
    name: str = "the score",
    draws: int = DRAWS,
    seed: int = SEED,
) -> Penalised:
    """Describe a target by many predictors that overlap, without letting chance in through their number.

    ``predictors`` ``(areas, k)`` and ``target`` ``(areas,)`` in any units; areas with any gap are left out. Ridge
    chooses its penalty by leaving out each area in turn (closed form), the lasso by ten parts of the areas, drawn with
    ``seed``. Raises ``MethodError`` for fewer than 20 areas or a column that is the same everywhere. Handbook step 9;
    Hoerl & Kennard (1970); Tibshirani (1996); how often kept: Meinshausen & Bühlmann (2010), *JRSS B* 72.

    >>> x = np.random.default_rng(1).normal(size=(60, 4))
    >>> found = penalised(x, x[:, 2] + 0.1 * x[:, 3], ["a", "b", "c", "d"], draws=20)
    >>> found.table["predictor"][0], float(found.kept[2])
    ('c', 1.0)
    """
    x, y = np.asarray(predictors, dtype=float), np.asarray(target, dtype=float)
    refuse_infinite(predictors=x, target=y)
    here = ~(np.isnan(x).any(axis=1) | np.isnan(y))
    x, y = x[here], y[here]
    n = len(x)
    if n < 20:
        raise MethodError(f"{areas_have(n)} all values", remedy="a penalised description needs at least 20")
    if flat := [label for label, c in zip((*names, name), (*x.T, y), strict=True) if np.ptp(c) == 0]:
        raise MethodError(f"the same everywhere: {', '.join(flat)}", remedy="choose measures that vary")
    x, y = (x - x.mean(axis=0)) / x.std(axis=0), (y - y.mean()) / y.std()
    ridged, ridge_penalty, ridge_r2 = ridge(x, y)
    rng = np.random.default_rng(seed)
    part = rng.permutation(n) % FOLDS
    penalties = np.abs(x.T @ y).max() / n * np.geomspace(1.0, 1e-3, PENALTIES)
    inside = (part != np.arange(FOLDS)[:, None]).astype(float)
    mean, centre, gram, moment = _moments(x, y, inside)
    path = lasso(gram[:, None], moment[:, None], penalties[:, None], ROUGH)
    errors = (y - centre[:, None, None] - path @ x.T + (path @ mean[..., None])) ** 2
    missed = np.where(inside[:, None] == 0, errors, 0.0).sum(axis=-1) / (inside == 0).sum(axis=-1)[:, None]
    average, error = missed.mean(axis=0), missed.std(axis=0, ddof=1) / np.sqrt(FOLDS)
    best = int(np.argmin(average))
    chosen = int(np.argmax(average <= average[best] + error[best]))
    _, _, gram, moment = _moments(x, y, np.concatenate([np.ones((1, n)), rng.multinomial(n, np.full(n, 1 / n), draws)]))
    found = lasso(gram, moment, np.full((1, 1), penalties[chosen]))
    notes = [
        CAVEAT,
        tr("Over {areas}; the penalty of the lasso was chosen with {folds} parts of the areas.").format(
            areas=areas_of(n), folds=FOLDS
        ),
    ]
    if left := int((~here).sum()):
        notes.append(tr("{areas} left out because a figure is missing.").format(areas=areas_of(left)))
    return Penalised(
        name, tuple(names), ridged, found[0], (np.abs(found[1:]) > 0).mean(axis=0), ridge_penalty,
        float(penalties[chosen]), ridge_r2, float(1 - average[chosen]), n, tuple(notes),
    )  # fmt: skip


def ridge(x: Values, y: Values, penalties: Values | None = None) -> tuple[Values, float, float]:
    """Coefficients with the penalty on their squares that predicts each area best from the others, the penalty, and
    the share of variation predicted so.

    ``x`` ``(areas, k)`` and ``y`` ``(areas,)`` are standardised; the sum of squares left plus the penalty times the sum
    of squared coefficients is least. Leaving out is exact but for the means, which stay (Golub, Heath & Wahba 1979).

    >>> x = np.array([[1.0], [-1], [1], [-1]])
    >>> ridge(x, x[:, 0], np.array([4.0]))[0]
    array([0.5])
    """
    left, size, right = np.linalg.svd(x, full_matrices=False)
    tried = len(y) * np.geomspace(1e-4, 1e2, 61) if penalties is None else np.asarray(penalties)
    shrunk = size**2 / (size**2 + tried[:, None])
    residual = y - (shrunk * (left.T @ y)) @ left.T
    leverage = shrunk @ (left**2).T + 1 / len(y)
    missed = ((residual / np.maximum(1 - leverage, 1e-12)) ** 2).mean(axis=1)
    best = int(np.argmin(missed))
    found = right.T @ (size / (size**2 + tried[best]) * (left.T @ y))
    return found, float(tried[best]), float(1 - missed[best] / y.var())


def lasso(gram: Values, moment: Values, penalty: Values, within: float = EXACT) -> Values:
    """Coefficients ``(..., k)`` with half the mean square of what is left plus ``penalty`` times their absolute sum the
    least, for many samples and penalties at once.

    ``gram`` ``(..., k, k)`` are mean products of the predictors, ``moment`` ``(..., k)`` those with the target,
    ``penalty`` ``(..., 1)``. One coefficient after the other is set to its best value until none moves by more than
    ``within`` (Friedman, Hastie & Tibshirani 2010).

    >>> lasso(np.eye(2), np.array([0.5, 0.1]), np.array([0.2])).tolist()
    [0.3, 0.0]
    """
    shape = np.broadcast_shapes(moment.shape, (*penalty.shape[:-1], moment.shape[-1]))
    limit = np.broadcast_to(penalty, (*shape[:-1], 1))[..., 0]
    products, target = np.moveaxis(gram, (-2, -1), (0, 1)).copy(), np.moveaxis(moment, -1, 0).copy()
    found, fit = np.zeros((shape[-1], *shape[:-1])), np.zeros((shape[-1], *shape[:-1]))
    own = np.maximum(np.einsum("ii...->i...", products), 1e-12)
    for _ in range(ROUNDS):
        moved = 0.0
        for j in range(shape[-1]):
            pull = target[j] - fit[j] + own[j] * found[j]
            now = np.sign(pull) * np.maximum(np.abs(pull) - limit, 0.0) / own[j]
            step = now - found[j]
            fit += products[j] * step
            found[j] = now
            moved = max(moved, float(np.abs(step).max()))
        if moved < within:
            break
    return np.ascontiguousarray(np.moveaxis(found, 0, -1))


def _moments(x: Values, y: Values, counts: NDArray[np.number]) -> tuple[Values, Values, Values, Values]:
    """Means of predictors and target, and their central mean products, in samples that take areas ``counts`` times."""
    share = counts / counts.sum(axis=-1, keepdims=True)
    mean, centre = share @ x, share @ y
    k = x.shape[1]
    gram = (share @ (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)).reshape(-1, k, k)
    moment = share @ (x * y[:, None])
    return mean, centre, gram - mean[:, :, None] * mean[:, None, :], moment - mean * centre[:, None]

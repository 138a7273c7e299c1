"""How much of the variation of an output each uncertain choice brings in: Sobol indices (handbook step 8).

A design in blocks of rows, A, B and one AB per factor, is run as one batch; the indices are means over its rows. The
functions know nothing of indices or areas: they take factors between 0 and 1 and whatever came out of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.stats import qmc

from goodwork.errors import MethodError
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

Estimator = Literal["saltelli", "jansen"]
SEED = 2021
#: Numbers held at once while resampling: outputs and resamples are cut into blocks of this size.
ROOM = 20_000_000


@dataclass(frozen=True, eq=False)
class SobolIndices:
    """Shares of the variance of each output that each factor brings in; arrays ``(factors, ...)``, trailing axes those
    of the outputs.

    ``first`` is what would go away on average if the factor alone were settled, ``total`` what would be left if all
    others were; their distance is what the factor does together with others. ``..._low`` and ``..._high`` bound them
    at ``level`` (percentiles of the bootstrap). ``variance`` ``(...)`` is in the squared unit of the output; ``n``
    ``(...)`` counts the rows of A that were used and ``failed`` those left out because a run of theirs gave no
    number. NaN where an output does not vary, for it has no variance to share.
    """

    factors: tuple[str, ...]
    first: Values
    total: Values
    first_low: Values
    first_high: Values
    total_low: Values
    total_high: Values
    variance: Values
    n: Values
    failed: Values
    level: float

    @property
    def interactions(self) -> Values:
        """The share of the variance ``(...)`` that no factor brings in by itself: one less the sum of ``first``."""
        return np.asarray(1.0 - self.first.sum(axis=0))

    @property
    def table(self) -> pd.DataFrame:
        """One row per output (numbered in order) and factor."""
        import pandas as pd

        outputs = int(np.prod(self.variance.shape, dtype=int))
        keys = pd.MultiIndex.from_product([range(outputs), self.factors], names=["output", "factor"])
        names = ("first", "first_low", "first_high", "total", "total_low", "total_high")
        columns = {name: getattr(self, name).reshape(len(self.factors), -1).T.ravel() for name in names}
        of_output = {name: np.repeat(getattr(self, name).ravel(), len(self.factors)) for name in ("n", "failed")}
        return keys.to_frame(index=False).assign(**columns, **of_output)


def saltelli_sample(factors: int, n: int, seed: int = SEED) -> Values:
    """The rows to run: ``(n * (factors + 2), factors)``, uniform on 0 to 1 (1 itself never occurs).

    Rows come in blocks of ``n``: A, then B, then for each factor i the block AB_i, which is A with its column i taken
    from B. A and B are the two halves of the columns of one scrambled Sobol sequence, so that they cover the cube more
    evenly than chance would; that evenness is best with ``n`` a power of two. Raises ``MethodError`` for less than one
    factor or two rows. Handbook step 8; Saltelli et al. (2010), *Comput. Phys. Commun.* 181, 259–270; Owen (1998) on
    scrambling.

    >>> design = saltelli_sample(3, 4, seed=1)
    >>> design.shape, bool((design[8:12, 0] == design[4:8, 0]).all()), bool((design[8:12, 1:] == design[:4, 1:]).all())
    ((20, 3), True, True)
    """
    if factors < 1 or n < 2:
        raise MethodError(
            f"a design of {factors} factors and {n} rows cannot be made", remedy="use one factor and two rows or more"
        )
    sequence = qmc.Sobol(2 * factors, scramble=True, seed=np.random.default_rng(seed))
    points = sequence.random_base2(int(np.ceil(np.log2(n))))[:n]
    a, b = points[:, :factors], points[:, factors:]
    crossed = np.where(np.eye(factors, dtype=bool)[:, None, :], b, a)
    return np.concatenate([a, b, crossed.reshape(-1, factors)])


def sobol_indices(
    outputs: Values,
    factors: int | Sequence[str],
    *,
    resamples: int = 1000,
    seed: int = SEED,
    level: float = 0.95,
    estimator: Estimator = "saltelli",
    centred: bool = True,
    ddof: int = 0,
) -> SobolIndices:
    """First-order and total Sobol indices of every output of a design made by ``saltelli_sample``.

    ``outputs`` is ``(n * (k + 2), ...)`` in any unit, rows in the order of the design; ``factors`` is k, or the k
    names. First order: mean(B (AB − A)) / V (``"saltelli"``, Saltelli et al. 2010) or 1 − mean((B − AB)²) / 2V
    (``"jansen"``); total: mean((A − AB)²) / 2V (Jansen 1999); V is the variance of A and B together, with ``ddof``
    taken off its divisor. ``centred`` takes the mean of all outputs off first, which makes Saltelli's estimate less
    noisy. As it stands this is SALib's convention; ``centred=False, ddof=1`` is COINr's.

    Estimates are not cut off at 0 and 1: one that lies outside shows how large its error is. Rows are drawn anew
    ``resamples`` times (0: no intervals), all outputs alike; as evenly spread points err less than independent ones,
    the intervals are rather too wide. A row with a run that gave no finite number, in A, B or any AB, is left out for
    that output and counted in ``failed``; the rest is then no longer quite even, and speaks for the rows that worked.
    Indices are NaN for an output that does not vary or has fewer than two rows. Raises ``MethodError`` for a number
    of rows that fits no design, and for unknown settings. Handbook step 8; Sobol' (2001); Saisana, Saltelli &
    Tarantola (2005), *JRSS A* 168, 307–323.

    >>> design = saltelli_sample(2, 1024, seed=1)
    >>> found = sobol_indices(2 * design[:, 0] + design[:, 1], 2, resamples=100)
    >>> found.first.round(2), found.total.round(2)
    (array([0.8, 0.2]), array([0.8, 0.2]))
    """
    names = tuple(f"factor {i + 1}" for i in range(factors)) if isinstance(factors, int) else tuple(factors)
    _check(outputs, names, resamples, level, estimator)
    outputs = np.asarray(outputs, dtype=float)
    k, trailing = len(names), outputs.shape[1:]
    n = outputs.shape[0] // (k + 2)
    blocks = outputs.reshape(k + 2, n, -1)
    width = max(1, ROOM // ((2 * k + 3) * (resamples + n)))
    columns = [blocks[..., at : at + width] for at in range(0, max(blocks.shape[-1], 1), width)]
    parts = [_of_outputs(part, (resamples, seed, level), estimator, centred, ddof) for part in columns]
    indices, variance, rows = (np.concatenate([part[i] for part in parts], axis=-1) for i in range(3))
    first, total, first_low, first_high, total_low, total_high = indices.reshape(6, k, *trailing)
    return SobolIndices(
        factors=names,
        first=first,
        total=total,
        first_low=first_low,
        first_high=first_high,
        total_low=total_low,
        total_high=total_high,
        variance=variance.reshape(trailing),
        n=rows.reshape(trailing),
        failed=n - rows.reshape(trailing),
        level=level,
    )


def _check(outputs: Values, names: tuple[str, ...], resamples: int, level: float, estimator: str) -> None:
    rows = np.shape(outputs)[0] if np.ndim(outputs) else 0
    if not names or rows % (len(names) + 2) or rows < 2 * (len(names) + 2):
        raise MethodError(
            f"{rows} outputs fit no design of {len(names)} factors",
            remedy="give one output for each row of saltelli_sample, in its order",
        )
    if estimator not in ("saltelli", "jansen"):
        raise MethodError(f"estimator {estimator!r} is not known", remedy="choose 'saltelli' or 'jansen'")
    if not 0 < level < 1 or resamples < 0:
        raise MethodError(
            f"no intervals at level {level:g} from {resamples} resamples",
            remedy="choose a level between 0 and 1 and no negative number",
        )


def _draws(n: int, resamples: int, seed: int) -> Iterator[Values]:
    """How often each of ``n`` rows is drawn in each resample, ``(some resamples, n)`` at a time."""
    rng, some = np.random.default_rng(seed), max(1, ROOM // n)
    for done in range(0, resamples, some):
        yield rng.multinomial(n, np.full(n, 1 / n), size=min(some, resamples - done)).astype(float)


def _of_outputs(
    y: Values, interval: tuple[int, int, float], estimator: Estimator, centred: bool, ddof: int
) -> tuple[Values, Values, Values]:
    """Indices with their bounds ``(6, factors, outputs)``, variances and numbers of rows ``(outputs,)``.

    Every index is a ratio of means over rows, so a draw of rows is a draw of weights, and all draws are one product of
    matrices: weights ``(resamples, rows)`` times terms ``(rows, terms × outputs)``.
    """
    n, outputs = y.shape[1:]
    resamples, seed, level = interval
    good = np.isfinite(y).all(axis=0)
    rows = good.sum(axis=0)
    y = np.where(good, y, 0.0)
    largest = np.abs(y).max(axis=(0, 1), initial=0.0)
    middle = y.sum(axis=(0, 1)) / np.maximum(len(y) * rows, 1)
    y = np.where(good, y - middle, 0.0)
    a, b, ab = y[0], y[1], y[2:]
    first = (b + (0.0 if centred else middle)) * (ab - a) if estimator == "saltelli" else (b - ab) ** 2 / 2
    terms = np.stack([good, (a + b) / 2, (a**2 + b**2) / 2, *(first * good), *((a - ab) ** 2 / 2)], axis=1)
    terms = terms.reshape(n, -1)

    def estimates(weights: Values) -> tuple[Values, Values]:
        """Indices ``(draws, 2, factors, outputs)`` and variances ``(draws, outputs)``."""
        used, *sums = np.moveaxis((weights @ terms).reshape(len(weights), -1, outputs), 1, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean, square, *ratios = np.stack(sums) / used
            variance = np.maximum(square - mean**2, 0.0) * 2 * used / (2 * used - ddof)
            shares = np.stack(ratios, axis=1) / np.where(variance > (1e-13 * largest) ** 2, variance, np.nan)[:, None]
        found = shares.reshape(len(weights), 2, -1, outputs)
        if estimator == "jansen":
            found[:, 0] = 1 - found[:, 0]
        return found, variance

    found, variance = estimates(np.ones((1, n)))
    found = np.where(rows > 1, found, np.nan)
    bounds = np.full((2, *found.shape[1:]), np.nan)
    if resamples:
        drawn = np.concatenate([estimates(counts)[0] for counts in _draws(n, resamples, seed)])
        bounds = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    indices = np.stack([found[0, 0], found[0, 1], bounds[0, 0], bounds[1, 0], bounds[0, 1], bounds[1, 1]])
    return indices, np.where(rows > 1, variance[0], np.nan), rows

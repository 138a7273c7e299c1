"""How wrong each imputation would be: figures that are known are hidden, filled, and compared (handbook step 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import MethodError
from goodwork.index.arguments import Context, check_choice
from goodwork.index.imputation import IMPUTATION, ON_NORMALISED
from goodwork.index.normalisation import orient, z_score
from goodwork.model.framework import Framework, Member
from goodwork.model.method import Choice
from goodwork.model.panel import Panel, Values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class HoldOut:
    """Errors of imputed figures by method and indicator; all arrays ``(methods, indicators)``, in natural units.

    ``rmse`` and ``mae`` are the root of the mean square and the mean absolute error, ``bias`` the mean error (above
    zero: too high), ``n`` the hidden figures that the method filled, ``unfilled`` those it left as gaps; ``relative``
    is ``rmse`` in standard deviations of the hidden figures about their mean: 1 or more is no better than an average.
    """

    methods: tuple[str, ...]
    indicators: tuple[str, ...]
    rmse: Values
    mae: Values
    bias: Values
    relative: Values
    n: NDArray[np.int_]
    unfilled: NDArray[np.int_]

    @property
    def table(self) -> pd.DataFrame:
        """One row per method and indicator."""
        import pandas as pd

        names = ("rmse", "mae", "bias", "relative", "n", "unfilled")
        keys = pd.MultiIndex.from_product([self.methods, self.indicators], names=["method", "indicator"])
        return keys.to_frame(index=False).assign(**{name: getattr(self, name).ravel() for name in names})


def holdout_error(
    panel: Panel,
    methods: Sequence[str | Mapping[str, Any] | Choice],
    share: float = 0.1,
    seed: int = 0,
    *,
    repeats: int = 20,
    framework: Framework | None = None,
) -> HoldOut:
    """Hide a share of the known figures at random, fill them by each method, and see how far off it is.

    ``share`` of the figures of every indicator is hidden, ``repeats`` times anew; all methods face the same gaps, those
    there are and those that are made. ``methods`` are names, tables with parameters or choices; those that are applied
    on the normalised scale are, and taken back to natural units by the mean and spread of what is left. ``framework``
    tells domains and directions (without one all indicators form one domain, higher being better). Gaps in practice are
    rarely random, so real errors may be greater. Deterministic for a ``seed``. Raises ``MethodError`` for a ``share``
    outside 0 to 1 or too small to hide anything, and for what the methods refuse. OECD/JRC (2008) step 3.

    >>> from goodwork.model.panel import Panel
    >>> x = np.random.default_rng(1).normal(size=(1, 40, 1)) + np.array([0.0, 10.0])
    >>> text = np.full(x.shape, "", dtype="<U4")
    >>> areas = tuple(f"A{i}" for i in range(40))
    >>> panel = Panel(("2020",), areas, ("a", "b"), x, x, x, text, text, text)
    >>> holdout_error(panel, ["mean", "em"]).table[["method", "indicator", "n"]].values.tolist()
    [['mean', 'a', 80], ['mean', 'b', 80], ['em', 'a', 80], ['em', 'b', 80]]
    """
    if framework is None:
        members = tuple(Member(indicator=name, direction="higher") for name in panel.indicators)
        framework = Framework(name="panel", title="Panel", members=members)
    context = Context.of(framework, panel)
    known = panel.select(indicators=framework.indicators).value
    hidden = _hidden(known, share, seed, repeats)
    truth = np.where(hidden, known, np.nan)
    left = np.where(hidden, np.nan, known)
    choices = [Choice.model_validate(method) for method in methods]
    errors = np.stack([_filled(context, choice, left) - truth for choice in choices])
    counted, aside = ~np.isnan(errors), (hidden & np.isnan(errors)).sum(axis=(1, 2, 3))
    n = counted.sum(axis=(1, 2, 3))
    spread = np.sqrt(_average((truth - _average(truth, hidden)) ** 2, hidden))
    rmse = np.sqrt(_average(errors**2, counted, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(spread > 0, rmse / spread, np.nan)
    mae, bias = _average(np.abs(errors), counted, 1), _average(errors, counted, 1)
    names = tuple(_title(choice) for choice in choices)
    return HoldOut(names, framework.indicators, rmse, mae, bias, relative, n, aside)


def _hidden(known: Values, share: float, seed: int, repeats: int) -> NDArray[np.bool_]:
    """Which figures are hidden, ``(repeats, periods, areas, members)``: the same number of each member every time."""
    here = ~np.isnan(known)
    number = np.floor(share * here.sum(axis=(0, 1)) + 0.5)
    if not 0 < share < 1 or not number.any() or repeats < 1:
        raise MethodError(
            f"a share of {share:g}, {repeats} time(s), hides nothing that could be told from the rest",
            remedy="give a share between 0 and 1 that makes at least one figure, and one repeat or more",
        )
    lots = np.random.default_rng(seed).random((repeats, *known.shape))
    flat = np.where(here, lots, np.inf).reshape(repeats, -1, known.shape[-1])
    place = np.argsort(np.argsort(flat, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray((place < number).reshape(lots.shape) & here)


def _filled(context: Context, choice: Choice, left: Values) -> Values:
    """The figures that are left with the gaps filled by a method, ``(repeats, periods, areas, members)``."""
    check_choice(IMPUTATION, choice)
    function = IMPUTATION[choice.name]
    arguments = context.arguments(choice, function, range(left.shape[-1]))
    if choice.name not in ON_NORMALISED:
        return function(left, **arguments)
    turned = orient(left, context.framework.directions)
    centre = _average(turned, ~np.isnan(turned), 2, keep=True, over=(2,))
    spread = np.sqrt(_average((turned - centre) ** 2, ~np.isnan(turned), 2, keep=True, over=(2,)))
    filled = function(z_score(turned, turned), **arguments)
    return orient(filled * spread + centre, context.framework.directions)


def _average(
    values: Values, where: NDArray[np.bool_], first: int = 0, *, keep: bool = False, over: tuple[int, ...] = ()
) -> Values:
    """Mean over all axes but the members' (from ``first`` on, or ``over`` those named); NaN where there is nothing."""
    axes = over or tuple(range(first, values.ndim - 1))
    count = where.sum(axis=axes, keepdims=keep)
    total = np.where(where, values, 0.0).sum(axis=axes, keepdims=keep)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _title(choice: Choice) -> str:
    """A method's name with its parameters."""
    told = ", ".join(f"{key} = {value}" for key, value in choice.parameters.items())
    return f"{choice.label} ({told})" if told else choice.label

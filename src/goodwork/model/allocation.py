"""How a budget is shared among areas, as data: by which rule, of what, above which threshold, within which bounds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from goodwork.errors import DeclarationError, Fault
from goodwork.model.declaration import Declaration
from goodwork.model.framework import INDEX

#: How shares are made: by shortfall times people, by people, the same for all, or by tiers of the ranking.
Rule = Literal["need", "population", "equal", "tiers"]

MONEY = ("budget", "floor", "cap", "minimum")


class Tier(Declaration):
    """Areas up to a share of all, counted from the lowest score, and the weight that a person there has."""

    upto: float = Field(gt=0, le=1)
    weight: float = Field(default=1.0, ge=0)


class Formula(Declaration):
    """A rule and its bounds. Money is in pounds, to the penny.

    ``by`` names the rule. ``need`` counts, for every person, how far the score of ``of`` (a node of the framework) lies
    below ``threshold`` (on the scale of display), to the power ``power``: 0 counts heads in areas below it, 1 distance,
    2 gives the farthest more. With a ``taper`` need does not end at the threshold but fades out over so many points
    above it. ``tiers`` gives every person the weight of the area's tier, none beyond the last. Every area gets the
    ``floor`` at least, none more than the ``cap``; a grant below the ``minimum`` is not paid, and goes to the others.
    """

    title: str = ""
    why: str = ""
    budget: Decimal = Field(gt=0, decimal_places=2, max_digits=15)
    by: Rule = "need"
    of: str = INDEX
    threshold: float = 100.0
    taper: float = Field(default=0.0, ge=0)
    power: float = Field(default=1.0, ge=0, le=4)
    tiers: tuple[Tier, ...] = (Tier(upto=0.2),)
    floor: Decimal = Field(default=Decimal(0), ge=0, decimal_places=2, max_digits=15)
    cap: Decimal | None = Field(default=None, gt=0, decimal_places=2, max_digits=15)
    minimum: Decimal = Field(default=Decimal(0), ge=0, decimal_places=2, max_digits=15)

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        problems = []
        if self.cap is not None and self.floor > self.cap:
            problems.append(f"the floor, {self.floor}, is above the cap, {self.cap}")
        if self.cap is not None and self.minimum > self.cap:
            problems.append(f"the minimum grant, {self.minimum}, is above the cap, {self.cap}")
        if 0 < self.floor < self.minimum:
            problems.append(f"every area gets the floor, {self.floor}, but less than {self.minimum} is not paid")
        ends = [tier.upto for tier in self.tiers]
        if not ends or ends != sorted(set(ends)):
            problems.append("tiers must be there, and each must go further than the one before")
        elif not any(tier.weight for tier in self.tiers):
            problems.append("no tier has a weight")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @classmethod
    def asked(cls, given: Mapping[str, Any], file: Formula | None = None, where: str = "the formula") -> Formula:
        """A formula from what a person typed, beside or in place of what a file says; ``None`` means not given. Sums of
        money may be written ``1,000,000``, ``£500`` or ``1e6``. Raises ``DeclarationError`` with every fault.

        >>> str(Formula.asked({"budget": "1e6", "cap": None}).budget)
        '1000000.00'
        """
        data = {} if file is None else file.model_dump(exclude_unset=True)
        faults = []
        for key, value in given.items():
            if value is None:
                continue
            data[key] = value
            if key in MONEY:
                try:
                    data[key] = Decimal(str(value).replace(",", "").strip().removeprefix("£")).quantize(Decimal("0.01"))
                except InvalidOperation:
                    remedy = "write pounds: 1000000, 1e6 or 250000.50"
                    faults.append(Fault(f"{value!r} is no sum of money", column=key, remedy=remedy))
                    data[key] = Decimal(1)
        if "budget" not in data:
            faults.append(Fault("no budget is given", column="budget", remedy="say how many pounds are to be shared"))
            data["budget"] = Decimal(1)
        try:
            found = cls.from_dict(data, where)
        except DeclarationError as error:
            raise DeclarationError(f"{where} is wrong", faults=[*faults, *error.faults]) from None
        if faults:
            raise DeclarationError(f"{where} is wrong", faults=faults)
        return found

    @property
    def pence(self) -> tuple[int, int, int | None, int]:
        """Budget, floor, cap (``None``: none) and minimum in pence.

        >>> Formula(budget="10.50", floor="1").pence
        (1050, 100, None, 0)
        """
        cap = None if self.cap is None else int(self.cap * 100)
        return int(self.budget * 100), int(self.floor * 100), cap, int(self.minimum * 100)

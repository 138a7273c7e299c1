"""Employers' charters: what each tier asks of an employer, who has signed, and how many work where nobody has."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from goodwork.model.declaration import Declaration


class Tier(Declaration):
    """A step of a charter, and the characteristics of good employment that it asks for."""

    name: str = Field(min_length=1)
    asks: tuple[str, ...] = ()


class Terms(Declaration):
    """A charter or a pledge in procurement: its tiers, the lowest first, each asking no less than the one before."""

    name: str = Field(min_length=1)
    place: str = ""
    source: str = ""
    tiers: tuple[Tier, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        names = [tier.name for tier in self.tiers]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{self.name}: tier declared twice: {', '.join(twice)}")
        for lower, upper in zip(self.tiers, self.tiers[1:], strict=False):
            if lost := sorted(set(lower.asks) - set(upper.asks)):
                raise ValueError(
                    f"{self.name}: {upper.name} no longer asks for {', '.join(lost)}, which {lower.name} does"
                )
        return self


class Charters(Declaration):
    """The file of charters. ``invented``: made up to show how it is written."""

    invented: bool = False
    charter: tuple[Terms, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [one.name for one in self.charter]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"declared twice: {', '.join(twice)}")
        return self


class Member(Declaration):
    """An employer that has signed: charter, tier, sector, band of size, employees in the place (``None``: unknown)."""

    employer: str = Field(min_length=1)
    charter: str = Field(min_length=1)
    tier: str = Field(min_length=1)
    sector: str = Field(min_length=1)
    size: str = ""
    employees: float | None = Field(default=None, ge=0)
    since: str = ""


class Employment(Declaration):
    """Employees of a place in one sector and, if known, one band of size."""

    sector: str = Field(min_length=1)
    size: str = ""
    employees: float = Field(ge=0)

"""What can be done about access to good work: a declared register of levers, for discussion and never as a
prescription."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from goodwork.errors import DeclarationError, Fault
from goodwork.language import tr
from goodwork.model import declarations
from goodwork.model.area import nearest
from goodwork.model.declaration import Declaration
from goodwork.model.framework import Framework
from goodwork.model.indicator import Principle

PRINCIPLES: tuple[str, ...] = get_args(Principle)
Holder = Literal["employer", "council", "combined authority", "government"]
Strength = Literal["strong", "mixed", "thin"]
Checked = Literal["text", "summary", "no"]
#: How the note of a lever was checked against its literature, as readers are told.
CHECKED: dict[Checked, str] = {
    "text": tr("note checked against the text"),
    "summary": tr("note checked against the abstract or the publisher's summary only"),
    "no": tr("note not checked against the text"),
}


class Lever(Declaration):
    """Something that those who ``hold`` it can pull: which domains and principles it serves, what is known of its
    effect (``evidence``, in our words, with ``references`` and ``strength``; ``checked`` says against how much of
    them), and what to ``measure``."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    what: str = Field(min_length=1)
    domains: tuple[str, ...] = Field(min_length=1)
    principles: tuple[str, ...] = Field(
        min_length=1, json_schema_extra={"items": {"type": "string", "enum": list(PRINCIPLES)}}
    )
    hold: tuple[Holder, ...] = Field(min_length=1)
    evidence: str = Field(min_length=1)
    strength: Strength
    references: tuple[str, ...] = ()
    checked: Checked = "no"
    measure: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _strength_rests_on_something(self) -> Self:
        if self.strength != "thin" and not self.references:
            raise ValueError(f"{self.name}: {self.strength} evidence without a reference; name one, or call it thin")
        return self

    @property
    def literature(self) -> str:
        """The references, and how far the note was checked against them."""
        return f"{'; '.join(self.references)} ({CHECKED[self.checked]})" if self.references else tr("none named")


class Levers(Declaration):
    """The register of levers for one framework; one that ``extends`` adds to the shipped register, and its levers take
    the place of those of the same name there; any other stands instead of it."""

    framework: str
    extends: bool = False
    lever: tuple[Lever, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [one.name for one in self.lever]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"lever declared twice: {', '.join(twice)}")
        return self

    def checked_against(self, framework: Framework, where: str = "levers.toml") -> Levers:
        """The register itself, or a ``DeclarationError`` naming every domain and principle that there is none of."""
        domains = tuple(node for node in framework.groups[1:])
        faults = [
            fault
            for one in self.lever
            for kind, given, known in (("domain", one.domains, domains), ("principle", one.principles, PRINCIPLES))
            for fault in _unknown(one.name, kind, given, known, where)
        ]
        if faults:
            raise DeclarationError(f"{where} is wrong in {len(faults)} place(s)", faults=faults)
        return self

    def joined(self, other: Levers) -> Levers:
        """This register with the levers of another: one of the same name takes the place of ours."""
        replaced = {one.name: one for one in other.lever}
        kept = [replaced.pop(one.name, one) for one in self.lever]
        return self.replace(lever=(*kept, *replaced.values()))

    @property
    def whole(self) -> Levers:
        """The register to work with: itself, or the shipped one with it where it extends that."""
        return shipped_levers().joined(self) if self.extends else self

    def serving(self, domains: Collection[str]) -> tuple[Lever, ...]:
        """The levers that serve any of some domains, those with the stronger evidence first."""
        order = get_args(Strength)
        return tuple(
            sorted(
                (one for one in self.lever if set(one.domains) & set(domains)), key=lambda x: order.index(x.strength)
            )
        )


def shipped_levers() -> Levers:
    """The register that ships with the package."""
    return Levers.from_toml(declarations.text("levers.toml"), "levers.toml")


def _unknown(lever: str, kind: str, given: Collection[str], known: Collection[str], where: str) -> list[Fault]:
    return [
        Fault(
            f"lever {lever!r}: no {kind} is called {name!r}", file=where, column=f"lever.{kind}s",
            remedy=f"did you mean {offers[0]!r}?" if (offers := nearest(name, known)) else f"known: {', '.join(known)}",
        )
        for name in given if name not in known
    ]  # fmt: skip

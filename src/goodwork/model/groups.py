"""Groups of areas that act together, such as combined authorities: who belongs to them, and where that is said."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from goodwork.errors import DeclarationError, Fault
from goodwork.model import declarations
from goodwork.model.area import Geography, plain_name
from goodwork.model.declaration import Declaration


class Group(Declaration):
    """A group of areas under a name; ``source`` says where its members are named, ``since`` the year it began, ``note``
    what a reader must know of it."""

    name: str
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = Field(min_length=1)
    since: int | None = None
    source: str = Field(min_length=1)
    note: str = ""


class Groups(Declaration):
    """The file that declares groups of one kind, such as combined authorities."""

    kind: str
    group: tuple[Group, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [plain_name(name) for one in self.group for name in (one.name, *one.aliases)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"named twice: {', '.join(twice)}")
        return self

    def checked_against(self, geography: Geography, where: str) -> Groups:
        """The groups themselves, or a ``DeclarationError`` naming every member that is no area."""
        faults = [
            Fault(f"{one.name}: no area has the code {code!r}", file=where, column="group.members", remedy="correct it")
            for one in self.group for code in one.members if code not in geography.by_code
        ]  # fmt: skip
        if faults:
            raise DeclarationError(f"{where} is wrong in {len(faults)} place(s)", faults=faults)
        return self

    def named(self, asked: str) -> Group | None:
        """The group that a person means by a name or another name of it; ``None`` where there is none.

        >>> Groups(kind="x", group=(Group(name="South Side", members=("A",), source="us"),)).named("south side").members
        ('A',)
        """
        wanted = plain_name(asked)
        return next((g for g in self.group if wanted in map(plain_name, (g.name, *g.aliases))), None)


def combined_authorities() -> Groups:
    """The combined authorities of England, as declared."""
    return Groups.from_toml(declarations.text("combined_authorities.toml"), "combined_authorities.toml")

"""How far employers' charters reach: members and employees by tier, sector and size, and where nobody has signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodwork.analysis.finding import Finding, say
from goodwork.language import tr
from goodwork.model.pledges import Charters, Employment, Member

if TYPE_CHECKING:
    import pandas as pd

#: A sector is called a gap where less than this part of its employees work for a member.
GAP = 0.05


@dataclass(frozen=True, eq=False)
class Reach:
    """Members of charters beside local employment; ``charters`` and ``employment`` may not be known."""

    members: tuple[Member, ...]
    employment: tuple[Employment, ...]
    charters: Charters | None

    @property
    def table(self) -> pd.DataFrame:
        """One row per charter and tier: members, how many say how many they employ, employees; the tiers of a declared
        charter in their order, those without a member too."""
        import pandas as pd

        frame = self._frame
        order = [(c.name, t.name) for c in self.charters.charter for t in c.tiers] if self.charters else []
        order += [key for key in dict.fromkeys(zip(frame["charter"], frame["tier"], strict=True)) if key not in order]
        rows = []
        for charter, tier in order:
            here = frame[(frame["charter"] == charter) & (frame["tier"] == tier)]
            rows.append(
                {
                    "charter": charter, "tier": tier, "members": len(here),
                    "known": int(here["employees"].notna().sum()),
                    "employees": float(here["employees"].sum()), "asks": ", ".join(self._asks(charter, tier)),
                }
            )  # fmt: skip
        return pd.DataFrame(rows)

    @property
    def sectors(self) -> pd.DataFrame:
        """One row per sector: employees there, those of members (each employer once), how many members do not say how
        many they employ, the share of members, whether it is a gap; NaN where local employment is not known."""
        return self._by("sector")

    @property
    def sizes(self) -> pd.DataFrame:
        """The same by band of size, as far as it is known."""
        return self._by("size")

    @property
    def asked(self) -> pd.DataFrame:
        """One row per characteristic: how many members and employees are promised it."""
        import pandas as pd

        frame = self._frame
        every = (
            list(dict.fromkeys(a for c in self.charters.charter for t in c.tiers for a in t.asks))
            if self.charters
            else []
        )
        rows = []
        for asked in every:
            held = [asked in self._asks(c, t) for c, t in zip(frame["charter"], frame["tier"], strict=True)]
            here = frame[held].drop_duplicates("employer")
            rows.append({"characteristic": asked, "members": len(here), "employees": float(here["employees"].sum())})
        return pd.DataFrame(rows, columns=["characteristic", "members", "employees"])

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How many have signed, how many work for them, and where nobody has."""
        one = self._frame.drop_duplicates("employer")
        known = int(one["employees"].notna().sum())
        told = [
            say(
                "{members} employers have signed, with {employees:,.0f} employees ({known} of them say how many).",
                members=len(one), employees=float(one["employees"].sum()), known=known,
            )
        ]  # fmt: skip
        total = sum(row.employees for row in self.employment)
        if total:
            told.append(
                say(
                    "They employ {least}{share:.0%} of the {total:,.0f} employees of the place.",
                    least="" if known == len(one) else tr("at least "),
                    share=float(one["employees"].sum()) / total, total=total,
                )
            )  # fmt: skip
            sectors = self.sectors
            gaps = sectors[sectors["gap"]].sort_values("all", ascending=False, kind="stable")
            if len(gaps):
                told.append(
                    say(
                        "In {count} of {of} sectors less than {limit:.0%} of employees work for a member: "
                        "{names:list}.",
                        count=len(gaps), of=int((sectors["all"] > 0).sum()), limit=GAP, names=list(gaps["sector"]),
                    )
                )  # fmt: skip
        return tuple(said.about("reach", str(k), table="table") for k, said in enumerate(told))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a signature says and does not say."""
        told = [tr("A signature is a promise: nothing here says whether it is kept.")]
        if self.charters and self.charters.invented:
            told.insert(0, tr("INVENTED: these charters and members are made up to show how they are written."))
        if not self.employment:
            told.append(tr("Local employment was not given, so no coverage is told."))
        if (self.sectors["share"] > 1).any():
            told.append(
                tr("Members employ more than the sector holds: employees outside the place are counted among theirs.")
            )
        return tuple(told)

    @property
    def _frame(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame([m.model_dump() for m in self.members], columns=list(Member.model_fields)).astype(
            {"employees": "float64"}
        )

    def _asks(self, charter: str, tier: str) -> tuple[str, ...]:
        terms = self.charters.charter if self.charters else ()
        return next((t.asks for c in terms if c.name == charter for t in c.tiers if t.name == tier), ())

    def _by(self, column: str) -> pd.DataFrame:
        import pandas as pd

        one = self._frame.drop_duplicates("employer")
        mine = one[one[column] != ""].groupby(column, sort=False)["employees"].sum()
        silent = one[(one[column] != "") & one["employees"].isna()].groupby(column, sort=False).size()
        counts = one[one[column] != ""].groupby(column, sort=False).size()
        every = pd.DataFrame([e.model_dump() for e in self.employment], columns=list(Employment.model_fields))
        whole = every[every[column] != ""].groupby(column, sort=False)["employees"].sum().astype(float)
        names = list(dict.fromkeys([*whole.index, *mine.index]))
        table = pd.DataFrame({column: names})
        table["members"] = table[column].map(counts).fillna(0).astype(int)
        table["unknown"] = table[column].map(silent).fillna(0).astype(int)
        table["employees"] = table[column].map(mine).fillna(0.0)
        table["all"] = table[column].map(whole)
        table["share"] = (table["employees"] / table["all"]).where(table["all"] > 0)
        table["gap"] = ((table["share"] < GAP) & (table["unknown"] == 0)).fillna(False)
        return table


def reach(members: Sequence[Member], employment: Sequence[Employment] = (), charters: Charters | None = None) -> Reach:
    """Members of charters beside the employment of a place.

    >>> signed = [Member(employer="Mill", charter="Fair", tier="one", sector="making", employees=50)]
    >>> found = reach(signed, [Employment(sector="making", employees=200), Employment(sector="care", employees=100)])
    >>> found.sectors["share"].tolist(), found.findings[2]
    ([0.25, 0.0], 'In 1 of 2 sectors less than 5 % of employees work for a member: care.')
    """
    return Reach(tuple(members), tuple(employment), charters)

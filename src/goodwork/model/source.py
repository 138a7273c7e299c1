"""Which files a source has, where they are fetched, when new ones are due, and which of their series we take."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from goodwork.errors import NotFound
from goodwork.language import tr
from goodwork.model import declarations
from goodwork.model.area import nearest
from goodwork.model.declaration import Declaration
from goodwork.model.indicator import Designation

#: What sort of number a series is, and so how the figures of parts make that of a whole.
Sort = Literal["count", "percent", "rate", "median"]


class SourceFile(Declaration):
    """One file of a source: its name, its address on the web, where it lies in a folder, and what the reader is to do
    with it.

    ``{key}`` in any of them stands for the key of the source. ``option`` names the option of the reader that is given
    the bytes (``metadata``, ``cv``); the file of figures has none.

    Where each release has an address of its own, ``page`` is the publisher's page that links to them and ``link`` the
    pattern of the address that is meant; of several the one of the latest year, which the group ``year`` of the pattern
    finds. A file with neither ``url`` nor ``page`` is had by hand. ``member`` is the pattern of the file that is meant
    inside a zip. ``web_name`` is the name under which it is kept when the web gives another format than the folder.

    ``paged`` names the provider that answers the ``url`` page by page. ``by_label`` then gives, by dimension of its
    data set, the labels of what is asked for (``*``: those of the series taken), and ``by_pattern`` a pattern that the
    labels match in full; their codes are looked up when it is fetched. ``posted`` names the provider whose ``question``
    goes in the body of the request: its parts, as ``sources.posted`` knows them.
    """

    name: str
    url: str = ""
    page: str = ""
    link: str = ""
    member: str = ""
    local: str = ""
    web_name: str = ""
    option: str = ""
    paged: Literal["", "nomis", "arcgis"] = ""
    by_label: dict[str, tuple[str, ...]] = {}
    by_pattern: dict[str, str] = {}
    posted: Literal["", "stat-xplore", "sparql"] = ""
    question: dict[str, Any] = {}

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        faults = []
        if bool(self.page) != bool(self.link) or (self.page and self.url):
            faults.append("a page goes with the pattern of a link, and without a url")
        if bool(self.posted) != bool(self.question) or (self.posted and not self.url):
            faults.append("a question goes with the provider it is posted to, and with a url")
        for pattern in (self.link, self.member, *self.by_pattern.values()):
            try:
                re.compile(pattern)
            except re.error as error:
                faults.append(f"{pattern!r} is no pattern: {error}")
        if faults:
            raise ValueError(f"{self.name}: " + "; ".join(faults))
        return self

    @property
    def on_the_web(self) -> bool:
        """Whether it can be fetched without a person."""
        return bool(self.url or self.page)

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which it may be kept: as it lies in a folder, as the web gives it."""
        return (self.name, self.web_name) if self.web_name else (self.name,)

    def of(self, key: str, labels: Sequence[str] = ()) -> SourceFile:
        """The file of one source, which takes the series with these ``labels``.

        >>> SourceFile(name="{key}.csv", local="els/{key}/{key}.csv").of("pay").local
        'els/pay/pay.csv'
        """
        asked = {one: tuple(labels) if told == ("*",) else told for one, told in self.by_label.items()}
        filled = {
            name: getattr(self, name).replace("{key}", key) for name in ("name", "url", "page", "local", "web_name")
        }
        return self.replace(**filled, by_label=asked)


class Gaps(Declaration):
    """What stands in where a count is withheld or shown without its interval, so that counts can be added up.

    ``low`` and ``low_half_width`` for a count too small to be shown, ``withheld`` for one that is confidential,
    ``half_width`` for one whose interval is not given. What is not declared stays missing, and a sum of it too.
    """

    low: float | None = None
    low_half_width: float | None = None
    withheld: float | None = None
    half_width: float | None = None


class SeriesMapping(Declaration):
    """One series of a source that we take: the publisher's label of it, and our name.

    ``sort`` and ``per`` say how figures of parts are put together; the value is multiplied by ``factor`` to reach our
    unit. A period is ``filed`` under the year it begins in, or (three-year averages) the year it ends in. ``counted``
    is the label of the numerator that the rate was made from, ``weighted`` that of the number of people it refers to:
    with either, a county can be made of its districts.
    """

    label: str
    series: str
    sort: Sort = "percent"
    per: float = Field(default=100.0, gt=0)
    factor: float = 1.0
    filed: Literal["first", "last"] = "first"
    counted: str = ""
    weighted: str = ""
    gaps: Gaps = Gaps()


class Provider(Declaration):
    """What the sources of one provider have in common; a source overrides what differs."""

    reader: str
    publisher: str = ""
    licence: str = ""
    designation: Designation = ""
    promised: str = ""
    files: tuple[SourceFile, ...] = ()
    options: dict[str, Any] = {}
    by_hand: str = ""
    told_by: str = ""
    attribution: str = ""


class Source(Declaration):
    """One source: who publishes it, its terms and standing, when the next release is due, its files, its series.

    ``due`` are the months (1–12) in which a new release is expected, ``calendar`` the same in words; without ``due`` no
    further release is expected. ``by_hand`` says why there is no address and what a person must do. ``told_by`` says
    who documents an address that has not been seen to answer. ``earlier_stay``: a release holds the latest years only,
    so figures of earlier years stay as they were compiled. ``area_names`` is the declared list that turns names into
    codes where the publisher gives names only. ``made_of`` gives the origin of a figure made here from parts, by the
    codes of the parts (``E10000006``) or ``*`` for all others.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    provider: str = ""
    key: str = ""
    title: str
    publisher: str = ""
    licence: str = ""
    designation: Designation = ""
    calendar: str = ""
    due: tuple[int, ...] = ()
    reader: str = ""
    options: dict[str, Any] = {}
    promised: str = ""
    files: tuple[SourceFile, ...] = ()
    by_hand: str = ""
    told_by: str = ""
    earlier_stay: bool = False
    area_names: str = ""
    made_of: dict[str, str] = {}
    sort: Sort | None = None
    gaps: Gaps | None = None
    series: tuple[SeriesMapping, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        counts = Counter((one.label, one.series) for one in self.series)
        faults = [f"{label!r} is taken twice as {series}" for (label, series), n in counts.items() if n > 1]
        faults += [f"{month} is no month" for month in self.due if not 1 <= month <= 12]
        if faults:
            raise ValueError(f"{self.id}: " + "; ".join(faults))
        return self

    def under(self, provider: Provider) -> Source:
        """The source with what its provider says filled in."""
        shared = {name: getattr(provider, name) for name in _SHARED if not getattr(self, name)}
        whole = self.replace(**shared, options={**provider.options, **self.options})
        mappings = tuple(
            one.replace(
                sort=self.sort if self.sort and "sort" not in one.model_fields_set else one.sort,
                gaps=self.gaps if self.gaps and "gaps" not in one.model_fields_set else one.gaps,
            )
            for one in whole.series
        )
        whole = whole.replace(series=mappings)
        return whole.replace(files=tuple(file.of(self.key, whole.labels) for file in whole.files))

    @property
    def main(self) -> SourceFile:
        """The file of figures; the others are given to its reader as options."""
        return next(file for file in self.files if not file.option)

    @property
    def labels(self) -> tuple[str, ...]:
        """The publisher's labels of everything that is taken."""
        told = (text for one in self.series for text in (one.label, one.counted, one.weighted) if text)
        return tuple(dict.fromkeys(told))


_SHARED = ("publisher", "licence", "designation", "reader", "promised", "files", "by_hand", "told_by")


class Derivation(Declaration):
    """A series worked out from others: ``how`` names the arithmetic, ``of`` and ``over`` its parts.

    ``per`` is the base (100: per cent). Events are added up over ``years``; the people are those of ``people_before``
    years earlier. Of two ``periods`` the first is subtracted from the second, and ``span`` says so. ``summed`` are the
    levels of parent areas for which the parts are added up first, ``sum_without`` the areas that the publisher does not
    cover. ``interval`` is false where none can be given. ``origin`` is the line under which its figures appear.
    ``denominator`` says of a rate per head whose number it is: which estimate, of which day, as known when, on which
    areas.
    """

    series: str
    how: Literal["complement", "share", "per head", "difference", "entropy"]
    of: tuple[str, ...]
    over: tuple[str, ...] = ()
    per: float = 100.0
    years: int = 1
    people_before: int = Field(default=0, ge=0)
    periods: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()
    sum_without: tuple[str, ...] = ()
    interval: bool = True
    span: str = ""
    origin: str
    words: str
    denominator: str = ""

    @model_validator(mode="after")
    def _knows_its_people(self) -> Self:
        if (self.how == "per head") != bool(self.denominator):
            raise ValueError(f"{self.series}: a rate per head, and nothing else, says what its denominator is")
        if self.how == "per head" and not (self.of and self.over and self.years > 0):
            raise ValueError(f"{self.series}: a rate per head needs events, people and a number of years")
        return self


class Carried(Declaration):
    """Why the figures of some origins are carried over from an earlier compilation: the ``file`` of the publisher that
    gave them, and ``why`` none that is declared does.
    """

    origins: tuple[str, ...]
    file: str
    why: str


class AreaNames(Declaration):
    """A declared list of names that a publisher uses in place of codes: each name as printed, and its code.

    ``types`` limits it to some of the publisher's types of area; names of other types are left out.
    """

    types: tuple[str, ...] = ()
    why: str
    codes: dict[str, str]


class Sources(Declaration):
    """The files that declare sources, what is derived from them, and what is carried over for want of one."""

    provider: dict[str, Provider] = {}
    source: tuple[Source, ...] = ()
    derived: tuple[Derivation, ...] = ()
    names: dict[str, AreaNames] = {}
    carried: tuple[Carried, ...] = ()

    @model_validator(mode="after")
    def _checked(self) -> Self:
        ids = Counter(source.id for source in self.source)
        faults = [f"source {name!r} is declared {n} times" for name, n in ids.items() if n > 1]
        for source in self.source:
            if source.provider and source.provider not in self.provider:
                faults.append(f"{source.id}: no provider {source.provider!r}")
            if source.area_names and source.area_names not in self.names:
                faults.append(f"{source.id}: no list of names {source.area_names!r}")
        carried = Counter(name for one in self.carried for name in one.origins)
        faults += [f"{name!r} is carried over for {n} reasons" for name, n in carried.items() if n > 1]
        made = Counter(one.series for one in self.derived)
        faults += [f"{series!r} is derived {n} times" for series, n in made.items() if n > 1]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @cached_property
    def by_id(self) -> dict[str, Source]:
        """Sources by id, whole."""
        whole = Provider(reader="")
        return {one.id: one.under(self.provider.get(one.provider, whole)) for one in self.source}

    def why_carried(self, origin: str) -> str:
        """Why figures of an origin are carried over where they are; empty when nobody has said it."""
        if origin in self.by_id:
            source = self.by_id[origin]
            if source.earlier_stay:
                return tr("its releases hold the latest years only; earlier ones stay as they were compiled")
            return tr("not kept: fetch it from the web") if source.main.on_the_web else tr("not kept: had by hand")
        return next((f"{one.file}: {one.why}" for one in self.carried if origin in one.origins), "")

    def __getitem__(self, source: str) -> Source:
        """A source by id; raises ``NotFound`` with the nearest ids."""
        if source not in self.by_id:
            raise NotFound("source", source, nearest(source, self.by_id))
        return self.by_id[source]


def shipped_sources() -> Sources:
    """The sources that ship with the package, with what is derived from them and what is carried over.

    >>> shipped_sources()["els_median_pay"].files[0].local
    'els/gross-median-weekly-pay/gross-median-weekly-pay.csv'
    """
    data = {
        key: value
        for name in ("sources.toml", "derived.toml", "carried.toml")
        for key, value in tomllib.loads(declarations.text(name)).items()
    }
    return Sources.from_dict(data, "sources.toml, derived.toml and carried.toml")

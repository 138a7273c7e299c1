"""What stands on the pages of a country of small areas: home, authority, small area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.neighbours import alike
from goodwork.analysis.profile import Profile, profile
from goodwork.analysis.verdicts import verdict
from goodwork.figures.colour import ramp
from goodwork.figures.colouring import Colouring
from goodwork.figures.figure import Caption, Figure, Part, figure
from goodwork.figures.legend import legend
from goodwork.figures.marks import hatch, label
from goodwork.figures.markup import tag, text
from goodwork.figures.rows import rows_of
from goodwork.figures.tilemap import tilemap
from goodwork.language import tr
from goodwork.report.view import rank_bar
from goodwork.web.small.country import Country, League, Seen
from goodwork.web.state import area_path
from goodwork.web.words import mid_sentence

if TYPE_CHECKING:
    import pandas as pd

#: Rows of a page of the league.
PAGE = 100
#: A map of one authority has no more hexagons than these.
DRAWN = 2_000
LIKE = 5


@dataclass(frozen=True, eq=False)
class Line:
    """One line of the league."""

    code: str
    name: str
    url: str
    authority: str
    authority_url: str
    rank: str
    ranks: str
    score: str
    scores: str
    bar: tuple[float, float, float] | None
    reason: str


@dataclass(frozen=True, eq=False)
class Sure:
    """How many areas of an authority lie in the better or the worse half of the country with their whole interval."""

    at: int
    name: str
    url: str
    above: tuple[str, ...]
    areas: int
    better: int
    worse: int

    @property
    def sentence(self) -> Finding:
        """The counts in words."""
        return say(
            "Of {areas:,} small areas of {name}, {better:,} lie with their whole 95 % interval in the better half of "
            "the country and {worse:,} in the worse half; of {open:,} neither can be said.",
            areas=self.areas, name=self.name, better=self.better, worse=self.worse,
            open=self.areas - self.better - self.worse,
        )  # fmt: skip


def measure(country: Country, seen: Seen) -> str:
    """What readers call the measure of a view."""
    return country.monitor.framework(seen.framework).node_title(seen.node, country.monitor.catalogue)


def address(country: Country, seen: Seen, path: str = "/", **more: Any) -> str:
    """The address of a view on a page, without what is chosen anyway."""
    usual = country.usual
    chosen = {n: getattr(seen, n) for n in ("framework", "area_set", "period", "node")}
    query = {n: v for n, v in chosen.items() if v != getattr(usual, n)} | {n: v for n, v in more.items() if v}
    return f"{path}?{urlencode(query)}" if query else path


def authority_path(country: Country, at: int) -> str:
    """The address of an authority's page."""
    return area_path(country.authority(at)).replace("/area/", "/authority/", 1)


def lines(country: Country, league: League, at: NDArray[np.intp]) -> list[Line]:
    """Lines of the league for some areas, in their order."""
    found, none = [], tr("no interval")
    places, points = tr("{low:,} to {high:,}"), tr("{low:.1f} to {high:.1f}")
    for row in country.table(league, at).to_dict("records"):
        area = country.area(country.place[row["area"]])
        scored, sure = row["rank"] == row["rank"], row["rank_low"] == row["rank_low"]
        bar = rank_bar(row["rank_low"], row["rank_high"], row["rank"], league.ranked) if scored and sure else None
        group = int(country.group[country.place[area.code]])
        found.append(Line(
            area.code, area.name, address(country, seen_whole(league.seen), area_path(area)), country.titles[group],
            address(country, league.seen, authority_path(country, group)),
            f"{int(row['rank']):,}{'=' if row['ties'] else ''}" if scored else "–",
            places.format(low=int(row["rank_low"]), high=int(row["rank_high"])) if sure else none if scored else "",
            f"{row['score']:.1f}" if scored else tr("not scored"),
            points.format(low=row["low"], high=row["high"]) if row["low"] == row["low"] else "",
            bar, verdict(str(row["reason"])),
        ))  # fmt: skip
    return found


def seen_whole(seen: Seen) -> Seen:
    """The same view of the index."""
    return Seen(seen.framework, seen.area_set, seen.scope, seen.period)


def headline(country: Country, league: League) -> tuple[Finding | str, Finding | str]:
    """What the league shows, never more than its intervals allow; and the sentence under it."""
    topic = mid_sentence(measure(country, league.seen))
    if not len(league.order):
        said = say("No area has a score for {topic} in {period}", topic=topic, period=league.seen.period)
        return said, tr("There are no figures behind this measure.")
    first = int(league.order[0])
    name, period, ranked = country.names[first], league.seen.period, league.ranked
    if np.isnan(league.rank_low).all():
        said = say("{name} scores highest for {topic} in {period}", name=name, topic=topic, period=period)
        return said, tr("No intervals were computed, so nobody knows how sure the order is.")
    near = league.rank_low <= league.step
    others = int(near.sum() - near[first])
    facts = {"name": name, "topic": topic, "others": others, "step": league.step}
    said = say("{name} scores highest for {topic}, and no other area could be among the first {step:,}", **facts)
    if others == 1:
        said = say("{name} scores highest for {topic}, but 1 other area could be among the first {step:,}", **facts)
    elif others:
        said = say(
            "{name} scores highest for {topic}, but {others:,} other areas could be among the first {step:,}", **facts
        )
    width = int(np.nanmedian(league.rank_high - league.rank_low))
    return (
        said,
        say(
            "In {period} {name} is 1st of {ranked:,} small areas (95 % interval {low:,} to {high:,}). For half of all "
            "areas the interval is {width:,} places wide or more, so read a rank as a range. Places of so many areas "
            "are counted in steps of {step:,}.",
            period=period, name=name, ranked=ranked, low=int(league.rank_low[first]),
            high=int(league.rank_high[first]), width=width, step=league.step,
        ),
    )  # fmt: skip


def halves(country: Country, league: League) -> list[Sure]:
    """Every authority with how many of its areas lie in one half with the whole 95 % interval of their rank."""
    count = len(country.groups)
    middle = league.ranked / 2
    with np.errstate(invalid="ignore"):
        better, worse = league.rank_high <= middle, league.rank_low > middle
    sums = [np.bincount(country.group[mask], minlength=count) for mask in (better, worse)]
    sizes = np.bincount(country.group, minlength=count)
    return [
        Sure(
            k, country.titles[k], address(country, league.seen, authority_path(country, k)), country.above[k],
            int(sizes[k]), int(sums[0][k]), int(sums[1][k]),
        )
        for k in range(count)
    ]  # fmt: skip


def caption(country: Country, league: League, place: str) -> Caption:
    """What is said about a map of the country or of an authority."""
    monitor, seen = country.monitor, league.seen
    framework = monitor.framework(seen.framework)
    title, sentence = headline(country, league)
    publishers = dict.fromkeys(p for n in framework.indicators if (p := monitor.catalogue[n].publisher))
    invented = tr("Invented data.") + " " if monitor.invented else ""
    made, anchor = tr("Edition {edition}. Figures: {published}."), framework.method.anchor
    return Caption(
        title=str(title), subtitle=f"{invented}{measure(country, seen)}, {place}, {seen.period}",
        sentence=str(sentence), better=tr("a higher score is better"),
        unit=tr("Score: {anchor}").format(anchor=anchor) if anchor else tr("Score"),
        source=invented + made.format(edition=monitor.edition.name, published="; ".join(publishers) or tr("own")),
        note=tr("Every hexagon is one small area of the same size. Intervals show sampling error only; where intervals "
                "overlap, the order is uncertain. Colours part the country’s areas into fifths."),
    )  # fmt: skip


def picture(country: Country, league: League) -> Figure | None:
    """The country as a picture, every authority on it a link to its own page; none where no places are known."""
    import pandas as pd

    if country.grid is None:
        return None
    high, wide = country.grid.area.shape
    words, seen = caption(country, league, tr("all small areas")), league.seen
    shown = tag("image", "", href=address(country, seen, "/figure/map.png"), width=wide, height=high)
    links = "".join(
        tag(
            "a", tag("title", text(one.sentence)) + tag("path", d=path), class_="area",
            data_area=country.groups[one.at], href=one.url, tabindex=-1,
        )
        for one, path in zip(halves(country, league), country.outlines, strict=True)
    )  # fmt: skip
    content = hatch("map", 8) + shown + tag("g", links, fill="#ffffff", fill_opacity="0")
    key = legend(_ticks(league), league.classes, better=words.better, unit=words.unit, hatch="map-hatch")
    return figure("map", words, Part(content, float(wide), float(high)), key, pd.DataFrame(), "group")


def _ticks(league: League) -> NDArray[np.float64]:
    """The scores as the legend draws them, a tick for each tenth of a point at which there is one."""
    return np.asarray(np.unique(np.round(league.score[np.isfinite(league.score)], 1)))


def authority_map(country: Country, league: League, at: int, chosen: str = "") -> Figure | None:
    """An authority's small areas as hexagons in the colours of the country's map; none where no places are known, or
    the authority has more areas than a drawing should hold."""
    inside = country.inside(at)
    if not len(country.cells) or len(inside) > DRAWN:
        return None
    table = country.table(league, inside)
    cells = {country.codes[k]: (int(country.cells[k, 0]), int(country.cells[k, 1])) for k in inside.tolist()}
    words = caption(country, league, country.titles[at])
    key = legend(_ticks(league), league.classes, better=words.better, unit=words.unit, hatch="map-hatch")
    colours = ramp(len(league.classes))
    labels = {str(row["area"]): label(row) for row in rows_of(table)}
    look = Colouring(tuple(league.of[inside].tolist()), colours, ("",) * len(colours), labels, key)
    whole = seen_whole(league.seen)

    def link(code: str) -> str:
        return address(country, whole, area_path(country.area(country.place[code])))

    picked = [chosen] if chosen else []
    return tilemap(cells, table, words, link=link, chosen=picked, colouring=look, lettered=False)


def profile_of(country: Country, at: int, seen: Seen) -> Profile:
    """Everything the edition says of one small area, read for it alone."""
    monitor, code = country.monitor, country.codes[at]
    where = {"framework": seen.framework, "area_set": seen.area_set, "scope": seen.scope, "period": seen.period}
    held = monitor.manifest["tables"]
    tables = {
        name: country.slices.read(name, held[name]["columns"], where | {"area": code})
        for name in ("scores", "ranks", "normalised", "contributions", "exclusions")
        if name in held
    }
    return profile(
        country.area(at), framework=monitor.framework(seen.framework), catalogue=monitor.catalogue,
        origins=monitor.origins, geography=country.around(at), area_set=country.area_set(seen.area_set),
        period=seen.period, tables=tables,
        values=country.slices.read("values", held["values"]["columns"], {"area": code}),
    )  # fmt: skip


def like(country: Country, at: int) -> list[tuple[int, float]]:
    """The small areas most like one in their figures, found for it alone: where they stand, and how far away."""
    places, far = alike(country.figures, at, LIKE)
    return list(zip(places.tolist(), far.tolist(), strict=True))


def as_rows(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """A table as plain data; gaps are ``None``."""
    rows = table.astype(object)
    return list(rows.where(rows.notna(), None).to_dict("records"))

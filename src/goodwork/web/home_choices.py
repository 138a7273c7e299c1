"""What can be chosen on the home page: filters, columns, order, classes, periods with their breaks; each as a link or
as part of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from goodwork.analysis.wording import listing
from goodwork.figures.classes import RULES
from goodwork.language import tr
from goodwork.model.area import Area
from goodwork.model.framework import INDEX, Framework
from goodwork.monitor import Monitor
from goodwork.web import look
from goodwork.web.state import State


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen."""

    value: str
    title: str
    chosen: bool
    url: str = ""


@dataclass(frozen=True)
class Select:
    """A list of which one thing is chosen; the first option is the usual way."""

    name: str
    title: str
    options: tuple[Option, ...]

    @property
    def changed(self) -> bool:
        """Whether something other than the usual is chosen."""
        return bool(self.options) and not self.options[0].chosen


@dataclass(frozen=True)
class Period:
    """A period of the slider: where it leads, whether there are scores in it, and what broke with it."""

    period: str
    url: str
    chosen: bool
    known: bool
    broke: str


@dataclass(frozen=True)
class Head:
    """The head of a column of the league table: where a click leads, and how it is sorted now."""

    name: str
    title: str
    under: str = ""
    url: str = ""
    sorted: str = ""
    number: bool = False


def filters(monitor: Monitor, state: State) -> tuple[Select, ...]:
    """Lists by which rows can be left out; only those that part the areas of the set."""
    members, areas = monitor.geography.members(state.area_set), monitor.geography.by_code
    letters = sorted(set(look.communities(monitor, state.framework, state.area_set).values()))
    named = {letter: tr("Community {letter}").format(letter=letter) for letter in letters}
    own = state.look
    found = (
        _select("nation", tr("Nation"), tr("All nations"), own.nation, _named(areas, look.parents(members, "country"))),
        _select("region", tr("Region"), tr("All regions"), own.region, _named(areas, look.parents(members, "region"))),
        _select("type", tr("Type of area"), tr("All types"), own.type, {t: look.TYPES[t] for t in look.types(members)}),
        _select("community", tr("Community"), tr("All communities"), own.community, named),
    )
    return tuple(one for one in found if len(one.options) > 1)


def drawing(monitor: Monitor, state: State) -> tuple[Select, ...]:
    """Lists that say how the map is drawn."""
    own = state.look
    rules = tuple(Option(r.name, r.title, r.name == (own.classes or "quantiles")) for r in RULES.values())
    found = [
        Select("classes", tr("Colours by"), rules),
        _select("unsure", tr("Doubt"), tr("not drawn"), own.unsure, {"yes": tr("pale where the class is unsure")}),
    ]
    if state.area:
        name = monitor.geography.by_code[state.area].name
        choices = {key: tr("{what} (of {area})").format(what=words, area=name) for key, words in look.BESIDE.items()}
        found.append(_select("beside", tr("Outline also"), tr("nothing else"), own.beside, choices))
    return tuple(found)


def changed(*lists: Select) -> str:
    """What is chosen in some lists other than the usual, in words; empty where nothing is."""
    return "; ".join(option.title for one in lists if one.changed for option in one.options if option.chosen)


def order(state: State) -> Select:
    """The orders of the table as a list."""
    asked = state.look.sort or "rank"
    options = [Option(name, title, asked == name) for name, title in look.ORDERS.items() if name != "score"]
    back = tr("{order}, last first")
    options += [Option(f"-{name}", back.format(order=title), asked == f"-{name}")
                for name, title in look.ORDERS.items() if name != "score"]  # fmt: skip
    return Select("sort", tr("Order"), tuple(options))


def columns(monitor: Monitor, state: State) -> tuple[Option, ...]:
    """The columns that can be shown."""
    known, shown = look.columns(monitor, state.framework), state.look.shown
    has_figure = state.node in monitor.framework(state.framework).indicators
    return tuple(Option(c, t, c in shown) for c, t in known.items() if has_figure or c != "value")


def periods(monitor: Monitor, state: State) -> tuple[Period, ...]:
    """Every period of the framework, in order; one in which the measure has no scores is marked, and so is a break."""
    framework = monitor.framework(state.framework)
    here = {"framework": [state.framework], "area_set": [state.area_set], "node": [state.node]}
    own = monitor.cuts.among("scores", here)
    with_scores, known = set(own["period"].unique()), monitor.periods(state.framework)
    under = [n for n in framework.indicators if state.node in _way(framework, n)]
    broke: dict[str, dict[str, list[str]]] = {}
    for name in under:
        for one in monitor.catalogue[name].breaks:
            broke.setdefault(one.period, {}).setdefault(one.what, []).append(monitor.catalogue[name].label)
    return tuple(
        Period(p, state.url(period=p), p == state.period, p in with_scores, _broken(broke.get(p, {})) if k else "")
        for k, p in enumerate(known)
    )


def _broken(broke: Mapping[str, Sequence[str]]) -> str:
    """What broke, each cause said once with the indicators it concerns."""
    return " ".join(f"{listing(list(dict.fromkeys(names)))}: {what}" for what, names in broke.items())


def heads(monitor: Monitor, state: State, ranked: int, unit: str) -> tuple[Head, ...]:
    """The heads of the league table, each leading to the table sorted by it, or the other way round."""
    asked = state.look.sort or "rank"
    titles = look.columns(monitor, state.framework)
    interval = tr("95 % interval")
    under = {
        "value": unit,
        "score": interval,
        "range": tr("1 to {ranked}").format(ranked=ranked),
        "top": tr("share of draws"),
        "tier": tr("tied with: cannot be told from"),
    }
    sorts = {"rank": "rank", "name": "name", "score": "rank", "range": "width", "region": "region"}
    found = [("rank", tr("Rank"), interval), ("name", tr("Area"), "")]
    found += [(name, titles[name], under.get(name, interval if name not in look.COLUMNS else ""))
              for name in state.look.shown if name != "value" or unit]  # fmt: skip
    made = []
    for name, title, small in found:
        by = sorts.get(name, "")
        now = {by: "ascending", f"-{by}": "descending"}.get(asked, "") if by and name != "score" else ""
        url = state.url(sort="" if asked != by and by == "rank" else f"-{by}" if asked == by else by) if by else ""
        made.append(Head(name, title, small, url, now, name not in ("name", "range", "region")))
    return tuple(made)


def _way(framework: Framework, node: str) -> list[str]:
    """A node and all above it."""
    found = [node]
    while node != INDEX:
        node = framework.parent(node)
        found.append(node)
    return found


def _select(name: str, title: str, usual: str, asked: str, choices: dict[str, str]) -> Select:
    options = [Option(value, words, value == asked) for value, words in choices.items()]
    return Select(name, title, (Option("", usual, not asked), *options))


def _named(areas: Mapping[str, Area], codes: Sequence[str]) -> dict[str, str]:
    return {code: areas[code].name if code in areas else code for code in codes}

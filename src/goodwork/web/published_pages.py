"""Which pages of each kind a published copy holds, and how their addresses are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any
from urllib.parse import unquote

from goodwork.errors import NotFound
from goodwork.model.framework import INDEX
from goodwork.monitor import Monitor
from goodwork.web.look import Look
from goodwork.web.routes import with_query, without_plain
from goodwork.web.state import State, area_path, fitting, plain_state, resolve

LOOKS = frozenset(f.name for f in fields(Look))
VIEW = ("framework", "area_set", "period")


def home_pages(monitor: Monitor) -> Iterator[str]:
    """The map and league of every framework, set of areas and period; of the latest also as tiles, and of the usual
    set each domain and indicator."""
    plain = plain_state(monitor)
    for framework in monitor.frameworks:
        usual, last = monitor.area_set(None, framework).name, monitor.period(None, framework)
        for area_set in monitor.area_sets(framework):
            for period in monitor.periods(framework):
                yield _state(plain, framework, area_set.name, period).url()
            yield _state(plain, framework, area_set.name, last, view="tiles").url()
        for node in monitor.framework(framework).nodes:
            yield _state(plain, framework, usual, last, node=node).url()


def _state(plain: State, framework: str, area_set: str, period: str, **more: Any) -> State:
    return State(framework=framework, area_set=area_set, period=period, plain=plain, **{"node": INDEX, **more})


def plain_home(monitor: Monitor) -> Any:
    """How addresses of the map and league are written; with an area chosen it is the address of that area."""
    of_area = plain_area(monitor)

    def write(path: str, query: Mapping[str, str]) -> str:
        try:
            state = State.read(monitor, {name: value for name, value in query.items() if name != "area"})
            if path == "/" and (asked := query.get("area")):
                area = monitor.geography.by_code.get(asked) or monitor.find(asked)
                return str(of_area(area_path(area), {name: getattr(state, name) for name in VIEW}))
            if not LOOKS.isdisjoint(query):
                state = replace(state, look=Look.read(monitor, state.framework, state.area_set, query))
        except NotFound:
            return with_query(path, query)
        return state.url(path)

    return write


def plain_api(path: str, query: Mapping[str, str]) -> str:
    """How addresses of the interface for programs are written: its beginning is, for a person, the page about it.

    >>> plain_api("/api/v1/", {})
    '/api/v1/docs'
    """
    return "/api/v1/docs" if path == "/api/v1/" else with_query(path, query)


def area_pages(monitor: Monitor) -> Iterator[str]:
    """The page of every area in its usual set and the latest period, in every framework that has it."""
    first = monitor.framework().name
    for area in monitor.geography.at(monitor.geography.level):
        for framework in monitor.frameworks:
            if any(area_set.holds(area) for area_set in monitor.area_sets(framework)):
                yield with_query(area_path(area), {"framework": framework if framework != first else ""})


def plain_area(monitor: Monitor) -> Any:
    """How addresses of areas are written: by code and name, without the set, period and framework that are usual."""
    from goodwork.web.place_routes import asked

    find = cache(lambda reference: resolve(monitor, reference))

    def write(path: str, query: Mapping[str, str]) -> str:
        want = asked(unquote(path).removeprefix("/area/"))
        try:
            area = find(want.name)
            chosen = {name: value for name, value in query.items() if name in VIEW}
            state = State.read(monitor, chosen)
            usual = State.read(monitor, {"framework": state.framework})
            usual = State.read(monitor, {"framework": state.framework, **fitting(monitor, usual, area)})
            if not chosen.get("area_set"):
                state = State.read(monitor, chosen | fitting(monitor, state, area))
        except NotFound:
            return with_query(path, query)
        own = {name: getattr(state, name) for name in VIEW}
        known = {"area_set": usual.area_set, "period": usual.period, "framework": monitor.framework().name}
        return without_plain(area_path(area) if want.form == "html" else path, {}, own, known)

    return write


def domain_pages(monitor: Monitor) -> Iterator[str]:
    """The page of every domain of every framework, in its usual set and the latest period."""
    plain = plain_domain(monitor)
    for name, framework in monitor.frameworks.items():
        for node in framework.groups:
            if node != INDEX:
                yield plain(f"/domain/{node}", {"framework": name})


def plain_domain(monitor: Monitor) -> Any:
    """How addresses of domains are written."""
    plain = plain_state(monitor)

    def write(path: str, query: Mapping[str, str]) -> str:
        try:
            state = State.read(monitor, {name: value for name, value in query.items() if name in VIEW})
        except NotFound:
            return with_query(path, query)
        return _state(plain, state.framework, state.area_set, state.period).url(path)

    return write


def indicator_pages(monitor: Monitor) -> Iterator[str]:
    """The page of every indicator with figures, in its latest period."""
    held = set(monitor.table("values")["indicator"].unique())
    for name in (one.id for one in monitor.catalogue.indicator):
        if name in held or any(name in framework.indicators for framework in monitor.frameworks.values()):
            yield f"/indicator/{name}"


def plain_indicator(monitor: Monitor) -> Any:
    """How addresses of indicators are written: the framework does not change what an indicator is."""

    def write(path: str, query: Mapping[str, str]) -> str:
        return with_query(path, {name: value for name, value in query.items() if name != "framework"})

    return write


def question_pages(monitor: Monitor, question: Any) -> Iterator[str]:
    """The page of a question for every set of areas for which it was answered."""
    from goodwork.web.question_page import answered

    yield question.path
    plain = plain_question(monitor, question)
    for framework, area_set in answered(monitor, question):
        yield plain(question.path, {"framework": framework, "area_set": area_set})


def plain_question(monitor: Monitor, question: Any) -> Any:
    """How addresses of a question are written: without framework and set where these would be chosen anyway."""
    from goodwork.web.question_page import Asking

    def write(path: str, query: Mapping[str, str]) -> str:
        try:
            asking, usual = (Asking.read(monitor, question, q) for q in (query, {}))
        except NotFound:
            return with_query(path, query)
        own, known = ({n: getattr(a, n) for n in ("framework", "area_set", "area")} for a in (asking, usual))
        return without_plain(path, query, own, known)

    return write

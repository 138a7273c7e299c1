"""Addresses of what can be taken away whole: the tables of the edition, and the list of all areas."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from goodwork.errors import NotFound
from goodwork.model.area import nearest
from goodwork.monitor import Monitor
from goodwork.store.editions import MANIFEST
from goodwork.web import answers
from goodwork.web.state import area_path


class Held(NamedTuple):
    """One table of the edition."""

    name: str
    rows: int
    columns: tuple[str, ...]
    bytes: int
    sha256: str


class DataRoutes:
    """The edition's tables as Parquet and CSV, its manifest, and every area by name."""

    def __init__(self, monitor: Monitor, templates: Environment) -> None:
        self.monitor, self.templates = monitor, templates

    @property
    def routes(self) -> tuple[tuple[str, Callable[..., Response]], ...]:
        """Addresses and what answers them."""
        return (
            ("/data", self.page),
            ("/data/manifest.json", self.manifest),
            ("/data/{name}.csv", self.csv),
            ("/data/{name}.parquet", self.parquet),
            ("/areas/all", self.areas),
        )

    def held(self) -> tuple[Held, ...]:
        """Every table of the edition, largest first."""
        edition = self.monitor.edition
        found = [
            Held(name, entry["rows"], tuple(entry["columns"]), (edition.path / entry["file"]).stat().st_size,
                 entry["sha256"])
            for name, entry in edition.manifest["tables"].items()
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda one: (-one.rows, one.name)))

    def page(self, request: Request) -> Response:
        """What tables there are and where they are."""
        body = self.templates.get_template("data.html").render(tables=self.held(), path="/data")
        return answers.respond(request, body, "text/html")

    def manifest(self, request: Request) -> Response:
        """The declarations and checksums of the edition, as they were published."""
        body = (self.monitor.edition.path / MANIFEST).read_text(encoding="utf-8")
        return answers.respond(request, body, "application/json", filename="manifest.json")

    def csv(self, request: Request) -> Response:
        """A whole table as CSV, every digit."""
        name = self._known(request)
        body = answers.as_csv(self.monitor.edition.table(name), self.monitor.invented)
        return answers.respond(request, body, "text/csv", filename=f"{name}.csv")

    def parquet(self, request: Request) -> Response:
        """The file of a table, unchanged since it was published."""
        return FileResponse(
            self.monitor.edition.check(self._known(request)), media_type="application/vnd.apache.parquet"
        )

    def areas(self, request: Request) -> Response:
        """Every area by name, each leading to its page."""
        geography = self.monitor.geography
        found = sorted(geography.at(geography.level), key=lambda area: area.name)
        listed = [(area.name, area.code, area_path(area), area.parents.get("country", "")) for area in found]
        body = self.templates.get_template("areas.html").render(areas=listed, path="/areas/all")
        return answers.respond(request, body, "text/html")

    def _known(self, request: Request) -> str:
        name, tables = request.path_params["name"], self.monitor.edition.manifest["tables"]
        if name not in tables:
            raise NotFound("table", name[:120], nearest(name[:120], tables) or sorted(tables)[:8])
        return str(name)

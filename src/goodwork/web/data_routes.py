"""Addresses of what can be taken away whole: the tables of the edition, and the list of all areas."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from goodwork.errors import NotFound
from goodwork.model.area import nearest
from goodwork.monitor import Monitor
from goodwork.store.editions import MANIFEST
from goodwork.web import answers
from goodwork.web.bundle import Bundle, bytes_said
from goodwork.web.small.sliced import SlicedMonitor
from goodwork.web.state import area_path
from goodwork.web.twins import listed

#: Rows of a large table that are written at a time.
ROWS = 5_000


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
        self.monitor, self.templates, self.bundle = monitor, templates, Bundle(monitor)

    @property
    def routes(self) -> tuple[tuple[str, Callable[..., Response]], ...]:
        """Addresses and what answers them."""
        return (
            ("/data", self.page),
            ("/data.{form}", self.tables),
            ("/data/manifest.json", self.manifest),
            ("/data/{name}.csv", self.csv),
            ("/data/{name}.parquet", self.parquet),
            ("/data/{name}.zip", self.whole),
            ("/areas/all", self.areas),
            ("/areas/all.{form}", self.areas_twin),
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
        body = self.templates.get_template("data.html").render(
            tables=self.held(), bundle=self.bundle, unpacked=bytes_said(self.bundle.size), path="/data"
        )
        return answers.respond(request, body, "text/html")

    def tables(self, request: Request) -> Response:
        """The same list of tables as JSON or CSV."""
        import pandas as pd

        found = pd.DataFrame(self.held()).assign(columns=lambda table: table["columns"].str.join(" "))
        return listed(request, self.monitor, "tables", found)

    def manifest(self, request: Request) -> Response:
        """The declarations and checksums of the edition, as they were published."""
        body = (self.monitor.edition.path / MANIFEST).read_text(encoding="utf-8")
        return answers.respond(request, body, "application/json", filename="manifest.json")

    def csv(self, request: Request) -> Response:
        """A whole table as CSV, every digit."""
        name, invented = self._known(request), self.monitor.invented
        if not self.monitor.edition.is_large(name):
            body = answers.as_csv(self.monitor.table(name), invented)
            return answers.respond(request, body, "text/csv", filename=f"{name}.csv")
        entry = self.monitor.edition.manifest["tables"][name]
        of = self.monitor.slices if isinstance(self.monitor, SlicedMonitor) else self.monitor.cuts
        parts = (answers.as_csv(rows, invented, header=not k) for k, rows in enumerate(of.parts(name, ROWS)))
        about = f"{entry['sha256']} {invented}"
        return answers.in_parts(parts, "text/csv", about=about, filename=f"{name}.csv")

    def parquet(self, request: Request) -> Response:
        """The file of a table, unchanged since it was published."""
        return FileResponse(
            self.monitor.edition.check(self._known(request)), media_type="application/vnd.apache.parquet"
        )

    def whole(self, request: Request) -> Response:
        """Everything as one ZIP, sent while it is made."""
        self.bundle.asked(request.path_params["name"])
        headers = {
            "ETag": self.bundle.tag, "Cache-Control": "no-cache",
            "Content-Disposition": f'attachment; filename="{self.bundle.name}"',
        }  # fmt: skip
        return StreamingResponse(self.bundle.parts(), 200, headers, "application/zip")

    def areas(self, request: Request) -> Response:
        """Every area by name, each leading to its page."""
        body = self.templates.get_template("areas.html").render(areas=self._listed(), path="/areas/all")
        return answers.respond(request, body, "text/html")

    def areas_twin(self, request: Request) -> Response:
        """The same list of areas as JSON or CSV."""
        import pandas as pd

        found = pd.DataFrame(self._listed(), columns=["name", "area", "address", "country"])
        return listed(request, self.monitor, "areas", found)

    def _listed(self) -> list[tuple[str, str, str, str]]:
        geography = self.monitor.geography
        found = sorted(geography.at(geography.level), key=lambda area: area.name)
        return [(area.name, area.code, area_path(area), area.parents.get("country", "")) for area in found]

    def _known(self, request: Request) -> str:
        name, tables = request.path_params["name"], self.monitor.edition.manifest["tables"]
        if name not in tables:
            raise NotFound("table", name[:120], nearest(name[:120], tables) or sorted(tables)[:8])
        return str(name)

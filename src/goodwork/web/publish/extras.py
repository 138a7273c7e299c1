"""What a site has beside its pages: a map of it for search engines, a feed of releases, a page for lost addresses."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from xml.sax.saxutils import escape as xml

from goodwork.language import language, tr
from goodwork.monitor import Monitor
from goodwork.store.changes import editions_beside
from goodwork.web.publish.places import link

FEED = "releases.atom.xml"
LARGEST_MAP = 50_000


def sitemap(base: str, places: Iterable[str]) -> str:
    """The addresses of all pages, as sitemaps.org asks for them."""
    found = "".join(f"<url><loc>{xml(address(base, place))}</loc></url>\n" for place in list(places)[:LARGEST_MAP])
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{found}</urlset>\n"


def address(base: str, place: str) -> str:
    """The lasting address of a file of the copy.

    >>> address("https://example.org/monitor/", "area/a/index.html")
    'https://example.org/monitor/area/a/'
    """
    return base + link("index.html", place).removeprefix("./")


def robots(base: str, invented: bool) -> str:
    """Who may read what: everybody everything, but search engines nothing of invented data."""
    return f"User-agent: *\n{'Disallow: /' if invented else 'Allow: /'}\n\nSitemap: {base}sitemap.xml\n"


def feed(monitor: Monitor, base: str) -> str:
    """The releases as an Atom feed, the newest first: every edition that stands beside the one that is published."""
    entries = []
    for when, name, title, sentence in releases(monitor):
        entries.append(
            f"<entry><title>{xml(title)}</title><id>{xml(base)}#{xml(name)}</id><updated>{when}</updated>"
            f'<link href="{escape(base)}"/><summary>{xml(sentence)}</summary></entry>\n'
        )
    newest = next(iter(releases(monitor)))[0]
    title = tr("{monitor}: releases").format(monitor=monitor.title)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{xml(title)}</title><id>{xml(base)}</id><updated>{newest}</updated>"
        f'<link rel="self" href="{escape(base)}{FEED}"/><link href="{escape(base)}"/>'
        f"<author><name>{xml(monitor.title)}</name></author>\n{''.join(entries)}</feed>\n"
    )


def releases(monitor: Monitor) -> list[tuple[str, str, str, str]]:
    """When each edition of the store was published (UTC), its name, and two lines about it; the newest first."""
    found = []
    for when, edition in editions_beside(monitor.edition):
        rows = sum(entry["rows"] for entry in edition.manifest["tables"].values())
        tables = len(edition.manifest["tables"])
        sentence = tr("Figures up to {period}; {rows:,} rows in {tables} tables.").format(
            period=edition.manifest["latest_period"], rows=rows, tables=tables
        )
        if edition.manifest["invented"]:
            sentence = f"{tr('Invented data.')} {sentence}"
        found.append((when, edition.name, tr("Edition {name}").format(name=edition.name), sentence))
    return found


def lost(title: str, base: str) -> str:
    """The page for addresses that are not there; it stands on its own, for it may be shown anywhere."""
    start = tr(
        'Start from <a href="{map}">the map and the table</a>, or from <a href="{all}">the list of all areas</a>.'
    )
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{tr('Not found')} – {escape(title)}</title></head>\n"
        f"<body><main><h1>{tr('There is no such page here')}</h1>"
        f"<p>{start.format(map=escape(base), all=escape(f'{base}areas/all/'))}</p></main></body></html>\n"
    )

"""What a published page says of itself to machines: its lasting address, its card, the data behind it, its policy."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from typing import Any

from goodwork.language import tr
from goodwork.monitor import Monitor

#: What a page of files may do, where the web server sends no policy of its own.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_FIRST = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_LEAD = re.compile(r'<p class="standfirst">(.*?)</p>', re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")


def plain_text(markup: str) -> str:
    """The words of a piece of markup.

    >>> plain_text('In <b>top</b> ten&nbsp;% &amp; more')
    'In top ten % & more'
    """
    return " ".join(unescape(_TAGS.sub("", markup)).split())


def said(page: str) -> tuple[str, str]:
    """What a page finds and the sentence under it: its first heading and its lead."""
    first, lead, title = _FIRST.search(page), _LEAD.search(page), _TITLE.search(page)
    head = first or title
    return plain_text(head[1]) if head else "", plain_text(lead[1]) if lead else ""


def head(
    page: str, address: str, *, monitor: Monitor, feed: str, card: str = "", dataset: str = ""
) -> str:  # fmt: skip
    """Lines for the head of a page at its lasting ``address``; ``card``: address of its picture; ``dataset``: JSON-LD.

    A block of data is not a script: no policy has to allow it.
    """
    title, sentence = said(page)
    lines = [
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="referrer" content="no-referrer">',
        f'<link rel="canonical" href="{escape(address)}">',
        f'<link rel="alternate" type="application/atom+xml" href="{escape(feed)}" title="{escape(tr("Releases"))}">',
        f'<meta name="description" content="{escape(sentence or title)}">',
        f'<meta property="og:title" content="{escape(title)}">',
        f'<meta property="og:description" content="{escape(sentence)}">',
        f'<meta property="og:url" content="{escape(address)}">',
        f'<meta property="og:site_name" content="{escape(monitor.title)}">',
        '<meta property="og:type" content="website">',
    ]
    if card:
        lines += [
            f'<meta property="og:image" content="{escape(card)}">',
            '<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">',
            f'<meta property="og:image:alt" content="{escape(title)}">',
            '<meta name="twitter:card" content="summary_large_image">',
        ]
    if dataset:
        lines.append(f'<script type="application/ld+json">{dataset}</script>')
    return "\n".join(lines) + "\n"


def dataset(monitor: Monitor, base: str) -> str:
    """The edition as a schema.org Dataset, for search engines of data."""
    framework, periods = monitor.framework(), monitor.periods()
    origins = list(monitor.origins.values())
    licences = sorted({origin.licence for origin in origins if origin.licence})
    publishers = sorted({origin.publisher for origin in origins if origin.publisher})
    measured = [monitor.catalogue[name] for name in framework.indicators]
    held = [{"@type": "DataDownload", "encodingFormat": kind, "name": name, "contentUrl": f"{base}data/{name}.{ending}"}
            for name in ("scores", "ranks", "values") for ending, kind in (
                ("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet"))]  # fmt: skip
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": monitor.title,
        "alternateName": monitor.edition.name,
        "version": monitor.edition.name,
        "url": base,
        "description": f"{framework.question} {framework.description}".strip()
        + (" " + tr("Invented data, for practice only.") if monitor.invented else ""),
        "temporalCoverage": f"{periods[0]}/{periods[-1]}" if periods else None,
        "spatialCoverage": monitor.area_set().title,
        "license": " ; ".join(licences) or None,
        "isBasedOn": [{"@type": "Organization", "name": name} for name in publishers],
        "variableMeasured": [{"@type": "PropertyValue", "name": one.name, "unitText": one.unit} for one in measured],
        "isAccessibleForFree": True,
        "distribution": held,
    }
    text = json.dumps({key: value for key, value in found.items() if value}, ensure_ascii=False)
    return text.replace("<", "\\u003c")

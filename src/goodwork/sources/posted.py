"""Questions that go in the body of a request: the providers that are asked so, and what a source declares of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from goodwork.errors import DeclarationError, Fault, SourceError
from goodwork.sources.exchange import Request
from goodwork.sources.sparql import query_text
from goodwork.sources.statxplore import TableRequest, table_query

#: The variable of the environment that holds a person's key to Stat-Xplore.
STATXPLORE_KEY = "GOODWORK_STATXPLORE_KEY"


def posted(provider: str, address: str, question: Mapping[str, Any], key: str = "") -> Request:
    """The request that puts a declared question to a provider: ``stat-xplore`` or ``sparql``.

    ``question`` holds the parts of ``table_query`` (database, measures, dimensions, recodes, totals) or of
    ``query_text`` (dataset, areas, periods, dimensions). Raises ``SourceError`` where a key is wanted and there is
    none, and ``DeclarationError`` for a question that cannot be put.

    >>> posted("sparql", "http://statistics.gov.scot/sparql", {"dataset": "employment"}).body[:19]
    b'query=PREFIX+qb%3A+'
    """
    if provider == "stat-xplore" and not key:
        raise SourceError(
            "Stat-Xplore answers nobody without a key",
            remedy=f"have one made on its page (Account, Open Data API Access) and set {STATXPLORE_KEY} to it",
        )
    try:
        if provider == "stat-xplore":
            asked = TableRequest(table_query(**question), key)
            return Request(address, headers=asked.headers, body=json.dumps(asked.body).encode(), promised="json")
        body = urlencode({"query": query_text(**question)}).encode()
    except (TypeError, ValueError) as error:
        raise DeclarationError(
            f"the question to {address} is declared wrongly",
            faults=[Fault(str(error), remedy="correct the question of the source")],
        ) from None
    form = {"Accept": "text/csv", "Content-Type": "application/x-www-form-urlencoded"}
    return Request(address, headers=form, body=body, promised="csv")

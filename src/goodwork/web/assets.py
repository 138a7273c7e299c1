"""Style sheets and modules under addresses that change with their content, so that readers may keep them for ever.

All stand in one folder named by a digest of all of them: a module that imports ``./map.js`` gets the one it was written
with, and a page that was kept never meets a newer style sheet.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from goodwork.errors import NotFound
from goodwork.figures.theme import stylesheet
from goodwork.language import tr
from goodwork.model.area import nearest

ROOT = "/static"
FOLDER = Path(__file__).parent / "static"
KEEP, ASK = "public, max-age=31536000, immutable", "no-cache"
#: Made when the server starts: the colours of drawings.
THEME = "theme.css"


@cache
def files() -> dict[str, bytes]:
    """Every asset by its name below the folder, read once."""
    found = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    return {**found, THEME: stylesheet().encode()}


@cache
def fingerprint() -> str:
    """Twelve hexadecimal digits that follow from every asset's name and content."""
    digest = hashlib.sha256()
    for name, content in sorted(files().items()):
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """The address of an asset, which holds the digest of all assets; raises ``NotFound`` where there is none.

    >>> asset("style.css") == f"/static/{fingerprint()}/style.css"
    True
    """
    if name not in files():
        raise NotFound("asset", name, nearest(name, files()))
    return f"{ROOT}/{fingerprint()}/{name}"


def media_type(name: str) -> str:
    """What kind of file an asset is.

    >>> media_type("map.js"), media_type("icon.svg")
    ('text/javascript; charset=utf-8', 'image/svg+xml')
    """
    if name.endswith((".js", ".mjs")):
        return "text/javascript; charset=utf-8"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def answer(request: Request) -> Response:
    """An asset: kept for ever at its own address; at that of a former digest, or at none, asked for again each time.

    Raises ``NotFound`` where there is none.
    """
    first, _, rest = str(request.path_params["name"]).partition("/")
    dated = bool(rest) and re.fullmatch("[0-9a-f]{12}", first) is not None
    name = rest if dated else request.path_params["name"]
    if name not in files():
        raise NotFound("asset", name[:120], remedy=tr("load the page again that asked for it"))
    content = files()[name]
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:24]}"',
        "Cache-Control": KEEP if dated and first == fingerprint() else ASK,
    }
    known = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
    if headers["ETag"] in known:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type(name))

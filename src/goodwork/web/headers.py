"""Headers that every answer carries: nothing from elsewhere is loaded, nothing inline runs, nobody frames the page."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


#: A page that holds one figure may stand in a frame of any site; it has no forms and runs nothing.
EMBEDDED = {
    **{name: value for name, value in SECURITY.items() if name != "X-Frame-Options"},
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors *",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
EMBED = "/embed/"
_SECURITY, _EMBEDDED = (
    {name.lower().encode(): (name.lower().encode(), value.encode()) for name, value in found.items()}
    for found in (SECURITY, EMBEDDED)
)


class SecurityHeaders:
    """ASGI middleware that adds the headers to every answer, whatever made it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        ours = _EMBEDDED if scope["path"].startswith(EMBED) else _SECURITY

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for n, h in ours.items() if n not in there)]
            await send(message)

        await self.app(scope, receive, sending)

"""Coming in and going out."""

from tests.architecture.routes.row import ANYBODY, Route, credentials

ROUTES = [
    Route("healthz", "GET", ANYBODY),
    Route("readyz", "GET", ANYBODY),
    Route("words", "GET", ANYBODY),
    Route("language", "POST", (302,) * 6),
    Route("admin-sign-in", "GET", (403, 403, 403, 403, 403, 302)),
    Route("home", "GET", (302,) * 6),
    Route("sign-in", "GET", (302, 302, 302, 302, 302, 200)),
    Route("sign-in", "POST", (302,) * 6, credentials),
    Route("sign-out", "POST", (302,) * 6),
]

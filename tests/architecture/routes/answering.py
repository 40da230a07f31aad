"""Figures and models, for those who answer for a clinic."""

from tests.architecture.routes.row import Route

ANSWERING_PAGE = (403, 200, 200, 403, 200, 302)

# What an artefact in shadow says is for those who answer for the clinic, and not for readers.
SHADOW_PAGE = (403, 403, 200, 403, 403, 302)

# submitter, specialist, administrator, service account, outsider, anonymous
ROUTES: list[Route] = [
    Route("figures", "GET", ANSWERING_PAGE),
    Route("figures-csv", "GET", ANSWERING_PAGE),
    # Where nothing was signed, there is nothing to draw.
    Route("figures-svg", "GET", (403, 200, 200, 403, 404, 302)),
    Route("audit-csv", "GET", (403, 403, 200, 403, 403, 302)),
    Route("models", "GET", ANSWERING_PAGE),
    Route("model", "GET", ANSWERING_PAGE),
    # The network of the world is not installed; test_model_pages.py reads the plots of one that is.
    Route("model-plot", "GET", (403, 404, 404, 403, 404, 302)),
    Route("model-reports", "GET", ANSWERING_PAGE),
    Route("model-reports-csv", "GET", ANSWERING_PAGE),
    Route("model-shadow", "GET", SHADOW_PAGE),
    # No model runs in shadow here, so there is nobody to ask.
    Route("model-shadow", "POST", (403, 403, 409, 403, 403, 200)),
    Route("model-shadow-progress", "GET", (403, 403, 204, 403, 403, 302)),
    Route("model-shadow-csv", "GET", (403, 403, 404, 403, 403, 302)),
    Route("model-shadow-cases-csv", "GET", (403, 403, 404, 403, 403, 302)),
]

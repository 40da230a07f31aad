"""The language in which the portal speaks to a reader: the one they chose, else their browser's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import LANGUAGE_QUERY_PARAMETER, JavaScriptCatalog, set_language

from diagnosis.services import languages

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

# What a program reads is English: the codes bind, and the sentences beside them are for whoever writes the program.
ENGLISH_PATHS = ("/api/", "/healthz", "/readyz")


class LanguageMiddleware(LocaleMiddleware):
    """Choose the language of an answer; stands after the one that knows the user."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language."""
        translation.activate(_language_of(request))
        request.LANGUAGE_CODE = translation.get_language()


_catalogue = JavaScriptCatalog.as_view(packages=["diagnosis"])


@cache_control(private=True, max_age=600)
@require_GET
def words(request: HttpRequest, language: str) -> HttpResponseBase:
    """Send the scripts their words; the address names the language, so that a browser may keep them."""
    with translation.override(language):
        return _catalogue(request)


@require_POST
def choose(request: HttpRequest) -> HttpResponseBase:
    """Speak another language from now on: in this browser, and to this user everywhere."""
    language = request.POST.get(LANGUAGE_QUERY_PARAMETER, "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        languages.choose(language=language, by=request.user)
    return set_language(request)


def _language_of(request: HttpRequest) -> str:
    if request.path.startswith(ENGLISH_PATHS):
        return settings.LANGUAGE_CODE
    chosen = request.user.language if request.user.is_authenticated else ""
    return chosen if chosen in dict(settings.LANGUAGES) else translation.get_language_from_request(request)

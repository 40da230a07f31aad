"""Who may open a page: somebody who is signed in. What they may see there, selectors and services decide."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase
    from django_htmx.middleware import HtmxDetails

    from diagnosis.models import User

P = ParamSpec("P")

# What of a form is never carried over a sign-in.
NOT_CARRIED = ("csrfmiddlewaretoken", "password")


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


def signed_in(
    view: Callable[Concatenate[PersonRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Send whoever is not signed in to the sign-in page, and back here afterwards, with what their form held."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        if request.accepts("text/html"):
            return _to_sign_in(request)
        sentence = _("You are signed out. Sign in in another tab, then try again here; nothing is lost.")
        return JsonResponse({"code": "signed_out", "sentence": sentence}, status=401)

    return guarded


def signed_in_while_typing(
    view: Callable[Concatenate[PersonRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Answer whoever is not signed in with nothing: the page that asked holds what is being typed, and must stay."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        return HttpResponse(status=401)

    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        if request.method != "GET":
            # pressed.js sends it once more as a form of its own, which the sign-in page keeps and sends on.
            return HttpResponse(status=401)
        # A part of a page asked; the page itself has to move.
        page = request.htmx.current_url_abs_path or resolve_url("home")  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(redirect_to_login(page, reverse("sign-in")).url)
    if request.method == "POST":
        # Files are not carried: their form says after the sign-in that they are missing.
        kept = {
            "next": request.get_full_path(),
            "is_sent": True,
            "lost_files": bool(request.FILES),
            "sent": _sent(request),
        }
        return render(request, "registration/sign_in.html", kept)
    path = request.get_full_path() if request.method == "GET" else resolve_url("home")
    return redirect_to_login(path, reverse("sign-in"))


def _sent(request: HttpRequest) -> str:
    """Return the form as it was sent; the sign-in page holds it meanwhile, and sends it on."""
    fields = request.POST.copy()
    for name in NOT_CARRIED:
        fields.pop(name, None)
    return fields.urlencode()

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the portal's sign-in; tell who is signed in and no operator that the admin is not theirs."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.GET.get("next", reverse("admin:index")), reverse("sign-in"))
    if not request.user.is_staff:
        raise PermissionDenied(_("The administration is for operators. Your own pages are in the portal."))
    return redirect("admin:index")

"""Sign in, sign out, and the page to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.shortcuts import redirect
from django.utils import timezone

from diagnosis.choices import Act
from diagnosis.services.audit import note
from diagnosis.web import navigation
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponse


class SignInForm(AuthenticationForm):
    """User name and password; one sentence for whatever is wrong, so that no user name can be found out."""

    sentence = (
        "The user name and the password do not belong together. Check both; capital letters count in the password."
    )


class SignIn(LoginView):
    """Let a person in and note it in the audit trail."""

    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Start the session."""
        response = super().form_valid(form)
        note(Act.SIGNED_IN, at=timezone.now(), by=form.get_user())
        return response


@signed_in
def home(request: PersonRequest) -> HttpResponse:
    """Lead to the page where the person's work is."""
    return redirect(navigation.start_of(request.user))

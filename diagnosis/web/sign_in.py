"""Sign in, sign out, and the page to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import Act
from diagnosis.errors import TooManyTries
from diagnosis.services import passwords
from diagnosis.services.audit import note
from diagnosis.web import navigation
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


# Who signed in last in this browser, so that what one person typed never goes on under another's name.
LAST_PERSON = "last_person"


def remember(response: HttpResponse, user: AbstractBaseUser) -> None:
    """Note in the browser who signs in, for as long as it is open."""
    response.set_signed_cookie(
        LAST_PERSON, str(user.pk), httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def was_here(request: HttpRequest) -> bool:
    """Whether nobody else was the last to sign in in this browser."""
    last = request.get_signed_cookie(LAST_PERSON, default=None)
    return last is None or last == str(request.user.pk)


class SignInForm(AuthenticationForm):
    """User name and password; one sentence for whatever is wrong, so that no user name can be found out."""

    sentence = _(
        "The user name and the password do not belong together. Check both; capital letters count in the password."
    )

    def clean(self) -> dict[str, Any]:
        """Find out whose they are."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password:
            try:
                user = passwords.prove(username=username, password=password, request=self.request)
            except TooManyTries as error:
                raise ValidationError(error.sentence, code=error.code) from error
            if user is None:
                raise ValidationError(self.sentence)
            self.user_cache = user
        return self.cleaned_data


class SignIn(LoginView):
    """Let a person in and note it in the audit trail; a form that was sent while signed out goes on afterwards."""

    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead on whoever signed in meanwhile in another tab."""
        if request.user.is_authenticated and "sent" in request.POST:
            return self._go_on()
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Start the session."""
        response = super().form_valid(form)
        note(Act.SIGNED_IN, at=timezone.now(), by=form.get_user())
        response = self._go_on() if "sent" in self.request.POST else response
        remember(response, form.get_user())
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say what is wrong; too many tries have their own status."""
        status = 429 if form.has_error("__all__", TooManyTries.code) else 200
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep what was sent while signed out."""
        sent = self.request.POST.get("sent")
        lost_files = "lost_files" in self.request.POST
        return super().get_context_data(**kwargs, is_sent=sent is not None, sent=sent or "", lost_files=lost_files)

    def _go_on(self) -> HttpResponse:
        """Send the kept form on: a script does it at once, a button does it without one."""
        address = self.get_redirect_url()
        if not address:
            return redirect("home")
        if not was_here(self.request):
            messages.warning(self.request, _("What was typed here by another person was not carried over."))
            return redirect("home")
        fields = [(name, value) for name, values in QueryDict(self.request.POST["sent"]).lists() for value in values]
        return render(self.request, "registration/go_on.html", {"address": address, "fields": fields})


@signed_in
def home(request: PersonRequest) -> HttpResponse:
    """Lead to the page where the person's work is."""
    return redirect(navigation.start_of(request.user))

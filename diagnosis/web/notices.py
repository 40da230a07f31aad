"""Critical notices: what waits for somebody, who was told, acknowledging, and the call to the submitting doctor."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diagnosis import selectors
from diagnosis.blindness import sees_machine
from diagnosis.errors import Conflict
from diagnosis.permissions import Permission, require
from diagnosis.services import notices as service
from diagnosis.web.access import PersonRequest, signed_in, signed_in_while_typing

if TYPE_CHECKING:
    from uuid import UUID

    from diagnosis.models import Notice

LONGEST_LIST = 100
LATELY = 20
PAGES_WITH_A_PANEL = ("case", "review")


class CallForm(forms.Form):
    """What is recorded of a call."""

    spoken_to = forms.CharField(
        max_length=service.LONGEST_NAME, error_messages={"required": gettext_lazy("Say whom you spoke to.")}
    )
    read_back = forms.TypedChoiceField(
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether the doctor read the message back.")},
    )
    note = forms.CharField(max_length=service.LONGEST_NOTE, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(min_value=0, required=False)

    def clean_version(self) -> int:
        """Return the signed version that the page said to read out; 0 where none was signed."""
        return self.cleaned_data["version"] or 0


@signed_in
@never_cache
@require_GET
def notices(request: PersonRequest) -> HttpResponse:
    """Show the notices whose submitting doctor does not know yet, and the latest of those who do."""
    rows = selectors.outstanding_notices(request.user, at=timezone.now())[:LONGEST_LIST]
    outstanding = [selectors.notice_progress(row) for row in rows]
    shown = [each.notice.pk for each in outstanding]
    done = [selectors.notice_progress(row) for row in selectors.notices(request.user).exclude(pk__in=shown)[:LATELY]]
    return render(request, "notices/list.html", {"outstanding": outstanding, "done": done})


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def notice(request: PersonRequest, notice_id: UUID) -> HttpResponse:
    """Show one notice; record a call to the submitting doctor."""
    found = _notice(request, notice_id)
    form = CallForm(request.POST or None)
    if request.method == "POST":
        require(request.user, Permission.REVIEW, found.case.clinic)
        if form.is_valid():
            now = timezone.now()
            try:
                call = service.record_call(found, by=request.user, at=now, **form.cleaned_data)
            except Conflict as error:
                form.add_error(None, error.sentence)
            else:
                if call.at < now:
                    words = _("This call stands below already. If you called again, say so in the note.")
                    messages.info(request, words)
                else:
                    messages.success(request, _("The call is recorded."))
                return redirect("notice", found.pk)
    context = {
        "progress": selectors.notice_progress(found),
        "case": found.case,
        "signed": found.case.signed_reports.select_related("review").order_by("-version").first(),
        "may_act": selectors.may_answer(request.user, found.case),
        "hides_machine": not sees_machine(request.user, found.case),
        "form": form,
    }
    return render(request, "notices/notice.html", context)


@signed_in
@require_POST
def acknowledge(request: PersonRequest, notice_id: UUID) -> HttpResponse:
    """Take the case on; a script gets the banner as it is now, everybody else the notice."""
    found = _notice(request, notice_id)
    try:
        step = service.acknowledge(found, by=request.user, at=timezone.now())
    except Conflict as error:
        said, level = error.sentence, messages.ERROR
    else:
        words = {"number": found.case.accession, "name": step.by.signature_name if step.by else ""}
        said, level = _("You acknowledged the notice of %(number)s."), messages.SUCCESS
        if step.by != request.user:
            said, level = _("%(name)s acknowledged the notice of %(number)s before you."), messages.INFO
        said %= words
    if request.htmx:
        on = request.POST.get("on", "")
        context = {**banner_of(request, on=on), "said": said, "about": found, "is_refusal": level == messages.ERROR}
        if on == str(found.case_id) and _page(request) in PAGES_WITH_A_PANEL:
            context["panel"] = selectors.progress_of_case(found.case)
            context["may_act"] = selectors.may_answer(request.user, found.case)
        return render(request, "notices/_banner.html", context)
    messages.add_message(request, level, said)
    return redirect("notice", found.pk)


@signed_in_while_typing
@never_cache
@require_GET
def banner(request: PersonRequest) -> HttpResponse:
    """Send what the head of every page says; nothing when it is as the browser has it."""
    context = banner_of(request, on=request.GET.get("on", ""))
    if request.GET.get("seen", "") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "notices/_banner.html", context)


def banner_of(request: PersonRequest, *, on: str = "") -> dict[str, Any]:
    """Return the notices that the person was told of and nobody acknowledged, as a page shows them.

    `on` is the id of the case that the page is about: its notice is apart, and no other is acknowledged there. On the
    page of the notice itself the page has the button.
    """
    waiting = [selectors.notice_progress(notice) for notice in selectors.notices_waiting_for(request.user)]
    own = [each for each in waiting if str(each.notice.case_id) == on]
    shown = "".join(f"{each.notice.pk}{each.told_at}" for each in waiting)
    return {
        "on": on,
        "here": own[0] if own else None,
        "page_has_button": _page(request) == "notice",
        "waiting": [each for each in waiting if each not in own],
        "seen": hashlib.sha256(shown.encode()).hexdigest()[:16] if waiting else "",
    }


def _notice(request: PersonRequest, notice_id: UUID) -> Notice:
    found = selectors.notices(request.user).select_related("case__patient", "case__current_stage_report")
    return get_object_or_404(found, pk=notice_id)


def _page(request: PersonRequest) -> str:
    """Return the name of the page in whose head the banner stands; a script's request says on which it was made."""
    path = request.htmx.current_url_abs_path if request.htmx else request.path
    try:
        return resolve(urlsplit(path or "").path).url_name or ""
    except Resolver404:
        return ""

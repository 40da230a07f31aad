"""The page on which a specialist reads a case and gives an opinion."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diagnosis import selectors
from diagnosis.choices import ACTIVE_ANALYSIS, CaseStatus, Decision, Finding, Subtype
from diagnosis.errors import Conflict, Invalid, OwnCase, ReasonsMissing
from diagnosis.models import Analysis, Smear
from diagnosis.permissions import Permission, may, require
from diagnosis.services import analyses, reviews
from diagnosis.web import machine_part
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from diagnosis.models import Case, Review


class OpinionForm(forms.Form):
    """The specialist's opinion. What was typed survives every refusal."""

    decision = forms.ChoiceField(choices=Decision, widget=forms.RadioSelect)
    finding = forms.ChoiceField(choices=Finding, widget=forms.RadioSelect)
    pattern_class = forms.ChoiceField(choices=[("", "—"), *Subtype.choices], required=False)
    blast_percentage = forms.DecimalField(min_value=0, max_value=100, max_digits=4, decimal_places=1, required=False)
    reasons = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    comment = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    seen_stage_report = forms.UUIDField(required=False, widget=forms.HiddenInput)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def review(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Show the case to a specialist of its clinic; take the opinion."""
    case = get_object_or_404(selectors.cases(request.user), pk=case_id)
    require(request.user, Permission.REVIEW, case.clinic)
    if request.method == "GET":
        return render(request, "review/page.html", _page(request, case, OpinionForm()))
    form = OpinionForm(request.POST)
    if form.is_valid():
        try:
            opinion = reviews.decide(case=case, by=request.user, **form.cleaned_data)
        except ReasonsMissing as error:
            form.add_error("reasons", error.sentence)
        except (Conflict, Invalid) as error:
            form.add_error(None, error.sentence)
        else:
            return redirect("sign", opinion.pk)
    return render(request, "review/page.html", _page(request, case, form))


@signed_in
@never_cache
@require_GET
def review_news(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Say, while analyses run, how far they are and when the page is older than the stage report.

    Nothing is sent while that is as the page says it, so that no screen reader hears it again.
    """
    case = get_object_or_404(selectors.cases(request.user), pk=case_id)
    require(request.user, Permission.REVIEW, case.clinic)
    seen = request.GET.get("seen", "")
    is_new = seen != str(case.current_stage_report_id or "")
    if not is_new and request.GET.get("answered") == str(selectors.progress(case)["answered"]):
        return HttpResponse(status=204)
    return render(request, "review/_news.html", _news(case, seen, is_new=is_new))


@signed_in
@require_POST
def run_again(request: PersonRequest, smear_id: UUID) -> HttpResponse:
    """Queue a new analysis of a smear."""
    smear = get_object_or_404(Smear.objects.visible_to(request.user).select_related("case__clinic"), pk=smear_id)
    is_reader = may(request.user, Permission.REVIEW, smear.case.clinic)
    page = "review" if is_reader and request.POST.get("from") != "case" else "case"
    try:
        analyses.run_again(smear=smear, by=request.user, at=timezone.now())
    except Conflict as error:
        messages.error(request, error.sentence)
    else:
        # The review page's own news says it, and says it only while it is so.
        if page == "case":
            again = f"Image {smear.number} is being analysed again. Its earlier result stays stored."
            messages.success(request, again)
    return redirect(page, smear.case_id)


def _page(request: PersonRequest, case: Case, form: OpinionForm) -> dict[str, Any]:
    images = machine_part.of_case(case)
    signed = selectors.current_signed_report(case)
    return {
        **_news(case, str(case.current_stage_report_id or ""), is_new=False),
        "stage_report": case.current_stage_report,
        "images": images,
        "is_analysing": any(image.is_active for image in images),
        "earlier_cases": selectors.cases(request.user).filter(patient=case.patient).exclude(pk=case.pk),
        "form": form,
        "agreed_finding": _agreed_finding(case),
        "patterns": json.dumps(reviews.PATTERNS),
        "why_closed": _why_closed(request, case),
        "waiting_review": _waiting_review(case),
        "signed_report": signed,
        "next_version": signed.version + 1 if signed else 1,
        "may_run_again": case.status == CaseStatus.OPEN and may(request.user, Permission.RUN_AGAIN, case.clinic),
    }


def _news(case: Case, seen: str, *, is_new: bool) -> dict[str, Any]:
    running = case.smears.filter(analyses__status__in=ACTIVE_ANALYSIS)
    answered_before = running.filter(
        pk__in=Analysis.objects.filter(smear__case=case, finished_at__isnull=False).values("smear")
    )
    return {
        "case": case,
        "seen": seen,
        "is_new": is_new,
        "progress": selectors.progress(case),
        "again": list(answered_before.values_list("number", flat=True)),
    }


def _agreed_finding(case: Case) -> str:
    """Return the finding that agreeing stands for; empty where the machine's statement has none."""
    report = case.current_stage_report
    return reviews.AGREED_FINDING.get(report.statement, "") if report else ""


def _why_closed(request: PersonRequest, case: Case) -> str:
    """Say why no opinion can be given here; empty when one can."""
    if case.submitted_by_id == request.user.pk:
        return OwnCase.default_sentence
    if case.status == CaseStatus.WITHDRAWN:
        return "This case was withdrawn by the clinic, so it needs no opinion."
    if not case.smears.exists():
        return "This case has no image yet, so there is nothing to review."
    return ""


def _waiting_review(case: Case) -> Review | None:
    """Return the newest opinion when nobody has signed it yet."""
    newest = case.reviews.select_related("reviewer").order_by("-reviewed_at", "-id").first()
    return newest if newest and not hasattr(newest, "signed_report") else None

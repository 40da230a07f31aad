"""The page on which a doctor submits a case."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from diagnosis.errors import DiagnosisError, Invalid, NotAllowed
from diagnosis.models import Clinic, Patient
from diagnosis.permissions import Permission, clinics_where
from diagnosis.selectors.search import in_latin
from diagnosis.services import submission, uploads
from diagnosis.web.access import PersonRequest, signed_in, signed_in_while_typing
from diagnosis.web.case import NO_IMAGE, add_all
from diagnosis.web.case_form import CaseForm

if TYPE_CHECKING:
    from diagnosis.models import Case

# What the form calls otherwise than the rows. A refusal that is about no field of the form stands above it.
_ON_THE_FORM = {"number": "patient_number", "name": "patient_name"}


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def submit(request: PersonRequest) -> HttpResponse:
    """Open a case. A script sent the images before and names them, and gets JSON; a bare form sends all at once."""
    if not clinics_where(request.user, Permission.SUBMIT):
        raise NotAllowed
    if request.method == "GET":
        return render(request, "cases/submit.html", {"form": CaseForm(request.user)})
    by_script = not request.accepts("text/html")
    form = CaseForm(request.user, request.POST)
    lacks_images = not by_script and not request.FILES.getlist("images")
    case = None if lacks_images else _open(request, form)
    if case is None:
        if by_script:
            return JsonResponse({"errors": form.errors}, status=400)
        words = str(NO_IMAGE) if lacks_images else _("Choose the images again: a browser keeps no files.")
        said = " ".join([words, _("Nothing that you typed is lost.")])
        return render(request, "cases/submit.html", {"form": form, "images_error": said}, status=400)
    if by_script:
        uploads.join(case, _wanted(request), by=request.user)
        addresses = {"case": reverse("case", args=[case.pk]), "upload": reverse("upload", args=[case.pk])}
        return JsonResponse({"accession": case.accession, **addresses}, status=201)
    add_all(request, case)
    return redirect("case", case.pk)


@signed_in_while_typing
@never_cache
@require_GET
def look_up_patient(request: PersonRequest) -> HttpResponse:
    """Say whether the clinic knows a patient number, while it is being typed."""
    clinics = Clinic.objects.filter(pk__in=[clinic.pk for clinic in clinics_where(request.user, Permission.SUBMIT)])
    wanted = request.GET.get("clinic", "")
    if not wanted:
        return HttpResponse(status=204)
    clinic = get_object_or_404(clinics, pk=wanted if wanted.isdecimal() else None)
    number = in_latin(request.GET.get("patient_number", "").replace("\x00", "").strip())
    patient = Patient.objects.numbered(number, clinic=clinic)
    return render(
        request,
        "cases/_patient.html",
        {
            "clinic": clinic,
            "number": number,
            "patient": patient,
            "earlier": patient.cases.count() if patient else 0,
        },
    )


def _wanted(request: PersonRequest) -> list[UUID]:
    """Return the uploads that the form names, in its order."""
    try:
        return [UUID(upload) for upload in request.POST.getlist("uploads")]
    except ValueError as error:
        raise Invalid from error


def _open(request: PersonRequest, form: CaseForm) -> Case | None:
    """Open the case of a valid form; None when something on the form has to change first."""
    if not form.is_valid():
        return None
    try:
        return submission.submit_case(by=request.user, **form.case())
    except DiagnosisError as error:
        field = _ON_THE_FORM.get(error.field, error.field)
        form.add_error(field if field in form.fields else None, error.sentence)
        return None

"""Images on their way while a form is still typed: in pieces, by tus; how each stands, and its picture."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from diagnosis import selectors, tus
from diagnosis.errors import DiagnosisError, Invalid
from diagnosis.models import Clinic, Smear, Upload
from diagnosis.rendering.thumbnails import thumbnail
from diagnosis.services import uploads as service
from diagnosis.web.access import PersonRequest, signed_in
from diagnosis.web.refusals import as_json
from diagnosis.web.upload_words import row

if TYPE_CHECKING:
    from collections.abc import Callable

PICTURE_SIDE = 240
P = ParamSpec("P")


def _speaks_tus(
    view: Callable[Concatenate[PersonRequest, P], HttpResponse],
) -> Callable[Concatenate[PersonRequest, P], HttpResponse]:
    """Say of every answer which version is spoken; who calls is a script, so a refusal is JSON."""

    @wraps(view)
    def answer(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except DiagnosisError as error:
            response = as_json(error)
        for name, value in tus.spoken(response.status_code).items():
            response[name] = value
        return response

    return answer


@signed_in
@_speaks_tus
@never_cache
@require_http_methods(["GET", "POST"])
def uploads(request: PersonRequest) -> HttpResponse:
    """Say how the files of a form stand, or begin another."""
    return _begin(request) if request.method == "POST" else _standing(request)


@signed_in
@_speaks_tus
@require_http_methods(["HEAD", "PATCH", "DELETE"])
def pieces(request: PersonRequest, upload_id: UUID) -> HttpResponse:
    """Say where a file goes on, take its next piece, or forget it."""
    tus.require_version(request.headers)
    upload = _own(request, upload_id)
    act = _ACTS[cast("str", request.method)]
    return act(request, upload)


@signed_in
@never_cache
@require_GET
def picture(request: PersonRequest, upload_id: UUID) -> HttpResponse:
    """Show a file that was sent before the page was opened."""
    image = service.image_of(_own(request, upload_id))
    if image is None:
        raise Http404
    return HttpResponse(thumbnail(image, side=PICTURE_SIDE), content_type="image/jpeg")


def _standing(request: PersonRequest) -> JsonResponse:
    """Return the form's uploads, and the hashes of what its case holds already: none of it is sent again."""
    try:
        draft = UUID(request.GET.get("draft", ""))
    except ValueError as error:
        raise Invalid from error
    found = list(Upload.objects.of(request.user).filter(draft=draft).select_related("smear").order_by("begun_at", "pk"))
    elsewhere = selectors.cases_with_file(draft, found, seen_by=request.user)
    held = Smear.objects.visible_to(request.user).filter(case=draft).values_list("upload_sha256", "number")
    return JsonResponse({"uploads": [row(upload, elsewhere[upload.sha256]) for upload in found], "held": dict(held)})


def _begin(request: PersonRequest) -> HttpResponse:
    tus.require_version(request.headers)
    file, said = tus.announced(request.headers, draft="draft")
    clinic = said.get("clinic", "")
    chosen = get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic) if clinic.isdecimal() else None
    upload = service.begin(file, by=request.user, clinic=chosen)
    return HttpResponse(
        status=201, headers={**tus.standing(upload), "Location": reverse("upload-pieces", args=[upload.pk])}
    )


def _head(_: PersonRequest, upload: Upload) -> HttpResponse:
    return HttpResponse(headers=tus.standing(service.settle(upload)))


def _receive(request: PersonRequest, upload: Upload) -> HttpResponse:
    if request.content_type != tus.PIECES:
        return HttpResponse(status=415)
    upload = service.receive(
        upload, request, offset=tus.offset_of(request.headers), length=tus.length_of(request.headers)
    )
    return HttpResponse(status=204, headers=tus.standing(upload))


def _forget(_: PersonRequest, upload: Upload) -> HttpResponse:
    service.discard(upload)
    return HttpResponse(status=204)


_ACTS: dict[str, Callable[[PersonRequest, Upload], HttpResponse]] = {
    "HEAD": _head,
    "PATCH": _receive,
    "DELETE": _forget,
}


def _own(request: PersonRequest, upload_id: UUID) -> Upload:
    return get_object_or_404(Upload.objects.of(request.user).select_related("by", "clinic", "smear"), pk=upload_id)

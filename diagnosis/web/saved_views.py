"""Keeping the filter of a list under a name, and forgetting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diagnosis.errors import Invalid
from diagnosis.filters import CaseFilter
from diagnosis.models import SavedView
from diagnosis.services import saved_views
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

# What may name a patient is not kept.
_KEPT = {*CaseFilter.base_filters, "show"} - {"q", "patient", "accession"}


@signed_in
@require_POST
def save_view(request: PersonRequest) -> HttpResponse:
    """Keep the filter that the list shows."""
    of = "worklist" if request.POST.get("list") == "worklist" else "cases"
    query = kept(QueryDict(request.POST.get("query", "")))
    try:
        view = saved_views.save(by=request.user, of=of, name=request.POST.get("name", ""), query=query)
    except Invalid as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return redirect(f"{reverse(of)}?{query}")


@signed_in
@require_POST
def delete_view(request: PersonRequest, view_id: UUID) -> HttpResponse:
    """Forget a view."""
    view = get_object_or_404(SavedView, pk=view_id, user=request.user)
    saved_views.delete(by=request.user, view_id=view.pk)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": view.name})
    return redirect(view.list)


def kept(query: QueryDict) -> str:
    """Return what a saved view keeps of an address: the filters in use, without what may name a patient."""
    left = QueryDict(mutable=True)
    for name in sorted(_KEPT & set(query)):
        if value := query.get(name):
            left[name] = str(value)
    return left.urlencode()

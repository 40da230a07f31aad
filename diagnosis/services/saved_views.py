"""The filters that people keep under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from diagnosis.errors import Invalid
from diagnosis.models import SavedView

if TYPE_CHECKING:
    from uuid import UUID

    from diagnosis.models import User

MOST_VIEWS = 20
LONGEST_NAME = 60
LONGEST_QUERY = 500


def save(*, by: User, of: str, name: str, query: str) -> SavedView:
    """Keep a filter of a list under a name; the same name again stands for the new filter."""
    name = " ".join(name.replace("\x00", "").split())[:LONGEST_NAME]
    if not name:
        raise Invalid(_("Give the view a name, so that you find it again."))
    if not query or len(query) > LONGEST_QUERY:
        raise Invalid(_("Choose a filter first; the view keeps it. A search is not kept."))
    with transaction.atomic():
        view, is_new = SavedView.objects.update_or_create(user=by, list=of, name=name, defaults={"query": query})
        if is_new and SavedView.objects.filter(user=by, list=of).count() > MOST_VIEWS:
            raise Invalid(_("You have %(most)s saved views of this list. Delete one first.") % {"most": MOST_VIEWS})
    return view


def delete(*, by: User, view_id: UUID) -> None:
    """Forget a view of the user's own."""
    SavedView.objects.filter(user=by, pk=view_id).delete()

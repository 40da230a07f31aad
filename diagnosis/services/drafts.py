"""What a reader has typed of an opinion and not committed: saved as it is typed, restored when the page is opened."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from diagnosis.errors import DraftChanged, Invalid, OwnCase
from diagnosis.models import Draft
from diagnosis.permissions import Permission, require
from diagnosis.selectors.readings import is_own

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from diagnosis.models import Case, User

FIELDS = ("decision", "finding", "pattern_class", "blast_percentage", "reasons", "comment", "tally")
LONGEST_FIELD = 8000
PAGE = re.compile(r"[\w-]{0,50}")
MOST_SENDINGS = 1_000_000


class Sending(NamedTuple):
    """The page that sends what is typed, as its browser names it, and for the how many-th time it does."""

    page: str
    number: int


BY_PAGE_WITHOUT_SCRIPTS = Sending("", 0)


def of(case: Case, by: User) -> Draft | None:
    """Return the reader's draft on the case."""
    return Draft.objects.filter(case=case, by=by).first()


def save(
    *,
    case: Case,
    by: User,
    fields: Mapping[str, str],
    revision: int,
    seen_stage_report: UUID | None,
    sending: Sending = BY_PAGE_WITHOUT_SCRIPTS,
    at: datetime | None = None,
) -> Draft:
    """Keep what is typed. `revision` is the one that the page holds; DraftChanged when another tab saved meanwhile.

    The page that saved last may be behind, since the answer to it is slow or was lost: of what one page sends the
    latest stands.
    """
    at = at or timezone.now()
    require(by, Permission.REVIEW, case.clinic)
    if is_own(case, by):
        raise OwnCase
    typed = {name: fields[name].replace("\x00", "") for name in FIELDS if fields.get(name)}
    if any(len(words) > LONGEST_FIELD for words in typed.values()):
        raise Invalid
    if not PAGE.fullmatch(sending.page) or not 0 <= sending.number <= MOST_SENDINGS:
        raise Invalid
    seen = case.stage_reports.filter(pk=seen_stage_report).first() if seen_stage_report else None
    facts = {"fields": typed, "stage_report": seen, "saved_at": at, "page": sending.page, "sending": sending.number}
    if revision == 0:
        with suppress(IntegrityError), transaction.atomic():
            return Draft.objects.create(case=case, by=by, revision=1, **facts)
    is_known = Q(revision=revision)
    if sending.page:
        is_known |= Q(page=sending.page, sending__lte=sending.number)
    if not Draft.objects.filter(is_known, case=case, by=by).update(revision=F("revision") + 1, **facts):
        raise DraftChanged(_signed_meanwhile(case, by))
    return Draft.objects.get(case=case, by=by)


def _signed_meanwhile(case: Case, by: User) -> str:
    """Say that the reader signed what another tab held; empty when that is not so."""
    signed = case.signed_reports.filter(signed_by=by).first()
    if signed is None or of(case, by):
        return ""
    return _(
        "You signed this case in another tab: version %(version)s stands. Send what stands here again only to amend it."
    ) % {"version": signed.version}

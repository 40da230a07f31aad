"""Which other cases hold the same image: a slide or a file that was mixed up, or a patient with two cases.

Pixels count and metadata does not; a second photograph of the same field is another image. Withdrawn cases are left
out: to withdraw one is how a mistake is mended.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnosis.choices import CaseStatus
from diagnosis.models import Case, Smear

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from diagnosis.models import Upload, User

# A test image may be in any number of cases.
MOST = 200


@dataclass(frozen=True, slots=True)
class SameImages:
    """Images of a case, by number, that another case holds too; the other case is None to whom it is hidden."""

    case: Case | None
    is_same_patient: bool
    numbers: list[int]


def same_images(case: Case, *, seen_by: User) -> list[SameImages]:
    """Return which images of the case are in other cases, too: those of other patients first."""
    numbers = dict(case.smears.values_list("sha256", "number"))
    found = _elsewhere(Smear.objects.filter(sha256__in=numbers), besides=case.pk)
    visible = _visible(found, seen_by)
    groups: dict[tuple[Case | None, bool], set[int]] = defaultdict(set)
    for smear in found:
        other = visible.get(smear.case_id)
        groups[other, smear.case.patient_id == case.patient_id].add(numbers[smear.sha256])
    same = [SameImages(other, is_same, sorted(held)) for (other, is_same), held in groups.items()]
    return sorted(same, key=lambda one: (one.is_same_patient, one.case is None))


def telling_cases(same: Iterable[SameImages], *, hides_machine: bool) -> list[Case]:
    """Return the cases that show a blind reader what the machine makes of the very images that are read blind."""
    return [one.case for one in same if one.case] if hides_machine else []


def cases_with_file(draft: UUID, uploads: Iterable[Upload], *, seen_by: User) -> dict[str, list[Case | None]]:
    """Return, for the files of a form by their hash, the other cases to which they were sent; None for those hidden."""
    hashes = [upload.sha256 for upload in uploads]
    found = _elsewhere(Smear.objects.filter(upload_sha256__in=hashes), besides=draft)
    visible = _visible(found, seen_by)
    cases: dict[str, list[Case | None]] = defaultdict(list)
    for smear in found:
        other = visible.get(smear.case_id)
        if other not in (known := cases[smear.upload_sha256]):
            known.append(other)
    return cases


def _elsewhere(smears: QuerySet[Smear], *, besides: UUID) -> list[Smear]:
    elsewhere = smears.exclude(case=besides).exclude(case__status=CaseStatus.WITHDRAWN)
    return list(elsewhere.select_related("case").order_by("-uploaded_at", "-id")[:MOST])


def _visible(smears: list[Smear], user: User) -> dict[UUID, Case]:
    ids = {smear.case_id for smear in smears}
    return Case.objects.visible_to(user).select_related("patient").in_bulk(ids) if ids else {}

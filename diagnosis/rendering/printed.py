"""A case's report on paper with pictures of the smears it speaks of, and where it can be checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from diagnosis.rendering.pdf import ReportImage, report_pdf
from diagnosis.rendering.signature import Check

if TYPE_CHECKING:
    from diagnosis.models import Case, SignedReport
    from diagnosis.services.report_reading import ReadReport


def printed(case: Case, report: ReadReport) -> bytes:
    """Print the content with the images that it names by their hash, and no later ones."""
    named = [image["sha256"] for image in report.content["machine"]["images"]]
    images = []
    for smear in case.smears.filter(sha256__in=named) if case.images_deleted_at is None else []:
        with smear.image.open("rb") as file:
            images.append(ReportImage(number=smear.number, data=file.read()))
    return report_pdf(report.content, images=images, check=check_of(report.signed))


def file_name(case: Case, report: ReadReport) -> str:
    """Name the file by the accession number and the version, so that two reports are told apart where they lie."""
    version = f"v{report.signed.version}" if report.signed else "unsigned"
    accession = re.sub(r"[^\w.-]+", "-", case.accession).strip("-.")
    return f"stage-report-{accession}-{version}.pdf"


def check_of(signed: SignedReport | None) -> Check | None:
    """Return where a signed report can be checked; reports signed before there were codes cannot."""
    if signed is None or not signed.code:
        return None
    return Check(address=settings.PORTAL_ADDRESS.rstrip("/") + reverse("verify"), code=signed.code)

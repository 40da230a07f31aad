"""A case's report on paper with small pictures of the smears it speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagnosis.rendering.pdf import ReportImage, report_pdf

if TYPE_CHECKING:
    from diagnosis.models import Case


def printed(case: Case, content: dict[str, Any]) -> bytes:
    """Print the content with the images that it names by their hash, and no later ones."""
    named = [image["sha256"] for image in content["machine"]["images"]]
    images = []
    for smear in case.smears.filter(sha256__in=named):
        with smear.image.open("rb") as file:
            images.append(ReportImage(number=smear.number, data=file.read()))
    return report_pdf(content, images=images)

"""The file itself: archivable, the same each time, short, small, and naming no patient in its properties."""

import re
from copy import deepcopy
from typing import Any

import pytest

from diagnosis.rendering.pdf import ReportImage, report_pdf
from tests import factories
from tests.diagnosis.rendering.report_contents import drawn, read, signed, unsigned


def test_the_file_is_an_archivable_tagged_pdf() -> None:
    root: Any = read(report_pdf(signed(), images=drawn(3))).trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en"


def test_the_files_own_properties_do_not_name_the_patient() -> None:
    pdf = report_pdf(signed())
    reader = read(pdf)
    root: Any = reader.trailer["/Root"]
    assert reader.metadata is not None
    properties = str(dict(reader.metadata)) + root["/Metadata"].get_data().decode()
    assert reader.metadata.title == "Stage report NORTH-26-00007"
    assert "Rostami" not in properties
    assert "P-00481" not in properties


def test_the_same_content_gives_the_same_bytes_dated_by_the_signature() -> None:
    first, second = (report_pdf(deepcopy(signed()), images=drawn(2)) for _ in range(2))
    assert first == second
    metadata = read(first).metadata
    assert metadata is not None
    assert metadata.creation_date is not None
    assert metadata.creation_date.isoformat() == "2026-11-23T07:03:00+00:00"


def test_three_images_fit_one_page_and_ten_fit_two() -> None:
    assert len(read(report_pdf(signed(), images=drawn(3))).pages) == 1
    ten = {**signed(), "machine": unsigned(10)["machine"]}
    pages = read(report_pdf(ten, images=drawn(10))).pages
    assert [re.search(r"Page \d of \d", page.extract_text())[0] for page in pages] == ["Page 1 of 2", "Page 2 of 2"]  # type: ignore[index]


def test_each_image_is_shown_small() -> None:
    pdf = report_pdf(unsigned(3), images=drawn(3))
    shown = [picture.image.size for page in read(pdf).pages for picture in page.images if picture.image]
    assert len(shown) == 3
    assert all(max(size) <= 240 for size in shown)
    assert len(pdf) < 200_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_of_any_stored_kind_prints(kind: str) -> None:
    pdf = report_pdf(unsigned(1), images=[ReportImage(1, factories.picture_bytes(1, kind))])
    assert len(list(read(pdf).pages[0].images)) == 1

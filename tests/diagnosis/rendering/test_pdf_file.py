"""The file itself: archivable, the same each time, short, small, and naming no patient in its properties."""

import re
from copy import deepcopy
from typing import Any

import pytest

from diagnosis.rendering.pdf import ReportImage, report_pdf
from diagnosis.services.report_cautions import BENIGN, FLAG_DIFFERS, NOT_EXCLUDED
from tests import factories
from tests.diagnosis.rendering.report_contents import CHECK, critical, drawn, read, reading, signed, unsigned, words


def test_the_file_is_an_archivable_tagged_pdf() -> None:
    root: Any = read(report_pdf(signed(), images=drawn(3))).trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en"


def test_every_picture_has_words_and_every_font_is_in_the_file() -> None:
    pdf = read(report_pdf(signed(), images=drawn(3), check=CHECK))
    root: Any = pdf.trailer["/Root"]
    pictures = [part for part in parts_of(root["/StructTreeRoot"]) if part.get("/S") == "/Figure"]
    assert len(pictures) == 1 + 6 + 3 + 1  # the field, its cells, the images, the QR code
    assert all(picture.get("/Alt") for picture in pictures)
    page: Any = pdf.pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    descriptors = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in descriptors)


def parts_of(element: Any) -> list[Any]:
    """Return an element of the file's structure and all below it."""
    below = element.get("/K", [])
    children = [child.get_object() for child in (below if isinstance(below, list) else [below])]
    return [element, *(part for child in children if hasattr(child, "get") for part in parts_of(child))]


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


@pytest.mark.parametrize("images", [1, 3, 5, 6, 10])
@pytest.mark.parametrize("language", ["en", "fa"])
def test_up_to_ten_images_fit_one_page(images: int, language: str) -> None:
    content = signed(images=images, language=language)
    pages = read(report_pdf(content, images=drawn(images), check=CHECK)).pages
    assert len(pages) == 1


def test_ten_images_fit_one_page_with_all_that_a_case_may_have() -> None:
    content = signed(images=10)
    content["critical"] = critical()
    content["specialist"]["cautions"] = [NOT_EXCLUDED, BENIGN, FLAG_DIFFERS]
    content["readings"] = [reading(is_blind=True), reading(kind="second reading", name="Dr Per Holm")]
    content["specialist"]["marks"] = [{"kind": "blast", "kind_code": "blast", "count": 12, "missed": 2}]
    assert len(read(report_pdf(content, images=drawn(10), check=CHECK)).pages) == 1


def test_what_is_longer_than_a_page_goes_on_on_the_next() -> None:
    content = signed()
    content["specialist"]["comment"] = "The chromatin is fine and the nucleoli are prominent. " * 70
    pages = read(report_pdf(content, images=drawn(3))).pages
    numbers = [re.search(r"Page \d of \d", page.extract_text())[0] for page in pages]  # type: ignore[index]
    assert numbers == ["Page 1 of 2", "Page 2 of 2"]


def test_the_field_the_telling_cells_and_each_image_are_shown() -> None:
    pdf = report_pdf(signed(), images=drawn(3))
    shown = [picture.image.size for page in read(pdf).pages for picture in page.images if picture.image]
    # Where cells look alike, one picture serves them all.
    assert {max(size) for size in shown} == {150, 240, 320}
    assert len(report_pdf(signed())) < len(pdf) < 300_000


def test_a_cell_of_an_image_that_is_no_longer_stored_is_left_out() -> None:
    pdf = report_pdf(signed(), images=drawn(3)[:1])
    text = words(pdf)
    assert "Image 1, cell 3" in text
    assert "Image 2, cell 1" not in text


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_of_any_stored_kind_prints(kind: str) -> None:
    pdf = report_pdf(unsigned(1), images=[ReportImage(1, factories.picture_bytes(1, kind))])
    assert len(list(read(pdf).pages[0].images)) == 2

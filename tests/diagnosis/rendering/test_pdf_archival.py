"""What an archive and a screen reader rely on in the file, read by qpdf and not by who wrote it.

These are structural rules of PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1), and not all of them.
"""

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pikepdf
import pytest

from diagnosis.rendering.pdf import report_pdf
from tests.diagnosis.rendering.report_contents import CHECK, amends, critical, drawn, signed, unsigned

HEADINGS = {"/H1", "/H2", "/H3", "/H4", "/H5", "/H6"}
FORBIDDEN_ACTIONS = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/JavaScript", "/Hide", "/SetOCGState"}


def amended() -> dict[str, Any]:
    return {**signed(version=2, meaning="amended", amendment_reason="Flow cytometry arrived."), "amends": amends()}


def contents() -> dict[str, dict[str, Any]]:
    return {
        "routine": signed(),
        "critical": {**signed(), "critical": critical()},
        "amended": amended(),
        "ten images": signed(images=10),
        "Persian": signed(language="fa"),
        "unsigned": unsigned(),
    }


@pytest.fixture(scope="module", params=contents())
def pdf(request: pytest.FixtureRequest) -> Iterator[pikepdf.Pdf]:
    content = contents()[request.param]
    check = CHECK if "signature" in content else None
    images = drawn(len(content["machine"]["images"]))
    with pikepdf.open(io.BytesIO(report_pdf(content, images=images, check=check))) as opened:
        yield opened


def elements(pdf: pikepdf.Pdf, element: Any = None) -> Iterator[Any]:
    """Yield each element of the structure, parents first, in the order in which it is read aloud."""
    element = pdf.Root.StructTreeRoot if element is None else element
    if "/S" in element:
        yield element
    below = element.get("/K", [])
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield from elements(pdf, child)


def named(pdf: pikepdf.Pdf, *names: str) -> list[Any]:
    return [element for element in elements(pdf) if str(element.S) in names]


def fonts(pdf: pikepdf.Pdf) -> list[Any]:
    """Return every font of the file, whichever page or picture uses it."""
    return [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"]


def test_file_is_sound_and_open_to_any_reader(pdf: pikepdf.Pdf) -> None:
    assert pdf.check_pdf_syntax() == []
    assert not pdf.is_encrypted
    assert "/ID" in pdf.trailer
    assert not set(pdf.Root.keys()) & {"/AA", "/AcroForm", "/Perms", "/Requirements", "/NeedsRendering"}


def test_file_claims_its_parts_of_both_standards(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == str(pdf.docinfo["/Title"])
    assert pdf.Root.Metadata.get("/Filter") is None  # readable without knowing the format


def test_colours_have_a_profile_that_is_in_the_file(pdf: pikepdf.Pdf) -> None:
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.N == 3
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"


def test_every_font_is_in_the_file_and_tells_which_letters_it_draws(pdf: pikepdf.Pdf) -> None:
    composite = [font for font in fonts(pdf) if font.Subtype == "/Type0"]
    descendants = [font for font in fonts(pdf) if str(font.Subtype).startswith("/CIDFont")]
    assert composite
    assert len(composite) + len(descendants) == len(fonts(pdf))
    assert all("/ToUnicode" in font for font in composite)
    for font in descendants:
        assert {"/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys())


def test_nothing_is_run_or_fetched_when_the_file_is_opened(pdf: pikepdf.Pdf) -> None:
    dictionaries = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)]
    assert not [thing for thing in dictionaries if str(thing.get("/S")) in FORBIDDEN_ACTIONS]
    assert not [thing for thing in dictionaries if "/EF" in thing or "/JS" in thing or "/OPI" in thing]


def test_text_has_a_language_a_title_and_an_order_to_be_read_in(pdf: pikepdf.Pdf) -> None:
    assert pdf.Root.MarkInfo.Marked is True
    assert str(pdf.Root.Lang) in {"en", "fa"}
    assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
    assert all(page.Tabs == "/S" for page in pdf.pages if "/Annots" in page)
    assert "/ParentTree" in pdf.Root.StructTreeRoot
    assert all("/StructParents" in page for page in pdf.pages)


def test_headings_step_down_one_by_one(pdf: pikepdf.Pdf) -> None:
    depths = [int(str(heading.S)[2:]) for heading in named(pdf, *HEADINGS)]
    assert depths[0] == 1
    assert len(depths) > 2
    assert all(later - earlier <= 1 for earlier, later in pairwise(depths))


def test_every_picture_is_told_in_words_of_its_own(pdf: pikepdf.Pdf) -> None:
    told = [str(figure.get("/Alt", "")) for figure in named(pdf, "/Figure")]
    assert told
    assert all(len(words) > len("Image 1") for words in told)


def parts_of(content: dict[str, Any]) -> int:
    """Count the parts that stand beside each other."""
    with pikepdf.open(io.BytesIO(report_pdf(content))) as printed:
        depths = [str(heading.S) for heading in named(printed, *HEADINGS)]
    return depths.count("/H1")


def test_how_a_critical_result_was_passed_on_is_a_part_of_its_own_and_not_the_specialists() -> None:
    assert parts_of({**signed(), "critical": critical()}) == parts_of(signed()) + 1


def test_every_table_has_heads_that_say_what_they_head(pdf: pikepdf.Pdf) -> None:
    heads = named(pdf, "/TH")
    assert len(heads) % 4 == 0
    assert all(any("/Scope" in attribute for attribute in attributes(head)) for head in heads)


def attributes(element: Any) -> list[Any]:
    found = element.get("/A", [])
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def test_links_are_told_in_words_and_belong_to_the_structure(pdf: pikepdf.Pdf) -> None:
    links = [note for page in pdf.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
    assert all("/Contents" in link and "/StructParent" in link for link in links)
    assert all(str(link.A.URI).startswith(CHECK.address) for link in links)
    assert bool(links) == bool(named(pdf, "/Link"))

import dataclasses
import io

import pytest
from django.utils import timezone
from PIL import Image

from diagnosis.choices import Act
from diagnosis.models import AuditRecord, Case
from diagnosis.services import intake
from diagnosis.web import activation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.analysed_case(
        results=[factories.machine_result("pre", cells=3), factories.unanswered("abstained")]
    )


@pytest.fixture
def reader(case, client):
    user = factories.specialist(case.clinic)
    client.force_login(user)
    return user


def smear_and_analysis(case, number=1):
    smear = case.smears.get(number=number)
    return smear, smear.analyses.get()


def test_image_is_the_stored_bytes_and_is_kept_by_this_browser_alone(case, client, reader):
    smear, _ = smear_and_analysis(case)
    response = client.get(f"/smears/{smear.pk}/image/")
    assert response.content == smear.image.read()
    assert response["Content-Type"] == smear.media_type
    assert response["ETag"] == f'"{smear.sha256}"'
    assert response["Cache-Control"] == "private, max-age=86400, immutable"
    assert "Cookie" in response["Vary"]


def test_known_image_is_not_sent_again(case, client, reader):
    smear, _ = smear_and_analysis(case)
    response = client.get(f"/smears/{smear.pk}/image/", headers={"if-none-match": f'"{smear.sha256}"'})
    assert (response.status_code, response.content) == (304, b"")


def test_knowing_the_etag_opens_nothing_to_an_outsider(case, client):
    smear, _ = smear_and_analysis(case)
    client.force_login(factories.outsider())
    response = client.get(f"/smears/{smear.pk}/image/", headers={"if-none-match": f'"{smear.sha256}"'})
    assert response.status_code == 404


def test_thumbnail_is_small(case, client, reader):
    smear, _ = smear_and_analysis(case)
    response = client.get(f"/smears/{smear.pk}/thumbnail/")
    with Image.open(io.BytesIO(response.content)) as thumbnail:
        assert max(thumbnail.size) <= 320


def test_cells_come_in_their_order_with_what_they_contributed(client):
    cells = tuple(factories.found_cell(40 * n, 30, contribution=share) for n, share in enumerate((0.1, 0.6, 0.3)))
    case = factories.analysed_case(results=[dataclasses.replace(factories.machine_result("pre"), cells=cells)])
    _, analysis = smear_and_analysis(case)
    client.force_login(factories.specialist(case.clinic))
    found = client.get(f"/analyses/{analysis.pk}/cells/").json()["cells"]
    assert [(cell["number"], cell["contribution"]) for cell in found] == [(1, 0.1), (2, 0.6), (3, 0.3)]
    assert found[1]["box"] == [40, 30, 30, 30]
    assert found[1]["outline"][0] == [40, 30]
    assert found[0]["nucleus_to_cell"] == 0.44
    assert found[0]["chromatin_contrast"] == 0.08


def test_cells_measured_before_chromatin_contrast_have_none(client):
    cells = (dataclasses.replace(factories.found_cell(), chromatin_contrast=None),)
    case = factories.analysed_case(results=[dataclasses.replace(factories.machine_result("pre"), cells=cells)])
    _, analysis = smear_and_analysis(case)
    client.force_login(factories.specialist(case.clinic))
    assert client.get(f"/analyses/{analysis.pk}/cells/").json()["cells"][0]["chromatin_contrast"] is None


def test_map_of_a_classified_image_is_a_picture(case, client, reader):
    _, analysis = smear_and_analysis(case)
    response = client.get(f"/analyses/{analysis.pk}/activation/")
    with Image.open(io.BytesIO(response.content)) as drawn:
        assert (drawn.format, drawn.mode, drawn.size) == ("PNG", "RGBA", (activation.SIDE, activation.SIDE))


def test_image_without_a_class_has_no_map_and_no_contributions(case, client, reader):
    _, analysis = smear_and_analysis(case, number=2)
    assert client.get(f"/analyses/{analysis.pk}/activation/").status_code == 404
    assert all(cell["contribution"] is None for cell in client.get(f"/analyses/{analysis.pk}/cells/").json()["cells"])


def test_map_is_clear_where_cold_and_bright_where_hot():
    drawn = Image.open(io.BytesIO(activation.png([[0.0] * 7] * 3 + [[1.0] * 7] * 4)))
    cold, hot = drawn.getpixel((224, 5)), drawn.getpixel((224, 440))
    assert cold[3] == 0
    assert hot[3] == 255
    assert sum(hot[:3]) > 500


@pytest.mark.parametrize("role", ["submitter", "administrator"])
def test_everybody_of_the_clinic_sees_images(case, client, role):
    smear, _ = smear_and_analysis(case)
    client.force_login(factories.member(case.clinic, role))
    assert client.get(f"/smears/{smear.pk}/thumbnail/").status_code == 200


def test_outsiders_see_nothing_and_strangers_sign_in_first(case, client):
    smear, analysis = smear_and_analysis(case)
    addresses = [
        f"/smears/{smear.pk}/image/",
        f"/smears/{smear.pk}/thumbnail/",
        f"/analyses/{analysis.pk}/cells/",
        f"/analyses/{analysis.pk}/activation/",
    ]
    assert [client.get(address).status_code for address in addresses] == [302] * 4
    client.force_login(factories.outsider())
    assert [client.get(address).status_code for address in addresses] == [404] * 4


def test_large_image_comes_in_tiles_and_a_small_one_whole(client):
    buffer = io.BytesIO()
    factories.picture(3, (2600, 1700)).save(buffer, "JPEG")
    case = factories.case()
    small = factories.smear(case)
    large = intake.add_smear(case=case, by=case.submitted_by, upload=io.BytesIO(buffer.getvalue())).smear
    client.force_login(factories.specialist(case.clinic))
    response = client.get(f"/smears/{large.pk}/tiles/2/2/1/")
    with Image.open(io.BytesIO(response.content)) as tile:
        assert tile.size == (2600 - 2048, 1700 - 1024)
    assert "immutable" in response["Cache-Control"]
    assert client.get(f"/smears/{large.pk}/tiles/2/3/0/").status_code == 404
    assert client.get(f"/smears/{small.pk}/tiles/0/0/0/").status_code == 404


def test_cells_come_on_sheets(case, client, reader):
    _, analysis = smear_and_analysis(case)
    response = client.get(f"/analyses/{analysis.pk}/cells/0/")
    assert response["Content-Type"] == "image/jpeg"
    assert client.get(f"/analyses/{analysis.pk}/cells/1/").status_code == 404


def test_looking_at_an_image_is_recorded_and_a_thumbnail_is_not(case, client, reader):
    smear, _ = smear_and_analysis(case)
    client.get(f"/smears/{smear.pk}/thumbnail/")
    assert not AuditRecord.objects.filter(act=Act.IMAGE_READ).exists()
    for _ in range(2):
        client.get(f"/smears/{smear.pk}/image/", headers={"if-none-match": f'"{smear.sha256}"'})
    assert AuditRecord.objects.get(act=Act.IMAGE_READ).by == reader


def test_who_reads_blind_gets_neither_contributions_nor_the_map_before_the_opinion(case, client):
    _, analysis = smear_and_analysis(case)
    case.clinic.reads_blind = True
    case.clinic.save()
    client.force_login(factories.specialist(case.clinic))
    response = client.get(f"/analyses/{analysis.pk}/cells/")
    assert all(cell["contribution"] is None for cell in response.json()["cells"])
    assert response["Cache-Control"] == "private, no-store"
    assert client.get(f"/analyses/{analysis.pk}/activation/").status_code == 404
    client.force_login(case.submitted_by)
    response = client.get(f"/analyses/{analysis.pk}/cells/")
    assert any(cell["contribution"] for cell in response.json()["cells"])
    assert "immutable" in response["Cache-Control"]


def test_image_that_the_retention_rule_deleted_is_not_there_and_the_case_can_be_read(case, client, reader):
    smear, analysis = smear_and_analysis(case)
    smear.image.storage.delete(smear.image.name)
    Case.objects.filter(pk=case.pk).update(images_deleted_at=timezone.now())
    for address in ("image", "thumbnail"):
        assert client.get(f"/smears/{smear.pk}/{address}/").status_code == 404
    assert client.get(f"/analyses/{analysis.pk}/cells/0/").status_code == 404
    page = client.get(f"/cases/{case.pk}/review/").content.decode()
    assert "deleted by the clinic" in page
    assert "data-viewer" not in page

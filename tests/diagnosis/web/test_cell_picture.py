import io

import pytest
from django.utils import timezone
from PIL import Image

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.analysed_case(results=[factories.machine_result("early") for _ in range(3)])


@pytest.fixture
def address(case):
    return f"/analyses/{case.smears.first().analyses.get().pk}/cells/1/picture/"


def test_cell_is_sent_as_a_square_picture_that_a_browser_keeps(case, client, address):
    client.force_login(factories.specialist(case.clinic))
    response = client.get(address)
    assert Image.open(io.BytesIO(response.content)).size == (240, 240)
    assert "immutable" in response["Cache-Control"]
    assert client.get(address, headers={"if-none-match": response["ETag"]}).status_code == 304


def test_report_shows_its_telling_cells(case, client, address):
    client.force_login(factories.specialist(case.clinic))
    page = client.get(f"/cases/{case.pk}/report/").content.decode()
    assert page.count("/picture/") == 6
    assert address in page


def test_there_is_no_picture_of_a_cell_that_is_not_there_or_not_ones_own(case, client, address):
    client.force_login(factories.specialist(case.clinic))
    assert client.get(address.replace("/cells/1/", "/cells/999/")).status_code == 404
    client.force_login(factories.outsider())
    assert client.get(address).status_code == 404


def test_once_images_are_deleted_the_report_still_reads_and_prints_without_pictures(case, client, address):
    case.images_deleted_at = timezone.now()
    case.save()
    for smear in case.smears.all():
        smear.image.storage.delete(smear.image.name)
    client.force_login(factories.specialist(case.clinic))
    assert client.get(address).status_code == 404
    assert "/picture/" not in client.get(f"/cases/{case.pk}/report/").content.decode()
    assert client.get(f"/cases/{case.pk}/report/pdf/").content.startswith(b"%PDF-")

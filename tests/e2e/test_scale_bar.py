import pytest
from playwright.sync_api import expect

from diagnosis.models import Device
from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

MICROMETRES = 0.1
SCALE = "Number(document.querySelector('.layers-over > g').style.getPropertyValue('--scale'))"


def test_scale_bar_is_as_long_as_it_says_at_every_zoom(page, sign_in, clinic):
    device = Device.objects.create(clinic=clinic, name="Bench 3", micrometres_per_pixel=MICROMETRES)
    case = factories.analysed_case(clinic=clinic, microscope=device, results=[factories.machine_result("early")])
    sign_in(factories.specialist(clinic))
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/cases/{case.pk}/review/")
    words = page.locator("[data-scale-words]")
    expect(words).to_contain_text("µm")
    said = set()
    for key in "0+++":
        page.keyboard.press(key)
        page.wait_for_timeout(300)
        said.add(words.inner_text())
        pixels = page.locator("[data-scale-bar]").bounding_box()["width"] / page.evaluate(SCALE)
        assert float(words.inner_text().split()[0]) == pytest.approx(pixels * MICROMETRES, rel=0.02)
    assert len(said) > 1

"""The microscope that a case names, among those of its clinic."""

import pytest

from diagnosis.errors import (
    Invalid,
)
from tests import factories

pytestmark = pytest.mark.django_db


def test_pixels_of_a_known_microscope_have_their_size(doctor, clinic):
    device = clinic.devices.create(name="Axio 100x", micrometres_per_pixel=0.065)
    case = factories.case(by=doctor, microscope=device)
    assert case.device == "Axio 100x"
    assert factories.smear(case).micrometres_per_pixel == 0.065


def test_microscope_of_another_clinic_is_refused(doctor):
    device = factories.ClinicFactory.create().devices.create(name="Axio")
    with pytest.raises(Invalid):
        factories.case(by=doctor, microscope=device)

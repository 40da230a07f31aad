"""What the API does not know, or could take otherwise than it was meant, is refused and never passed over."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from diagnosis.api.known import MOST_NAMED, KnownParameters
from diagnosis.api.urls import urlpatterns as api_routes
from tests import factories
from tests.diagnosis.api.software import code, software

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor():
    return factories.submitter(factories.ClinicFactory.create())


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("cases/", {"prioritty": "stat"}),
        ("cases/", {"state": "signed"}),
        ("patients/", {"id": "1"}),
        ("tokens/", {"user": "x"}),
    ],
)
def test_field_that_does_not_exist_is_refused_by_its_name(doctor, path, body):
    patient = factories.PatientFactory.create(clinic=doctor.memberships.get().clinic)
    known = {
        "cases/": {"patient": str(patient.pk)},
        "patients/": {"clinic": patient.clinic.slug, "number": "9"},
        "tokens/": {"username": doctor.username, "password": factories.PASSWORD},
    }
    refusal = software(doctor).send("POST", path, {**known[path], **body})
    (error,) = refusal.json()["errors"]
    (name,) = body
    assert (refusal.status_code, error["code"], error["attr"]) == (400, "unknown_field", name)
    assert f"There is no field `{name}`." in error["detail"]
    assert not patient.cases.exists()


def test_field_beside_an_image_is_refused_and_stores_nothing(doctor):
    case = factories.case(by=doctor)
    form = {"image": SimpleUploadedFile("a.jpg", factories.picture_bytes()), "stain": "Wright"}
    refusal = software(doctor).post(f"/api/v1/cases/{case.pk}/smears/", form)
    assert (refusal.status_code, code(refusal)) == (400, "unknown_field")
    assert not case.smears.exists()


def test_answer_to_many_made_up_names_stays_short(doctor):
    refusal = software(doctor).send("POST", "cases/", {f"made-up-{number}": 1 for number in range(500)})
    assert len(refusal.json()["errors"]) == MOST_NAMED


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("cases/", "prio"),
        ("cases/{case}/", "page_size"),
        ("patients/", "name"),
        ("me/", "x"),
        ("cases/{case}/stage-report/", "v"),
        ("cases/{case}/stage-report/versions/", "version"),
    ],
)
def test_parameter_that_does_not_exist_is_refused_by_its_name(doctor, path, name):
    case = factories.analysed_case(by=doctor)
    refusal = software(doctor).send("GET", f"{path.format(case=case.pk)}?{name}=1")
    (error,) = refusal.json()["errors"]
    assert (refusal.status_code, error["code"], error["attr"]) == (400, "unknown_parameter", name)
    assert f"There is no parameter `{name}`." in error["detail"]


@pytest.mark.parametrize("act", ["cases/{case}/withdraw/", "smears/{smear}/analyses/"])
@pytest.mark.parametrize("body", [{"reason": "typed for nothing"}, ["x"]])
def test_act_that_takes_no_fields_refuses_them_and_does_nothing(act, body):
    case = factories.analysed_case()
    person = factories.specialist(case.clinic)
    refusal = software(person).send("POST", act.format(case=case.pk, smear=case.smears.first().pk), body)
    assert refusal.status_code == 400
    assert code(refusal) == ("unknown_field" if isinstance(body, dict) else "invalid")
    case.refresh_from_db()
    assert case.status == "open"
    assert case.smears.first().analyses.count() == 1


@pytest.mark.parametrize("path", ["cases/", "patients/", "clinics/"])
@pytest.mark.parametrize("size", ["0", "-1", "x", "201", "1000", "1.5", "", "²", "9" * 5000])
def test_page_size_that_no_page_has_is_refused_in_words(doctor, path, size):
    refusal = software(doctor).send("GET", f"{path}?page_size={size}")
    (error,) = refusal.json()["errors"]
    assert (refusal.status_code, error["attr"]) == (400, "page_size")
    assert "1 to 200" in error["detail"]


def test_parameter_that_is_sent_twice_is_refused(doctor):
    refusal = software(doctor).send("GET", "cases/?state=analysing&state=signed")
    (error,) = refusal.json()["errors"]
    assert (refusal.status_code, error["code"], error["attr"]) == (400, "repeated_parameter", "state")
    assert software(doctor).send("GET", "cases/?state=signed&page_size=200").status_code == 200


def test_every_address_of_the_api_refuses_parameters_that_it_does_not_know():
    views = {pattern.callback.view_class for pattern in api_routes if pattern.name not in ("schema", "docs", "nowhere")}
    assert len(views) > 10
    assert all(issubclass(view, KnownParameters) for view in views)


@pytest.mark.parametrize(
    "cursor", ["x", "cD14eXo=", "cj0xJnA9MTIz", "bz05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "%00", "cD0lMDA=", "é", "cj14"]
)
def test_made_up_cursor_is_refused_or_harmless(doctor, cursor):
    for path in ("cases/", "patients/", "clinics/"):
        assert software(doctor).send("GET", f"{path}?cursor={cursor}").status_code in (200, 404)


@pytest.mark.parametrize(
    "query",
    [
        "state=nonsense",
        "status=x",
        "patient=1",
        "is_critical=perhaps",
        "submitted_from=yesterday",
        "submitted_from=9999-12-31T23:59:59-23:00",
        "submitted_before=0001-01-01T00:00:00%2B23:00",
        "accession=%00",
        "clinic=%00",
    ],
)
def test_filter_with_a_wrong_value_is_refused(doctor, query):
    response = software(doctor).send("GET", f"cases/?{query}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == query.split("=", maxsplit=1)[0]


@pytest.mark.parametrize(
    "body",
    [
        {"clinic": "c", "number": "\x00"},
        {"clinic": "c", "number": "\ud800"},
        {"clinic": "c", "number": ""},
        {"clinic": "c", "number": "x" * 65},
        {"clinic": "c", "number": {"$gt": 1}},
        {"clinic": ["c"], "number": "1"},
        {"clinic": "c", "number": "1", "year_of_birth": 10**30},
        {"clinic": "c", "number": "1", "year_of_birth": "NaN"},
        {"clinic": "c", "number": "1", "sex": None},
        {"clinic": "c", "number": "1", "sex": "unknown to us"},
        "text",
        12,
        None,
        [[]],
    ],
)
def test_rubbish_for_a_patient_is_refused(doctor, body):
    assert software(doctor).send("POST", "patients/", body).status_code == 400


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", -1, 10**9, "a", []])
def test_rubbish_for_a_count_is_refused(doctor, value):
    patient = factories.PatientFactory.create(clinic=doctor.memberships.get().clinic)
    response = software(doctor).send("POST", "cases/", {"patient": str(patient.pk), "haemoglobin": value})
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "haemoglobin"


def test_json_beyond_the_limit_is_refused(doctor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = software(doctor).send("POST", "patients/", {"clinic": "c", "number": "1" * 2000})
    assert (response.status_code, code(response)) == (413, "request_too_large")


@pytest.mark.parametrize("path", ["cases/", "patients/", "cases/{case}/withdraw/", "uploads/"])
def test_body_of_unknown_length_is_refused_and_not_taken_for_an_empty_one(doctor, path):
    case = factories.case(by=doctor)
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    response = software(doctor).send("POST", path.format(case=case.pk), {"patient": "x"}, **chunked)
    assert (response.status_code, code(response)) == (411, "length_required")
    case.refresh_from_db()
    assert case.status == "open"


def test_json_nested_beyond_reason_is_refused(doctor):
    response = software(doctor).post("/api/v1/patients/", b"[" * 100_000, content_type="application/json")
    assert (response.status_code, code(response)) == (400, "parse_error")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"clinic": "a", "number": "1", "number": "2"}', "The JSON names 'number' twice."),
        ('{"clinic": "a", "facts": {"sex": "male", "sex": "female"}}', "The JSON names 'sex' twice."),
        ('{"year_of_birth": 1' + "0" * 6000 + "}", "has too many digits"),
        ('{"year_of_birth": NaN}', "is none, or"),
        ('{"year_of_birth": ', "JSON parse error"),
    ],
)
def test_json_that_could_be_taken_otherwise_than_it_was_meant_is_refused(doctor, body, said):
    response = software(doctor).post("/api/v1/patients/", body, content_type="application/json")
    assert (response.status_code, code(response)) == (400, "parse_error")
    assert said in response.json()["errors"][0]["detail"]

import json

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.analysed_case(results=[factories.machine_result("early"), factories.machine_result("early")])


@pytest.fixture
def send(case, client):
    client.force_login(factories.specialist(case.clinic))

    def sending(body, number=1):
        smear = case.smears.get(number=number)
        text = body if isinstance(body, str) else json.dumps(body)
        headers = {"accept": "application/json"}
        return client.post(f"/smears/{smear.pk}/marks/", text, content_type="application/json", headers=headers)

    return sending


def cell_of(case, number=1):
    return case.smears.get(number=number).analyses.get().cells.first()


def test_marks_are_there_again_when_the_page_is_opened_again(case, client, send):
    cell = cell_of(case)
    stored = send({"cell": cell.pk, "kind": "blast"})
    assert stored.status_code == 201
    drawn = send({"box": [1, 2, 30, 40], "kind": "not_blast"}, number=2).json()
    found = client.get(f"/cases/{case.pk}/marks/").json()["marks"]
    assert sorted(found, key=lambda mark: mark["kind"]) == [stored.json(), drawn]
    assert stored.json()["box"] == [cell.x, cell.y, cell.width, cell.height]
    assert drawn["cell"] is None
    assert drawn["isMine"] is True


def test_mark_is_taken_back(case, client, send):
    mark = send({"cell": cell_of(case).pk, "kind": "blast"}).json()["mark"]
    assert send({"mark": mark, "kind": "none"}).status_code == 201
    assert client.get(f"/cases/{case.pk}/marks/").json() == {"marks": []}


@pytest.mark.parametrize("body", ["", "[]", {"kind": "blast"}, {"box": [1, 2, 3], "kind": "blast"}, {"box": ["a"] * 4}])
def test_what_names_no_cell_is_refused_with_a_sentence(send, body):
    response = send(body)
    assert response.status_code == 400
    assert "Reload the page" in response.json()["sentence"]


def test_cell_of_another_image_and_unknown_marks_are_not_there(case, send):
    assert send({"cell": cell_of(case, number=2).pk, "kind": "blast"}).status_code == 404
    assert send({"mark": "not-a-mark", "kind": "blast"}).status_code == 404

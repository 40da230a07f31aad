"""The world in which every route is asked: one clinic with its people and cases, and somebody from outside."""

import uuid
from dataclasses import dataclass
from typing import Any

from diagnosis.choices import Decision, Finding
from diagnosis.models import Case, Upload, User
from diagnosis.services import drafts, questions, reviews
from tests import factories


@dataclass(frozen=True)
class World:
    """One clinic with its people, an open case with a result, a signed one, a critical one, and an outsider."""

    people: dict[str, User | None]
    cases: dict[str, Case]
    upload: Upload

    def ids(self, case: str) -> dict[str, Any]:
        """Return what addresses about a case need."""
        row = self.cases[case]
        smear = row.smears.get()
        draft, question = row.drafts.first(), row.questions.first()
        return {
            "case_id": row.pk,
            "patient_id": row.patient_id,
            "smear_id": smear.pk,
            "analysis_id": smear.analyses.get().pk,
            "review_id": draft.pk if draft else None,
            "notice_id": row.notice.pk if row.is_critical else None,
            "question_id": question.pk if question else None,
            "upload_id": self.upload.pk,
            "view_id": uuid.uuid4(),
            "version": 1,
            "language": "fa",
            "code": next((signed.code for signed in row.signed_reports.all()), None),
            "level": 0,
            "column": 0,
            "row": 0,
            "page": 0,
            "number": 1,
            "sha256": factories.PINS["model_sha256"],
            "name": "audit.svg",
            "table": "turnaround",
        }


def build_world() -> World:
    clinic = factories.ClinicFactory.create()
    submitter, specialist = factories.submitter(clinic), factories.specialist(clinic)
    cases = {
        name: factories.analysed_case(by=submitter, results=[factories.machine_result()]) for name in ("open", "signed")
    }
    for case in cases.values():
        review = reviews.decide(
            case=case,
            by=specialist,
            decision=Decision.AGREE,
            finding=Finding.NO_BLASTS_SEEN,
            seen_stage_report=case.current_stage_report_id,
        )
    cases["asked"] = factories.analysed_case(by=submitter, results=[factories.machine_result()])
    questions.ask(case=cases["asked"], by=specialist, text="Was the marrow taken before treatment?")
    fields = {"decision": Decision.AGREE.value, "finding": Finding.NO_BLASTS_SEEN.value}
    seen = cases["open"].current_stage_report_id
    drafts.save(case=cases["open"], by=specialist, fields=fields, revision=0, seen_stage_report=seen)
    reviews.sign_off(review=review, by=specialist, password=factories.PASSWORD, seen=reviews.preview(review)[1])
    cases["critical"] = factories.analysed_case(by=submitter, results=[factories.machine_result("early")])
    return World(
        people={
            "submitter": submitter,
            "specialist": specialist,
            "administrator": factories.administrator(clinic),
            "service_account": factories.service_account(clinic),
            "outsider": factories.outsider(),
            "anonymous": None,
        },
        cases=cases,
        upload=factories.upload(by=submitter),
    )

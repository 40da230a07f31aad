"""People, cases and results for tests; whatever the product writes through a service is written through it here too."""

import dataclasses
import hashlib
import io
import itertools
import random
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image, ImageDraw

from diagnosis.choices import Role
from diagnosis.models import Analysis, Case, Clinic, Membership, Patient, ShadowResult, Smear, Upload, User
from diagnosis.services import analyses, intake, shadows, uploads
from diagnosis.services.results import CaseStatement, FoundCell, ImageContribution, MachineResult

PASSWORD = "correct horse battery staple"
_HASHED = make_password(PASSWORD)
_numbers = itertools.count(1)

PINS = {"artefact": "drawn-by-test", "model_sha256": "0" * 64, "code_version": "test"}
NOT_FLAGGED_SENTENCE = (
    "No blast-suspect pattern in the analysed images; pattern most similar to hematogones. Leukaemia is not excluded."
)
FLAGGED_SENTENCE = (
    "Blast-like lymphoid cells suspected (AI, unverified). Pattern most similar to class Early pre-B. "
    "Not a diagnosis and not a measure of severity. Correlate with full blood count, differential, flow cytometry, "
    "with or without marrow and genetics."
)


class ClinicFactory(DjangoModelFactory[Clinic]):
    class Meta:
        model = Clinic

    name = factory.Sequence(lambda n: f"Clinic {n}")
    slug = factory.Sequence(lambda n: f"c{n}")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    first_name = "Ada"
    last_name = factory.Sequence(lambda n: f"Reader {n}")
    password = _HASHED


class PatientFactory(DjangoModelFactory[Patient]):
    class Meta:
        model = Patient

    clinic = factory.SubFactory(ClinicFactory)
    number = factory.Sequence(lambda n: f"P-{n:05d}")
    year_of_birth = 2015
    sex = "female"


def member(clinic: Clinic, role: str, **facts: Any) -> User:
    """Make a user with a role at the clinic."""
    user = UserFactory.create(**facts)
    Membership.objects.create(user=user, clinic=clinic, role=role)
    return user


def submitter(clinic: Clinic, **facts: Any) -> User:
    """Make a submitting doctor of the clinic."""
    return member(clinic, Role.SUBMITTER, **facts)


def specialist(clinic: Clinic, **facts: Any) -> User:
    """Make a specialist who reads for the clinic."""
    return member(clinic, Role.SPECIALIST, **facts)


def administrator(clinic: Clinic, **facts: Any) -> User:
    """Make an administrator of the clinic."""
    return member(clinic, Role.ADMINISTRATOR, **facts)


def service_account(clinic: Clinic, **facts: Any) -> User:
    """Make clinic software's account."""
    return member(clinic, Role.SUBMITTER, is_service_account=True, **facts)


def outsider() -> User:
    """Make a specialist of another clinic, who must see nothing of this one."""
    return specialist(ClinicFactory.create())


def picture(seed: int | None = None, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Draw a pink field with violet discs; each seed gives another image."""
    dice = random.Random(next(_numbers) if seed is None else seed)  # noqa: S311 - a drawing, not a secret
    image = Image.new("RGB", size, (238, 214, 220))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, r = dice.randrange(size[0]), dice.randrange(size[1]), dice.randrange(8, 22)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(96 + dice.randrange(40), 50, 140))
    return image


def picture_bytes(seed: int | None = None, kind: str = "JPEG", **options: Any) -> bytes:
    """Return an encoded picture."""
    buffer = io.BytesIO()
    picture(seed).save(buffer, kind, **options)
    return buffer.getvalue()


def case(*, by: User | None = None, clinic: Clinic | None = None, **facts: Any) -> Case:
    """Open a case without images."""
    clinic = clinic or (by.memberships.get().clinic if by else ClinicFactory.create())
    return intake.open_case(
        patient=facts.pop("patient", None) or PatientFactory.create(clinic=clinic),
        by=by or submitter(clinic),
        **facts,
    )


def smear(of: Case, *, by: User | None = None, seed: int | None = None, at: datetime | None = None) -> Smear:
    """Upload a drawn image to a case, as its submitter unless somebody else is named."""
    upload = io.BytesIO(picture_bytes(seed))
    return intake.add_smear(case=of, by=by or of.submitted_by, upload=upload, name="field.jpg", at=at).smear


def upload(*, by: User, data: bytes | None = None, draft: UUID | None = None, name: str = "field.jpg") -> Upload:
    """Send a drawn image in pieces, for a form that is still being typed."""
    data = data or picture_bytes()
    file = uploads.Announced(draft or uuid4(), len(data), hashlib.sha256(data).hexdigest(), name)
    return uploads.receive(uploads.begin(file, by=by), io.BytesIO(data), offset=0)


def found_cell(x: int = 40, y: int = 30, *, contribution: float = 0.1) -> FoundCell:
    """Make a square cell."""
    return FoundCell(
        x=x,
        y=y,
        width=30,
        height=30,
        contour=[[x, y], [x + 30, y], [x + 30, y + 30], [x, y + 30]],
        nucleus_contour=[[x + 5, y + 5], [x + 25, y + 5], [x + 25, y + 25], [x + 5, y + 25]],
        area=900.0,
        nucleus_area=400.0,
        perimeter=120.0,
        circularity=0.78,
        solidity=1.0,
        nucleus_to_cell=0.44,
        mean_colour=[120, 70, 150],
        chromatin_contrast=0.08,
        contribution=contribution,
    )


def machine_result(label: str = "benign", *, cells: int = 10, **facts: Any) -> MachineResult:
    """Make what the engine says of an image that it classifies."""
    others = {name: 0.01 for name in ("benign", "early", "pre", "pro") if name != label}
    probabilities = {**others, label: 0.97}
    return MachineResult(
        **{
            "outcome": "classified",
            "predicted_class": label,
            "probabilities": probabilities,
            "raw_probabilities": probabilities,
            "prediction_set": [label],
            "blast_suspect": label != "benign",
            "log_odds": -3.5 if label == "benign" else 4.6,
            "quality": {"passed": True, "reasons": [], "measures": {"focus": 0.8}},
            "novelty": {"score": 0.3, "threshold": 1.0},
            "activation_map": [[round((row + column) / 12, 3) for column in range(7)] for row in range(7)],
            "activation_inside": 0.71,
            "timings_ms": {"decode": 4.0, "segmentation": 12.0, "classification": 5.0, "total": 25.0},
            "pins": PINS,
            "cells": tuple(found_cell(10 + 25 * (n % 10), 20 + 25 * (n // 10)) for n in range(cells)),
            **facts,
        }
    )


def unanswered(outcome: str = "unsuitable", **facts: Any) -> MachineResult:
    """Make what the engine says of an image that gets no class."""
    return machine_result(
        **{
            "outcome": outcome,
            "predicted_class": "",
            "blast_suspect": None,
            "prediction_set": [],
            "log_odds": None,
            "cells": 0,
            "quality": {
                "passed": outcome != "unsuitable",
                "reasons": [{"code": "out_of_focus", "advice": "Out of focus: refocus with the fine knob and retake."}]
                if outcome == "unsuitable"
                else [],
                "measures": {"focus": 0.1},
            },
            **facts,
        }
    )


def rule(images: Any, *, minimum_images: int, minimum_leukocytes: int) -> CaseStatement:
    """State a case as the services need it, without the engine: flagged when any image is blast-suspect."""
    usable = [image for image in images if image.outcome in ("classified", "abstained")]
    flagged = any((image.log_odds or 0) > 0 for image in usable)
    leukocytes = sum(image.leukocytes for image in usable)
    enough = len(usable) >= minimum_images and leukocytes >= minimum_leukocytes
    statement = ("flagged" if flagged else "not_flagged") if enough else "insufficient"
    return CaseStatement(
        statement=statement,
        is_flagged=flagged,
        pattern_class="early" if flagged and enough else "",
        sentence={
            "flagged": FLAGGED_SENTENCE,
            "not_flagged": NOT_FLAGGED_SENTENCE,
            "insufficient": "Insufficient for a statement on the case.",
        }[statement],
        usable_images=len(usable),
        unusable_images=len(images) - len(usable),
        leukocytes=leukocytes,
        trimmed_mean=None,
        top_three_mean=None,
        rule_version="test-1",
        contributions=tuple(
            ImageContribution(image.analysis_id, image in usable, "" if image in usable else "no class", image.log_odds)
            for image in images
        ),
    )


def analyse(of: Smear, result: MachineResult | None = None, *, at: datetime | None = None) -> Analysis:
    """Claim and record the smear's queued analysis."""
    at = at or timezone.now()
    claim = analyses.claim(intake.newest_analysis(of).pk, by="test-worker", at=at)
    assert claim is not None
    assert analyses.record(claim, result or machine_result(), rule=rule, at=at)
    return Analysis.objects.get(pk=claim.analysis_id)


def shadow_pins(artefact: str = "drawn-in-shadow-9.9.9") -> dict[str, str]:
    """Make the pins of an artefact in shadow."""
    return {"artefact": artefact, "artefact_version": artefact.rpartition("-")[2], "model_sha256": "f" * 64}


def shadow_result(of: Analysis, said: MachineResult | None = None, *, artefact: str | None = None) -> ShadowResult:
    """Store what an artefact in shadow says beside an analysis."""
    pins = shadow_pins(artefact) if artefact else shadow_pins()
    said = dataclasses.replace(said or machine_result("early"), pins=pins)
    shadows.record(of.pk, said, rule=rule, at=timezone.now())
    return ShadowResult.objects.get(analysis=of, artefact=pins["artefact"])


def analysed_case(
    *, results: list[MachineResult] | None = None, by: User | None = None, clinic: Clinic | None = None, **facts: Any
) -> Case:
    """Open a case, upload one image for each result and record the results."""
    opened = case(by=by, clinic=clinic, **facts)
    results = results if results is not None else [machine_result() for _ in range(3)]
    smears = [smear(opened) for _ in results]
    for stored, result in zip(smears, results, strict=True):
        analyse(stored, result)
    opened.refresh_from_db()
    return opened

"""Every enumeration that is stored."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person does at a clinic."""

    SUBMITTER = "submitter", _("submitting doctor")
    SPECIALIST = "specialist", _("specialist")
    ADMINISTRATOR = "administrator", _("clinic administrator")


class Sex(TextChoices):
    """The patient's sex, as the clinic records it."""

    FEMALE = "female", _("female")
    MALE = "male", _("male")
    OTHER = "other", _("other")
    UNKNOWN = "unknown", _("unknown")


class Priority(TextChoices):
    """How soon the submitting doctor needs the report; each value is also the name of a queue."""

    ROUTINE = "routine", _("routine")
    URGENT = "urgent", _("urgent")
    STAT = "stat", _("stat")


class Specimen(TextChoices):
    """What was smeared."""

    BLOOD = "blood", _("peripheral blood")
    MARROW = "marrow", _("bone marrow")
    OTHER = "other", _("other")


class CaseStatus(TextChoices):
    """What is stored of a case's progress; `selectors.worklist` derives the state that people see."""

    OPEN = "open", _("open")
    SIGNED = "signed", _("signed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class CaseState(TextChoices):
    """What people see of a case's progress. Never stored."""

    AWAITING_IMAGES = "awaiting_images", _("awaiting images")
    ANALYSING = "analysing", _("analysing")
    ANALYSIS_UNAVAILABLE = "analysis_unavailable", _("analysis unavailable")
    AWAITING_REVIEW = "awaiting_review", _("awaiting review")
    SIGNED = "signed", _("signed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class AnalysisStatus(TextChoices):
    """The technical status of one run of the engine on one smear."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


ACTIVE_ANALYSIS = (AnalysisStatus.QUEUED, AnalysisStatus.RUNNING)
ENDED_ANALYSIS = (AnalysisStatus.SUCCEEDED, AnalysisStatus.FAILED, AnalysisStatus.CANCELLED)


class Outcome(TextChoices):
    """What the engine could say of one image."""

    CLASSIFIED = "classified", _("classified")
    ABSTAINED = "abstained", _("abstained")
    NOVEL = "novel", _("unlike the training images")
    UNSUITABLE = "unsuitable", _("unsuitable image")
    REFUSED = "refused", _("refused")


class Comparison(TextChoices):
    """How a shadow result stands to the analysis beside which it is kept. Never stored."""

    SAME = "same", _("same")
    DIFFERENT = "different", _("different")
    ACROSS = "across", _("across the benign/blast line")


class Subtype(TextChoices):
    """The four classes of the training data: maturation subtypes, not stages of severity."""

    BENIGN = "benign", _("Benign (hematogones)")
    EARLY = "early", _("Early pre-B")
    PRE = "pre", _("Pre-B")
    PRO = "pro", _("Pro-B")


class Statement(TextChoices):
    """What the case rule could say of a case."""

    FLAGGED = "flagged", _("blast-suspect")
    NOT_FLAGGED = "not_flagged", _("no blast-suspect pattern")
    INDETERMINATE = "indeterminate", _("indeterminate")
    INSUFFICIENT = "insufficient", _("insufficient")
    UNAVAILABLE = "unavailable", _("analysis unavailable")


class Decision(TextChoices):
    """What the specialist makes of the machine's part."""

    AGREE = "agree", _("agree")
    CORRECT = "correct", _("correct")
    REJECT = "reject", _("reject")


class Finding(TextChoices):
    """The specialist's own finding."""

    BLASTS_SUSPECTED = "blasts_suspected", _("Blasts suspected")
    NO_BLASTS_SEEN = "no_blasts_seen", _("No blasts seen")
    INDETERMINATE = "indeterminate", _("Indeterminate")
    UNSUITABLE = "unsuitable", _("Images unsuitable for an opinion")


class Meaning(TextChoices):
    """What a signature means."""

    AUTHORED = "authored", _("authored")
    VERIFIED = "verified", _("verified")
    AMENDED = "amended", _("amended")


class Act(TextChoices):
    """What the audit trail records."""

    SIGNED_IN = "signed_in", _("signed in")
    PATIENT_REGISTERED = "patient_registered", _("patient registered")
    CASE_OPENED = "case_opened", _("case opened")
    CASE_WITHDRAWN = "case_withdrawn", _("case withdrawn")
    SMEAR_STORED = "smear_stored", _("smear stored")
    SMEAR_RECOGNISED = "smear_recognised", _("same smear recognised")
    ANALYSIS_REQUESTED = "analysis_requested", _("analysis requested again")
    ANALYSIS_SUCCEEDED = "analysis_succeeded", _("analysis succeeded")
    ANALYSIS_FAILED = "analysis_failed", _("analysis failed")
    LEASE_LOST = "lease_lost", _("lease lost, queued again")
    STAGE_REPORT_COMPOSED = "stage_report_composed", _("stage report composed")
    REVIEWED = "reviewed", _("reviewed")
    SIGNED_OFF = "signed_off", _("signed off")
    SIGN_OFF_REFUSED = "sign_off_refused", _("sign-off refused")
    IMAGE_REFUSED = "image_refused", _("image refused")
    AMENDED = "amended", _("amended")
    REPORT_READ = "report_read", _("report read")

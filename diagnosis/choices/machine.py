"""What the machine does and says."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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


class CaseChange(TextChoices):
    """How a shadow statement stands to the stage report beside which it is kept. Never stored."""

    SAME = "same", _("same")
    RAISED = "raised", _("the flag would be raised")
    LOWERED = "lowered", _("the flag would not be raised")
    STATEMENT = "statement", _("other statement, same flag")
    PATTERN = "pattern", _("other class, same statement")


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

"""What a specialist decides."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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


class ReadingKind(TextChoices):
    """Which reading of the case a review is."""

    FIRST = "first", _("first reading")
    SECOND = "second", _("second reading")
    ADJUDICATION = "adjudication", _("adjudication")


class ReadingReason(TextChoices):
    """Why another reading is asked for."""

    SHARE = "share", _("drawn for the clinic's share of second readings")
    FLAGGED = "flagged", _("blast-suspect case of a clinic that reads these twice")
    ASKED = "asked", _("a colleague's opinion was asked for")
    DISAGREEMENT = "disagreement", _("two readings differ")


class MarkKind(TextChoices):
    """What a reader makes of one cell."""

    BLAST = "blast", _("blast")
    NOT_BLAST = "not_blast", _("not a blast")
    ARTEFACT = "artefact", _("no cell, an artefact")
    NONE = "none", _("mark taken back")


class TallyKind(TextChoices):
    """The kinds of cell that a tally counts, by key."""

    BLAST = "blast", _("Blast")
    LYMPHOCYTE = "lymphocyte", _("Lymphocyte, hematogone")
    NEUTROPHIL = "neutrophil", _("Neutrophil")
    MONOCYTE = "monocyte", _("Monocyte")
    EOSINOPHIL = "eosinophil", _("Eosinophil")
    BASOPHIL = "basophil", _("Basophil")
    ERYTHROBLAST = "erythroblast", _("Erythroblast")
    OTHER = "other", _("Other")

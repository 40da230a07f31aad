"""How a critical case is made known."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeEventKind(TextChoices):
    """What happened to the notice of a critical case."""

    RAISED = "raised", _("raised")
    NOBODY_ON_CALL = "nobody_on_call", _("nobody on call")
    SENT = "sent", _("sent")
    NOT_SENT = "not_sent", _("could not be sent")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    ESCALATED = "escalated", _("escalated")
    CALLED = "called", _("submitting doctor called")
    CLOSED = "closed", _("closed by the signature")
    REVISED = "revised", _("finding other than what was told")


class Unreached(TextChoices):
    """Why no notice reaches somebody who could act on it."""

    INACTIVE = "inactive", _("the account is not active")
    NO_SPECIALIST = "no_specialist", _("no specialist of the clinic")
    NO_ADDRESS = "no_address", _("no e-mail address")


class DeliveryKind(TextChoices):
    """What an e-mail is about; its words hold no fact of a patient."""

    CRITICAL = "critical", _("critical case")
    ESCALATION = "escalation", _("escalated critical case")
    QUESTION = "question", _("question on a case")
    ANSWER = "answer", _("answer to a question")
    READING = "reading", _("reading asked of a colleague")
    SIGNED = "signed", _("signed report")
    AMENDED = "amended", _("amended report")


class DeliveryState(TextChoices):
    """How far an e-mail is."""

    QUEUED = "queued", _("queued")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")

"""What people are."""

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

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiagnosisConfig(AppConfig):
    """The product's one Django app."""

    name = "diagnosis"
    verbose_name = _("diagnosis")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from diagnosis.relations import name_relations


class DiagnosisConfig(AppConfig):
    """The product's one Django app."""

    name = "diagnosis"
    verbose_name = _("diagnosis")

    def ready(self) -> None:
        """Name the relations, when every model is known."""
        name_relations(self.get_models())

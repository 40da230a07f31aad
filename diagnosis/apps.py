from django.apps import AppConfig


class DiagnosisConfig(AppConfig):
    """The product's one Django app."""

    name = "diagnosis"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from diagnosis.choices import Role
from diagnosis.errors import DiagnosisError
from diagnosis.models import Clinic
from diagnosis.services.accounts import issue_service_token

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Make a service account for clinic software and print its token, which cannot be shown again."""

    help = "Make a service account for clinic software, or a further token for it. The token is printed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the account's name, clinic and role."""
        parser.add_argument("name", metavar="NAME", help="What the clinic software is called, such as lab-system.")
        parser.add_argument("--clinic", required=True, metavar="SLUG", help="The clinic's short name.")
        parser.add_argument(
            "--role", choices=Role.values, default=Role.SUBMITTER, help="What it may do (default: %(default)s)."
        )

    def handle(self, *, name: str, clinic: str, role: str, **_: Any) -> None:
        """Print the token alone on standard output, so that a script can keep it."""
        row = Clinic.objects.filter(slug=clinic).first()
        if row is None:
            raise CommandError(f"There is no clinic with the short name {clinic}. Look it up in the admin.")
        try:
            token = issue_service_token(clinic=row, name=name, role=Role(role))
        except DiagnosisError as error:
            raise CommandError(error.sentence) from error
        self.stderr.write(f"Token of {name} at {row.name}; it is stored as a hash and cannot be shown again:")
        self.stdout.write(token)

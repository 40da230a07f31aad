from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from diagnosis.services.accounts import DEMO_PEOPLE, set_up_demo

if TYPE_CHECKING:
    from argparse import ArgumentParser

# Known to everyone who reads this, which is why the command refuses to run on a server that others can reach.
DEMO_PASSWORD = "blood-smear-demo"  # noqa: S105 - the demo's public password
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


class Command(BaseCommand):
    """Make the demo clinic and its logins; run again, it changes nothing."""

    help = "Make the demo clinic with a doctor, three specialists and an administrator, and print their logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --password."""
        parser.add_argument(
            "--password",
            default=os.environ.get("DEMO_PASSWORD") or DEMO_PASSWORD,
            help="The password of every login (default: $DEMO_PASSWORD, else a well-known one).",
        )

    def handle(self, *, password: str, **_: Any) -> None:
        """Make what is missing and print the logins."""
        reachable_as = [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK]
        if reachable_as and not settings.DEBUG:
            raise CommandError(
                f"This server answers to {', '.join(reachable_as)}, and the demo logins are known to everyone. "
                "Use them on a local stack only; make real users in the admin."
            )
        clinic = set_up_demo(password=password)
        self.stdout.write(f"{clinic.name} ({clinic.slug}), password of each login: {password}")
        for person in DEMO_PEOPLE:
            roles = f"{person.role.label} and operator" if person.is_staff else person.role.label
            self.stdout.write(f"  {person.username:<14} {person.given_name} {person.family_name}, {roles}")

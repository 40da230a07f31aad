from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import Role
from diagnosis.models.clinic import Clinic


class User(AbstractUser):
    """A person, or a service account that clinic software signs in with."""

    is_service_account = models.BooleanField(
        _("service account"),
        default=False,
        help_text=_("Clinic software: signs in with a token, has no password and signs no report."),
    )

    language = models.CharField(
        _("language"), max_length=8, blank=True, help_text=_("Of pages and e-mails; empty follows the browser.")
    )
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)

    sessions_ended = models.PositiveIntegerField(_("times signed out everywhere"), default=0, editable=False)

    def get_session_auth_hash(self) -> str:
        """Return what a session must hold to be this user's; none that was ended holds it again."""
        return f"{super().get_session_auth_hash()}{self.sessions_ended or ''}"

    @property
    def signature_name(self) -> str:
        """The name as it stands under a report."""
        return self.get_full_name() or self.username


class Membership(models.Model):
    """A user's role at a clinic."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)

    class Meta:
        ordering = ("clinic", "user", "role")
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "clinic", "role"], name="membership_once"),
            models.CheckConstraint(name="membership_role_is_known", condition=models.Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.clinic}"

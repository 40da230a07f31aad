import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from diagnosis.models.clinic import Clinic


class OnCall(models.Model):
    """Who is told of a clinic's critical cases in a span of time: rank 1 first, rank 2 when a notice escalates."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="on_call")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="on_call")
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=1, validators=[MinValueValidator(1), MaxValueValidator(2)]
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        ordering = ("clinic", "-starts_at", "rank")
        verbose_name = _("on-call duty")
        verbose_name_plural = _("on-call rota")
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "user", "starts_at", "ends_at"],
                name="on_call_duty_once",
                violation_error_message=_("This person has this duty already."),
            ),
            models.CheckConstraint(name="on_call_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="on_call_rank_is_one_or_two", condition=Q(rank__in=[1, 2])),
        ]
        indexes = [models.Index(fields=["clinic", "ends_at"], name="on_call_current")]

    def __str__(self) -> str:
        words = {"person": self.user.signature_name, "clinic": self.clinic, "rank": self.rank}
        return gettext("%(person)s, %(clinic)s, rank %(rank)s") % words

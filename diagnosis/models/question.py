import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from diagnosis.models.case import Case
from diagnosis.models.history import append_only


class Question(models.Model):
    """What a specialist asks the clinic about a case; the case waits for the answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="questions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField(_("question"), max_length=2000)
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        ordering = ("case", "asked_at", "id")
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [models.CheckConstraint(name="question_has_words", condition=~models.Q(text=""))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.case}, {self.asked_at:%Y-%m-%d %H:%M}"


class Answer(models.Model):
    """The clinic's answer to a question; more may follow."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(_("answer"), max_length=2000)
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        ordering = ("answered_at", "id")
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [models.CheckConstraint(name="answer_has_words", condition=~models.Q(text=""))]
        indexes = [models.Index(fields=["answered_at", "id"], name="answer_earliest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.question}, answered"

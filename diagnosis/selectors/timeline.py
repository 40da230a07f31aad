"""What happened to a case, in one line of time, with nothing in it that a blind reader must not know."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from diagnosis.blindness import sees_machine
from diagnosis.choices import Act, NoticeEventKind
from diagnosis.models import AuditRecord, Case, NoticeEvent, Patient

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from diagnosis.models import User

# Acts of which each is told. None says what a reader or the machine found: whoever may know that sees it elsewhere.
_TOLD = (
    Act.CASE_OPENED,
    Act.CASE_WITHDRAWN,
    Act.SMEAR_STORED,
    Act.STAGE_REPORT_COMPOSED,
    Act.QUESTION_ASKED,
    Act.QUESTION_ANSWERED,
    Act.REVIEWED,
    Act.READING_REQUESTED,
    Act.SIGNED_OFF,
    Act.AMENDED,
    Act.IMAGE_DELETED,
    Act.CASE_CORRECTED,
    Act.PATIENT_CORRECTED,
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a case's history."""

    at: datetime
    words: str
    by: str = ""
    detail: str = ""
    tone: str = ""


def timeline(case: Case, user: User) -> list[Happening]:
    """Return what happened to a case, the earliest first."""
    acts = AuditRecord.objects.filter(case=case, act__in=_TOLD).select_related("by").order_by("at", "pk")
    steps = list(NoticeEvent.objects.filter(notice__case=case).select_related("by", "to"))
    steps.sort(key=lambda step: list(NoticeEventKind.values).index(step.kind))
    notes_too = sees_machine(user, case)
    happened = [*_acts(acts), *(_step(step, notes_too=notes_too) for step in steps)]
    return sorted(happened, key=lambda each: each.at)


def _acts(rows: Iterable[AuditRecord]) -> Iterator[Happening]:
    """Tell acts; images that one person stored in a row are one line."""
    for (act, by), same in groupby(rows, key=lambda row: (row.act, row.by)):
        records = list(same)
        name = by.signature_name if by else ""
        if act in (Act.SMEAR_STORED, Act.IMAGE_DELETED):
            yield Happening(records[0].at, _counted(act, len(records)), name)
        else:
            tone = "settled" if act in (Act.SIGNED_OFF, Act.AMENDED) else ""
            for record in records:
                yield Happening(record.at, _sentence(record), name, tone=tone)


def _counted(act: str, count: int) -> str:
    if act == Act.SMEAR_STORED:
        words = ngettext("%(count)s image stored", "%(count)s images stored", count)
    else:
        words = ngettext(
            "%(count)s image deleted by the retention rule", "%(count)s images deleted by the retention rule", count
        )
    return words % {"count": count}


def _sentence(record: AuditRecord) -> str:
    words = {
        Act.CASE_OPENED: _("Case opened"),
        Act.CASE_WITHDRAWN: _("Case withdrawn"),
        Act.STAGE_REPORT_COMPOSED: _("The machine answered"),
        Act.QUESTION_ASKED: _("Question asked"),
        Act.QUESTION_ANSWERED: _("Question answered"),
        Act.REVIEWED: _("Opinion given"),
        Act.READING_REQUESTED: _("Another reading asked for"),
        Act.SIGNED_OFF: _("Report signed"),
        Act.AMENDED: _("Report amended"),
        Act.CASE_CORRECTED: _("Facts of the case corrected: %(fields)s"),
        Act.PATIENT_CORRECTED: _("Facts of the patient corrected: %(fields)s"),
    }[Act(record.act)]
    return words % {"fields": _names(record.detail.get("fields", ()))}


def _names(fields: Iterable[str]) -> str:
    """Name the facts that were corrected; what they were and are is not of the audit trail."""
    called = {field.name: str(field.verbose_name) for field in (*Patient._meta.fields, *Case._meta.fields)}  # noqa: SLF001 - Django's documented way to the fields
    return get_text_list([called.get(name, name) for name in fields], _("and"))


def _step(step: NoticeEvent, *, notes_too: bool) -> Happening:
    to = step.to.signature_name if step.to else ""
    words, tone = {
        NoticeEventKind.RAISED: (_("Critical notice raised"), "critical"),
        NoticeEventKind.NOBODY_ON_CALL: (_("Nobody on call: every specialist of the clinic is told"), "caution"),
        NoticeEventKind.SENT: (_("E-mail sent to %(name)s") % {"name": to}, ""),
        NoticeEventKind.NOT_SENT: (_("E-mail to %(name)s could not be sent") % {"name": to}, "caution"),
        NoticeEventKind.ESCALATED: (_("Not acknowledged in time: further people are told"), "critical"),
        NoticeEventKind.ACKNOWLEDGED: (_("Critical notice acknowledged"), "settled"),
        NoticeEventKind.CALLED: (_call(step), "settled" if step.read_back else "caution"),
        NoticeEventKind.CLOSED: (_("Critical notice answered by the signature"), "settled"),
        NoticeEventKind.REVISED: (_("The finding changed: the submitting doctor is to be called again"), "critical"),
    }[NoticeEventKind(step.kind)]
    # Who raised it suspects blasts: that is an opinion.
    is_hidden = step.kind == NoticeEventKind.RAISED and not notes_too
    by = step.by.signature_name if step.by and not is_hidden else ""
    return Happening(step.at, words, by, step.note if notes_too else "", tone)


def _call(step: NoticeEvent) -> str:
    if step.read_back:
        return _("Submitting doctor called: %(name)s read the message back") % {"name": step.spoken_to}
    return _("Submitting doctor called: spoke to %(name)s, not read back") % {"name": step.spoken_to}

"""How the specialists' own readings stand to the machine's statement, for each version of the network."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import Decision, Finding, ReadingKind, Statement
from diagnosis.figures.daily import Counting, Groups, counted, folded
from diagnosis.figures.kappa import Kappa, kappa
from diagnosis.figures.plot import Row, bars
from diagnosis.figures.table import Column, Kind, Table, share
from diagnosis.models import Case, Review

if TYPE_CHECKING:
    from datetime import date, datetime

    from diagnosis.figures.scope import Scope

COLUMNS = (
    Column("model", _("Model"), Kind.TEXT),
    Column("read", _("Read"), Kind.TEXT),
    Column("cases", _("Cases")),
    Column("agreed", _("Agreed")),
    Column("agreed_share", _("Share agreed"), Kind.SHARE),
    Column("corrected", _("Corrected")),
    Column("rejected", _("Rejected")),
    Column("pairs", _("Both gave an answer")),
    Column("kappa", _("Cohen's kappa"), Kind.NUMBER),
    # xgettext:no-python-format  # noqa: ERA001 - said to xgettext
    Column("low", _("95 % from"), Kind.NUMBER),
    Column("high", _("to"), Kind.NUMBER),
)
PINS = "stage_report__images__analysis__pins"
# What counts as yes and as no; whoever says neither is in no pair.
SAID_BY_MACHINE = {Statement.FLAGGED.value: True, Statement.NOT_FLAGGED.value: False}
SAID_BY_READER = {Finding.BLASTS_SUSPECTED.value: True, Finding.NO_BLASTS_SEEN.value: False}


def agreement(scope: Scope) -> Table:
    """Return how first readings of cases that were signed in the span agree with the machine, by network."""
    groups: dict[tuple[str, str, bool], Counter[tuple[str, str, str]]] = {}
    for (_clinic, _microscope, artefact, model, is_blind, *said), counts in counted(COUNTING, scope).items():
        group = groups.setdefault((artefact, model, is_blind), Counter())
        decision, statement, finding = said
        group[decision, statement, finding] += counts["cases"]
    order = sorted(groups, key=lambda key: (key[0], key[1], not key[2]))
    rows = [_row(*key, groups[key]) for key in order]
    return Table(
        "agreement",
        _("Agreement with the machine"),
        _(
            "First readings of cases signed in the period. Kappa compares “flagged” with “blasts "
            "suspected” where both gave an answer; a flag of a case whose images were insufficient for a statement is "
            "none. Below ten such cases no kappa is given. No reading here is independent "
            "of the machine's: one that was not blind saw its result first, and a blind one knew from the critical "
            "mark whether a flag may have been raised, so they may agree more than independent readers would."
        ),
        COLUMNS,
        rows,
        bars(
            [
                Row(
                    f"{row['model']}, {row['read']}",
                    (max(0.0, row["kappa"]),),
                    gettext("%(kappa)s (n = %(pairs)s)")
                    % {"kappa": COLUMNS[8].written(row["kappa"]), "pairs": row["pairs"]},
                    interval=(row["low"], row["high"]),
                )
                for row in rows
                if row["kappa"] is not None
            ],
            axis=_("Agreement beyond chance: 1 is full"),
            # xgettext:no-python-format  # noqa: ERA001 - said to xgettext
            legend=(_("Cohen's kappa, with its 95 % interval"),),
            unit=COLUMNS[8].written,
        ),
    )


def _count(scope: Scope) -> Groups:
    first = (
        Review.objects.filter(
            scope.cases("case__"), scope.during("case__signed_at"), kind=ReadingKind.FIRST, stage_report__isnull=False
        )
        # What an amendment says was not the first reading.
        .exclude(signed_report__version__gt=1)
        # A blind reading says more than the changed mind after it.
        .order_by("case_id", "-is_blind", "-reviewed_at", "-pk")
        .distinct("case_id")
    )
    keys = ("clinic", "microscope", "artefact", "model", "is_blind", "decision", "statement", "finding")
    rows = (
        Review.objects.filter(pk__in=first.values("pk"))
        .annotate(
            model=KeyTextTransform("model_sha256", PINS),
            artefact=Coalesce(KeyTextTransform("artefact", PINS), Value(""), output_field=TextField()),
            clinic=F("case__clinic"),
            microscope=F("case__microscope"),
            statement=F("stage_report__statement"),
        )
        .values(*keys)
        .annotate(cases=Count("pk", distinct=True))
        .order_by()
    )
    return folded((row for row in rows if row["model"]), keys)


def _changed(since: datetime) -> set[date]:
    """Return the days on which cases were signed that were read again since."""
    read = Review.objects.filter(reviewed_at__gte=since)
    return {at.date() for at in Case.objects.filter(pk__in=read.values("case")).datetimes("signed_at", "day")}


COUNTING = Counting("agreement", _count, _changed)


def _row(artefact: str, model: str, is_blind: bool, said: Counter[tuple[str, str, str]]) -> dict[str, Any]:  # noqa: FBT001 - a key of the groups
    cases = sum(said.values())
    decided = Counter[str]()
    pairs = Counter[tuple[bool, bool]]()
    for (decision, statement, finding), count in said.items():
        decided[decision] += count
        if statement in SAID_BY_MACHINE and finding in SAID_BY_READER:
            pairs[SAID_BY_MACHINE[statement], SAID_BY_READER[finding]] += count
    found: Kappa | None = kappa(pairs[True, True], pairs[True, False], pairs[False, True], pairs[False, False])
    return {
        "model": artefact or model[:12],
        "sha256": model,
        "read": gettext("blind") if is_blind else gettext("with the result in view"),
        "cases": cases,
        "agreed": decided[Decision.AGREE],
        "agreed_share": share(decided[Decision.AGREE], cases),
        "corrected": decided[Decision.CORRECT],
        "rejected": decided[Decision.REJECT],
        "pairs": pairs.total(),
        "kappa": found.value if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
    }

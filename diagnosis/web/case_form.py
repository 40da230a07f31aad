"""The fields with which a doctor submits a case."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst

from diagnosis.choices import Priority, Sex, Specimen
from diagnosis.models import Clinic
from diagnosis.permissions import Permission, clinics_where

if TYPE_CHECKING:
    from django.db.models import TextChoices
    from django.utils.datastructures import MultiValueDict

    from diagnosis.models import User

EARLIEST_BIRTH = 1880


def _capitalised(choices: type[TextChoices]) -> list[tuple[str, str]]:
    return [(value, capfirst(str(label))) for value, label in choices.choices]


class CountField(forms.DecimalField):
    """A blood count, with the decimal comma as welcome as the point."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """Read the number."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class CaseForm(forms.Form):
    """A case as its doctor describes it; the images travel beside it."""

    draft = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    clinic = forms.ModelChoiceField(
        Clinic.objects.none(), empty_label="Choose the clinic", error_messages={"required": "Choose the clinic."}
    )
    patient_number = forms.CharField(
        max_length=64,
        error_messages={"required": "Type the clinic's number of the patient."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    patient_name = forms.CharField(
        label="Name", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    year_of_birth = forms.IntegerField(
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Type the year with four digits."},
    )
    sex = forms.ChoiceField(choices=_capitalised(Sex), required=False, initial=Sex.UNKNOWN)
    priority = forms.ChoiceField(choices=Priority, initial=Priority.ROUTINE, widget=forms.RadioSelect)
    accession = forms.CharField(
        label="Accession number",
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    specimen = forms.ChoiceField(choices=_capitalised(Specimen), initial=Specimen.BLOOD)
    stain = forms.CharField(max_length=100, required=False, widget=forms.TextInput(attrs={"list": "stains"}))
    device = forms.CharField(label="Microscope and camera", max_length=200, required=False)
    haemoglobin = CountField(min_value=0, max_digits=5, decimal_places=1, required=False)
    white_cells = CountField(min_value=0, max_digits=7, decimal_places=2, required=False)
    platelets = CountField(min_value=0, max_digits=7, decimal_places=1, required=False)
    treatment = forms.CharField(
        label="Treatment so far", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    clinical_notes = forms.CharField(max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, user: User, data: MultiValueDict[str, str] | None = None) -> None:
        clinics = clinics_where(user, Permission.SUBMIT)
        super().__init__(data, initial={"draft": uuid.uuid4()})
        self.clinics = clinics
        self.fields["clinic"].queryset = Clinic.objects.filter(pk__in=[clinic.pk for clinic in clinics])  # type: ignore[attr-defined]
        for name in self.errors if self.is_bound else ():
            if name in self.fields:
                self.fields[name].widget.attrs.update({"aria-invalid": "true"})

    def clean_year_of_birth(self) -> int | None:
        """Refuse years in which no patient was born."""
        year: int | None = self.cleaned_data["year_of_birth"]
        now = timezone.now().year
        if year is not None and not EARLIEST_BIRTH <= year <= now:
            raise forms.ValidationError(f"Type a year from {EARLIEST_BIRTH} to {now}.")
        return year

    def clean_sex(self) -> str:
        """Take a sex that was not given as unknown."""
        return self.cleaned_data["sex"] or Sex.UNKNOWN

    def case(self) -> dict[str, Any]:
        """Return the valid form as the arguments of `submission.submit_case`."""
        facts = dict(self.cleaned_data)
        return {
            "number": facts.pop("patient_number"),
            "patient_facts": {
                "name": facts.pop("patient_name"),
                "year_of_birth": facts.pop("year_of_birth"),
                "sex": facts.pop("sex"),
            },
            **facts,
        }

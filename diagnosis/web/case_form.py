"""The fields with which a doctor submits a case."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from diagnosis import blood_counts
from diagnosis.choices import Priority, Sex, Specimen
from diagnosis.models import Clinic, Device
from diagnosis.permissions import Permission, clinics_where
from diagnosis.selectors.search import in_latin
from diagnosis.web.birth_year import require_year_of_birth

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import TextChoices
    from django.utils.datastructures import MultiValueDict

    from diagnosis.models import User


def _capitalised(choices: type[TextChoices]) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(value, capfirst(str(label))) for value, label in choices.choices]


def _plain(number: str) -> str:
    """Write a number with Latin digits and a point, whatever the keyboard."""
    return in_latin(number).replace("\N{ARABIC DECIMAL SEPARATOR}", ".").replace(",", ".")


class CountField(forms.DecimalField):
    """A blood count; any digits and any decimal sign are welcome."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """Read the number."""
        return super().to_python(_plain(value) if isinstance(value, str) else value)


class CaseForm(forms.Form):
    """A case as its doctor describes it; the images travel beside it."""

    draft = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    clinic = forms.ModelChoiceField(
        Clinic.objects.none(),
        label=_("Clinic"),
        empty_label=_("Choose the clinic"),
        error_messages={"required": _("Choose the clinic.")},
    )
    patient_number = forms.CharField(
        label=_("Patient number"),
        help_text=_("The clinic's own number; no name is needed."),
        max_length=64,
        error_messages={"required": _("Type the clinic's number of the patient.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    patient_name = forms.CharField(
        label=_("Name"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    year_of_birth = forms.IntegerField(
        label=_("Year of birth"),
        help_text=_("By the Gregorian calendar, such as 1980."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Type the year with four digits.")},
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=_capitalised(Sex), required=False, initial=Sex.UNKNOWN)
    priority = forms.ChoiceField(
        label=_("Priority"), choices=Priority, initial=Priority.ROUTINE, widget=forms.RadioSelect
    )
    accession = forms.CharField(
        label=_("Accession number"),
        help_text=_("Left empty, the clinic's next number is given."),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    specimen = forms.ChoiceField(label=_("Specimen"), choices=_capitalised(Specimen), initial=Specimen.BLOOD)
    stain = forms.CharField(
        label=_("Stain"), max_length=100, required=False, widget=forms.TextInput(attrs={"list": "stains"})
    )
    microscope = forms.ModelChoiceField(
        Device.objects.none(),
        label=_("Microscope of the clinic"),
        help_text=_("Known ones give the ruler its scale."),
        required=False,
        empty_label=_("Another one"),
    )
    device = forms.CharField(label=_("Microscope and camera"), max_length=200, required=False)
    haemoglobin = CountField(
        label=_("Haemoglobin"),
        help_text=_("9.5 g/dL is 95 g/L"),
        min_value=0,
        max_digits=5,
        decimal_places=1,
        required=False,
    )
    white_cells = CountField(label=_("White cells"), min_value=0, max_digits=7, decimal_places=2, required=False)
    platelets = CountField(label=_("Platelets"), min_value=0, max_digits=7, decimal_places=1, required=False)
    treatment = forms.CharField(
        label=_("Treatment so far"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    clinical_notes = forms.CharField(
        label=_("Clinical notes"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, user: User, data: MultiValueDict[str, str] | None = None) -> None:
        clinics = clinics_where(user, Permission.SUBMIT)
        super().__init__(data, initial={"draft": uuid.uuid4()})
        self.clinics = clinics
        self.may_store_names = any(clinic.stores_names for clinic in clinics)
        self.fields["clinic"].queryset = Clinic.objects.filter(pk__in=[clinic.pk for clinic in clinics])  # type: ignore[attr-defined]
        microscopes = self.fields["microscope"]
        microscopes.queryset = Device.objects.in_use_at(clinics).select_related("clinic")  # type: ignore[attr-defined]
        if len(clinics) > 1:
            microscopes.label_from_instance = lambda device: f"{device.name}, {device.clinic.name}"  # type: ignore[attr-defined]
        # Without scripts the first field that has to change has the focus.
        wrong = next((name for name in self.fields if self.is_bound and name in self.errors), None)
        if wrong:
            self.fields[wrong].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """Refuse counts that another unit was meant for, each at its field."""
        for name, sentence in blood_counts.impossible(self.cleaned_data).items():
            self.add_error(name, sentence)
        return self.cleaned_data

    def clean_year_of_birth(self) -> int | None:
        """Refuse years in which no patient was born."""
        year: int | None = self.cleaned_data["year_of_birth"]
        if year is not None:
            require_year_of_birth(year, this_year=timezone.now().year)
        return year

    def clean_sex(self) -> str:
        """Take a sex that was not given as unknown."""
        return self.cleaned_data["sex"] or Sex.UNKNOWN

    def clean_microscope(self) -> Device | None:
        """Refuse the microscope of another clinic than the case's."""
        device: Device | None = self.cleaned_data["microscope"]
        clinic = self.cleaned_data.get("clinic")
        if device and clinic and device.clinic_id != clinic.pk:
            raise forms.ValidationError(
                gettext("This microscope stands at another clinic. Choose one of this clinic's.")
            )
        return device

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

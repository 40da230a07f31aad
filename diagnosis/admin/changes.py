"""What a save in the admin changes: the history keeps each value before and after, the row only the last."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Model, TextField
from django.template.defaultfilters import linebreaksbr
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.admin.models import LogEntry
    from django.db.models import Field
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from diagnosis.services.audit import Fact


class Prose(forms.CharField):
    """A text of many lines. Browsers send their own ends of lines, which is no change."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the text became another."""
        return super().has_changed(_kept(self, initial), _kept(self, data))


class RememberingAdmin(ModelAdmin):
    """Rows whose history says what stood in each field that was changed."""

    formfield_overrides: ClassVar[Mapping[type[Field[Any, Any]], Mapping[str, Any]]] = {
        TextField: {"form_class": Prose}
    }

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's interface
        """Keep beside the name of each changed field its values; Django's own reading of the message passes them by."""
        message: list[dict[str, Any]] = super().construct_change_message(request, form, formsets, add)
        changed = [form] if form.changed_data and not add else []
        for formset in formsets or ():
            rows = {each.instance.pk: each for each in formset.initial_forms}
            changed += [rows[row.pk] for row, _names in formset.changed_objects]
        parts = [part["changed"] for part in message if "changed" in part]
        for part, each in zip(parts, changed, strict=True):
            values = values_of(each)
            part["values"] = [values.get(name) for name in each.changed_data]
        return message

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the values with each change."""
        answer: HttpResponse = super().history_view(request, object_id, extra_context)
        for entry in (getattr(answer, "context_data", None) or {}).get("action_list", ()):
            # The theme's page asks each entry for its words by this name.
            entry.get_change_message = told(entry)
        return answer


def values_of(form: Any) -> dict[str, list[Fact]]:
    """Return each changed field's values before and after; a password is not among them."""
    fields = {name: form.fields[name] for name in form.changed_data if name in form.fields}
    return {
        name: [
            _kept(field, form.get_initial_for_field(field, name)),
            _kept(field, form.cleaned_data.get(name)),
        ]
        for name, field in fields.items()
        if not isinstance(field.widget, forms.PasswordInput)
    }


def told(entry: LogEntry) -> SafeString:
    """Say what was changed: Django's sentence, then each field with its values."""
    lines = (
        format_html(_("{field}: was {old}, is now {new}"), field=_label(name), old=_shown(pair[0]), new=_shown(pair[1]))
        for part in _changed_parts(entry)
        for name, pair in zip(part["fields"], part.get("values", ()), strict=False)
        if pair
    )
    return format_html("{}{}", entry.get_change_message(), format_html_join("", "<br>{}", ((line,) for line in lines)))


def _changed_parts(entry: LogEntry) -> list[dict[str, Any]]:
    try:
        message = json.loads(entry.change_message)
    except ValueError:
        return []  # some of Django's own pages leave a plain sentence
    return [part["changed"] for part in message if "changed" in part]


def _kept(field: forms.Field, value: Any) -> Fact:
    """Return a value as the history keeps it: other rows by their names, numbers as they are."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(sorted(str(row) for row in value or ()))
    if isinstance(field, forms.ModelChoiceField) and not isinstance(value, Model):
        value = field.to_python(value)
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value).replace("\r\n", "\n")


def _shown(value: Fact) -> Fact | SafeString:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == "":
        return "—"
    return (
        format_html('<q dir="auto">{}</q>', linebreaksbr(value, autoescape=True)) if isinstance(value, str) else value
    )


def _label(label: str) -> str:
    """Translate what a form calls a field: the model's own word for it, which begins small."""
    own = label[:1].lower() + label[1:]
    return capfirst(_(own)) if _(label) == label else _(label)

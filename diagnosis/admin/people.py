from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken
from unfold.admin import TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from diagnosis.admin.changes import values_of
from diagnosis.admin.memberships import watched
from diagnosis.admin.records import RecordAdmin
from diagnosis.models import Membership, User
from diagnosis.services import leaving, tokens

if TYPE_CHECKING:
    from django.db.models import Field, Model, QuerySet
    from django.http import HttpRequest


class MembershipsOfUser(TabularInline):
    """Where the user works."""

    model = Membership
    extra = 0
    autocomplete_fields = ("clinic",)
    tab = True


@admin.register(User)
class PersonAdmin(UserAdmin, RecordAdmin):  # type: ignore[type-arg] # the class takes none at run time
    """People and service accounts. Who leaves is made inactive: signatures keep their signer."""

    refusal = _("A user stays: signatures name their signer. Take “active” away, and they can sign in no more.")
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "is_active", "is_service_account", "is_staff", "last_login")
    list_filter = ("is_active", "is_service_account", "is_staff", "memberships__role")
    search_fields = ("username", "first_name", "last_name", "email")
    readonly_fields = ("last_login", "date_joined", "is_service_account")
    inlines = (MembershipsOfUser,)
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "telephone", "language")}),
        (_("Administration"), {"fields": ("is_staff", "is_superuser", "groups", "is_service_account")}),
        (_("Times"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "first_name", "last_name", "email", "usable_password", "password1", "password2")},
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Let nobody give out rights beyond their own."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        return fixed if request.user.is_superuser else (*fixed, "is_staff", "is_superuser", "groups")

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the languages that there are."""
        if db_field.name == "language":
            kwargs["widget"] = UnfoldAdminSelectWidget(choices=[("", "—"), *settings.LANGUAGES])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's interface
        """Sign whoever leaves out everywhere."""
        super().save_model(request, obj, form, change)
        if change:
            leaving.account_changed(obj, values_of(form), by=cast("User", request.user))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's interface
        """Put on record which roles are given and taken away."""
        with watched(request, Q(user=form.instance)):
            super().save_related(request, form, formsets, change)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's interface
        """Refuse: make the user inactive instead."""
        return False


admin.site.unregister(Group)


@admin.register(Group)
class RightsAdmin(GroupAdmin, RecordAdmin):
    """What staff who are not superusers may see and change here; roles at a clinic are memberships."""


admin.site.unregister(AuthToken)


@admin.register(AuthToken)
class TokenAdmin(RecordAdmin):
    """API tokens: only their hash is stored. Deleting one revokes it; `manage.py create_service_account` makes one."""

    list_display = ("token_key", "user", "created", "expiry")
    list_filter = ("user__is_service_account", "created")
    list_select_related = ("user",)
    search_fields = ("token_key", "user__username")
    fields = ("token_key", "user", "created", "expiry")
    readonly_fields: ClassVar = fields

    def delete_model(self, request: HttpRequest, obj: AuthToken) -> None:
        """Revoke a token, on record."""
        tokens.revoke(obj, by=cast("User", request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke each of several tokens, on record."""
        for token in queryset:
            self.delete_model(request, token)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's interface
        """Refuse: a token is shown once, where it is made."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's interface
        """Refuse: there is nothing to change in a hash."""
        return False

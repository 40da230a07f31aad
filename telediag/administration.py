"""How the admin presents itself: its name and what stands where in its side bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise

# The portal's accent colour (tokens.css) and its neighbours.
ACCENT = {
    "50": "#f1f8f8",
    "100": "#e1f0f1",
    "200": "#bcdde0",
    "300": "#8cc4ca",
    "400": "#4ba3ad",
    "500": "#2594a2",
    "600": "#0b6470",
    "700": "#084c56",
    "800": "#073e46",
    "900": "#05323a",
    "950": "#031f24",
}


def _favicon(request: HttpRequest) -> str:  # noqa: ARG001 - Unfold passes it
    return static("telediag/favicon.svg")


def _landmarks(request: HttpRequest) -> str:  # noqa: ARG001 - Unfold passes it
    return static("telediag/admin_landmarks.js")


def _styles(request: HttpRequest) -> str:  # noqa: ARG001 - Unfold passes it
    return static("telediag/admin.css")


def _entry(title: StrOrPromise, icon: str, model: str, app: str = "diagnosis") -> dict[str, Any]:
    link = reverse_lazy(f"admin:{app}_{model}_changelist")
    return {"title": title, "icon": icon, "link": link, "needs": f"{app}.view_{model}"}


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what this person may open, by what it is for; the side bar and the first page show it."""
    allowed = [
        group | {"items": [entry for entry in group["items"] if request.user.has_perm(entry["needs"])]}
        for group in _LISTS
    ]
    return [group for group in allowed if group["items"]]


_LISTS: list[dict[str, Any]] = [
    {
        "title": _("Cases"),
        "items": [
            _entry(_("Cases"), "folder_open", "case"),
            _entry(_("Patients"), "personal_injury", "patient"),
            _entry(_("Smears"), "image", "smear"),
            _entry(_("Uploads"), "upload", "upload"),
            _entry(_("Pieces of uploads"), "upload_file", "uploadchunk"),
            _entry(_("Questions"), "help", "question"),
            _entry(_("Answers"), "question_answer", "answer"),
        ],
    },
    {
        "title": _("Machine"),
        "separator": True,
        "items": [
            _entry(_("Analyses"), "biotech", "analysis"),
            _entry(_("Cells"), "bubble_chart", "cell"),
            _entry(_("Shadow results"), "contrast", "shadowresult"),
            _entry(_("Shadow statements"), "contrast_circle", "shadowstatement"),
            _entry(_("Stage reports"), "summarize", "stagereport"),
            _entry(_("Images of stage reports"), "photo_library", "stagereportimage"),
        ],
    },
    {
        "title": _("Specialists"),
        "separator": True,
        "items": [
            _entry(_("Reviews"), "rate_review", "review"),
            _entry(_("Signed reports"), "verified", "signedreport"),
            _entry(_("Drafts"), "draft", "draft"),
            _entry(_("Reading requests"), "group", "readingrequest"),
            _entry(_("Cell marks"), "ads_click", "cellmark"),
        ],
    },
    {
        "title": _("Critical results"),
        "separator": True,
        "items": [
            _entry(_("Critical notices"), "notifications_active", "notice"),
            _entry(_("Steps of notices"), "timeline", "noticeevent"),
            _entry(_("On-call rota"), "event_available", "oncall"),
            _entry(_("Deliveries"), "mail", "delivery"),
        ],
    },
    {
        "title": _("Access"),
        "separator": True,
        "items": [
            _entry(_("Clinics"), "local_hospital", "clinic"),
            _entry(_("Devices"), "photo_camera", "device"),
            _entry(_("Users"), "person", "user"),
            _entry(_("Memberships"), "badge", "membership"),
            _entry(_("Saved views"), "filter_alt", "savedview"),
            _entry(_("API tokens"), "key", "authtoken", app="knox"),
            _entry(_("Groups"), "group", "group", app="auth"),
        ],
    },
    {
        "title": _("Trail"),
        "separator": True,
        "items": [
            _entry(_("Audit records"), "history", "auditrecord"),
            _entry(_("Changes made here"), "edit_note", "logentry", app="admin"),
            _entry(_("Stored files"), "database", "storedfile"),
            _entry(_("Counted days"), "calendar_month", "countedday"),
        ],
    },
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "telediag",
    "SITE_HEADER": "telediag",
    "SITE_SUBHEADER": _("Administration"),
    "SITE_SYMBOL": "biotech",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _favicon}],
    "SHOW_VIEW_ON_SITE": False,
    "SCRIPTS": [_landmarks],
    "STYLES": [_styles],
    "COLORS": {"primary": ACCENT},
    "SIDEBAR": {
        "show_search": True,
        "navigation": _navigation,
    },
}

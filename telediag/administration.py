"""How the admin presents itself: its name and what stands where in its side bar."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

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


def _favicon(_: HttpRequest) -> str:
    return static("telediag/favicon.svg")


def _landmarks(_: HttpRequest) -> str:
    return static("telediag/admin_landmarks.js")


def _entry(title: str, icon: str, model: str, app: str = "diagnosis") -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{app}_{model}_changelist")}


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "telediag",
    "SITE_HEADER": "telediag",
    "SITE_SUBHEADER": "Administration",
    "SITE_SYMBOL": "biotech",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _favicon}],
    "SHOW_VIEW_ON_SITE": False,
    "SCRIPTS": [_landmarks],
    "COLORS": {"primary": ACCENT},
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "title": "Cases",
                "items": [
                    _entry("Cases", "folder_open", "case"),
                    _entry("Patients", "personal_injury", "patient"),
                    _entry("Smears", "image", "smear"),
                    _entry("Uploads", "upload", "upload"),
                    _entry("Pieces of uploads", "upload_file", "uploadchunk"),
                    _entry("Questions", "help", "question"),
                    _entry("Answers", "question_answer", "answer"),
                ],
            },
            {
                "title": "Machine",
                "separator": True,
                "items": [
                    _entry("Analyses", "biotech", "analysis"),
                    _entry("Cells", "bubble_chart", "cell"),
                    _entry("Shadow results", "contrast", "shadowresult"),
                    _entry("Stage reports", "summarize", "stagereport"),
                    _entry("Images of stage reports", "photo_library", "stagereportimage"),
                ],
            },
            {
                "title": "Specialists",
                "separator": True,
                "items": [
                    _entry("Reviews", "rate_review", "review"),
                    _entry("Signed reports", "verified", "signedreport"),
                    _entry("Drafts", "draft", "draft"),
                    _entry("Reading requests", "group", "readingrequest"),
                    _entry("Cell marks", "ads_click", "cellmark"),
                ],
            },
            {
                "title": "Critical results",
                "separator": True,
                "items": [
                    _entry("Critical notices", "notifications_active", "notice"),
                    _entry("Steps of notices", "timeline", "noticeevent"),
                    _entry("On-call rota", "event_available", "oncall"),
                    _entry("Deliveries", "mail", "delivery"),
                ],
            },
            {
                "title": "Access",
                "separator": True,
                "items": [
                    _entry("Clinics", "local_hospital", "clinic"),
                    _entry("Devices", "photo_camera", "device"),
                    _entry("Users", "person", "user"),
                    _entry("Memberships", "badge", "membership"),
                    _entry("Saved views", "filter_alt", "savedview"),
                    _entry("API tokens", "key", "authtoken", app="knox"),
                    _entry("Groups", "group", "group", app="auth"),
                ],
            },
            {
                "title": "Trail",
                "separator": True,
                "items": [
                    _entry("Audit records", "history", "auditrecord"),
                    _entry("Changes made here", "edit_note", "logentry", app="admin"),
                    _entry("Stored files", "database", "storedfile"),
                ],
            },
        ],
    },
}

"""How the admin presents itself: its name and what stands where in its side bar."""

from typing import Any

from django.urls import reverse_lazy


def _entry(title: str, icon: str, model: str, app: str = "diagnosis") -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{app}_{model}_changelist")}


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "telediag",
    "SITE_HEADER": "telediag",
    "SITE_SUBHEADER": "Administration",
    "SITE_SYMBOL": "biotech",
    "SITE_URL": "/",
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "title": "Cases",
                "items": [
                    _entry("Cases", "folder_open", "case"),
                    _entry("Patients", "personal_injury", "patient"),
                    _entry("Smears", "image", "smear"),
                ],
            },
            {
                "title": "Machine",
                "separator": True,
                "items": [
                    _entry("Analyses", "biotech", "analysis"),
                    _entry("Cells", "bubble_chart", "cell"),
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
                ],
            },
            {
                "title": "Access",
                "separator": True,
                "items": [
                    _entry("Clinics", "local_hospital", "clinic"),
                    _entry("Users", "person", "user"),
                    _entry("Memberships", "badge", "membership"),
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

"""Every record, for the people who run the platform: findable and filterable; what is history is read only."""

from diagnosis.admin import (
    analyses,
    audit,
    cases,
    clinics,
    critical,
    memberships,
    on_call,
    people,
    portal,
    reports,
    shadows,
    smears,
)

__all__ = [
    "analyses",
    "audit",
    "cases",
    "clinics",
    "critical",
    "memberships",
    "on_call",
    "people",
    "portal",
    "reports",
    "shadows",
    "smears",
]

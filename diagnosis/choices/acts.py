"""What the audit trail records."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Act(TextChoices):
    """What the audit trail records."""

    SIGNED_IN = "signed_in", _("signed in")
    PATIENT_REGISTERED = "patient_registered", _("patient registered")
    CASE_OPENED = "case_opened", _("case opened")
    CASE_WITHDRAWN = "case_withdrawn", _("case withdrawn")
    SMEAR_STORED = "smear_stored", _("smear stored")
    SMEAR_RECOGNISED = "smear_recognised", _("same smear recognised")
    ANALYSIS_REQUESTED = "analysis_requested", _("analysis requested again")
    ANALYSIS_SUCCEEDED = "analysis_succeeded", _("analysis succeeded")
    ANALYSIS_FAILED = "analysis_failed", _("analysis failed")
    LEASE_LOST = "lease_lost", _("lease lost, queued again")
    STAGE_REPORT_COMPOSED = "stage_report_composed", _("stage report composed")
    REVIEWED = "reviewed", _("reviewed")
    SIGNED_OFF = "signed_off", _("signed off")
    SIGN_OFF_REFUSED = "sign_off_refused", _("sign-off refused")
    IMAGE_REFUSED = "image_refused", _("image refused")
    AMENDED = "amended", _("amended")
    REPORT_READ = "report_read", _("report read")
    CASE_READ = "case_read", _("case read")
    IMAGE_READ = "image_read", _("image read")
    CASE_HELD = "case_held", _("case held by a reader")
    CASE_RELEASED = "case_released", _("case released")
    QUESTION_ASKED = "question_asked", _("question asked")
    QUESTION_ANSWERED = "question_answered", _("question answered")
    READING_REQUESTED = "reading_requested", _("another reading asked for")
    CELL_MARKED = "cell_marked", _("cell marked")
    UPLOAD_BEGUN = "upload_begun", _("upload begun")
    NOTICE_RAISED = "notice_raised", _("critical notice raised")
    NOTICE_ACKNOWLEDGED = "notice_acknowledged", _("critical notice acknowledged")
    NOTICE_ESCALATED = "notice_escalated", _("critical notice escalated")
    DOCTOR_CALLED = "doctor_called", _("submitting doctor called")
    TOKEN_ISSUED = "token_issued", _("API token issued")
    TOKEN_REVOKED = "token_revoked", _("API token revoked")
    SHADOW_REQUESTED = "shadow_requested", _("run in shadow asked for")
    EXPORTED = "exported", _("list exported")
    IMAGE_DELETED = "image_deleted", _("image deleted by the retention rule")

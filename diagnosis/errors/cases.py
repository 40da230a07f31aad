"""Refusals about patients and cases."""

from django.utils.translation import gettext_lazy as _

from diagnosis.errors.base import Conflict, Invalid, NotFound


class StageReportNotReady(NotFound):
    """The case's analyses have not all ended."""

    code = "stage_report_not_ready"
    default_sentence = _("The images are still being analysed. Ask again in a few seconds.")


class NoStageReport(NotFound):
    """The case will never have a report."""

    code = "no_stage_report"
    default_sentence = _("This case was withdrawn, so it has no stage report. Open a new case instead.")


class TransitionRefused(Conflict):
    """The status table does not allow it."""

    code = "transition_refused"
    default_sentence = _("This cannot follow from the present state. Reload the page to see it.")


class AlreadyExists(Conflict):
    """A number that must be unique is taken."""

    code = "already_exists"
    default_sentence = _("This number is already in use at this clinic. Look it up instead of creating it again.")


class PatientDiffers(Conflict):
    """The patient number belongs to somebody with other facts."""

    code = "patient_differs"
    default_sentence = _("This number is registered with another year of birth or sex. Check the number.")


class CaseClosed(Conflict):
    """The case is signed or withdrawn."""

    code = "case_closed"
    default_sentence = _("This case is closed. Open a new case for further images.")


class AnalysisActive(Conflict):
    """The smear is being analysed already."""

    code = "analysis_active"
    default_sentence = _("This smear is being analysed now. Wait for the result, then run it again.")


class NamesAreOff(Invalid):
    """The clinic does not store names."""

    code = "names_are_off"
    default_sentence = _("This clinic does not store patient names. Leave the name out and use the clinic's number.")


class ImplausibleCount(Invalid):
    """A blood count is outside what is possible in the unit that is asked for."""

    code = "implausible_count"
    default_sentence = _("A blood count is out of range. Check its unit.")

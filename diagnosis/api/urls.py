from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from diagnosis.api import analyses, cases, clinics, nowhere, patients, sign_in, smears, stage_reports, uploads

app_name = "api"
urlpatterns = [
    path("tokens/", sign_in.TokensView.as_view(), name="tokens"),
    path("tokens/current/", sign_in.CurrentTokenView.as_view(), name="current-token"),
    path("me/", clinics.MeView.as_view(), name="me"),
    path("clinics/", clinics.ClinicsView.as_view(), name="clinics"),
    path("patients/", patients.PatientsView.as_view(), name="patients"),
    path("patients/<uuid:patient_id>/", patients.PatientView.as_view(), name="patient"),
    path("cases/", cases.CasesView.as_view(), name="cases"),
    path("cases/<uuid:case_id>/", cases.CaseView.as_view(), name="case"),
    path("cases/<uuid:case_id>/withdraw/", cases.WithdrawView.as_view(), name="case-withdraw"),
    path("cases/<uuid:case_id>/smears/", smears.CaseSmearsView.as_view(), name="case-smears"),
    path("cases/<uuid:case_id>/stage-report/", stage_reports.StageReportView.as_view(), name="stage-report"),
    path("cases/<uuid:case_id>/stage-report.pdf", stage_reports.StageReportPdfView.as_view(), name="stage-report-pdf"),
    path(
        "cases/<uuid:case_id>/stage-report/versions/",
        stage_reports.SignedVersionsView.as_view(),
        name="signed-versions",
    ),
    path("smears/<uuid:smear_id>/", smears.SmearView.as_view(), name="smear"),
    path("smears/<uuid:smear_id>/image/", smears.SmearImageView.as_view(), name="smear-image"),
    path("smears/<uuid:smear_id>/analyses/", analyses.SmearAnalysesView.as_view(), name="smear-analyses"),
    path("uploads/", uploads.UploadsView.as_view(), name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.UploadView.as_view(), name="upload"),
    path("analyses/<uuid:analysis_id>/", analyses.AnalysisView.as_view(), name="analysis"),
    path("analyses/<uuid:analysis_id>/cells/", analyses.CellsView.as_view(), name="cells"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    # Whatever else is asked of the API is refused in its own error shape, too.
    re_path("", nowhere.NowhereView.as_view(), name="nowhere"),
]

"""The portal's addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from diagnosis.web import case, lists, marks, model_pages, notices, review, sign_in, signing, submit, uploads, viewer

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("worklist/", lists.worklist, name="worklist"),
    path("cases/", lists.cases, name="cases"),
    path("cases/new/", submit.submit, name="submit"),
    path("cases/<uuid:case_id>/", case.case, name="case"),
    path("cases/<uuid:case_id>/progress/", case.progress, name="case-progress"),
    path("cases/<uuid:case_id>/smears/", case.upload, name="upload"),
    path("cases/<uuid:case_id>/withdraw/", case.withdraw, name="withdraw"),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.pieces, name="upload-pieces"),
    path("uploads/<uuid:upload_id>/picture/", uploads.picture, name="upload-picture"),
    path("patients/look-up/", submit.look_up_patient, name="look-up-patient"),
    path("cases/<uuid:case_id>/marks/", marks.case_marks, name="case-marks"),
    path("cases/<uuid:case_id>/review/", review.review, name="review"),
    path("cases/<uuid:case_id>/review/news/", review.review_news, name="review-news"),
    path("reviews/<uuid:review_id>/sign/", signing.sign, name="sign"),
    path("cases/<uuid:case_id>/report/", signing.report, name="report"),
    path("cases/<uuid:case_id>/report/pdf/", signing.report_download, name="report-pdf"),
    path("cases/<uuid:case_id>/report/<int:version>/", signing.report, name="signed-report"),
    path("cases/<uuid:case_id>/report/<int:version>/pdf/", signing.report_download, name="signed-report-pdf"),
    path("smears/<uuid:smear_id>/image/", viewer.smear_image, name="smear-image"),
    path("smears/<uuid:smear_id>/thumbnail/", viewer.smear_thumbnail, name="smear-thumbnail"),
    path("smears/<uuid:smear_id>/tiles/<int:level>/<int:column>/<int:row>/", viewer.smear_tile, name="smear-tile"),
    path("smears/<uuid:smear_id>/marks/", marks.mark, name="mark"),
    path("smears/<uuid:smear_id>/run-again/", review.run_again, name="run-again"),
    path("analyses/<uuid:analysis_id>/cells/", viewer.cells, name="analysis-cells"),
    path("analyses/<uuid:analysis_id>/cells/<int:page>/", viewer.cell_sheet, name="cell-sheet"),
    path("analyses/<uuid:analysis_id>/activation/", viewer.activation_map, name="analysis-activation"),
    path("notices/", notices.notices, name="notices"),
    path("notices/banner/", notices.banner, name="notices-banner"),
    path("notices/<uuid:notice_id>/", notices.notice, name="notice"),
    path("notices/<uuid:notice_id>/acknowledge/", notices.acknowledge, name="acknowledge"),
    path("models/", model_pages.models, name="models"),
    path("models/<slug:sha256>/", model_pages.model, name="model"),
    path("models/<slug:sha256>/plots/<str:name>", model_pages.plot, name="model-plot"),
]

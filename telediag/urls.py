"""Every way in over HTTP."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

from diagnosis.admin.sign_in import sign_in
from telediag import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/login/", sign_in, name="admin-sign-in"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("diagnosis.api.urls")),
    path("words/", JavaScriptCatalog.as_view(packages=["diagnosis"]), name="words"),
    path("", include("diagnosis.web.urls")),
]

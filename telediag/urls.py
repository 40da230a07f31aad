"""Every way in over HTTP."""

from django.contrib import admin
from django.urls import include, path

from diagnosis.admin.sign_in import sign_in
from diagnosis.web import languages
from telediag import health

handler500 = "telediag.broken.broken"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/login/", sign_in, name="admin-sign-in"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("diagnosis.api.urls")),
    path("words/<str:language>/", languages.words, name="words"),
    path("language/", languages.choose, name="language"),
    path("", include("diagnosis.web.urls")),
]

"""The portal's addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from diagnosis.web import lists, sign_in

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("worklist/", lists.worklist, name="worklist"),
    path("cases/", lists.cases, name="cases"),
    path("cases/new/", lists.cases, name="submit"),
]

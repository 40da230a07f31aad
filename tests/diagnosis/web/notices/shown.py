"""What a page of notices shows, and where it is."""

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diagnosis.models import Case, User


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, case: Case) -> str:
    return reverse(name, args=[case.notice.pk])


def text(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())

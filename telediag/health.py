"""Two questions that a supervisor asks: does the process answer, and can it do its work."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from diagnosis import queue


def healthz(_: HttpRequest) -> JsonResponse:
    """Answer that the web process is alive."""
    return JsonResponse({"status": "alive"})


def readyz(_: HttpRequest) -> JsonResponse:
    """Answer 200 when a smear can be accepted; the broker may be down, since the sweep rings again later."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "down"}, status=503)
    return JsonResponse({"status": "ready", "database": "up", "broker": "up" if queue.is_up() else "down"})

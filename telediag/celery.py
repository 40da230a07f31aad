"""The Celery application: queues, limits and the schedule of the sweep. PostgreSQL is the truth; this is a doorbell."""

import os

from celery import Celery
from django.conf import settings
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "telediag.settings")

# In the order in which a worker serves them; a case's priority names its queue. The sweep comes first: it takes
# milliseconds, and behind a long queue it would not return what a killed worker held. The instant check of an upload
# comes before every analysis: its slide is still on the stage. The shadow comes when nothing else waits.
QUEUES = ("maintenance", "check", "stat", "urgent", "routine", "shadow")

# Seconds. Each limit lies below the next, so that a lease never ends under a task that may still write.
SOFT_TIME_LIMIT = settings.ANALYSIS_SECONDS
TIME_LIMIT = SOFT_TIME_LIMIT * 5 // 4
LEASE = SOFT_TIME_LIMIT * 3 // 2
SWEEP_EVERY = 10
# A round of e-mails; shorter than the pause after which one is tried again (diagnosis/services/deliveries.py).
DELIVER_SOFT_LIMIT = 20
DELIVER_LIMIT = 25
COUNT_EVERY = 300

app = Celery("telediag")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "queue_order_strategy": "priority",
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "socket_keepalive": True,
    },
    task_queues=[Queue(name) for name in QUEUES],
    task_default_queue="routine",
    task_ignore_result=True,
    task_soft_time_limit=SOFT_TIME_LIMIT,
    task_time_limit=TIME_LIMIT,
    # One message at a time and no hoarding: an urgent case must never wait behind a child's reserve.
    worker_prefetch_multiplier=1,
    worker_proc_alive_timeout=60,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    imports=["workers.tasks"],
    beat_schedule={
        "sweep": {
            "task": "workers.sweep",
            "schedule": SWEEP_EVERY,
            "options": {"queue": "maintenance", "expires": SWEEP_EVERY},
        },
        # Apart from the sweep, which must not wait for a mail server.
        "deliver": {
            "task": "workers.deliver",
            "schedule": SWEEP_EVERY,
            "options": {"queue": "maintenance", "expires": SWEEP_EVERY},
        },
        # When nothing else waits: without it figures are as right, and slower.
        "count-days": {
            "task": "workers.count_days",
            "schedule": COUNT_EVERY,
            "options": {"queue": "shadow", "expires": COUNT_EVERY},
        },
    },
)
app.set_default()

"""The rules of docs/architecture.md that a machine can check."""

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from diagnosis import models
from telediag.celery import LEASE, QUEUES, SOFT_TIME_LIMIT, TIME_LIMIT, app

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("telediag", "diagnosis", "workers", "models")

WRITTEN_ONCE = (
    models.Answer,
    models.AuditRecord,
    models.Cell,
    models.CellMark,
    models.Notice,
    models.NoticeEvent,
    models.Question,
    models.ReadingRequest,
    models.Review,
    models.ShadowResult,
    models.ShadowStatement,
    models.SignedReport,
    models.Smear,
    models.StageReport,
    models.StageReportImage,
)


def sources():
    return [path for folder in PRODUCT for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]


def our_tasks():
    app.loader.import_default_modules()
    return [task for name, task in app.tasks.items() if not name.startswith("celery.")]


def modules_after(statement):
    """Run a statement in a fresh interpreter and return the names of the modules it loaded."""
    code = f"import json, sys; {statement}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


DJANGO = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'telediag.settings'; import django; django.setup()"


def test_web_process_loads_no_engine():
    loaded = modules_after(f"{DJANGO}; import telediag.urls; import diagnosis.api.urls, diagnosis.web.urls")
    assert not loaded & {"tensorflow", "keras", "cv2", "ai_edge_litert", "numpy", "workers", "models"}


def test_parent_of_the_worker_pool_loads_no_network():
    loaded = modules_after(f"{DJANGO}; import workers.tasks")
    assert "workers.tasks" in loaded
    assert not loaded & {"tensorflow", "keras", "ai_edge_litert", "models.analysis"}


def test_every_task_has_time_limits_below_the_lease():
    assert SOFT_TIME_LIMIT < TIME_LIMIT < LEASE
    assert our_tasks()
    for task in our_tasks():
        assert task.soft_time_limit < task.time_limit < LEASE, task.name


def test_every_task_takes_only_ids():
    for task in our_tasks():
        for name in inspect.signature(task.run).parameters:
            assert name.endswith("_id"), f"{task.name} takes {name}"


def test_queues_are_served_in_the_order_of_urgency():
    assert QUEUES[1:] == ("check", "stat", "urgent", "routine", "shadow")
    assert list(app.amqp.queues.consume_from) == list(QUEUES)
    assert app.conf.broker_transport_options["queue_order_strategy"] == "priority"


def test_only_the_queue_rings():
    ways = re.compile(r"\.(delay|apply_async|send_task)\(")
    callers = {path.relative_to(ROOT).as_posix() for path in sources() if ways.search(path.read_text())}
    assert callers == {"diagnosis/queue.py"}
    assert "transaction.on_commit(" in (ROOT / "diagnosis/queue.py").read_text()


def test_every_relation_has_a_name_from_the_other_side():
    for model in apps.get_app_config("diagnosis").get_models():
        for field in model._meta.get_fields():
            is_ours = field.concrete and field.is_relation and field.model._meta.app_label == "diagnosis"
            if is_ours and field.name not in ("groups", "user_permissions"):
                assert field.remote_field.related_name, f"{model.__name__}.{field.name}"


@pytest.mark.django_db
@pytest.mark.parametrize("model", WRITTEN_ONCE, ids=lambda model: model.__name__)
def test_database_guards_what_is_written_once(model):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [model._meta.db_table])
        names = " ".join(name for (name,) in cursor.fetchall())
    assert "append_only" in names


def test_no_house_has_a_lumber_room():
    forbidden = {"utils", "helpers", "common", "core", "misc", "signals"}
    assert not [path for path in sources() if path.stem in forbidden or forbidden & set(path.parts)]

from django.db import migrations, models


def index(model: str, name: str, *fields: str) -> migrations.AddIndex:
    return migrations.AddIndex(model_name=model, index=models.Index(fields=fields, name=name))


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0016_counted_days")]

    operations = [
        index("analysis", "analysis_worker", "claimed_by"),
        index("analysis", "analysis_failure", "failure_code"),
        index("stagereport", "stage_report_rule", "rule_version"),
        index("patient", "patient_newest", "-created_at", "-id"),
        index("smear", "smear_name", "original_name"),
        index("delivery", "delivery_newest", "-created_at", "-id"),
        index("upload", "upload_newest", "-begun_at", "-id"),
        index("answer", "answer_earliest", "answered_at", "id"),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0015_ask_a_colleague_by_name")]

    operations = [
        migrations.CreateModel(
            name="CountedDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=20, verbose_name="table")),
                ("day", models.DateField(verbose_name="day")),
                (
                    "basis",
                    models.CharField(
                        help_text="By which definition it was counted; another one is counted anew.",
                        max_length=80,
                        verbose_name="basis",
                    ),
                ),
                ("groups", models.JSONField(default=list, verbose_name="groups and their counts")),
                ("checked_at", models.DateTimeField(verbose_name="known to be right at")),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counted_days",
                        to="diagnosis.clinic",
                    ),
                ),
            ],
            options={
                "verbose_name": "counted day",
                "verbose_name_plural": "counted days",
                "ordering": ("-day", "table", "clinic"),
                "constraints": [models.UniqueConstraint(fields=("table", "clinic", "day"), name="counted_day_once")],
            },
        ),
        migrations.AddIndex(
            model_name="analysis",
            index=models.Index(fields=["-finished_at"], name="analysis_finished"),
        ),
        migrations.AddIndex(
            model_name="noticeevent",
            index=models.Index(fields=["-at"], name="notice_event_newest"),
        ),
        migrations.AddIndex(
            model_name="readingrequest",
            index=models.Index(fields=["-asked_at"], name="reading_request_newest"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0014_shadow_statement")]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="kind",
            field=models.CharField(
                choices=[
                    ("critical", "critical case"),
                    ("escalation", "escalated critical case"),
                    ("question", "question on a case"),
                    ("answer", "answer to a question"),
                    ("reading", "reading asked of a colleague"),
                    ("signed", "signed report"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
    ]

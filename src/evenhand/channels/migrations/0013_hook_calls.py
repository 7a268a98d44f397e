from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0012_faults_of_mailboxes")]

    operations = [
        migrations.CreateModel(
            name="HookCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("provider", models.CharField(max_length=20)),
                ("mark", models.CharField(max_length=64)),
                ("body", models.CharField(max_length=64)),
                ("called_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "channel_hook_call",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "mark"), name="channel_hook_call_once"
                    )
                ],
            },
        )
    ]

import django.db.models.deletion
from django.db import migrations, models

# each mail that was filed before has the one place its delivery points at; a copy has
# none of its own
FILL = """
INSERT INTO channel_placement (stranger, delivery_id, message_id, team_id)
SELECT d.stranger, d.id, d.message_id, c.team_id
FROM channel_delivery d
JOIN case_message m ON m.id = d.message_id
JOIN "case" c ON c.id = m.case_id
WHERE NOT d.duplicate AND d.state = 'filed'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_notify_presence"),
        ("channels", "0001_initial"),
        ("staff", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Placement",
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
                ("stranger", models.BooleanField(default=False)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="channels.delivery",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.message",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.team",
                    ),
                ),
            ],
            options={
                "db_table": "channel_placement",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["delivery", "team"],
                        name="channel_placement_once_a_team",
                    )
                ],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

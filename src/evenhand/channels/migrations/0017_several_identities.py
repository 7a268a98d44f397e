import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0016_earlier_mail"),
        ("staff", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="sendingidentity",
            name="channel_sending_identity_one_for_all",
        ),
        # what each team has today is its usual one
        migrations.AddField(
            model_name="sendingidentity",
            name="is_usual",
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name="sendingidentity",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="staff.team",
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingidentity",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_usual", True)),
                fields=("team",),
                name="channel_sending_identity_one_usual",
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingidentity",
            constraint=models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(("is_usual", True), ("team__isnull", True)),
                name="channel_sending_identity_one_usual_for_all",
            ),
        ),
    ]

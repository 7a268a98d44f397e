import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0017_several_identities"),
        ("replies", "0003_new_copies"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="identity",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="channels.sendingidentity",
            ),
        ),
    ]

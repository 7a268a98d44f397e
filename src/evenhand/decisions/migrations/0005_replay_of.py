from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("decisions", "0004_recompute")]

    operations = [
        migrations.AddField(
            model_name="replayrun",
            name="of",
            field=models.CharField(default="", max_length=60),
            preserve_default=False,
        ),
    ]

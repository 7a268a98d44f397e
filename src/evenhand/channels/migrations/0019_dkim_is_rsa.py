from django.db import migrations


class Migration(migrations.Migration):
    """Every key signs with RSA: what all large receivers can check."""

    dependencies = [("channels", "0018_asides_that_wait")]

    operations = [
        migrations.RemoveConstraint(
            model_name="sendingserver", name="channel_sending_server_dkim_known"
        ),
        migrations.RemoveField(model_name="sendingserver", name="dkim_algorithm"),
    ]

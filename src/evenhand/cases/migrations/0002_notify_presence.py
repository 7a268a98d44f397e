from django.db import migrations

from evenhand.ledger.notify import listen_on, stop_listening_on


def forward(_apps, editor):
    listen_on("case_presence", editor)


def backward(_apps, editor):
    stop_listening_on("case_presence", editor)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("ledger", "0002_notify")]

    operations = [migrations.RunPython(forward, backward)]

from django.db import migrations

from evenhand.ledger.notify import ledger_backward, ledger_forward


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(ledger_forward, ledger_backward)]

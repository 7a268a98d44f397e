"""Stored addresses take the form for comparing that has their domain in ASCII."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from evenhand.kernel.addresses import same_form


def one_form(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Leave one alone whose other form is known already: that one is found from now on."""
    emails = apps.get_model("customers", "Identity").objects.filter(kind="email")
    for key, value in list(emails.values_list("pk", "value")):
        form = same_form(value)
        if form != value and not emails.filter(value=form).exists():
            emails.filter(pk=key).update(value=form[:254])


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_bounced_address")]

    operations = [migrations.RunPython(one_form, migrations.RunPython.noop)]

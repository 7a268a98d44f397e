"""Stored addresses take the form for comparing that has their domain in ASCII."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from evenhand.kernel.addresses import same_form


def one_form(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Leave one alone whose other form has an account already."""
    members = apps.get_model("staff", "Member").objects
    for key, email in list(members.values_list("pk", "email")):
        form = same_form(email)
        if form != email and not members.filter(email=form).exists():
            members.filter(pk=key).update(email=form[:254])


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [migrations.RunPython(one_form, migrations.RunPython.noop)]

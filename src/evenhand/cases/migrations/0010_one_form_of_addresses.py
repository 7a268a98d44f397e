"""Stored addresses take the form for comparing that has their domain in ASCII."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from evenhand.kernel.addresses import same_form


def one_form(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Leave one alone whose other form takes part already."""
    for name, whole in (("Participant", "case_id"), ("SideParty", "side_id")):
        people = apps.get_model("cases", name).objects
        for key, of, address in list(people.values_list("pk", whole, "address")):
            form = same_form(address)
            others = people.filter(address=form, **{whole: of})
            if form != address and not others.exists():
                people.filter(pk=key).update(address=form[:254])


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_beside_with_a_mail_program")]

    operations = [migrations.RunPython(one_form, migrations.RunPython.noop)]

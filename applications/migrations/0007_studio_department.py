"""The department of a studio, by which offices share the work of looking after it."""

from django.db import migrations, models


def fill(apps, schema_editor):
    """Take it from the filing that founded the studio."""
    Studio = apps.get_model("applications", "Studio")
    for studio in Studio.objects.filter(founding_application__isnull=False).iterator():
        last = studio.founding_application.submissions.order_by("-number").first()
        named = str((last.answers if last else {}).get("unit.department") or "")
        if named:
            studio.department = named[:80]
            studio.save(update_fields=["department"])


class Migration(migrations.Migration):
    dependencies = [("applications", "0006_amended")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="department",
            field=models.CharField(blank=True, max_length=80, verbose_name="行业主管部门"),
        )
        for model in ("historicalstudio", "studio")
    ] + [migrations.RunPython(fill, migrations.RunPython.noop)]

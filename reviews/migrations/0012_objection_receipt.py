import secrets

from django.db import migrations, models
from django.utils import timezone


def number_old_ones(apps, schema_editor):
    """Objections from before receipt numbers get one, of the day they came in."""
    Objection = apps.get_model("reviews", "Objection")
    HistoricalObjection = apps.get_model("reviews", "HistoricalObjection")
    given = set()
    for row in Objection.objects.order_by("pk").iterator():
        number, day = "", timezone.localdate(row.received_at)
        while not number or number in given:
            number = f"YY{day:%Y%m%d}{secrets.randbelow(10**6):06d}"
        given.add(number)
        Objection.objects.filter(pk=row.pk).update(number=number)
        HistoricalObjection.objects.filter(id=row.pk).update(number=number)


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0011_clock_and_experts"),
    ]

    operations = [
        *(
            operation
            for model in ("objection", "historicalobjection")
            for operation in (
                migrations.AddField(
                    model, "number",
                    models.CharField(default="", max_length=20, verbose_name="受理编号"),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model, "taken_up_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="开始核实时间"),
                ),
                migrations.AddField(
                    model, "answered_on",
                    models.DateField(blank=True, null=True, verbose_name="答复反映人日期"),
                ),
                migrations.AddField(
                    model, "answered_way",
                    models.CharField(
                        blank=True, max_length=10, verbose_name="答复方式",
                        choices=[("phone", "电话"), ("letter", "书面"), ("visit", "当面"),
                                 ("email", "电子邮件")],
                        default="",
                    ),
                    preserve_default=False,
                ),
            )
        ),
        migrations.RunPython(number_old_ones, migrations.RunPython.noop),
        migrations.AlterField(
            "objection", "number",
            models.CharField(max_length=20, unique=True, verbose_name="受理编号"),
        ),
        migrations.AlterField(
            "historicalobjection", "number",
            models.CharField(db_index=True, max_length=20, verbose_name="受理编号"),
        ),
        migrations.AddConstraint(
            "objection",
            models.CheckConstraint(
                name="objection_answered_with_way",
                condition=models.Q(
                    models.Q(("answered_on__isnull", True), ("answered_way", "")),
                    models.Q(
                        ("answered_on__isnull", False),
                        models.Q(("answered_way", ""), _negated=True),
                        models.Q(("state", "open"), _negated=True),
                    ),
                    _connector="OR",
                ),
                violation_error_message="登记答复反映人须有核实结论、答复日期和方式。",
            ),
        ),
    ]

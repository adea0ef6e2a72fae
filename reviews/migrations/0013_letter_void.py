from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0012_objection_receipt")]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="release",
            field=models.CharField(
                choices=[
                    ("sent", "已发出"),
                    ("waiting", "待核发"),
                    ("held", "暂不发出"),
                    ("void", "作废"),
                ],
                default="sent",
                max_length=8,
                verbose_name="核发",
            ),
        ),
    ]

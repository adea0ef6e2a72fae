"""A unit may hand in a file with what it says before it is decided against."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0009_statement'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalstatement',
            name='file',
            field=models.TextField(blank=True, max_length=300, verbose_name='附件'),
        ),
        migrations.AddField(
            model_name='historicalstatement',
            name='file_name',
            field=models.CharField(blank=True, max_length=200, verbose_name='附件名'),
        ),
        migrations.AddField(
            model_name='historicalstatement',
            name='sha256',
            field=models.CharField(blank=True, max_length=64, verbose_name='附件摘要'),
        ),
        migrations.AddField(
            model_name='statement',
            name='file',
            field=models.FileField(blank=True, max_length=300, upload_to='', verbose_name='附件'),
        ),
        migrations.AddField(
            model_name='statement',
            name='file_name',
            field=models.CharField(blank=True, max_length=200, verbose_name='附件名'),
        ),
        migrations.AddField(
            model_name='statement',
            name='sha256',
            field=models.CharField(blank=True, max_length=64, verbose_name='附件摘要'),
        ),
    ]

"""Decisions that took effect before the unit was told, in an installation that is upgraded."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from applications.models import Application, EffectRun
from tests.applications.factories import call, publish_city
from tests.applications.studios import named
from tests.applications.test_holding import LEADER, filed

pytestmark = pytest.mark.django_db


def test_the_upgrade_names_what_took_effect_and_is_not_told(capsys: Any) -> None:
    say = import_module("applications.migrations.0013_held_decision").name_what_took_effect
    studio = named("urumqi", call(publish_city("urumqi")))
    Application.objects.update(result_released_at=None)
    say(apps, None)
    assert capsys.readouterr().err == ""
    row = filed(studio, LEADER)
    Application.objects.filter(pk=row.pk).update(status="decided", result="named")
    for position, kind in enumerate(("change_leader", "award_title")):
        EffectRun.objects.create(application=row, kind=kind, position=position)
    say(apps, None)
    assert capsys.readouterr().err.strip() == (
        "注意：1 件的决定已产生效力、结果文书尚未核发，升级后其效力随即显示，"
        f"请先在“待发文书”中核发：{row.number}。见 docs/operations.md“升级”。"
    )

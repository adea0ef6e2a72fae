"""What is decided and not told yet is not overdue, and nobody learns how it was decided."""

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.domain import lifecycle
from applications.domain.effects import DecisionContext
from applications.models import Application
from assessments.domain.reminding import remind_all
from assessments.models import Obligation
from assessments.queries import dues, figures, risks
from tests.assessments import assessed as way
from tests.assessments.factories import member_of
from tests.crawl import text_of
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db


def page(client: Any, address: str) -> str:
    return re.sub(r'value="[^"]*"', "", text_of(client, address))


def overdue(studio: Any) -> dict[str, int]:
    """How often the assessment of a studio is called overdue, place by place."""
    on = timezone.localdate()
    sums = figures.papers(figures.Scope((studio.jurisdiction,)), on)["year"]
    return {
        "desk": dues.overdue([studio], on).filter(kind="assessment").count(),
        "risks": risks._missed([studio.pk], on).get(studio.pk, 0),
        "figures": int(sums.row(sums.keys()[0], ["overdue"])[0]),
    }


def test_a_grade_that_waits_is_neither_overdue_nor_told(as_user: Any, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    city = make.make_city("yuzhong")
    studio = way.studio_in(city)
    user = member_of(studio, "u@example.com")
    filing = way.filed(studio, user).application
    # An office took it forward: the unit missed it.
    Application.objects.filter(pk=filing.pk).update(entered_by_office=city.office("bureau"))
    Obligation.objects.exclude(application=filing).delete()
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Obligation.objects.update(due_on=yesterday)
    row = Obligation.objects.get()
    home = reverse("assessments:obligation", args=[studio.public_id, row.public_id])
    desk = f"{reverse('assessments:desk')}?view=due"
    unit, officer = as_user(user), as_user(city.person(city.office("bureau")))
    before = page(unit, home)
    assert "办理中" in before
    assert "逾期" in text_of(officer, home)
    assert overdue(studio) == {"desk": 1, "risks": 1, "figures": 1}
    context = DecisionContext(on=timezone.localdate(), released=False, details={"total": "96"})
    lifecycle.decide(filing, "g1", context=context)
    assert overdue(studio) == {"desk": 0, "risks": 0, "figures": 0}
    assert page(unit, home) == before
    grade = way.policy_of(filing.ruleset).ruleset.assessments["biennial"].grades[0].label
    for address in (home, desk):
        shown = text_of(officer, address)
        assert ["已决定，待告知" in shown, grade in shown] == [True, False]
    assert remind_all(timezone.localdate()) == 0
    lifecycle.release_result(filing, by=None, office=None)
    assert "逾期办理" in text_of(officer, home)

"""A wrong grade put right by a recorded amendment: what followed from it is undone."""

import pytest
from django.utils import timezone

from applications.domain import lifecycle
from applications.domain.undoing import AmendContext, CannotUndoError
from applications.enums import Status, StudioStatus
from applications.models import Application
from assessments.models import GradeRecord, Obligation
from tests.assessments import assessed as way
from tests.assessments.factories import member_of
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db


def test_a_failing_grade_taken_back_ends_the_mending_unless_the_unit_has_reported() -> None:
    city = make.make_city("yuzhong")
    people, office = way.assessors(city), city.office("bureau")
    studios = [way.studio_in(city, n) for n in (1, 2)]
    cases = [way.scored(city, way.filed(studio), "60", people) for studio in studios]
    way.graded(city, way.gathered(city, cases[0]))
    amendment = AmendContext(timezone.localdate(), city.admin, "核分有误", "示人社函〔2026〕9号")
    first, second = [Application.objects.get(pk=case.application_id) for case in cases]
    mending = Obligation.objects.get(studio=studios[0], title="两年考核评估整改").application
    assert mending is not None
    lifecycle.amend_result(first, "g1", amendment=amendment, office=office)
    studios[0].refresh_from_db()
    mending.refresh_from_db()
    assert (studios[0].status, mending.status) == (StudioStatus.ACTIVE, Status.LAPSED)
    row = GradeRecord.objects.get(studio=studios[0])
    assert (row.grade, row.passed, row.total) == ("合格", True, 60)
    assert Obligation.objects.filter(studio=studios[0], title="两年考核评估整改").count() == 0
    other = Obligation.objects.get(studio=studios[1], title="两年考核评估整改").application
    assert other is not None
    way.report(other, member_of(studios[1], "second@example.com"))
    with pytest.raises(CannotUndoError, match="请先办结整改"):
        lifecycle.amend_result(second, "g1", amendment=amendment, office=office)
    assert GradeRecord.objects.get(studio=studios[1]).grade == "不合格"

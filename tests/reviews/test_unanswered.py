"""补正逾期: a filing whose unit does not answer is taken up again by the office that asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.interfaces import progress
from applications.models import Application, Event
from portal.common.errors import DomainError
from portal.common.models import OutboxMail
from reviews.domain import lists, reminding, returning, unanswered
from reviews.domain.work import RETURN
from reviews.models import Case, Correction
from tests.reviews import factories as make
from tests.reviews.test_kinds import to_list

pytestmark = pytest.mark.django_db
FAULTS = [{"target": "studio.area", "text": "请按实测填写"}]
REASON = "两次电话催办未果"


@pytest.fixture
def city(settings: Any, db: None) -> make.City:
    settings.STAFF_MFA_REQUIRED = False
    return make.make_city("urumqi")


@pytest.fixture
def case(city: make.City) -> Case:
    """Sent back at the check; the unit has ten days."""
    found = make.submitted(city)
    data = {"faults": FAULTS, "due_on": str(timezone.localdate() + timedelta(days=10))}
    make.sign_all(city, make.run_of(found), outcome=RETURN, opinion="请补正。", data=data)
    return Case.objects.get(pk=found.pk)


def too_late() -> None:
    Correction.objects.update(due_on=timezone.localdate() - timedelta(days=1))


def handler(city: make.City, case: Case) -> Any:
    return city.person(Correction.objects.get(case=case).run.office)


def test_the_office_goes_on_once_the_day_has_passed_and_may_refuse(
    city: make.City, case: Case, as_user: Any
) -> None:
    client, page = (
        as_user(handler(city, case)),
        reverse("reviews:unanswered", args=[case.public_id]),
    )
    shown = reverse("reviews:case", args=[case.public_id])
    assert client.post(page, {"reason": REASON}).status_code == 409
    assert page not in client.get(shown).content.decode()
    too_late()
    assert page in client.get(shown).content.decode()
    assert client.post(page, {"reason": " "}).status_code == 422
    assert client.post(page, {"reason": REASON}).status_code == 302
    assert client.post(page, {"reason": REASON}).status_code == 409
    run = make.run_of(case)
    assert (run.stage, run.attempt, run.waiting_for) == ("district_check", 2, "handler")
    verdicts = make.yes_to_all(city, run)
    make.sign_all(city, run, outcome="refuse", opinion="逾期未补正。", verdicts=verdicts)
    assert Application.objects.get(pk=case.application_id).result == "refused"


def test_the_unit_is_told_and_can_change_nothing_any_more(city: make.City, case: Case) -> None:
    too_late()
    unanswered.go_on(case, by=handler(city, case), reason=REASON)
    filing = Application.objects.get(pk=case.application_id)
    assert (filing.status, filing.unlocked) == ("submitted", [])
    assert progress.notice_of(filing) is None
    told = Event.objects.exclude(applicant_text="").filter(application=filing).order_by("-pk")
    assert "逾期未补正，按已提交的材料继续办理" in [row.applicant_text for row in told[:2]]
    assert all(REASON not in row.applicant_text for row in told)
    assert OutboxMail.objects.filter(subject__startswith="补正期限已过，继续办理").exists()
    assert reminding.remind(timezone.localdate() + timedelta(days=3)) == 0


def test_only_handlers_of_the_office_that_asked_go_on(city: make.City, case: Case) -> None:
    too_late()
    office = Correction.objects.get(case=case).run.office
    others = (city.person(office, "approver"), city.person(city.office("city_bureau")), city.admin)
    for user in others:
        with pytest.raises(DomainError) as refused:
            unanswered.go_on(case, by=user, reason=REASON)
        assert refused.value.status == 403


def test_one_filing_of_a_list_stays_held_and_goes_on_with_a_list_of_its_own(
    city: make.City,
) -> None:
    listing = to_list(city, "notice", cases=2)
    item, run = listing.items.order_by("position").last(), make.list_run(listing)
    assert item is not None
    due = timezone.localdate() + timedelta(days=10)
    row = returning.return_item(
        item, faults=FAULTS, due_on=due, reason="", by=city.person(run.office)
    )
    assert row is not None
    returning.decide(row, approve=True, by=city.person(run.office, "approver"))
    assert lists.releasable(listing) == []
    too_late()
    case = Case.objects.get(pk=item.case_id)
    unanswered.go_on(case, by=city.person(run.office), reason=REASON)
    assert [held.pk for held in lists.releasable(listing)] == [item.pk]

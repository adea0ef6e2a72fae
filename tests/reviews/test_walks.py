"""Every shipped city runs from submission to naming."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import Application, EffectRun, Event, SheetEntry, Studio
from reviews.domain import decision, gathering, lists, publicity
from reviews.models import Case, List, StageRun
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db

SIGNED = {"check", "recommend"}


def case_to_list(city: make.City, case: Case) -> Case:
    """Walk the case stages: checks and letters signed, the others from paper."""
    for _ in range(12):
        case = Case.objects.get(pk=case.pk)
        if case.state != "open":
            return case
        run = make.run_of(case)
        if run.kind in SIGNED:
            make.pass_check(city, run)
        else:
            make.from_paper(city, run)
    raise AssertionError("the road has no end")


def list_to_end(city: make.City, listing: List) -> List:
    """Walk the list stages: shortlist, notice and decision signed, the others from paper."""
    for _ in range(12):
        listing = List.objects.get(pk=listing.pk)
        if listing.closed_at:
            return listing
        run = make.list_run(listing)
        if run.kind == "shortlist":
            make.sign_all(city, run, outcome="pass", opinion="同意列入。")
        elif run.kind == "publicity":
            show_and_close(city, listing)
        elif run.kind == "decision":
            issue(city, listing)
        else:
            make.from_paper(city, run)
    raise AssertionError("the road has no end")


def show_and_close(city: make.City, listing: List) -> None:
    run = make.list_run(listing)
    make.sign_all(city, run, outcome="pass", data={
        "title": "关于名单的公示", "body": "现予公示。", "contact": "010-00000000"})  # fmt: skip
    notice = publicity.running(listing)
    assert notice is not None
    publicity.close(listing, by=city.person(run.office), today=notice.last_day + timedelta(days=1))


def issue(city: make.City, listing: List) -> None:
    """Sign the decision on a list, and announce it where the text asks for that."""
    run = sign_decision(city, listing)
    if make.stage_shape(city, run).announcement is not None:
        decision.announce(listing, by=city.person(run.office), on=timezone.localdate(),
                          where="门户网站")  # fmt: skip


def sign_decision(city: make.City, listing: List) -> StageRun:
    """Every body approves and every post signs."""
    run, today = make.list_run(listing), timezone.localdate()
    shape = make.stage_shape(city, run)
    for role in shape.bodies:
        office = city.office(role)
        if office != run.office:
            decision.approve(listing, role, by=city.person(office, "approver"),
                             digest=lists.digest(listing), opinion="同意。")  # fmt: skip
    make.sign_all(city, run, outcome="pass", opinion="同意。", data={
        "document_number": "示人社发〔2026〕8号", "decided_on": today.isoformat()})  # fmt: skip
    return run


@pytest.mark.parametrize("code", make.CITIES)
def test_a_city_runs_from_submission_to_naming(code: str) -> None:
    city = make.make_city(code)
    case = case_to_list(city, make.submitted(city))
    assert case.state == "listed"
    listing = gathering.create_list(city.round, by=city.person(case.office))
    listing = list_to_end(city, listing)

    application = Application.objects.get(pk=case.application_id)
    shape = next(s for s in make.policy_of(city.ruleset).stages("establish")
                 if s.kind == "decision")  # fmt: skip
    assert (application.status, application.result) == ("decided", shape.result)
    assert application.result_released_at is not None
    assert Case.objects.get(pk=case.pk).state == "closed"
    studio = Studio.objects.get(founding_application=application)
    assert studio.decision_number == "示人社发〔2026〕8号"
    assert studio.founded_on == timezone.localdate()
    assert EffectRun.objects.filter(application=application, kind="found_studio").count() == 1
    wanted = {box for stage in make.policy_of(city.ruleset).stages("establish")
              for box in [stage.box, *getattr(stage, "boxes", {}).values()] if box}  # fmt: skip
    assert set(
        SheetEntry.objects.filter(application=application).values_list("box", flat=True)
    ) == (wanted)
    seen = Event.objects.filter(application=application).exclude(applicant_text="")
    assert seen.filter(kind="stage_done").count() >= 3

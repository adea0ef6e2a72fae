"""Officers who belong to a unit concerned hear nothing of it at work, not even that it is due."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from jurisdictions.domain.offices import let_reply
from portal.common.models import Notice
from reviews.domain import consulting, extending, releasing, reminding, replying
from reviews.models import Case, Correction, StageRun
from tests.factories import make_member
from tests.reviews import factories as make
from tests.reviews.standing import list_at
from tests.reviews.test_releasing import sent_back, waits
from tests.reviews.test_reminding import with_days
from tests.reviews.test_walks import issue

pytestmark = pytest.mark.django_db
NOBODY = "没有可以办理的人员："


def told(start: str) -> set[tuple[str, str]]:
    """Who was told of an occasion, and in which line."""
    rows = Notice.objects.filter(key__startswith=start).select_related("user")
    return {(str(row.user), row.title) for row in rows}


def joins(city: make.City, run: StageRun, case: Case, post: str = "handler") -> None:
    """An officer of the passage becomes a member of the unit that files."""
    make_member(city.person(run.office, post), case.application.enterprise)


def second(city: make.City, run: StageRun, post: str = "handler") -> str:
    """Somebody else at the same post."""
    user = make.make_user(f"other-{post}@example.gov.cn", name="另一位")
    make.appoint(user, run.office, post, by=city.admin, reason="增加人手")
    return str(user)


def test_a_stage_that_is_due_is_told_to_another_or_to_the_administrators(
    city: make.City, case: Case
) -> None:
    run, day = make.run_of(case), timezone.localdate() + timedelta(days=10)
    StageRun.objects.filter(pk=run.pk).update(due_on=day)
    joins(city, run, case)
    reminding.remind(day)
    line = f"即将到期：{case.application.number}"
    assert told("stage:") == {(str(city.admin), f"{NOBODY}{line}")}
    Notice.objects.all().delete()
    other = second(city, run)
    reminding.remind(day)
    assert told("stage:") == {(other, line)}
    # Once it is late the approver hears of it as well.
    boss = str(city.person(run.office, "approver"))
    reminding.remind(day + timedelta(days=1))
    assert {who for who, _ in told("stage:")} == {other, boss}


def test_a_correction_that_is_late_is_told_as_the_stage_is(city: make.City, case: Case) -> None:
    sent_back(city, case)
    row = Correction.objects.get(case=case)
    assert row.due_on is not None
    joins(city, row.run, case)
    reminding.remind(row.due_on + timedelta(days=1))
    late = [line for line in told("mend:") if "补正逾期" in line[1]]
    assert late == [(str(city.admin), f"{NOBODY}补正逾期：{case.application.number}")]


def test_an_extension_to_be_approved_is_not_told_to_an_approver_of_the_unit() -> None:
    city = make.make_city("urumqi", change=partial(with_days, days=[3]))
    case = make.submitted(city)
    run = make.run_of(case)
    joins(city, run, case, "approver")
    extending.propose(run, days=2, reason="需要核实", by=city.person(run.office))
    assert told("proposal:") == {(str(city.admin), f"{NOBODY}延期待审批")}


def test_a_letter_that_is_held_is_not_told_to_a_handler_of_the_unit(
    city: make.City, case: Case
) -> None:
    waits(city, "result")
    run = list_at(city, [case], "decision")
    issue(city, run.listing)
    letter = case.letters.get(kind="result")
    joins(city, run, case)
    releasing.hold_back(letter, by=city.person(run.office, "approver"), reason="名称有误")
    line = f"{NOBODY}办理结果告知书暂不发出"
    assert told(f"letter:{letter.public_id}:held") == {(str(city.admin), line)}
    # Where the administrators belong to the unit as well, nobody is told.
    make_member(city.admin, case.application.enterprise)
    Notice.objects.all().delete()
    releasing.let_wait(letter, by=None)
    approver = str(city.person(run.office, "approver"))
    assert told(f"letter:{letter.public_id}") == {(approver, "办理结果告知书待核发")}
    Notice.objects.all().delete()
    joins(city, run, case, "approver")
    releasing.let_wait(letter, by=None)
    assert told(f"letter:{letter.public_id}") == set()


def test_a_reply_that_is_late_is_not_told_to_officers_of_a_unit_asked_about() -> None:
    city = make.make_city("rongchang")
    run = list_at(city, [make.submitted(city)], "consult")
    due = timezone.localdate() + timedelta(days=10)
    row = consulting.send(run, by=city.person(run.office), due_on=due)[0]
    assert row.office is not None
    asked, unit = make.make_user("asked@example.gov.cn"), run.listing.items.get().case.application
    let_reply(asked, row.office, by=None, reason="负责回复")
    for user in (asked, city.person(run.office)):
        make_member(user, unit.enterprise)
    replying.remind(due + timedelta(days=1))
    assert told(f"consult:{row.public_id}:late") == {
        (str(city.admin), f"{NOBODY}{row.name}逾期未回复")
    }
    assert str(asked) not in {who for who, _ in told(f"consult:{row.public_id}:after")}

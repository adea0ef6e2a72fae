"""延期: proposed by one, signed by another, the day moves and the unit hears of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from applications.models import Event
from jurisdictions.engine.dates import format_date
from portal.common.errors import DomainError
from portal.common.models import OutboxMail
from reviews.domain import extending
from reviews.models import Case, Extension, StageRun
from reviews.queries import proposals
from tests.factories import make_member
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db


def limited(document: dict[str, Any]) -> None:
    """A limit of ten days on the first stage, to be moved on once by at most five."""
    stage = document["procedures"]["establish"]["workflow"]["stages"][0]
    stage["limit"] = {
        "days": 10, "unit": "calendar", "assumption": "测试用期限",
        "extend": {"days": 5, "assumption": "测试用延长上限"},
    }  # fmt: skip


@pytest.fixture
def city(db: None) -> make.City:
    return make.make_city("urumqi", change=limited)


@pytest.fixture
def run(city: make.City) -> StageRun:
    return make.run_of(make.submitted(city))


def handler(city: make.City, run: StageRun) -> Any:
    return city.person(run.office, "handler")


def approver(city: make.City, run: StageRun) -> Any:
    return city.person(run.office, "approver")


def propose(city: make.City, run: StageRun, days: int = 5) -> Extension:
    return extending.propose(run, days=days, reason="需要赴外地核实业绩", by=handler(city, run))


def test_a_signed_extension_moves_the_day_and_says_so(city: make.City, run: StageRun) -> None:
    old = run.due_on
    assert old is not None
    row = propose(city, run)
    assert StageRun.objects.get(pk=run.pk).due_on == old
    extending.decide(row, approve=True, by=approver(city, run))
    new = old + timedelta(days=5)
    after = StageRun.objects.get(pk=run.pk)
    assert (after.due_on, Case.objects.get(runs=run).due_on) == (new, new)
    assert after.history.first().history_change_reason == f"延期：{old} → {new}"
    line = Event.objects.get(kind="extended")
    assert line.applicant_text == (
        f"“区（县）人社局初审”的办理期限由{format_date(old)}延长至{format_date(new)}，"
        "理由：需要赴外地核实业绩"
    )
    assert line.data == {
        "stage": "district_check", "old": old.isoformat(), "new": new.isoformat(),
    }  # fmt: skip
    assert OutboxMail.objects.filter(key__startswith=f"extended:{row.public_id}").exists()


def test_what_waits_for_an_answer_counts_nothing_of_a_unit_of_the_officer(
    city: make.City, run: StageRun
) -> None:
    propose(city, run)
    boss = approver(city, run)
    assert proposals.to_answer(boss) == 1
    assert run.case is not None
    make_member(boss, run.case.application.enterprise)
    assert (proposals.to_answer(boss), list(proposals.extensions_of(boss))) == (0, [])


def test_the_proposer_does_not_sign_even_after_a_change_of_role(
    city: make.City, run: StageRun
) -> None:
    from jurisdictions.domain.offices import appoint, relieve

    row, person = propose(city, run), handler(city, run)
    relieve(person.posts.get(), by=city.admin, reason="岗位调整")
    appoint(person, run.office, "approver", by=city.admin, reason="岗位调整")
    with pytest.raises(DomainError, match="由您提出的不能由您审批"):
        extending.decide(row, approve=True, by=person)
    assert Extension.objects.get().state == "proposed"


def test_the_text_says_how_far_and_how_often(city: make.City, run: StageRun) -> None:
    with pytest.raises(DomainError, match="文件规定还可延长 5 日，现填 6"):
        propose(city, run, days=6)
    extending.decide(propose(city, run, days=2), approve=True, by=approver(city, run))
    with pytest.raises(DomainError, match="已达到文件规定的延期上限"):
        propose(city, run, days=1)


def test_only_one_extension_waits_at_a_time(city: make.City, run: StageRun) -> None:
    propose(city, run, days=1)
    with pytest.raises(DomainError, match="已有待审批的延期"):
        propose(city, run, days=2)


def test_a_limit_that_has_run_out_is_not_extended(city: make.City, run: StageRun) -> None:
    StageRun.objects.filter(pk=run.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(DomainError, match="延期须在期限届满前批准"):
        propose(city, run)


def test_a_refusal_needs_words_and_moves_nothing(city: make.City, run: StageRun) -> None:
    row = propose(city, run)
    with pytest.raises(DomainError, match="不批准的须写明理由"):
        extending.decide(row, approve=False, by=approver(city, run))
    extending.decide(row, approve=False, by=approver(city, run), text="时间足够")
    assert Extension.objects.get().state == "refused"
    assert StageRun.objects.get(pk=run.pk).due_on == run.due_on
    assert Event.objects.filter(kind="extended").count() == 0


def test_a_stage_without_a_limit_needs_no_extension(db: None) -> None:
    city = make.make_city("urumqi")
    run = make.run_of(make.submitted(city))
    with pytest.raises(DomainError, match="没有规定办理期限"):
        propose(city, run)


def test_extending_in_the_browser(
    city: make.City, run: StageRun, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    case = Case.objects.get(runs=run)
    officer: Client = as_user(handler(city, run))
    page = f"/review/{case.public_id}/extend/"
    assert "最多延长 5 日，还可延长 5 日" in officer.get(page).content.decode()
    short = officer.post(page, {"days": "", "reason": "需要赴外地核实业绩"})
    assert (short.status_code, "请填写延长的天数" in short.content.decode()) == (422, True)
    sent = officer.post(page, {"days": "5", "reason": "需要赴外地核实业绩"})
    assert sent.headers["Location"] == f"/review/{case.public_id}/"
    row = Extension.objects.get()
    answer_page = f"/review/authority/extensions/{row.public_id}/"
    boss: Client = as_user(approver(city, run))
    assert answer_page in boss.get("/review/authority/").content.decode()
    own = officer.post(answer_page, {"do": "approve"})
    assert (own.status_code, Extension.objects.get().state) == (403, "proposed")
    assert boss.post(answer_page, {"do": "approve"}).status_code == 302
    unit: Client = as_user(case.application.created_by)
    shown = unit.get(f"/apply/{case.application.public_id}/timeline/").content.decode()
    assert "延长至" in shown

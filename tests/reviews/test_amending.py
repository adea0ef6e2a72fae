"""更正: beside the decision, by two people, its effects undone by counter-effects."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from applications.models import Amended, Application, EffectUndo, Event, Studio
from assessments.models import GrantDue
from jurisdictions.engine.docnumber import check_document_number
from portal.common.errors import DomainError
from portal.common.models import OutboxMail
from reviews.domain import amending
from reviews.domain.amending import Wrong
from reviews.models import Amendment, Case, List, StageRun
from tests.kept import made_once
from tests.reviews import factories as make
from tests.reviews.standing import list_at
from tests.reviews.test_walks import issue

pytestmark = pytest.mark.django_db


def named() -> tuple[make.City, List]:
    """A list of one named studio, its document issued."""
    city = make.make_city("yuzhong", quota=5)
    run = list_at(city, [make.submitted(city)], "decision")
    issue(city, run.listing)
    return city, List.objects.get(pk=run.listing_id)


kept, standing = made_once(named)


@pytest.fixture
def city(standing: Any) -> make.City:
    return standing[0]


@pytest.fixture
def decided(standing: Any) -> List:
    return standing[1]


def wrong(target: str, new: str) -> Wrong:
    return Wrong(target, new, "经核对原文件有误", "示人社函〔2026〕9号",
                 timezone.localdate().isoformat())  # fmt: skip


def the_case(listing: List) -> Case:
    return Case.objects.select_related("application").get(items__listing=listing)


def people(city: make.City, subject: Any) -> tuple[Any, Any]:
    run = amending.deciding_run(subject)
    assert isinstance(run, StageRun)
    return city.person(run.office, "handler"), city.person(run.office, "approver")


def amended(city: make.City, subject: Any, target: str, new: str) -> Amendment:
    handler, approver = people(city, subject)
    row = amending.propose(subject, wrong(target, new), by=handler)
    return amending.decide(row, approve=True, by=approver)


def test_a_printed_name_is_put_right_beside_the_decision(city: make.City, decided: List) -> None:
    case = the_case(decided)
    old = case.application.studio_name
    handler, approver = people(city, case)
    row = amending.propose(case, wrong("studio_name", "示例更正后工作室"), by=handler)
    assert Studio.objects.get().name != "示例更正后工作室"
    amending.decide(row, approve=True, by=approver)
    line = Amended.objects.get()
    assert (line.old, line.new, line.document_number) == (
        old, "示例更正后工作室", "示人社函〔2026〕9号",
    )  # fmt: skip
    studio = Studio.objects.get()
    assert studio.name == "示例更正后工作室"
    assert studio.history.first().history_change_reason == "更正工作室名称"
    # The decision itself stays as it was taken.
    assert Application.objects.get(pk=case.application_id).studio_name == old
    assert Event.objects.get(kind="amended").applicant_text == (
        f"更正工作室名称：{old} → 示例更正后工作室（示人社函〔2026〕9号）"
    )
    assert OutboxMail.objects.filter(key__startswith=f"amended:{row.public_id}").exists()


def test_number_and_day_of_a_document_are_put_right_for_every_filing(
    city: make.City, decided: List
) -> None:
    number = str(check_document_number("示人社发〔2026〕18号"))
    before = decided.document_number
    amended(city, decided, "document_number", number)
    assert List.objects.get().document_number == before
    assert amending.list_value(decided, "document_number") == number
    assert Studio.objects.get().decision_number == number
    day = timezone.localdate().replace(day=1)
    amended(city, decided, "decided_on", day.isoformat())
    assert Studio.objects.get().founded_on == day


def test_the_proposer_does_not_sign(city: make.City, decided: List) -> None:
    from jurisdictions.domain.offices import appoint

    case = the_case(decided)
    handler, _ = people(city, case)
    row = amending.propose(case, wrong("unit_name", "示例更正后单位"), by=handler)
    run = amending.deciding_run(case)
    assert run is not None
    appoint(handler, run.office, "approver", by=city.admin, reason="岗位调整")
    with pytest.raises(DomainError, match="由您提出的不能由您审批"):
        amending.decide(row, approve=True, by=handler)
    assert Amended.objects.count() == 0


def other_result(case: Case) -> str:
    return amending.results_for(case)[0][0]


def test_another_result_undoes_what_followed(city: make.City, decided: List) -> None:
    case = the_case(decided)
    application = Application.objects.get(pk=case.application_id)
    assert application.claims.filter(released_at=None).exists()
    grants = GrantDue.objects.count()
    row = amended(city, case, "result", other_result(case))
    application.refresh_from_db()
    studio = Studio.objects.get()
    assert (application.result, studio.status) == (other_result_of(row), "ended")
    assert not application.claims.filter(released_at=None).exists()
    assert (grants > 0, GrantDue.objects.count()) == (True, 0)
    named = [effect.pk for effect in application.effects.all() if hasattr(effect, "undone")]
    assert EffectUndo.objects.count() == len(named) > 0
    assert f"工作室终止：{studio.name}（{studio.number}）" in row.carried_out["done"]
    assert row.carried_out["by_hand"]


def other_result_of(row: Amendment) -> str:
    return row.new


def test_and_back_again_the_same_studio_returns(city: make.City, decided: List) -> None:
    case = the_case(decided)
    first, studio = case.application.result, Studio.objects.get()
    amended(city, case, "result", other_result(case))
    again = the_case(decided)
    amended(city, again, "result", first)
    back = Studio.objects.get()
    assert (back.pk, back.status, back.ended_on) == (studio.pk, "active", None)
    assert back.claims.filter(released_at=None).count() == studio.claims.filter(
        released_at__isnull=False
    ).count()  # fmt: skip
    assert Application.objects.get(pk=case.application_id).studio == back


def test_paid_money_stands_against_it_and_nothing_is_undone(city: make.City, decided: List) -> None:
    case = the_case(decided)
    row = GrantDue.objects.order_by("pk").first()
    assert row is not None
    row.paid_on, row.paid_amount = timezone.localdate(), 100
    row.save()
    with pytest.raises(DomainError) as caught:
        amended(city, case, "result", other_result(case))
    assert caught.value.message == (
        "不能更正办理结果，下列已生效的事项须先行处理："
        f"“{row.title}”已于 {row.paid_on} 拨付 100.00 元，请先办理资金追回。"
    )
    assert (Studio.objects.get().status, EffectUndo.objects.count()) == ("active", 0)
    assert Amendment.objects.get().state == "proposed"


def test_an_effect_nobody_knows_to_undo_stands_against_it(
    city: make.City, decided: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    from applications.domain import undoing

    monkeypatch.delitem(undoing._UNDO, "issue_plaque")
    with pytest.raises(DomainError, match="系统没有撤销的办法，请人工处理"):
        amended(city, the_case(decided), "result", other_result(the_case(decided)))


def test_amending_in_the_browser(
    city: make.City, decided: List, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    case = the_case(decided)
    handler, approver = people(city, case)
    officer: Client = as_user(handler)
    page = f"/review/{case.public_id}/amend/"
    typed = {"target": "occupation", "new": "示例新工种", "reason": "与申报表不一致",
             "document_number": "示人社函〔2026〕9号",
             "dated_on": timezone.localdate().isoformat()}  # fmt: skip
    short = officer.post(page, {**typed, "reason": ""})
    assert (short.status_code, "请写明错在哪里" in short.content.decode()) == (422, True)
    assert officer.post(page, typed).status_code == 302
    row = Amendment.objects.get()
    address = f"/review/authority/amendments/{row.public_id}/"
    assert officer.post(address, {"do": "approve"}).status_code == 403
    assert as_user(approver).post(address, {"do": "approve"}).status_code == 302
    assert "已更正" in officer.get(f"/review/{case.public_id}/").content.decode()
    listing = officer.get(f"/review/lists/{decided.public_id}/").content.decode()
    assert "（已更正）" in listing
    unit = as_user(case.application.created_by)
    shown = unit.get(f"/apply/{case.application.public_id}/timeline/").content.decode()
    assert "示例新工种（示人社函〔2026〕9号" in shown
    number = Studio.objects.get().number
    public = Client().get(f"/verify/{number}/").content.decode()
    assert "示例新工种" in public

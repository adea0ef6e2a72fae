"""Consultations, joint decisions and filings."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from jurisdictions.domain.offices import end_reply, let_reply
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.models import OutboxMail, RevealLog
from reviews import queries
from reviews.domain import consulting, decision, letters, lists, remarks, replying
from reviews.domain.replying import Answer, Cover
from reviews.domain.stages import SAVE, SIGN, take_action
from reviews.interfaces.runpage import studio_file
from reviews.models import Approval, Consultation, ConsultReply, List, StageRun
from tests.factories import make_member, make_user
from tests.kept import made_once
from tests.reviews import factories as make
from tests.reviews.standing import fresh, handler, list_at

pytestmark = pytest.mark.django_db
DUE = timedelta(days=10)


def at_the_consultation() -> tuple[make.City, StageRun]:
    city = make.make_city("rongchang")
    return city, list_at(city, [make.submitted(city), make.another(city, 3)], "consult")


kept, asking = made_once(at_the_consultation)


def sent(city: make.City, run: StageRun, **more: Any) -> dict[str, Consultation]:
    rows = consulting.send(run, by=handler(city, run), due_on=timezone.localdate() + DUE, **more)
    return {row.role: row for row in rows}


def replier(row: Consultation) -> Any:
    """Somebody who holds nothing but the right to reply for the office."""
    login = f"reply{row.office_id}@example.gov.cn"
    known = User.objects.filter(email=login).first()
    user = known or make_user(login, name=f"{row.name}回复人", staff=True)
    let_reply(user, row.office, by=None, reason="负责回复征求意见")
    return user


def clear(row: Consultation, **against: str) -> Consultation:
    """The office replies: nothing against anybody but ``unit`` or ``leader`` of the first case."""
    first = row.replies.order_by("pk").first().case_id
    answers = {
        r.pk: Answer("against", against[r.subject])
        if r.case_id == first and r.subject in against else Answer("clear")
        for r in row.replies.all()
    }  # fmt: skip
    return replying.reply(row, answers, by=replier(row), version=row.version, complete=True)


def test_letters_go_to_every_office_and_the_list_waits_for_all(
    asking: tuple[make.City, StageRun],
) -> None:
    city, run = asking
    with pytest.raises(DomainError, match="尚未向纪检部门发出征求意见函"):
        take_action(fresh(run), SIGN, by=handler(city, run), version=run.version, outcome="pass")
    rows = sent(city, run, number="示人社函〔2026〕9号")
    assert sorted(rows) == ["discipline", "petitions", "police", "tax"]
    assert rows["tax"].replies.count() == 4
    assert letters.paper_of(rows["tax"].letter).pages == 2
    assert OutboxMail.objects.filter(subject="征求意见", key__contains=":sent:").count() == 12
    for role in ("discipline", "petitions", "police"):
        clear(rows[role])
    with pytest.raises(DomainError, match="税务部门尚未回复"):
        take_action(fresh(run), SIGN, by=handler(city, run), version=run.version, outcome="pass")
    clear(rows["tax"])
    run = make.sign_all(city, fresh(run), outcome="pass", opinion="均无异议。")
    assert (run.state, run.data["replies"]["tax"]["result"]) == ("done", "clear")


def test_nobody_replies_for_his_office_about_a_unit_of_his_own(
    asking: tuple[make.City, StageRun],
) -> None:
    row = sent(*asking)["tax"]
    case = row.replies.order_by("pk")[0].case
    person, other = replier(row), make_user("other@example.gov.cn")
    assert [found.pk for found in queries.consultations_of(person)] == [row.pk]
    make_member(person, case.application.enterprise)
    assert list(queries.consultations_of(person)) == []
    answers = {reply.pk: Answer("clear") for reply in row.replies.all()}
    with pytest.raises(DomainError, match="应当回避"):
        replying.reply(row, answers, by=person, version=row.version, complete=True)
    with pytest.raises(DomainError, match="应当回避"):
        replying.show_number(row, case, by=person)
    assert (RevealLog.objects.count(), fresh_row(row).replied_at) == (0, None)
    let_reply(other, row.office, by=None, reason="负责回复征求意见")
    replying.reply(row, answers, by=other, version=row.version, complete=True)
    assert fresh_row(row).replied_by == other


def fresh_row(row: Consultation) -> Consultation:
    return Consultation.objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("handling", "state"), [("drop", "struck"), ("hold", "held"), ("explain", "in")]
)
def test_a_reply_against_blocks_until_it_is_dealt_with(
    asking: tuple[make.City, StageRun], handling: str, state: str
) -> None:
    city, run = asking
    rows = sent(city, run)
    for role, row in rows.items():
        clear(row, **({"unit": "两年内有欠税记录"} if role == "tax" else {}))
    with pytest.raises(DomainError, match=r"税务部门对.*有异议，尚未处理"):
        take_action(fresh(run), SIGN, by=handler(city, run), version=run.version, outcome="pass")
    reply = ConsultReply.objects.get(result="against")
    with pytest.raises(DomainError, match="请写明处理理由"):
        consulting.handle(reply, handling, " ", by=handler(city, run))
    consulting.handle(reply, handling, "欠税已于上月补缴，附凭证。", by=handler(city, run))
    run = make.sign_all(city, fresh(run), outcome="pass", opinion="已处理。")
    item = run.listing.items.get(case=reply.case)
    assert item.state == state
    assert run.listing.items.exclude(pk=item.pk).get().state == "in"


def test_a_reply_against_must_say_why_and_cannot_be_changed_once_sent(
    asking: tuple[make.City, StageRun],
) -> None:
    city, run = asking
    row = sent(city, run)["police"]
    with pytest.raises(DomainError, match="有异议的请写明情况"):
        clear(row, leader=" ")
    row = clear(Consultation.objects.get(pk=row.pk))
    again = {r.pk: Answer("against", "另有情况") for r in row.replies.all()}
    user = replier(row)
    with pytest.raises(DomainError, match="已经回复，不能修改"):
        replying.reply(row, again, by=user, version=row.version, complete=True)
    consulting.send_back(row, by=handler(city, run), reason="请补充核查范围")
    row = Consultation.objects.get(pk=row.pk)
    assert row.replied_at is None
    replying.reply(row, again, by=user, version=row.version, complete=True)
    assert row.replies.filter(result="against").count() == 4


def test_an_office_without_people_answers_on_paper(asking: tuple[make.City, StageRun]) -> None:
    city, run = asking
    row = sent(city, run)["tax"]
    answers = {r.pk: Answer("clear") for r in row.replies.all()}
    by, today = handler(city, run), timezone.localdate()
    with pytest.raises(DomainError, match="请上传书面回复"):
        replying.reply_from_paper(row, answers, Cover("税函1号", today), by=by, version=row.version)
    row = replying.reply_from_paper(row, answers, Cover("税函1号", today, make.paper_file()), by=by,
                                    version=row.version)  # fmt: skip
    assert (row.from_paper, row.reply_number, row.file_name) == (True, "税函1号", "会议纪要.pdf")


def test_others_may_be_asked_too_and_do_not_hold_the_list_up(
    asking: tuple[make.City, StageRun],
) -> None:
    city, run = asking
    other = make.save_office(city.jurisdiction, code="market", name="市场监管部门", by=city.admin)
    rows = sent(city, run, others=[other])
    assert (rows[""].office, rows[""].required) == (other, False)
    for role, row in rows.items():
        if role:
            clear(row)
    assert make.sign_all(city, fresh(run), outcome="pass").state == "done"


def test_reminders_go_out_once_for_each_occasion(asking: tuple[make.City, StageRun]) -> None:
    city, run = asking
    rows = sent(city, run)
    for role in ("discipline", "petitions", "police"):
        clear(rows[role])
    due = rows["tax"].due_on
    OutboxMail.objects.all().delete()

    def mails(day: Any) -> int:
        replying.remind(day)
        replying.remind(day)
        return OutboxMail.objects.count()

    assert mails(due - timedelta(days=3)) == 0
    assert mails(due - timedelta(days=2)) == 3  # handler, reviewer and approver of the office
    assert mails(due) == 3
    assert mails(due + timedelta(days=1)) == 7  # the office again, and the handler who waits
    assert mails(due + timedelta(days=7)) == 7
    assert mails(due + timedelta(days=8)) == 11
    clear(rows["tax"])
    OutboxMail.objects.all().delete()
    assert mails(due + timedelta(days=30)) == 0


def test_the_whole_number_of_a_leader_is_shown_to_those_asked_and_noted(
    asking: tuple[make.City, StageRun],
) -> None:
    city, run = asking
    rows = sent(city, run)
    user, case = replier(rows["police"]), run.listing.items.first().case
    shown = replying.show_number(rows["police"], case, by=user)
    assert len(shown) == 18
    assert RevealLog.objects.filter(actor_id=user.pk).count() == 1
    with pytest.raises(DomainError, match="没有可查看的号码"):
        replying.show_number(rows["tax"], case, by=user)
    end_reply(user, rows["police"].office, by=None, reason="不再负责回复")
    with pytest.raises(DomainError, match="没有可查看的号码"):
        replying.show_number(rows["police"], case, by=user)


@pytest.fixture
def joint() -> tuple[make.City, StageRun]:
    city = make.make_city("ziyang")
    return city, list_at(city, [make.submitted(city), make.another(city, 3)], "joint_decision")


def approve(city: make.City, listing: List, role: str) -> Approval:
    return decision.approve(listing, role, by=city.person(city.office(role), "approver"),
                            digest=lists.digest(listing), opinion="同意。")  # fmt: skip


def test_all_bodies_approve_the_list_as_it_stands(joint: tuple[make.City, StageRun]) -> None:
    city, run = joint
    approve(city, run.listing, "organization")
    with pytest.raises(DomainError, match=r"以下机构尚未审定现有名单：.*财政"):
        make.sign_all(city, fresh(run), outcome="pass", opinion="同意。")
    approve(city, run.listing, "finance")
    run = fresh(run)
    run = take_action(run, SIGN, by=city.person(run.office, "approver"), version=run.version)
    assert run.state == "done"
    assert set(run.approvals.values_list("role", flat=True)) == (
        {"city_bureau", "organization", "finance"}
    )


def test_approvals_lapse_when_the_list_changes_and_stay_visible(
    joint: tuple[make.City, StageRun],
) -> None:
    from reviews.interfaces.runpage import run_page

    city, run = joint
    for role in ("organization", "finance"):
        approve(city, run.listing, role)
    lists.set_item(run.listing.items.last(), "held", by=handler(city, run), reason="待核")
    page = run_page(fresh(run), handler(city, run))
    assert [row.role for row in page["lapsed"]] == ["finance", "organization"]
    assert all(body["approval"] is None for body in page["bodies"])
    with pytest.raises(DomainError, match="名单变动后须重新审定"):
        make.sign_all(city, fresh(run), outcome="pass")
    listing = List.objects.get(pk=run.listing_id)
    for role in ("organization", "finance"):
        approve(city, listing, role)
    run = fresh(run)
    take_action(run, SIGN, by=city.person(run.office, "approver"), version=run.version)
    assert Approval.objects.filter(listing=listing).count() == 5


def test_nobody_is_refused_in_the_breath_that_approves_the_list(
    joint: tuple[make.City, StageRun],
) -> None:
    city, run = joint
    item = run.listing.items.first()
    refused = {str(item.pk): {"result": "refuse", "text": "不符"}}
    with pytest.raises(DomainError, match="请先在名单中移出或暂缓"):
        make.sign_all(city, run, outcome="pass", data={"items": refused})


def test_a_body_that_disagrees_says_why(joint: tuple[make.City, StageRun]) -> None:
    city, run = joint
    office = city.office("finance")
    with pytest.raises(DomainError, match="只有该机构的审批人员"):
        remarks.remark(run, "finance", "超出预算", by=handler(city, run))
    remarks.remark(run, "finance", "超出预算，请减少一个。", by=city.person(office, "approver"))
    assert [row["text"] for row in fresh(run).data["remarks"]] == ["超出预算，请减少一个。"]
    assert OutboxMail.objects.filter(subject__endswith="对名单提出修改意见").count() == 1


def test_a_filing_stays_open_until_the_receipt_is_in_and_exports_the_studios() -> None:
    city = make.make_city("yuzhong")
    run = list_at(city, [make.submitted(city)], "filing")
    by, today = handler(city, run), timezone.localdate().isoformat()
    run = take_action(run, SAVE, by=by, version=run.version, outcome="pass",
                      data={"sent_on": today, "to": "市局职建处", "receipt": ""})  # fmt: skip
    with pytest.raises(DomainError, match="请填写备案回执编号"):
        take_action(run, SIGN, by=by, version=run.version, outcome="pass")
    assert fresh(run).state == "open"
    sheet = openpyxl.load_workbook(BytesIO(studio_file(fresh(run)))).active
    application = run.listing.items.get().case.application
    assert sheet["D2"].value == application.unit_name
    assert sheet.max_row == 2
    run = take_action(run, SIGN, by=by, version=run.version, outcome="pass",
                      data={"receipt": "渝备2026-1"})  # fmt: skip
    assert (run.state, run.data["to"], run.data["receipt"]) == ("done", "市局职建处", "渝备2026-1")


def test_what_was_held_before_the_bodies_approved_is_not_put_back_after_them(
    joint: tuple[make.City, StageRun],
) -> None:
    city, run = joint
    item = run.listing.items.last()
    lists.set_item(item, "held", by=handler(city, run), reason="待核")
    for role in ("organization", "finance"):
        approve(city, List.objects.get(pk=run.listing_id), role)
    make.sign_all(city, fresh(run), outcome="pass")
    following = make.list_run(List.objects.get(pk=run.listing_id))
    assert following.kind == "publicity"
    with pytest.raises(DomainError, match="不能直接放回名单"):
        lists.set_item(item, "in", by=handler(city, following))

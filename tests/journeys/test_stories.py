"""What happens on the way: a refusal, a correction, a late withdrawal, a vote, an objection.

Each city's whole road with all its bodies, through the interactive pages. What the story is
about is done in a browser; the other posts send the same forms without drawing the pages.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from applications.models import Application, Studio
from portal.common.clock import Clock, moved
from reviews.models import Attendance, Case, ListItem, Objection, PanelResult, ScoreSheet, StageRun
from tests.browser import DESKTOP, PHONE, Watcher
from tests.factories import PASSWORD, make_user
from tests.journeys.applicant import sign_in
from tests.journeys.desk import Desk, run_out
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels
from tests.reviews.standing import fresh

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Days that may pass."""
    with moved() as made:
        yield made


def experts(desk: Desk, *needs: dict[str, Any]) -> list[Any]:
    """Experts who can sign in."""
    found = [panels.expert(desk.city, number, **need) for number, need in enumerate(needs)]
    for expert in found:
        expert.user.set_password(PASSWORD)
        expert.user.save()
    return found


def judge_in_browser(page: Page, seat: Any, text: str = "技艺突出，同意推荐。") -> None:
    """An expert signs the statement before he sees anything, then his opinion."""
    sign_in(page, seat.expert.user)
    page.goto(reverse("reviews:panel"))
    assert seat.case.application.unit_name not in page.content()
    page.get_by_role("link", name="签署声明").first.click()
    page.get_by_label("无利害关系").check()
    page.get_by_role("button", name="签署声明").click()
    page.get_by_label("同意", exact=True).check()
    page.locator("#text").fill(text)
    page.get_by_role("button", name="签署").click()
    page.get_by_role("dialog").get_by_role("button", name="签署").click()
    expect(page.get_by_text("已签署并锁定").first).to_be_visible()


def named(case: Case) -> bool:
    """Whether the filing founded its studio."""
    application = Application.objects.get(pk=case.application_id)
    return Studio.objects.filter(founding_application=application).count() == 1


@pytest.mark.clause("yuzhong-6-1-c", "yuzhong-6-2-a", "yuzhong-6-2-b", "yuzhong-6-2-c",
                    "yuzhong-6-2-d")  # fmt: skip
def test_a_department_refuses_and_the_other_filing_is_named_by_two_bodies(
    page: Page, clock: Clock
) -> None:
    city = make.make_city("yuzhong")
    desk, refused, case = Desk(city), make.another(city, 1), make.another(city, 2)
    run = desk.at(refused, "check")
    sign_in(page, desk.handler(run))
    page.goto(reverse("reviews:case", args=[refused.public_id]))
    for choice in page.locator("input[type=radio][name^='point-'][value=yes]").all():
        choice.evaluate("e => e.click()")
    page.locator("input[name='point-first_expert'][value=no]").evaluate("e => e.click()")
    for box in page.locator("[name^='reason-rule:']").all():
        box.fill("理由成立，予以采纳。")
    page.locator("#reason-first_expert").fill("获奖证书与所列奖项不符")
    page.locator("input[name=decision][value=refuse]").check()
    page.locator("#opinion").fill("拟命名专家业绩不属实，不予通过。")
    page.locator("[data-decide]").click()
    expect(page).to_have_url(re.compile(r"/review/$"))
    desk.post(city.person(run.office, "approver"), "act", refused.public_id, action="sign",
              opinion="同意。", version=fresh(run).version)  # fmt: skip
    sign_in(page, refused.application.created_by)
    page.goto(reverse("applications:timeline", args=[refused.application.public_id]))
    letter = page.get_by_role("link", name="不予受理（不予通过）通知书")
    expect(letter).to_be_visible()
    assert page.request.get(letter.get_attribute("href") or "").body()[:5] == b"%PDF-"
    assert "拟命名专家业绩不属实，不予通过。" in page.locator("main").inner_text()

    desk.checks(case)
    seats = desk.seat(case, experts(desk, {}, {}, {}))
    judge_in_browser(page, seats[0])
    for seat in seats[1:]:
        desk.opine(seat)
    desk.propose(desk.at(case, "panel"))
    desk.begin_list(case)
    desk.sign_list(desk.at(case, "shortlist"))
    run = desk.at(case, "publicity")
    run_out(clock, desk.publish(run))
    desk.post(desk.handler(run), "list-notice", run.listing.public_id)
    run = desk.at(case, "decision")
    desk.decide(run, clock, {"party_org": city.person(city.office("party_org"), "approver")})
    today = timezone.localdate().isoformat()
    desk.sign_run(desk.at(case, "filing"), sent_on=today, to="市人力社保局", receipt="备案1号")
    assert (named(case), named(refused)) == (True, False)


@pytest.mark.clause("rongchang-3-1-1-a", "rongchang-3-1-2-a", "rongchang-3-1-2-b",
                    "rongchang-3-1-2-c", "rongchang-3-1-2-d", "rongchang-3-1-3")  # fmt: skip
def test_a_filing_is_corrected_and_an_office_that_was_asked_has_something_against_it(
    page: Page, watcher: Watcher, clock: Clock
) -> None:
    watcher.allow("409 (Conflict)")
    city = make.make_city("rongchang")
    desk, case = Desk(city), make.submitted(city)
    run = desk.at(case, "check")
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    back = {"decision": "return", "flags": ["leader.achievements"], "due_on": due,
            "note-leader.achievements": "请写明起止年月"}  # fmt: skip
    desk.check(case, **back)
    assert fresh(run).state == "returned"
    correct_in_browser(page, case, "leader.achievements", "2019年3月至2024年6月主持工序改进。")
    run = desk.at(case, "check")
    sign_in(page, desk.handler(run))
    page.goto(reverse("reviews:compare", args=[case.public_id, 1, 2]))
    assert "共 1 处不同" in page.locator("main").inner_text()
    expect(page.get_by_text("2019年3月至2024年6月主持工序改进。")).to_be_visible()
    desk.checks(case)
    wanted = ({"source": "有关部门"}, {"source": "行业领域"}, {"source": "行业领域"})
    for seat in desk.seat(case, experts(desk, *wanted)):
        desk.opine(seat)
    desk.propose(desk.at(case, "panel"))
    desk.begin_list(case)
    desk.sign_list(desk.at(case, "shortlist"))
    run = desk.at(case, "consult")
    asked_in_browser(page, desk, run)
    desk.meet(desk.at(case, "committee"))
    desk.decide(desk.at(case, "decision"), clock, {})
    assert named(case)


def correct_in_browser(page: Page, case: Case, field: str, text: str) -> None:
    """The unit changes the one thing that is flagged, ticks and hands in again."""
    application = case.application
    sign_in(page, application.created_by)
    page.goto(reverse("applications:corrections", args=[application.public_id]))
    page.get_by_role("link", name="去修改").first.click()
    form = page.locator("#section-form")
    expect(form.locator(f"[name='{field}']")).to_be_visible()
    open_ones = form.locator("input:enabled:visible, textarea:enabled:visible, select:enabled")
    assert {e.get_attribute("name") for e in open_ones.all()} == {field}
    form.locator(f"[name='{field}']").fill(text)
    with page.expect_navigation():
        page.locator(".gj-actionbar").get_by_role("button", name="保存", exact=True).click()
    page.goto(reverse("applications:corrections", args=[application.public_id]))
    expect(page.get_by_text("已修改", exact=True).first).to_be_visible()
    for reason in page.locator("textarea[name^='reason-']").all():
        reason.fill("情况特殊，附有说明材料。")
    for box in page.locator("section[aria-labelledby=declare] input[type=checkbox]").all():
        box.check()
    page.locator("#all-mended").check()
    page.get_by_role("button", name="重新提交").click()
    expect(page).to_have_url(re.compile(r"/done/$"))


def asked_in_browser(page: Page, desk: Desk, run: StageRun) -> None:
    """The tax office writes against the unit; the list waits until that is dealt with."""
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    desk.post(desk.handler(run), "run-consult", run.public_id, due_on=due, number="")
    rows = {row.role: row for row in run.consultations.select_related("office")}
    for role, row in rows.items():
        if role != "tax":
            fields = {f"reply-{r.pk}": "clear" for r in row.replies.all()}
            texts = {f"text-{r.pk}": "" for r in row.replies.all()}
            desk.post(desk.city.person(row.office), "consult-reply", row.public_id, action="send",
                      version=row.version, **fields, **texts)  # fmt: skip
    sign_in(page, desk.city.person(rows["tax"].office))
    page.goto(reverse("reviews:consult"))
    page.get_by_role("link", name="示例批次名单").click()
    groups = page.get_by_role("group")
    groups.nth(0).get_by_label("有异议", exact=True).check()
    groups.nth(0).get_by_label("情况说明").fill("两年内有欠税记录")
    groups.nth(1).get_by_label("无异议").check()
    page.get_by_role("button", name="正式回复").click()
    expect(page.get_by_text("已回复。")).to_be_visible()
    sign_in(page, desk.handler(run))
    page.goto(reverse("reviews:run", args=[run.public_id]))
    page.get_by_role("button", name="提交并签署").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("尚未处理")
    page.get_by_label("说明情况后保留").check()
    page.get_by_label("处理理由").fill("已补缴，附完税证明")
    page.get_by_role("button", name="登记处理").click()
    expect(page.get_by_text("已处理").first).to_be_visible()
    desk.sign_run(run)


@pytest.mark.clause("ziyang-7-1-b", "ziyang-7-1-d", "ziyang-7-2-a", "ziyang-7-2-c",
                    "ziyang-7-3-a", "ziyang-7-3-b", "ziyang-7-4-a", "ziyang-7-4-c")  # fmt: skip
def test_an_expert_withdraws_after_signing_and_three_bodies_recognise(
    page: Page, clock: Clock
) -> None:
    city = make.make_city("ziyang")
    desk, case = Desk(city), make.submitted(city)
    desk.checks(case)
    offices = [{"office": city.office(role)} for role in
               ("city_bureau", "organization", "finance", "finance")]  # fmt: skip
    people = experts(desk, *offices)
    seats = desk.seat(case, people[:3])
    for seat, verdict in zip(seats, ("pass", "pass", "refuse"), strict=True):
        desk.opine(seat, verdict)
    run = desk.at(case, "panel")
    withdraw_in_browser(page, seats[2])
    kept = PanelResult.objects.filter(run=run).order_by("number")
    assert [(row.count, row.agree) for row in kept][-2:] == [(3, 2), (2, 2)]
    assert ScoreSheet.objects.get(seat=seats[2]).void_reason == "与领办人系近亲属"
    desk.seat(case, people[3:])
    seat = run.seats.get(expert=people[3])
    desk.opine(seat)
    sign_in(page, desk.handler(run))
    page.goto(reverse("reviews:run", args=[run.public_id]))
    expect(page.get_by_text("评审意见作废").first).to_be_visible()
    expect(page.get_by_text("3 份有效，同意 3，不同意 0").first).to_be_visible()
    desk.propose(run)
    visit_on_a_phone(page, desk, desk.at(case, "visit"))
    desk.begin_list(case)
    run = desk.at(case, "joint_decision")
    bodies = {role: city.person(city.office(role), "approver")
              for role in ("organization", "finance")}  # fmt: skip
    for role, user in bodies.items():
        shown = desk.client(user).get(reverse("reviews:run", args=[run.public_id]))
        desk.post(user, "run-approve", run.public_id, role=role, do="approve", opinion="同意。",
                  digest=shown.context["digest"])  # fmt: skip
    desk.sign_run(run)
    run = desk.at(case, "publicity")
    notice = desk.publish(run)
    assert (notice.last_day - notice.published_on).days == 7
    run_out(clock, notice)
    desk.post(desk.handler(run), "list-notice", run.listing.public_id)
    desk.decide(desk.at(case, "decision"), clock, bodies)
    assert named(case)


def withdraw_in_browser(page: Page, seat: Any) -> None:
    """An expert who has signed leaves the case; it is gone for him."""
    sign_in(page, seat.expert.user)
    page.goto(reverse("reviews:panel-seat", args=[seat.public_id]))
    page.get_by_role("link", name="申请回避").click()
    page.get_by_label("回避理由").fill("与领办人系近亲属")
    page.get_by_role("button", name="登记回避").click()
    expect(page.get_by_text("您不再参加该件评审").first).to_be_visible()
    answer = page.request.get(reverse("reviews:panel-seat", args=[seat.public_id]))
    assert answer.status == 404


def visit_on_a_phone(page: Page, desk: Desk, run: StageRun) -> None:
    """One of the team ticks the list and takes a photo on the spot; the office concludes."""
    visitor = make_user("visitor@example.gov.cn", name="考察员", staff=True)
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    desk.post(desk.handler(run), "run-visit", run.public_id, **{
        "people": f"考察员，某局，{visitor.email}\n同行甲，某局",
        f"starts-{run.case.pk}": now, f"place-{run.case.pk}": "一号车间"})  # fmt: skip
    sitting = run.sittings.get()
    row = sitting.agenda.get()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain mapping
    sign_in(page, visitor)
    page.goto(reverse("reviews:run-visit-item", args=[run.public_id, row.public_id]))
    for point in page.locator(".gj-points fieldset").all():
        point.get_by_text("符合", exact=True).click()
    page.get_by_role("textbox", name="我的现场记录").fill("设备齐全，人员在岗。")
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    page.get_by_label("拍照或选择照片").set_input_files(
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": make.photo().read()}
    )
    expect(page.locator("[data-photo-state]")).to_have_text("照片已全部上传")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # a plain mapping
    went = [str(pk) for pk in sitting.people.values_list("pk", flat=True)]
    desk.post(desk.handler(run), "run-visit-close", run.public_id, went=went,
              **{f"result-{row.pk}": "pass", f"text-{row.pk}": "具备条件。"})  # fmt: skip
    desk.sign_run(run)


@pytest.mark.clause("urumqi-10-1", "urumqi-11-3", "urumqi-11-4", "urumqi-11-5", "urumqi-11-6",
                    "urumqi-11-7", "urumqi-12-1", "urumqi-12-2", "urumqi-12-4")  # fmt: skip
def test_a_committee_votes_by_name_and_the_studio_is_named_and_reported(
    page: Page, clock: Clock
) -> None:
    city = make.make_city("urumqi")
    desk, case = Desk(city), make.submitted(city)
    desk.checks(case)
    people = experts(desk, *({"source": source} for source in panels.SOURCES))
    for seat in desk.seat(case, people):
        desk.opine(seat)
    desk.propose(desk.at(case, "panel"))
    visit_on_a_phone(page, desk, desk.at(case, "visit"))
    desk.begin_list(case)
    desk.meet(desk.at(case, "committee"))
    vote_in_browser(page, desk, desk.at(case, "vote"))
    desk.sign_list(desk.at(case, "shortlist"))
    run = desk.at(case, "publicity")
    notice = desk.publish(run)
    run_out(clock, notice)
    desk.post(desk.handler(run), "list-notice", run.listing.public_id)
    desk.decide(desk.at(case, "decision"), clock, {})
    assert named(case)
    today = timezone.localdate().isoformat()
    desk.sign_run(desk.at(case, "filing"), sent_on=today, to="市委人才办", receipt="")
    case.refresh_from_db()
    assert StageRun.objects.filter(listing__items__case=case, state="open").count() == 0


def vote_in_browser(page: Page, desk: Desk, run: StageRun) -> None:
    """Two members vote on their own devices, a third one's paper is entered by the secretary."""
    users = [make_user(f"member{n}@example.gov.cn", name=f"委员{n}号", staff=True) for n in (1, 2)]
    by, lines = desk.handler(run), [f"{user.name}，某局，{user.email}" for user in users]
    desk.post(by, "run-convene", run.public_id, place="三楼会议室",
              starts_at=timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
              people="\n".join([*lines, "委员3号，某院"]))  # fmt: skip
    people = Attendance.objects.filter(sitting__run=run)
    here = [str(pk) for pk in people.values_list("pk", flat=True)]
    desk.post(by, "run-attendance", run.public_id, present=here)
    desk.post(by, "run-ballots", run.public_id, do="open")
    for user, way in zip(users, ("赞成", "反对"), strict=True):
        sign_in(page, user)
        page.goto(reverse("reviews:meetings"))
        page.locator(
            f"a[href='{reverse('reviews:run-ballot', args=[run.public_id])}']"
        ).first.click()
        page.get_by_label(way, exact=True).check()
        page.get_by_role("button", name="提交表决").click()
        expect(page.get_by_text("表决已提交")).to_be_visible()
    sign_in(page, by)
    page.goto(reverse("reviews:run", args=[run.public_id]))
    page.get_by_label("委员3号（纸质票录入）").select_option("for")
    page.get_by_role("button", name="录入纸质票").click()
    page.get_by_role("button", name="结束表决并锁定").click()
    expect(page.get_by_text("赞成 2 票，反对 1 票").first).to_be_visible()
    page.locator("#signed-minutes").set_input_files(
        {"name": "纪要.pdf", "mimeType": "application/pdf", "buffer": make.paper_file().read()}
    )
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_text("已上传签字的纪要").first).to_be_visible()
    assert page.request.get(
        reverse("reviews:run-minutes-pdf", args=[run.public_id])
    ).body()[:5] == b"%PDF-"  # fmt: skip
    desk.sign_run(run)


@pytest.mark.clause("chaoyang-6-0-a", "chaoyang-10-4", "chaoyang-7-1", "chaoyang-7-2",
                    "chaoyang-7-3", "chaoyang-7-4")  # fmt: skip
def test_an_objection_is_upheld_and_the_others_days_never_restart(
    page: Page, watcher: Watcher, clock: Clock
) -> None:
    watcher.allow("422")
    city = make.make_city("chaoyang")
    desk, objected, other = Desk(city), make.another(city, 1), make.another(city, 2)
    needs = ({"office": city.office("district_bureau")},
             {"office": city.office("related_departments")}, {})  # fmt: skip
    people = experts(desk, *needs)
    for case in (objected, other):
        judge_here(desk, case, people)
    listing = desk.begin_list(other)
    run = desk.at(other, "publicity")
    notice = desk.publish(run)
    object_in_browser(page, notice, objected)
    uphold_in_browser(page, desk, run)
    run_out(clock, notice)
    desk.post(desk.handler(run), "list-notice", listing.public_id)
    desk.decide(desk.at(other, "decision"), clock, {})
    assert (named(other), named(objected)) == (True, False)

    correct_in_browser(page, objected, "leader.resume", "2001年9月起任职，起止年月均已写明。")
    # The experts' opinion rested on what was changed: they judge it again.
    judge_here(desk, objected, people)
    sign_in(page, desk.handler(run))
    page.goto(reverse("reviews:list", args=[listing.public_id]))
    page.get_by_role("button", name="建立补充名单").click()
    expect(page.get_by_text("补充名单", exact=True).first).to_be_visible()
    run = desk.at(objected, "publicity")
    again = desk.publish(run)
    assert again.first_day > notice.last_day
    assert [row["leader_name"] for row in again.rows] == [objected.application.leader_name]
    run_out(clock, again)
    desk.post(desk.handler(run), "list-notice", run.listing.public_id)
    desk.decide(desk.at(objected, "decision"), clock, {})
    assert named(objected)


def judge_here(desk: Desk, case: Case, people: list[Any]) -> None:
    """A case passes its checks and its panel."""
    desk.checks(case)
    for seat in desk.seat(case, people):
        desk.opine(seat)
    desk.propose(desk.at(case, "panel"))


def object_in_browser(page: Page, notice: Any, case: Case) -> None:
    """Somebody objects, with his name and a piece of evidence; without the tick it is refused."""
    page.context.clear_cookies()
    page.goto(reverse("reviews:notice", args=[notice.public_id]))
    page.get_by_role("link", name="提出异议").click()
    item = ListItem.objects.get(case=case)
    page.locator("#item").select_option(str(item.pk))
    page.locator("#name").fill("示例反映人")
    page.get_by_label("联系电话或地址").fill("13900000001")
    page.get_by_label("异议内容").fill("任职时间与事实不符")
    page.get_by_role("button", name="提交异议").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("请确认以真实姓名提出异议")
    page.locator("#true_name input").check()
    page.locator("[name=evidence]").set_input_files(
        {"name": "证据.pdf", "mimeType": "application/pdf", "buffer": make.paper_file().read()}
    )
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_text("异议已收到").first).to_be_visible()
    assert Objection.objects.get().evidence


def uphold_in_browser(page: Page, desk: Desk, run: StageRun) -> None:
    """The notice cannot end before the objection is looked into; upheld, the item is returned."""
    sign_in(page, desk.handler(run))
    page.goto(reverse("reviews:list", args=[run.listing.public_id]))
    assert "13900000001" not in page.content()
    page.locator("input[name=upheld][value=yes]").check()
    page.locator("input[name=flags][value='leader.resume']").check()
    page.locator("textarea[name=finding]").fill("经核实，任职起止年月有误。")
    page.get_by_role("button", name="写入结论").click()
    expect(page.get_by_text("异议成立", exact=False).first).to_be_visible()
    assert ListItem.objects.get(case__application__status="returned").state == "held"

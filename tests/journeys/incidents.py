"""What happens on the way: a refusal, a correction, a recusal, an objection and its finding."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import (
    Case,
    Expert,
    ListItem,
    Objection,
    Publicity,
    ScoreSheet,
    Seat,
    StageRun,
)
from tests.journeys.applicant import sign_in
from tests.journeys.bodies import Bodies, today
from tests.journeys.hand import signed_paper
from tests.journeys.officers import Officers
from tests.reviews.standing import fresh

TELEPHONE = "13900000001"


def refuse(officers: Officers, run: StageRun, point: str, why: str) -> None:
    """An office finds a point not met and refuses the filing."""
    judge_against(officers, run, point)
    officers.page.locator("input[name=decision][value=refuse]").check()
    officers.decide(run, why)


def judge_against(officers: Officers, run: StageRun, point: str) -> None:
    """Every point is met but one; the form is not handed in yet."""
    assert run.case is not None
    page = officers.page
    officers.open(officers.handler(run), "case", run.case.public_id)
    officers.judge_points()
    page.locator(f"input[name='point-{point}'][value=no]").evaluate("e => e.click()")
    page.locator(f"#reason-{point}").fill("获奖证书与所列奖项不符")


def cannot_pass(officers: Officers, run: StageRun, point: str, said: str) -> None:
    """A filing does not pass against a verdict of the form that is filled in; it says where."""
    page = officers.page
    page.locator("input[name=decision][value=pass]").check()
    page.locator("#opinion").fill("经审核符合条件。")
    with page.expect_navigation():
        page.locator("[data-decide]").click()
    link = page.locator("[data-error-summary] a")
    expect(link).to_contain_text(said)
    link.click()
    expect(page.locator(f"#point-{point}:target .gj-field__e")).to_be_in_viewport()
    assert fresh(run).state == "open"


def read_refusal(page: Page, case: Case, letter: str, why: str) -> None:
    """The unit reads why on its timeline and takes the letter."""
    sign_in(page, case.application.created_by)
    page.goto(reverse("applications:timeline", args=[case.application.public_id]))
    link = page.get_by_role("link", name=letter)
    expect(link).to_be_visible()
    assert page.request.get(link.get_attribute("href") or "").body()[:5] == b"%PDF-"
    assert why in page.locator("main").inner_text()


def send_back(officers: Officers, run: StageRun, field: str, note: str) -> None:
    """An office flags the one thing that is to be mended; all its posts agree."""
    assert run.case is not None
    page = officers.page
    officers.open(officers.handler(run), "case", run.case.public_id)
    page.locator(f"label[for='flag-{field.replace('.', '')}-{len(field)}']").click()
    page.locator(f"[name='note-{field}']").fill(note)
    page.locator("input[name=decision][value=return]").check()
    page.locator("#due_on").fill(today(9))
    officers.decide(run, "请按清单补正。")


def correct(page: Page, case: Case, field: str, text: str) -> None:
    """The unit changes the one thing that is flagged, ticks and hands in again."""
    application = case.application
    sign_in(page, application.created_by)
    page.goto(reverse("applications:corrections", args=[application.public_id]))
    with page.expect_navigation():
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
    with page.expect_navigation(url="**/done/"):
        page.get_by_role("button", name="重新提交").click()


def compare(officers: Officers, run: StageRun, text: str) -> None:
    """The office sees the one difference between the two submissions, old beside new."""
    assert run.case is not None
    old, new = (row.answers for row in run.case.application.submissions.order_by("number"))
    (field,) = [path for path in new if old.get(path) != new[path]]
    officers.open(officers.handler(run), "compare", run.case.public_id, 1, 2)
    page = officers.page
    assert "共 1 处不同" in page.locator("main").inner_text()
    expect(page.locator(".gj-compare tbody td")).to_have_text([old[field], text])


def one_answer_is_corrected_and_compared(
    officers: Officers, case: Case, field: str, text: str
) -> None:
    """The unit may change nothing but what is flagged; the office that has the case first sees
    what was and what is.

    Args:
        officers: those who act.
        case: no passage of it is over.
        field: what is flagged.
        text: what the unit writes there instead.
    """
    send_back(officers, officers.go_to(case), field, "请写明起止年月")
    assert case.runs.get().state == "returned"
    correct(officers.page, case, field, text)
    compare(officers, officers.go_to(case), text)


def object_to(page: Page, notice: Publicity, case: Case) -> None:
    """Somebody objects, with his name and a piece of evidence; without the tick it is refused."""
    page.context.clear_cookies()
    page.goto(reverse("reviews:notice", args=[notice.public_id]))
    with page.expect_navigation():
        page.get_by_role("link", name="提出异议").click()
    item = ListItem.objects.get(case=case)
    page.locator("#item").select_option(str(item.pk))
    page.locator("#name").fill("示例反映人")
    page.get_by_label("联系电话或地址").fill(TELEPHONE)
    page.get_by_label("异议内容").fill("任职时间与事实不符")
    with page.expect_navigation():
        page.get_by_role("button", name="提交异议").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("请确认以真实姓名提出异议")
    page.locator("#true_name").check()
    page.locator("[name=evidence]").set_input_files(signed_paper())
    with page.expect_navigation():
        page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_text("异议已收到").first).to_be_visible()
    assert Objection.objects.get().evidence


def find(
    officers: Officers, run: StageRun, *, flag: str = "", upheld: bool = False, finding: str
) -> None:
    """The office writes what it found; upheld too when something is flagged to be mended.

    Args:
        officers: those who act.
        run: the passage of the notice.
        flag: what the unit has to mend; empty when nothing is to be mended.
        upheld: the objection is right.
        finding: the sentence.
    """
    page = officers.page
    officers.open(officers.handler(run), "list", run.listing.public_id)
    assert TELEPHONE not in page.content()
    upheld = upheld or bool(flag)
    page.locator(f"input[name=upheld][value={'yes' if upheld else 'no'}]").check()
    if flag:
        page.locator(f"input[name=flags][value='{flag}']").check()
    page.locator("textarea[name=finding]").fill(finding)
    officers.press("写入结论")
    said = "异议成立" if upheld else "异议不成立"
    expect(page.get_by_text(said, exact=False).first).to_be_visible()


def recuse(
    bodies: Bodies, run: StageRun, leaves: Callable[[Seat], bool], another: Expert, why: str
) -> Seat:
    """An expert who alone was against it leaves after signing; another takes the seat.

    His opinion is void, the results with and without it are both kept, and he gets no seat again.

    Args:
        bodies: those who act.
        run: the passage of the panel; every seat has signed at the end.
        leaves: tells his seat from the others.
        another: who takes the seat.
        why: what he is to the unit.
    """
    page, seats = bodies.page, bodies.seat_experts(run)
    leaving = next(seat for seat in seats if leaves(seat))
    for seat in seats:
        bodies.judge(seat, "不同意" if seat == leaving else "同意")
    bodies.withdraw(leaving, why)
    assert ScoreSheet.objects.get(seat=leaving).void_reason == why
    bodies.open(bodies.handler(run), "run", run.public_id)
    expect(page.get_by_label(f"选择{leaving.expert.name}")).to_have_count(0)
    bodies.appoint([another])
    bodies.judge(run.seats.get(expert=another))
    bodies.open(bodies.handler(run), "run", run.public_id)
    gone = page.locator("section[aria-labelledby=seats-h] tr", has_text=leaving.expert.name)
    expect(gone).to_contain_text("评审意见作废")
    page.get_by_text("历次结果").click()
    kept = page.locator("details[open] li", has_text="份有效").all_inner_texts()
    others = len(seats) - 1
    results = ((others, 1), (others, 0), (others + 1, 0))
    assert [text.partition("份有效，")[2] for text in kept[-3:]] == [
        f"同意 {agree}，不同意 {against}" for agree, against in results
    ]
    return leaving


def read_finding(page: Page, objection: Objection, said: str) -> None:
    """Whoever objected asks with his number and his telephone what came of it."""
    page.context.clear_cookies()
    page.goto(reverse("reviews:objection-lookup"))
    page.get_by_label("受理编号").fill(objection.number)
    page.get_by_label("联系电话或地址").fill(TELEPHONE)
    with page.expect_navigation():
        page.get_by_role("button", name="查询").click()
    expect(page.get_by_text(said)).to_be_visible()


def cannot_end_yet(officers: Officers, run: StageRun) -> None:
    """A notice does not end while an objection is open."""
    page: Any = officers.page
    officers.open(officers.handler(run), "list", run.listing.public_id)
    with page.expect_navigation():
        officers.button("结束公示").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("异议")

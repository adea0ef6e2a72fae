"""Studios end against their will, each person on pages of their own, and one comes back."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from applications.models import Application, Studio
from assessments.models import GrantDue
from jurisdictions.engine.dates import add_months, add_years, format_date
from portal.common.models import OutboxMail
from reviews.models import Case
from tests.applications.pages import quickly_filled
from tests.applications.studios import named
from tests.applications.test_changing import owner
from tests.assessments import assessed as way
from tests.browser import Watcher, assert_accessible
from tests.factories import PASSWORD
from tests.journeys.bodies import today
from tests.journeys.hand import signed_paper
from tests.journeys.living import Living
from tests.reviews import factories as make
from tests.reviews.test_life import pass_check
from tests.reviews.test_revoking import heard as hearing
from tests.reviews.test_revoking import inquiry

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
GROUND, REVOKED = "违规挪用资金的", "取消技能大师工作室称号"
FACTS = "抽查三月至五月凭证，补助资金12000元用于职工聚餐。"
VIEW = "聚餐费用已于六月退回专账，附退款凭证。"
WHY = "退款凭证经核实，资金未挪用。"
TOLD = "请陈述申辩："


@pytest.fixture(autouse=True)
def _as_at_work(settings: Any, watcher: Watcher) -> None:
    """No second factor; forms are sent wrong on purpose, which the browser writes down."""
    settings.STAFF_MFA_REQUIRED = False
    watcher.allow("status of 422")


@pytest.mark.clause("urumqi-20-0-b", "urumqi-20-0-c", "urumqi-20-0-d", "urumqi-20-3-b")
def test_an_office_ends_a_studio_whose_unit_is_heard_and_a_correction_brings_it_back(
    page: Page,
) -> None:
    life = Living(page, make.make_city("urumqi"), "city_bureau")
    studio = named("urumqi", life.city.round)
    paid = {"paid_on": timezone.localdate(), "paid_amount": 100_000}
    GrantDue.objects.filter(studio=studio).update(**paid)
    results_wait(life)
    begun = inquired(life, studio)
    unseen(life, studio, begun)
    heard(life, studio, begun)
    decided(life, studio, begun)
    told(life, studio, begun)
    carried_out(life, studio, begun)
    undone(life, studio, begun)


def results_wait(life: Living) -> None:
    """The administrator has results looked at once more before they are told."""
    life.look(life.city.admin, reverse("reviews:letter-setting", args=[life.city.code]))
    life.page.get_by_label("办理结果告知书").check()
    life.press("保存设置")


def inquired(life: Living, studio: Studio) -> Application:
    """The office finds a ground beside the records, writes the facts, and two posts agree."""
    page = life.page
    life.look(life.officer, life.studio_page(studio))
    life.follow(page.get_by_role("link", name="撤销立案"))
    life.refused("立案", "请选择适用的情形")
    page.get_by_label(GROUND).check()
    life.press("立案")
    begun = Application.objects.latest("pk")
    life.follow(page.get_by_role("link", name="事由和证据"))
    page.locator("[name='revoke.facts']").fill(FACTS)
    life.press("保存并继续")
    life.follow(page.get_by_role("link", name="核对全部内容"))
    life.press("提交立案")
    life.follow(page.get_by_role("link", name="继续办理"))
    life.officers.check(life.run_of(begun))
    return begun


def unseen(life: Living, studio: Studio, begun: Application) -> None:
    """Before it is heard the unit comes upon nothing: no page, no line, no message."""
    page, unit = life.page, owner(studio)
    begun.refresh_from_db()
    for address in (life.studio_page(studio, "studio"), life.studio_page(studio, "life"),
                    reverse("applications:list"), reverse("common:inbox")):  # fmt: skip
        life.look(unit, address, phone=True)
        shown = page.locator("body").inner_text()
        assert [word for word in (REVOKED, str(begun.number)) if word in shown] == []
    for name in ("tasks", "timeline", "statement"):
        address = reverse(f"applications:{name}", args=[begun.public_id])
        assert page.request.get(address).status == 404
    assert not OutboxMail.objects.filter(to=unit.email, body__contains=REVOKED).exists()


def heard(life: Living, studio: Studio, begun: Application) -> None:
    """The office gives a day; the unit is told, reads what it is about and answers; all is read."""
    page, unit, case = life.page, owner(studio), Case.objects.get(application=begun)
    life.look(life.officer, reverse("reviews:case", args=[case.public_id]))
    expect(page.locator("#decision")).to_contain_text("还没有告知单位")
    life.follow(page.locator("#decision").get_by_role("link", name="听取陈述申辩"))
    page.get_by_label("陈述期限").fill(today(10))
    life.press("告知单位")
    opened(life, unit, f"{TOLD}{begun.number}")
    expect(page.locator("main")).to_contain_text(FACTS)
    life.refused("提交陈述申辩", "请填写陈述申辩内容")
    page.get_by_label("陈述申辩内容").fill(VIEW)
    page.locator("input[type=file]").set_input_files(signed_paper())
    life.press("提交陈述申辩")
    life.follow(page.get_by_role("link", name="查看办理进度"))
    opened(life, life.officer, f"单位已陈述申辩：{begun.number}")
    expect(page.locator("main")).to_contain_text(VIEW)
    life.officers.check(life.run_of(begun))


def opened(life: Living, user: Any, title: str) -> None:
    """Somebody opens a message, the unit on its phone."""
    life.look(user, reverse("common:inbox"), phone=user != life.officer)
    with life.page.expect_navigation():
        life.button(title).click()


def decided(life: Living, studio: Studio, begun: Application) -> None:
    """Three posts sign the decision; nobody outside learns that it was taken."""
    page = life.page
    life.officers.decision(life.run_of(begun))
    life.look(owner(studio), life.studio_page(studio, "studio"), phone=True)
    expect(procedures(page)).to_contain_text("办理中")
    life.follow(page.get_by_role("link", name=REVOKED))
    expect(page.locator(".gj-steps [aria-current=step]")).to_contain_text("作出决定")
    assert register(life, studio) == "在册"


def procedures(page: Page) -> Locator:
    """What is under way about the studio, on its page."""
    return page.locator("section[aria-labelledby=procedures]")


def register(life: Living, studio: Studio) -> str:
    """What a stranger reads in the register."""
    life.look(None, reverse("assessments:register_public") + f"?q={studio.number}")
    line = life.page.locator("tbody tr")
    return line.locator("[data-th=状态]").inner_text()


def told(life: Living, studio: Studio, begun: Application) -> None:
    """An approver sends the letter after giving his password; now everybody knows."""
    page, office = life.page, life.city.office("city_bureau")
    life.look(life.city.person(office, "approver"), reverse("reviews:letters"))
    with page.expect_navigation():
        page.get_by_role("button", name="核发 办理结果告知书").click()
    page.locator("[name=password]").fill(PASSWORD)
    life.press("确认")
    expect(page.get_by_text("文书已发出。")).to_be_visible()
    opened(life, owner(studio), f"办理结果通知：{begun.number}")
    expect(page.locator("section[aria-labelledby=result]")).to_contain_text("行政复议")
    life.press("我已阅知办理结果")
    life.see(owner(studio), life.studio_page(studio, "studio"), phone=True)
    expect(procedures(page)).to_contain_text(f"决定{REVOKED}")
    expect(page.locator("section[aria-labelledby=grants]")).to_contain_text("尚欠 100,000 元")
    assert register(life, studio) == "已终止"
    life.follow(page.locator("tbody").get_by_role("link", name="核验"))
    expect(page.get_by_text("该工作室已终止，牌匾和证书不再有效。")).to_be_visible()


def carried_out(life: Living, studio: Studio, begun: Application) -> None:
    """The plaque comes back, the money is on the list of what is owed, the body above is told."""
    page = life.page
    life.look(life.officer, life.studio_page(studio))
    life.follow(page.get_by_role("link", name="登记收回"))
    page.get_by_label("日期").fill(today())
    page.get_by_label("收回情况").fill("单位送回，完好。")
    life.press("保存")
    expect(page.locator("section[aria-labelledby=due]")).to_contain_text("目前没有待办事项")
    life.look(life.officer, reverse("assessments:desk") + "?view=clawbacks")
    expect(page.locator("tbody tr")).to_contain_text("100,000")
    life.officers.bodies.filing(life.run_of(begun))


def undone(life: Living, studio: Studio, begun: Application) -> None:
    """Two posts amend the result: what followed is undone, and what is left to do is named."""
    page, office = life.page, life.city.office("city_bureau")
    case = Case.objects.get(application=begun)
    life.look(life.officer, reverse("reviews:case", args=[case.public_id]))
    life.follow(page.get_by_role("link", name="更正", exact=True))
    page.locator("[name=target][value=result]").check()
    page.locator("#result").select_option("dropped")
    page.get_by_label("错在哪里").fill(WHY)
    page.get_by_label("更正文件文号").fill("示人社函〔2026〕11号")
    page.get_by_label("更正文件日期").fill(today())
    life.press("提出更正")
    life.look(life.city.person(office, "approver"), reverse("reviews:authority"))
    life.follow(page.get_by_role("link", name="更正办理结果"))
    life.press("批准并签署")
    for left in (
        "牌匾已收回的，重新发放",
        "决定已报市委人才工作领导小组办公室备案的，另行报送更正",
    ):
        expect(page.locator("main li", has_text=left)).to_be_visible()
    life.look(owner(studio), reverse("applications:timeline", args=[begun.public_id]), phone=True)
    expect(page.locator("section[aria-labelledby=result]")).to_contain_text(WHY)
    assert register(life, studio) == "在册"
    life.see(life.officer, life.studio_page(studio), phone=True)
    expect(page.get_by_role("link", name="登记交付")).to_be_visible()


@pytest.mark.clause("ziyang-9-3-b", "ziyang-9-3-c", "ziyang-10-4")
def test_anybody_reads_where_the_end_of_a_studio_was_announced(page: Page) -> None:
    life = Living(page, make.make_city("ziyang"), "city_bureau")
    studio = named("ziyang", life.city.round)
    case, clerk = inquiry(life.city, studio, "city_bureau")
    pass_check(life.city, case)
    hearing(life.city, case, clerk)
    life.officers.decision(life.run_of(case))
    assert register(life, studio) == "已终止"
    life.follow(page.locator("tbody").get_by_role("link", name="核验"))
    assert_accessible(page)
    said = f"{today()} 直接取消市级工作室资格（示人社发〔2026〕9号）：公布于示例门户网站"
    expect(page.get_by_text(said)).to_be_visible()
    life.see(owner(studio), life.studio_page(studio, "studio"), phone=True)
    expect(procedures(page)).to_contain_text("决定直接取消市级工作室资格")


@pytest.mark.clause("urumqi-19-2-b3", "urumqi-19-2-d")
def test_whose_studio_failed_its_term_reads_until_when_it_may_not_apply(page: Page) -> None:
    life = Living(page, make.make_city("urumqi"), "city_bureau")
    studio, now = named("urumqi", life.city.round), timezone.localdate()
    founded = add_months(now, -24)
    Studio.objects.filter(pk=studio.pk).update(founded_on=founded, term_until=now)
    studio.refresh_from_db()
    unit = owner(studio)
    case = way.scored(life.city, way.filed(studio, unit), "59", way.assessors(life.city))
    life.officers.begin_list(case)
    run = life.run_of(case.application)
    life.open(life.handler(run), "list", run.listing.public_id)
    life.sign_list(run)
    life.officers.decision(life.run_of(case.application))
    again = quickly_filled(unit, life.city.round)
    life.see(unit, reverse("applications:check", args=[again.public_id]), phone=True)
    last = format_date(add_years(now, 3))
    expect(page.locator("[aria-labelledby=stops]")).to_contain_text(
        f"禁止申办期至{last}届满，当日仍在期内。"
    )
    assert life.button("提交申报").count() == 0

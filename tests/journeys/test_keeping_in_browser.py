"""What a unit brings and asks for while its studio lives, up to the office's decision."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from applications.models import Application, Studio
from assessments.models import GradeRecord
from jurisdictions.engine.dates import format_date
from reviews.domain import seating
from reviews.models import Case
from tests.applications.studios import complete, named
from tests.applications.test_changing import copy_files, owner
from tests.assessments import assessed as way
from tests.assessments.factories import member_of
from tests.browser import Watcher
from tests.journeys.hand import signed_paper
from tests.journeys.living import Living
from tests.reviews import factories as make

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
CITY, OFFICE = "ziyang", "city_bureau"
AUDIT, EVALUATION = "第三方审计机构出具的项目经费使用情况审计报告", "补助资金使用情况绩效评估"


@pytest.fixture(autouse=True)
def _as_at_work(settings: Any, watcher: Watcher) -> None:
    """No second factor; forms are sent wrong on purpose, which the browser writes down."""
    settings.STAFF_MFA_REQUIRED = False
    watcher.allow("status of 422")


@pytest.mark.clause("ziyang-14-1", "ziyang-14-2", "ziyang-14-3")
def test_audit_and_self_evaluation_go_from_the_ledger_to_the_grade(page: Page) -> None:
    life = Living(page, make.make_city(CITY), OFFICE)
    studio = way.studio_in(life.city)
    unit = member_of(studio)
    application = way.opened(studio)
    stored(life, studio, unit)
    handed_in(life, unit, application)
    accepted(life, studio, application)
    life.see(unit, life.studio_page(studio, "studio"), phone=True)
    expect(page.locator("section[aria-labelledby=grades]")).to_contain_text("合格")
    assert GradeRecord.objects.get(studio=studio).passed is True


def stored(life: Living, studio: Studio, unit: Any) -> None:
    """The unit puts both papers into its ledger, on its phone."""
    page = life.page
    life.see(unit, life.studio_page(studio, "ledger"), phone=True)
    for label in (AUDIT, EVALUATION):
        life.follow(page.get_by_role("link", name=f"存入 {label}"))
        life.refused("保存", "请上传文件")
        page.locator("input[type=file]").set_input_files(signed_paper())
        life.press("保存")
        expect(page.get_by_text(f"“{label}”已存入，并已放入正在填报的考核材料。")).to_be_visible()


def handed_in(life: Living, unit: Any, application: Application) -> None:
    """Nothing is left to be uploaded a second time; the self-score goes in."""
    page = life.page
    way.write(application, way.self_scores(application), unit)
    life.look(unit, reverse("applications:files", args=[application.public_id]))
    papers = page.locator("section[id^=mat-need_] .gj-file, section[id^=mat-need_] .gj-files li")
    assert papers.count() == 2
    life.follow(page.get_by_role("link", name="核对全部内容"))
    life.press("提交申报")


def accepted(life: Living, studio: Studio, application: Application) -> None:
    """The county reads both papers, finds them in order, and its grade is signed and decided."""
    page, case = life.page, Case.objects.get(application=application)
    run = life.run_of(application)
    life.see(life.handler(run), life.studio_page(studio, "ledger"), phone=True)
    expect(page.locator("section[aria-labelledby=paper-audit]")).to_contain_text(AUDIT)
    life.look(life.handler(run), reverse("reviews:case", args=[case.public_id]))
    files = page.locator(".gj-mat", has_text=EVALUATION)
    expect(files).to_contain_text("签字件.pdf")
    life.officers.check(run)
    scored(life, application)
    life.officers.begin_list(case)
    run = life.run_of(application)
    life.open(life.handler(run), "list", run.listing.public_id)
    page.get_by_role("combobox", name="等次").first.select_option("合格")
    page.locator("#stage [name^=text-]").fill("五项产出均达到，审计报告无保留意见。")
    life.sign_list(run)
    life.officers.decision(life.run_of(application))
    life.officers.bodies.filing(life.run_of(application))


def scored(life: Living, application: Application) -> None:
    """The county's assessor has signed his sheet, which another test does in the browser."""
    run = life.run_of(application)
    seats = seating.appoint(run, way.assessors(life.city), by=life.handler(run))
    way.score([seating.declare(seat, by=seat.expert.user, clear=True) for seat in seats], "5")
    make.sign_all(life.city, run, outcome="pass", opinion="")


@pytest.mark.clause("ziyang-11-5", "ziyang-11-6", "ziyang-10-2")
def test_a_leader_who_left_is_followed_and_both_clocks_are_seen(page: Page) -> None:
    life = Living(page, make.make_city(CITY), OFFICE)
    studio = named(CITY, life.city.round)
    change = begun(life, studio)
    reported_late(life, change)
    decided(life, studio, change)
    life.see(owner(studio), life.studio_page(studio, "studio"), phone=True)
    expect(page.locator("section[aria-labelledby=facts]")).to_contain_text("示例李新")


def begun(life: Living, studio: Studio) -> Application:
    """The unit picks what happened in the wizard, where the days are told, and begins."""
    page, unit = life.page, owner(studio)
    life.look(unit, life.studio_page(studio, "studio"), phone=True)
    life.follow(page.get_by_role("link", name="申请变更或撤销"))
    life.follow(page.get_by_role("link", name="工作室或领办人的其他变动"))
    path = page.locator("section[aria-labelledby=p-change_other_new_leader]")
    expect(path).to_contain_text("单位自变动之日起 30 日内报告")
    with page.expect_navigation():
        path.get_by_role("button").click()
    change = Application.objects.latest("pk")
    founding = studio.founding_application
    assert founding is not None
    # The papers of a naming once more: the roads of the cities fill them in in the browser.
    newcomer = {"leader.name": "示例李新", "leader.id_number": make.id_number(7)}
    complete(change, {**founding.submissions.get().answers, **newcomer}, by=unit)
    copy_files(founding, change)
    return change


def reported_late(life: Living, change: Application) -> None:
    """What happened is more than thirty days old: the unit is asked why, and hands in."""
    page = life.page
    page.reload()
    life.follow(page.get_by_role("link", name="变更事项", exact=True))
    day = timezone.localdate() - dt.timedelta(days=31)
    page.locator("[name='change.reason']").select_option("离职")
    page.locator("[name='change.happened_on']").fill(day.isoformat())
    page.locator("[name='change.explanation']").fill("前任领办人已离职，由李新接替。")
    life.press("保存并继续")
    life.follow(page.get_by_role("link", name="返回填报内容"))
    life.follow(page.get_by_role("link", name="核对全部内容、签署承诺并提交"))
    late = page.locator("#soft-change_reported")
    expect(late).to_contain_text("30")
    life.look_here()
    for reason in page.locator("[name^=reason-]").all():
        reason.fill("新领办人的材料准备需要时间。")
    for box in page.locator("section[aria-labelledby=declare] input[type=checkbox]").all():
        box.check()
    life.press("提交申报")


def decided(life: Living, studio: Studio, change: Application) -> None:
    """The county checks, the city decides by its day."""
    run = life.run_of(change)
    life.officers.check(run)
    run = life.run_of(change)
    assert run.due_on == timezone.localdate() + dt.timedelta(days=30)
    life.open(life.handler(run), "list", run.listing.public_id)
    expect(life.page.locator("main")).to_contain_text(format_date(run.due_on))
    life.officers.decision(run)

"""An inquiry that an office begins on its own: who is told, in which words, and what is public."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.domain import statements
from applications.models import Application, Studio
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.models import Notice, OutboxMail
from reviews.domain import decision, releasing
from reviews.interfaces import letterpage
from reviews.models import Letter
from tests.applications.pages import at
from tests.applications.studios import named
from tests.applications.test_changing import owner
from tests.reviews import factories as make
from tests.reviews.test_amending import amended
from tests.reviews.test_life import as_, case_of, issue, list_of, pass_check, today
from tests.reviews.test_revoking import heard, inquiry

pytestmark = pytest.mark.django_db
LABEL = "取消技能大师工作室称号"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def city() -> make.City:
    return make.make_city("urumqi")


def begun(city: make.City) -> tuple[Application, User]:
    """An inquiry into a studio, handed to its first check."""
    case, clerk = inquiry(city, named(city.code, city.round), "city_bureau")
    return Application.objects.get(pk=case.pk), clerk


def asked(city: make.City, case: Application, clerk: User) -> None:
    """The unit is given ten days."""
    office = city.office("city_bureau")
    statements.ask(case, by=clerk, office=office, due_on=today() + dt.timedelta(days=10))


def messages(user: User, kind: str) -> list[tuple[str, str]]:
    """Title and link of the messages of a kind that somebody has."""
    return list(Notice.objects.filter(user=user, kind=kind).values_list("title", "link"))


def panel(clerk: User, case: Application) -> dict[str, Any]:
    """What the office reads on the page of the case."""
    page = as_(clerk).get(reverse("reviews:case", args=[case_of(case).public_id]))
    return {key: page.context.get(key) for key in ("hearing", "opinion_label", "options")}


def test_the_unit_is_told_in_the_portal_and_the_office_that_it_spoke(city: make.City) -> None:
    case, clerk = begun(city)
    pass_check(city, case)
    assert case.studio is not None
    unit = owner(case.studio)
    assert panel(clerk, case)["hearing"]["text"].startswith("还没有告知单位")
    asked(city, case, clerk)
    assert messages(unit, "heard") == [(f"请陈述申辩：{case.number}", at("statement", case))]
    assert panel(clerk, case)["hearing"]["text"].startswith("已告知单位，陈述期限至")
    (line,) = as_(unit).get(reverse("applications:list")).context["urgent"]
    assert (line["stage"], line["tone"]) == ("等待陈述申辩", "gold")
    statements.give(case, by=unit, text="与事实不符。")
    heard_at = reverse("reviews:heard", args=[case_of(case).public_id])
    assert (f"单位已陈述申辩：{case.number}", heard_at) in messages(clerk, "office")
    assert panel(clerk, case)["hearing"]["text"].startswith("单位已提交陈述申辩")


def test_the_contact_address_of_the_unit_is_written_to_when_nobody_has_it(city: make.City) -> None:
    case, clerk = begun(city)
    pass_check(city, case)
    assert case.studio is not None
    unit = case.enterprise
    unit.contact_email = "office@unit.example.com"
    unit.save()
    asked(city, case, clerk)
    mails = OutboxMail.objects.filter(subject=f"请陈述申辩：{case.number}")
    assert sorted(mails.values_list("to", flat=True)) == sorted(
        [unit.contact_email, str(owner(case.studio).email)]
    )


def test_the_officer_goes_on_from_the_receipt_and_reads_of_no_filing(city: make.City) -> None:
    case, clerk = begun(city)
    done = as_(clerk).get(at("done", case)).context
    assert done["review"] == reverse("reviews:case", args=[case_of(case).public_id])
    assert done["next_steps"][0] == "下一步：核查，由本机构在办理件中继续办理。"
    assert [crumb["label"] for crumb in done["crumbs"]] == ["首页", LABEL, "提交回执"]
    shown = panel(clerk, case)
    helps = {option["value"]: option["help"] for option in shown["options"]}
    assert (shown["opinion_label"], helps["refuse"]) == (
        "意见内容", "须写明理由；就此结案，结果为“不予取消”",
    )  # fmt: skip
    assert case.events.get(kind="submitted").text == f"提交立案材料，编号 {case.number}"
    assert messages(clerk, "submitted") == [
        (f"立案材料已提交：{case.number}", at("timeline", case))
    ]


def ended(city: make.City) -> tuple[Studio, Application, User]:
    """A studio whose end is decided and waits to be told."""
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    case, clerk = begun(city)
    pass_check(city, case)
    heard(city, case, clerk)
    issue(city, case)
    assert case.studio is not None
    return case.studio, Application.objects.get(pk=case.pk), clerk


def test_letter_and_message_of_the_end_speak_of_the_studio_and_reach_the_unit_alone(
    city: make.City,
) -> None:
    studio, case, clerk = ended(city)
    letter = Letter.objects.get(case__application=case)
    text = letterpage.preview(letter)
    assert f"关于“{case.studio_name}”的{LABEL}事项（编号{case.number}）" in text
    assert ("你单位提交" in text, "申报编号" in text) == (False, False)
    unit = owner(studio)
    told = as_(unit).get(at("timeline", case)).context["events"]
    titles = [event["title"] for event in told]
    assert [title for title in titles if title.endswith("已通过")] == []
    releasing.release(letter, by=city.admin)
    assert (len(messages(unit, "result")), messages(clerk, "result")) == (1, [])
    shown = Notice.objects.get(user=unit, kind="result").text
    assert f"“{case.studio_name}”的{LABEL}事项（{case.number}）已办结" in shown
    page = as_(unit).get(at("timeline", case)).context
    assert page["header"]["tags"] == [{"label": f"决定{LABEL}", "tone": "red"}]
    assert as_(clerk).get(at("done", case)).context["next_steps"] == []


def test_who_was_told_of_the_decision_must_be_told_of_its_amendment(city: make.City) -> None:
    studio, case, _ = ended(city)
    releasing.release(Letter.objects.get(case__application=case), by=city.admin)
    run = make.list_run(list_of(case))
    assert make.stage_shape(city, run).label == "取消称号报市委人才工作领导小组办公室备案"
    page = as_(city.person(run.office)).get(reverse("reviews:run", args=[run.public_id]))
    assert "命名" not in page.content.decode().split("file-h")[-1].split("签批")[0]
    make.sign_all(city, run, outcome="pass",
                  data={"sent_on": today().isoformat(), "to": "市委人才办"})  # fmt: skip
    row = amended(city, case_of(case), "result", "dropped")
    assert "决定已报市委人才办备案的，另行报送更正" in row.carried_out["by_hand"]
    assert Studio.objects.get(pk=studio.pk).ended_on is None


def public(studio: Studio) -> list[dict[str, str]]:
    """What anybody reads of a studio's decisions."""
    page = Client().get(reverse("assessments:verify", args=[studio.number]))
    notices: list[dict[str, str]] = page.context["notices"]
    return notices


@pytest.mark.clause("ziyang-9-3-c")
def test_an_announced_decision_is_public_once_it_is_told_and_as_long_as_it_stands() -> None:
    city = make.make_city("ziyang")
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    case, clerk = begun(city)
    studio = case.studio
    assert studio is not None
    pass_check(city, case)
    heard(city, case, clerk)
    issue(city, case)
    listing, where = list_of(case), {"on": today(), "where": "门户网站"}
    by = city.person(make.list_run(listing).office)
    with pytest.raises(DomainError, match="网址须以"):
        decision.announce(listing, by=by, url="javascript:alert(1)", **where)
    decision.announce(listing, by=by, url="https://example.gov.cn/1", **where)
    assert public(studio) == []
    releasing.release(Letter.objects.get(case__application=case), by=city.admin)
    assert public(studio) == [
        {
            "label": "直接取消市级工作室资格（示人社发〔2026〕9号）",
            "date": today().isoformat(),
            "text": "公布于门户网站",
            "url": "https://example.gov.cn/1",
        }
    ]
    amended(city, case_of(case), "result", "dropped")
    assert public(studio) == []

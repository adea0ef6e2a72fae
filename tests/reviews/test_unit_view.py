"""What the unit sees of its review: the step, the office, the faults and the letters."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from applications.interfaces import progress
from applications.interfaces.sheets import box_entries
from applications.models import Application
from portal.accounts.models import User
from reviews.models import CorrectionItem
from tests.applications.pages import at
from tests.reviews.factories import (
    City,
    another,
    from_paper,
    make_city,
    pass_check,
    run_of,
    sign_all,
    submitted,
    yes_to_all,
)

pytestmark = pytest.mark.django_db

NOT_ON_IT = "未列入市级技能大师工作室名单"


@pytest.fixture
def city() -> City:
    return make_city("urumqi")


def page(user: User, address: str) -> Any:
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.LoginBackend")
    return client.get(address)


def test_the_unit_sees_which_office_has_its_filing(city: City) -> None:
    case = submitted(city)
    place = progress.place_of(case.application)
    assert place is not None
    assert (place.stage, place.doing) == ("district_check", "区（县）人社局初审")
    assert place.holder == str(city.office("district_bureau"))
    assert place.next_step == "市级评审（审阅材料）"
    shown = page(case.application.created_by, at("timeline", case.application))
    assert place.holder in shown.content.decode()


def test_the_unit_sees_every_fault_and_its_answers_are_kept(city: City) -> None:
    case = submitted(city)
    due = timezone.localdate() + dt.timedelta(days=10)
    sent_back(city, case, due)
    notice = progress.notice_of(case.application)
    assert notice is not None
    assert [(f.target, f.text) for f in notice.faults] == [("studio.area", "请按实测填写")]
    assert notice.due_on == due
    shown = page(case.application.created_by, at("corrections", case.application))
    assert "请按实测填写" in shown.content.decode()
    progress.answer_notice(case.application, {"studio.area": "已改"})
    assert CorrectionItem.objects.get().answer == "已改"


def sent_back(city: City, case: Any, due: dt.date) -> None:
    data = {
        "faults": [{"target": "studio.area", "text": "请按实测填写"}],
        "due_on": due.isoformat(),
    }
    sign_all(city, run_of(case), outcome="return", opinion="请补正。", data=data)
    case.application.refresh_from_db()


def test_the_list_of_filings_says_where_each_is_and_until_when_to_answer(city: City) -> None:
    first, second = submitted(city), another(city, 2)
    rows = [first.application, second.application]
    assert {pk: place.doing for pk, place in progress.briefs_of(rows).items()} == {
        row.pk: "区（县）人社局初审" for row in rows
    }
    due = timezone.localdate() + dt.timedelta(days=10)
    sent_back(city, second, due)
    rows[1].refresh_from_db()
    briefs = progress.briefs_of(rows)
    assert briefs[rows[1].pk].until == due
    shown = page(rows[1].created_by, "/apply/").context["urgent"]
    assert [(line["stage"], line["deadline"]) for line in shown] == [("已退回，等待补正", due)]


def test_a_refused_filing_ends_where_it_was_refused_and_is_not_shown_in_green(city: City) -> None:
    case = submitted(city)
    verdicts = yes_to_all(city, run_of(case))
    verdicts[next(iter(verdicts))] = ("no", "不在产业集群之内。")
    sign_all(city, run_of(case), outcome="refuse", opinion="不符合条件。", verdicts=verdicts)
    shown = page(case.application.created_by, at("timeline", case.application))
    steps = [(step["label"], step["state"]) for step in shown.context["steps"]]
    assert steps[:3] == [
        ("填报申请", "done"),
        ("区（县）人社局初审", "refused"),
        ("市级评审", "future"),
    ]
    assert {state for _, state in steps[2:]} == {"future"}
    assert shown.context["header"]["tags"] == [{"label": NOT_ON_IT, "tone": "red"}]
    told = [(line["title"], line["state"]) for line in shown.context["events"][:2]]
    assert told == [
        ("理由：不符合条件；不在产业集群之内。", "now"),
        (f"办理结果：{NOT_ON_IT}", "bad"),
    ]


def test_neither_steps_nor_colour_give_a_refusal_away_before_it_is_told(city: City) -> None:
    case = submitted(city)
    run = run_of(case)
    sign_all(city, run, outcome="refuse", opinion="不予推荐。", verdicts=yes_to_all(city, run))
    Application.objects.filter(pk=case.application_id).update(result_released_at=None)
    shown = page(case.application.created_by, at("timeline", case.application)).context
    # As before the decision: the step that was opened last is still under way.
    states = [step["state"] for step in shown["steps"]]
    assert states == ["done", "now", *["future"] * (len(states) - 2)]
    assert shown["header"]["tags"] == [{"label": "办理中", "tone": "blue"}]


def test_what_experts_and_meetings_wrote_is_read_on_the_sheet_with_the_result_only(
    city: City,
) -> None:
    case = submitted(city)
    pass_check(city, run_of(case))
    from_paper(city, run_of(case), opinion="同意 2 人，不同意 1 人。")
    filing = Application.objects.get(pk=case.application_id)

    def read() -> tuple[list[str], bool]:
        shown = page(case.application.created_by, at("sheet_preview", filing)).content.decode()
        told = [entry.box for entry in box_entries(filing, for_unit=True)]
        return told, "不同意 1 人" in shown

    assert [entry.box for entry in box_entries(filing)] == ["district_opinion", "expert_opinion"]
    assert read() == (["district_opinion"], False)
    from_paper(city, run_of(case), outcome="refuse", opinion="场地不符。")
    filing.refresh_from_db()
    assert read() == (["district_opinion", "expert_opinion"], True)

"""补正: back to whoever asked; approvals that rested on what changed lapse, others stand."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Event
from reviews.domain import lapsing, lists, objections, publicity
from reviews.domain.stages import SIGN, take_action
from reviews.models import Case, Correction, Letter, ListItem, StageRun
from tests.reviews import factories as make
from tests.reviews.standing import case_at, list_at, return_item

pytestmark = pytest.mark.django_db
SOON = dt.timedelta(days=10)


def due() -> str:
    return (timezone.localdate() + SOON).isoformat()


def send_back(city: make.City, run: StageRun, *targets: str) -> None:
    """The stage asks for corrections, signed by all its posts."""
    faults = [{"target": target, "text": "请核对后更正"} for target in targets]
    make.sign_all(city, run, outcome="return", opinion="请补正。",
                  data={"faults": faults, "due_on": due()})  # fmt: skip


def change(case: Case, path: str, value: Any) -> None:
    """The unit changes one unlocked answer."""
    application = Application.objects.get(pk=case.application_id)
    row = next(s for s in application.sections.all() if path in s.answers)
    row.answers[path] = value
    row.save()


def later_run(city: make.City, case: Case) -> StageRun:
    """The passage after the first check, whatever its kind."""
    first = make.run_of(case)
    make.pass_check(city, first)
    return make.run_of(case)


def test_a_later_stage_asks_and_the_filing_comes_back_to_it(city: make.City, case: Case) -> None:
    later = later_run(city, case)
    send_back(city, later, "studio.area")
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.state, fresh.office) == ("returned", later.office)
    assert Correction.objects.get(case=case).run == later
    make.resubmit(case)
    again = make.run_of(case)
    assert (again.stage, again.attempt, again.office) == (later.stage, 2, later.office)
    assert Event.objects.filter(kind="approval_lapsed").count() == 0


def test_an_approval_that_rested_on_the_changed_field_lapses_and_says_so(
    city: make.City, case: Case
) -> None:
    later = later_run(city, case)
    first = case.runs.order_by("pk").first()
    assert first is not None
    send_back(city, later, "leader.skill_level")
    change(case, "leader.skill_level", other_level(case))
    make.resubmit(case)
    again = make.run_of(case)
    assert (again.stage, again.attempt) == (first.stage, 2)
    line = Event.objects.get(kind="approval_lapsed")
    assert line.text.startswith("“区（县）人社局初审推荐”对第 1 稿的意见所依据的")
    assert line.text.endswith("已变更，该意见失效，须重新办理")
    assert line.data["stage"] == first.stage


def test_every_approval_lapses_when_the_filing_is_of_another_person(
    city: make.City, case: Case
) -> None:
    later = later_run(city, case)
    send_back(city, later, "leader.name")
    change(case, "leader.name", "示例继任人")
    make.resubmit(case)
    assert make.run_of(case).stage == case.runs.earliest("pk").stage
    assert "领办人姓名" in Event.objects.get(kind="approval_lapsed").text


def test_the_comparison_names_what_changed_as_the_form_does_and_in_its_order(
    as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    city = make.make_city("rongchang")
    case = make.submitted(city)
    send_back(city, make.run_of(case), "unit.contact_name", "leader.achievements")
    change(case, "leader.achievements", "2019年3月起主持工序改进。")
    change(case, "unit.contact_name", "示例丁")
    make.resubmit(case)
    officer = as_user(city.person(make.run_of(case).office))
    page = officer.get(reverse("reviews:compare", args=[case.public_id, 1, 2]))
    assert [(row["label"], row["theirs"]) for row in page.context["rows"]] == [
        ("联系人", "示例丁"), ("主要业绩", "2019年3月起主持工序改进。"),
    ]  # fmt: skip


def other_level(case: Case) -> str:
    """Another level of skill than the one that was filed."""
    rows = Application.objects.get(pk=case.application_id).sections.all()
    given = next(s.answers["leader.skill_level"] for s in rows if "leader.skill_level" in s.answers)
    return "技师" if given == "高级技师" else "高级技师"


def test_once_judged_again_the_road_goes_on_to_whoever_asked(city: make.City, case: Case) -> None:
    later = later_run(city, case)
    send_back(city, later, "leader.skill_level")
    change(case, "leader.skill_level", other_level(case))
    make.resubmit(case)
    make.pass_check(city, make.run_of(case))
    again = make.run_of(case)
    assert (again.stage, again.attempt) == (later.stage, 2)
    assert lapsing.lapses(Case.objects.get(pk=case.pk)) == []


def test_the_ruleset_may_name_the_stage(db: None) -> None:
    def change_road(document: dict[str, Any]) -> None:
        stages = document["procedures"]["establish"]["workflow"]["stages"]
        stages[1]["resumes_at"] = stages[0]["id"]

    city = make.make_city("urumqi", change=change_road)
    case = make.submitted(city)
    later = later_run(city, case)
    send_back(city, later, "studio.area")
    make.resubmit(case)
    assert make.run_of(case).stage == case.runs.order_by("pk").first().stage  # type: ignore[union-attr]


def test_a_visit_asks_for_papers_in_the_browser(
    city: make.City, case: Case, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    run = case_at(city, case, "visit")
    client: Client = as_user(city.person(run.office, "handler"))
    page = f"/review/{case.public_id}/return/"
    assert page in client.get(f"/review/{case.public_id}/").content.decode()
    shown = {"run": str(run.public_id), "version": run.version, "due_on": due(), "reason": "请补充"}
    nothing = client.post(page, shown)
    assert (nothing.status_code, "须一次告知全部问题" in nothing.content.decode()) == (422, True)
    fault = {"flags": "studio.area", "note-studio.area": "与现场不符"}
    StageRun.objects.filter(pk=run.pk).update(version=run.version + 1)
    again = [client.post(page, shown | fault).status_code for _ in range(2)]
    assert (again, make.run_of(case).state) == ([409, 409], "open")
    sent = client.post(page, shown | fault | {"version": run.version + 1})
    assert sent.status_code == 302
    for post in make.stage_shape(city, run).signoff[1:]:
        fresh = StageRun.objects.select_related("office").get(pk=run.pk)
        take_action(fresh, SIGN, by=city.person(run.office, post), version=fresh.version)
    assert Case.objects.get(pk=case.pk).state == "returned"
    assert Application.objects.get(pk=case.application_id).unlocked == ["studio.area"]


@pytest.fixture
def listed(db: None) -> tuple[make.City, StageRun]:
    """A list of two at the stage before its notice is published."""
    city = make.make_city("urumqi", quota=5)
    run = list_at(city, [make.submitted(city), make.another(city, 1)], "publicity")
    return city, run


def test_a_returned_item_is_held_and_the_list_goes_on(listed: tuple[make.City, StageRun]) -> None:
    city, run = listed
    listing = run.listing
    assert listing is not None
    kept, item = listing.items.order_by("position")
    handler = city.person(run.office)
    return_item(city, item, "studio.area", "与现场不符")
    held = ListItem.objects.get(pk=item.pk)
    case = Case.objects.get(pk=item.case_id)
    assert (held.state, case.state, case.application.status) == ("held", "returned", "returned")
    assert Correction.objects.get(case=case).items.get().text == "与现场不符"
    assert Letter.objects.get(kind="correction").case == case
    # The list goes on to its notice without it.
    make.sign_all(city, run, outcome="pass", data={
        "title": "关于名单的公示", "body": "现予公示。", "contact": "010-00000000"})  # fmt: skip
    notice = publicity.running(listing)
    assert notice is not None
    assert [row["item"] for row in notice.rows] == [str(kept.pk)]
    # Nothing to supplement before the unit has answered.
    assert lists.releasable(listing) == []
    make.resubmit(case)
    assert [row.pk for row in lists.releasable(listing)] == [item.pk]
    extra = lists.supplement(listing, by=handler)
    assert (extra.supplements, extra.stage_kind) == (listing, "publicity")
    text = {"title": "补充名单公示", "body": "现予公示。", "contact": "010-00000000"}
    make.sign_all(city, make.list_run(extra), outcome="pass", data=text)
    second = publicity.running(extra)
    again = publicity.running(listing)
    assert second is not None
    assert again is not None
    assert (second.pk != notice.pk, again.last_day) == (True, notice.last_day)


def test_a_returned_item_whose_check_lapsed_is_judged_again_first(
    listed: tuple[make.City, StageRun],
) -> None:
    city, run = listed
    listing = run.listing
    assert listing is not None
    item = listing.items.order_by("position").last()
    assert item is not None
    return_item(city, item, "leader.skill_level", "证书等级不符")
    change(item.case, "leader.skill_level", other_level(item.case))
    make.resubmit(item.case)
    case = Case.objects.get(pk=item.case_id)
    assert (case.state, case.stage) == ("open", "district_check")
    assert lists.releasable(listing) == []


def test_an_upheld_objection_that_returns_sends_a_notice(db: None) -> None:
    def returns(document: dict[str, Any]) -> None:
        for stage in document["procedures"]["establish"]["workflow"]["stages"]:
            if stage["kind"] == "publicity":
                stage["objections"] = {"upheld": "return", "assumption": "测试用"}

    city = make.make_city("urumqi", quota=5, change=returns)
    run = list_at(city, [make.submitted(city)], "publicity")
    make.sign_all(city, run, outcome="pass", data={
        "title": "关于名单的公示", "body": "现予公示。", "contact": "010-00000000"})  # fmt: skip
    assert run.listing is not None
    item = run.listing.items.get()
    objection = objections.object_to(
        item, name="示例反映人", contact="12300000000", text="面积不实"
    )
    objections.decide_objection(
        objection, upheld=True, finding="面积与现场不符", by=city.person(run.office),
        faults=[{"target": "studio.area", "text": ""}], due_on=timezone.localdate() + SOON,
    )  # fmt: skip
    notice = Correction.objects.get(case=item.case)
    assert (notice.due_on, notice.items.get().text) == (
        timezone.localdate() + SOON, "面积与现场不符",
    )  # fmt: skip
    make.resubmit(item.case)
    assert [row.pk for row in lists.releasable(run.listing)] == [item.pk]

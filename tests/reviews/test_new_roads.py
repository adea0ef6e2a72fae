"""New kinds of road need no Python: weighed scores, floating places, honours, in-house proof."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.domain import lifecycle
from applications.models import Application, Studio
from applications.queries import filing_of
from jurisdictions.engine.rules import evaluate
from jurisdictions.models import Office, Round
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from reviews.domain import amending, honours, panelpaper, quota, results
from reviews.domain.amending import Wrong
from reviews.models import Case, Expert, List, ListItem, PanelResult
from reviews.queries.numbers import applied_in, passed_in
from tests.applications.factories import submit
from tests.reviews import factories as make
from tests.reviews import lagoon as there
from tests.reviews import panel_factories as panels

pytestmark = pytest.mark.django_db
#: Craft at the review and at the hearing: 87, 83, 87 and 50 in all.
CRAFT = ((40, 50), (50, 40), (26, 56), (10, 10))


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def city() -> make.City:
    return there.lagoon()


@pytest.fixture
def people(city: make.City) -> list[Expert]:
    return [panels.expert(city, number) for number in range(3)]


def all_heard(city: make.City, people: list[Expert]) -> list[Case]:
    cases = [there.filed(city, n, "院校" if n == 1 else "企业") for n in range(4)]
    for case, (review, defence) in zip(cases, CRAFT, strict=True):
        there.heard(city, case, people, review, defence)
    return cases


def chosen(city: make.City, listing: List, *kept: int) -> dict[str, dict[str, str]]:
    """What is proposed when the items at these positions are chosen."""
    return {
        str(item.pk): {"result": "pass" if n in kept else "refuse", "text": "名额所限"}
        for n, item in enumerate(listing.items.order_by("position"))
    }


def to_decision(city: make.City, people: list[Expert]) -> List:
    all_heard(city, people)
    listing = there.listed(city)
    make.sign_all(city, make.list_run(listing), outcome="pass",
                  data={"items": chosen(city, listing, 0, 1)})  # fmt: skip
    return List.objects.get(pk=listing.pk)


def test_the_final_score_weighs_the_earlier_panel_with_the_hearing(
    city: make.City, people: list[Expert]
) -> None:
    cases = all_heard(city, people)
    rows = PanelResult.objects.filter(run__stage="defence").order_by("pk")
    final = {row.case_id: row.score for row in rows}
    assert [final[case.pk] for case in cases] == [87, 83, 87, 50]
    assert [Case.objects.get(pk=case.pk).state for case in cases] == ["listed"] * 4
    run = cases[0].runs.get(stage="defence")
    assert run.opinion == (
        "专家 2 人评审，综合得分 87 分（合格），其中初评 80 分占 30%，答辩 90 分占 70%。"
    )
    first, second, third, fourth = cases
    assert results.places_of(cases) == {first.pk: 1, third.pk: 1, second.pk: 3, fourth.pk: 4}
    order = there.listed(city).items.order_by("position")
    assert [item.case_id for item in order] == [first.pk, third.pk, second.pk, fourth.pk]


def test_page_summary_and_workbook_show_what_a_final_score_is_made_of(
    city: make.City, people: list[Expert], as_user: Any
) -> None:
    case = there.filed(city, 0)
    run = there.to_hearing(city, case, people, 40)
    there.judge(city, run, people[1:], 50)
    client = as_user(city.person(run.office))
    page = client.get(reverse("reviews:run", args=[run.public_id])).content.decode()
    assert "2 份有效，综合得分 87（合格）：初评 80 分占 30%，答辩 90 分占 70%" in page
    assert "综合得分：“初评”得分占 30%，本环节得分占 70%" in page
    said = panelpaper.summary(run, make.stage_shape(city, run), [case], "答辩汇总表")
    (item,) = said["items"]
    assert (item["score"], item["found"].made_of) == ("87", "初评 80 分占 30%，答辩 90 分占 70%")
    assert panelpaper.paper_of(run, [case]).pages == 1


def test_a_review_on_paper_gives_its_score_to_be_weighed(
    city: make.City, people: list[Expert]
) -> None:
    case = there.filed(city, 0)
    there.recommend(city, case)
    run = make.run_of(case)
    with pytest.raises(DomainError, match="请填写核定总分"):
        make.from_paper(city, run)
    make.from_paper(city, run, particulars={**make.particulars(city, run), "total": "70"})
    run = make.run_of(case)
    there.hearings.schedule(run, by=city.person(run.office), starts_at=there.soon(), place="三楼")
    there.judge(city, run, people[1:], 60)
    make.sign_all(city, run, outcome="pass")
    assert PanelResult.objects.filter(run=run).latest("number").exact == "91/1"


def test_places_float_with_those_who_applied(city: make.City, people: list[Expert]) -> None:
    all_heard(city, people)
    listing = there.listed(city)
    run = make.list_run(listing)
    # 60% of 4 are 2.4, rounded down.
    assert quota.limits_of(listing, make.stage_shape(city, run), 4) == (2, None)
    assert quota.explained(listing) == [
        "每批名额为申报件数的 60%（向下取整），不少于 1 个，不超过 10 个：现 4 件，名额 2 个"
    ]
    with pytest.raises(DomainError, match="名额 2 个，现选入 3 个"):
        make.sign_all(city, run, outcome="pass", data={"items": chosen(city, listing, 0, 1, 2)})
    make.sign_all(city, run, outcome="pass", data={"items": chosen(city, listing, 0, 1)})
    assert sorted(city.round.slots.values_list("number", flat=True)) == [1, 2]


def test_who_withdraws_before_the_close_does_not_count_and_later_does(city: make.City) -> None:
    cases = [there.filed(city, n) for n in range(4)]
    listing = List(round=city.round, ruleset=city.ruleset, procedure="establish")
    early = Application.objects.get(pk=cases[0].application_id)
    lifecycle.withdraw(early, by=early.created_by, reason="不再申报")
    assert quota.limits_of(listing, None, 0) == (1, None)
    before = timezone.now() - timedelta(minutes=2)
    Application.objects.filter(pk=early.pk).update(status_changed_at=before)
    Round.objects.filter(pk=city.round.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    late = Application.objects.get(pk=cases[1].application_id)
    lifecycle.withdraw(late, by=late.created_by, reason="不再申报")
    assert applied_in(city.round) == 3


def test_those_who_passed_a_stage_may_be_what_places_float_with(
    city: make.City, people: list[Expert]
) -> None:
    one, two = there.filed(city, 0), there.filed(city, 1, "院校")
    assert passed_in(city.round, "letter") == 0
    there.recommend(city, one)
    assert passed_in(city.round, "letter") == 1
    make.sign_all(city, make.run_of(two), outcome="refuse", opinion="材料不实")
    assert passed_in(city.round, "letter") == 1


def test_preview_shows_how_the_number_comes_about(
    city: make.City, people: list[Expert], as_user: Any
) -> None:
    all_heard(city, people)
    listing = there.listed(city)
    client = as_user(city.person(city.office("bureau")))
    page = client.get(reverse("reviews:list", args=[listing.public_id])).content.decode()
    assert "申报件数的 60%（向下取整），不少于 1 个，不超过 10 个：现 4 件，名额 2 个。" in page


def test_three_honours_in_one_call_each_with_its_own_effects(
    city: make.City, people: list[Expert]
) -> None:
    listing = to_decision(city, people)
    first, second = listing.items.filter(state="in").order_by("position")
    run = make.list_run(listing)
    both = {str(item.pk): {"result": "chief"} for item in (first, second)}
    with pytest.raises(DomainError, match="“首席技师”名额 1 个，现选 2 个，请调整"):
        make.sign_all(city, run, outcome="pass", data=there.decision(both))
    both[str(second.pk)] = {"result": "senior"}
    make.sign_all(city, run, outcome="pass", data=there.decision(both))
    assert dict(Application.objects.values_list("leader_name", "result")) == {
        "示例人甲": "chief", "示例人丙": "senior", "示例人乙": "refused", "示例人丁": "refused",
    }  # fmt: skip
    titles = Studio.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["泻湖首席技师", "泻湖高级技师"]
    assert [str(one) for one in honours.honours(listing, [])] == [
        "“首席技师”名额 1 个，本批次已有 1 个，现选 0 个"
    ]


def test_a_decision_may_not_be_amended_to_an_honour_that_is_taken(
    city: make.City, people: list[Expert]
) -> None:
    listing = to_decision(city, people)
    first, second = listing.items.filter(state="in").order_by("position")
    said = {str(first.pk): {"result": "chief"}, str(second.pk): {"result": "senior"}}
    make.sign_all(city, make.list_run(listing), outcome="pass", data=there.decision(said))
    office = city.office("bureau")
    wrong = Wrong(target="result", new="chief", reason="统分有误，应为首席",
                  document_number="泻人社发〔2026〕2号",
                  dated_on=timezone.localdate().isoformat())  # fmt: skip
    row = amending.propose(Case.objects.get(pk=second.case_id), wrong, by=city.person(office))
    with pytest.raises(DomainError, match="“首席技师”名额 1 个，本批次已有 1 个，现选 1 个"):
        amending.decide(row, approve=True, by=city.person(office, "approver"))


def test_the_decision_page_counts_each_honour_as_it_is_chosen(
    city: make.City, people: list[Expert], as_user: Any
) -> None:
    listing = to_decision(city, people)
    client = as_user(city.person(city.office("bureau")))
    items = ListItem.objects.filter(listing=listing, state="in")
    given = {f"result-{item.pk}": "chief" for item in items}
    address = reverse("reviews:list-act", args=[listing.public_id])
    answer = client.post(address, {"action": "preview", **given})
    assert "“首席技师”名额 1 个，现选 2 个，须调整后才能提交。" in answer.content.decode()


def test_the_recommending_office_follows_the_kind_of_unit(city: make.City) -> None:
    enterprise, school = there.filed(city, 0, "企业"), there.filed(city, 1, "院校")
    covers = {
        binding.covers: binding.office
        for office in Office.objects.filter(jurisdiction=city.jurisdiction)
        for binding in office.bindings.filter(role="recommender")
    }
    assert make.run_of(enterprise).office == covers["企业"]
    assert make.run_of(school).office == covers["院校"]


def said(application: Application, rule: str) -> tuple[str, str]:
    """What the check says of one rule."""
    policy = policy_of(application.ruleset)
    found = evaluate(policy, application.procedure, filing_of(application)).find(rule)
    assert found is not None
    return found.outcome, found.sentence


@pytest.mark.parametrize(
    ("shown", "stands"),
    [
        ((date(2026, 3, 4), date(2026, 3, 10)), True),
        ((date(2026, 3, 4), date(2026, 3, 9)), False),
        # The holiday of Qingming (4 to 6 April) does not count.
        ((date(2026, 4, 1), date(2026, 4, 7)), False),
        ((date(2026, 4, 1), date(2026, 4, 9)), True),
    ],
)
def test_the_unit_proves_that_it_showed_its_candidate_for_five_working_days(
    city: make.City, shown: tuple[date, date], stands: bool
) -> None:
    application = there.draft(city, 0, shown=shown)
    fails = ("fail", "单位内部公示不足 5 个工作日。")
    passes = ("pass", "符合：在单位内部公示不少于 5 个工作日")
    assert said(application, "shown_days") == (passes if stands else fails)
    if stands:
        assert submit(application).number == 1
        return
    with pytest.raises(DomainError, match="还有 1 处问题需要处理"):
        submit(application)


def test_the_proof_itself_may_not_be_missing(city: make.City) -> None:
    application = there.draft(city, 0)
    application.attachments.all().delete()
    with pytest.raises(DomainError, match="还有 1 处问题需要处理"):
        submit(application)

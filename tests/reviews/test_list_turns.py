"""Lists reach those who must act: on the worklist, in the menu, by notice and in the digest."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jurisdictions.domain.delegating import delegate
from jurisdictions.models import Office
from portal.accounts.models import User
from portal.common.models import Notice
from reviews.domain import amending, decision, digest, digestask, lists, objections
from reviews.domain.stages import SEND_BACK, SIGN, take_action
from reviews.models import Case, List, Publicity, StageRun
from tests.reviews import factories as make
from tests.reviews.standing import fresh, list_at
from tests.reviews.test_reminding import a_working_day, morning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def three(db: None) -> make.City:
    """A city in which three bodies decide together."""
    return make.make_city("ziyang")


def listing_of(run: StageRun) -> List:
    return List.objects.get(pk=run.listing_id)


def shown(client: Any) -> list[tuple[str, str]]:
    """Lists on the worklist: title and what is wanted."""
    rows = client.get(reverse("reviews:worklist")).context["lists"]["rows"]
    return [(row["cells"][0]["text"], row["cells"][2]["text"]) for row in rows]


def counted(client: Any) -> int:
    """The number beside 名单 in the menu."""
    page = client.get(reverse("reviews:phrases")).content.decode()
    start = page.index(f'href="{reverse("reviews:lists")}"')
    number = re.search(r'class="n">(\d+)<', page[start : page.index("</a>", start)])
    return int(number.group(1)) if number else 0


def sign(city: make.City, run: StageRun, **given: Any) -> StageRun:
    now = fresh(run)
    return take_action(now, SIGN, by=city.person(now.office, now.waiting_for), version=now.version,
                       **given)  # fmt: skip


def approve(city: make.City, run: StageRun, role: str) -> None:
    listing = listing_of(run)
    decision.approve(listing, role, by=city.person(city.office(role), "approver"),
                     digest=lists.digest(listing))  # fmt: skip


def told(office: Office, city: make.City) -> list[str]:
    rows = Notice.objects.filter(kind="office", user=city.person(office, "approver"))
    return [row.text for row in rows.order_by("pk")]


def test_a_list_waits_on_the_worklist_of_the_post_whose_turn_it_is(
    city: make.City, case: Case, as_user: Any
) -> None:
    run = list_at(city, [case], "shortlist")
    title = listing_of(run).title
    people = {post: as_user(city.person(run.office, post)) for post in make.POSTS}
    assert shown(people["handler"]) == [(title, "经办")]
    assert [counted(people[post]) for post in make.POSTS] == [1, 0, 0]
    page = people["handler"].get(reverse("reviews:worklist")).content.decode()
    assert "名单待办 1" in page
    assert reverse("reviews:list", args=[listing_of(run).public_id]) in page
    assert "名单待办" not in people["reviewer"].get(reverse("reviews:worklist")).content.decode()
    sign(city, run, outcome="pass", opinion="同意列入。")
    assert shown(people["reviewer"]) == [(title, "审核")]
    assert [counted(people[post]) for post in make.POSTS] == [0, 1, 0]


def test_a_list_that_is_overdue_says_so(city: make.City, case: Case, as_user: Any) -> None:
    run = list_at(city, [case], "shortlist")
    StageRun.objects.filter(pk=run.pk).update(due_on=timezone.localdate() - timedelta(days=2))
    client = as_user(city.person(run.office))
    (row,) = client.get(reverse("reviews:worklist")).context["lists"]["rows"]
    assert row["cells"][3]["tag"] == {"label": "超期 2 天", "tone": "red"}


def test_a_notice_that_runs_asks_nothing_until_its_days_are_over_or_somebody_objects(
    city: make.City, case: Case, as_user: Any
) -> None:
    run = list_at(city, [case], "publicity")
    make.sign_all(city, run, outcome="pass", data={
        "title": "关于名单的公示", "body": "现予公示。", "contact": "0991-4500000"})  # fmt: skip
    handler = city.person(run.office)
    client = as_user(handler)
    assert shown(client) == []
    item = listing_of(run).items.get()
    objections.object_to(item, name="王某", contact="12345", text="业绩不实", by=handler)
    assert shown(client) == [(listing_of(run).title, "结束公示或核实异议")]
    objections.decide_objection(item.objections.get(), upheld=False, finding="经核实不属实。",
                               by=handler)  # fmt: skip
    assert shown(client) == []
    today = timezone.localdate()
    Publicity.objects.update(published_on=today - timedelta(days=9),
                             first_day=today - timedelta(days=8),
                             last_day=today - timedelta(days=1))  # fmt: skip
    assert shown(client) == [(listing_of(run).title, "结束公示或核实异议")]


def test_a_list_waits_for_each_body_until_it_has_approved_it_as_it_stands(
    three: make.City, as_user: Any
) -> None:
    run = list_at(three, [make.submitted(three), make.another(three, 1)], "joint_decision")
    title, finance = listing_of(run).title, three.office("finance")
    client = as_user(three.person(finance, "approver"))
    assert (shown(client), counted(client)) == ([(title, "机构审定")], 1)
    assert shown(as_user(three.person(finance))) == []
    approve(three, run, "finance")
    assert (shown(client), counted(client)) == ([], 0)
    assert counted(as_user(three.person(three.office("organization"), "approver"))) == 1
    lists.set_item(listing_of(run).items.earliest("pk"), "held", by=three.person(run.office),
                   reason="材料待核实")  # fmt: skip
    assert shown(client) == [(title, "机构审定")]


def test_open_lists_stand_by_their_day_and_say_whose_turn_it_is(
    three: make.City, as_user: Any
) -> None:
    run = list_at(three, [make.submitted(three)], "joint_decision")
    first = listing_of(run)
    later = List.objects.get(pk=run.listing_id)
    later.pk, later.public_id = None, make.key()
    later.title, later.due_on = "没有期限的名单", None
    later.save()
    List.objects.filter(pk=first.pk).update(due_on=timezone.localdate())
    rows = as_user(three.person(run.office)).get(reverse("reviews:lists")).context["open"]
    assert [row["cells"][0]["text"] for row in rows] == [first.title, later.title]
    turn, day = rows[0]["cells"][3], rows[0]["cells"][4]
    organization, finance = three.office("organization"), three.office("finance")
    assert turn["tag"]["label"] == "待您办理：经办"
    assert turn["sub"] == f"尚未审定：{organization}、{finance}"
    assert day["tag"]["label"] == "今日到期"


@pytest.mark.parametrize("code", ["yuzhong", "ziyang"])
def test_each_body_is_told_once_that_a_list_waits_for_it(code: str) -> None:
    city = make.make_city(code)
    run = list_at(city, [make.submitted(city)], "decision")
    shape = make.stage_shape(city, run)
    others = [city.office(role) for role in shape.bodies if role != shape.office]
    key = f"approve:{run.public_id}:"
    people = {row.user for row in Notice.objects.filter(key__startswith=key)}
    assert people == {city.person(office, "approver") for office in others}
    for office in others:
        line = f"名单已进入“{shape.label}”，请代表{office}审定现有名单。"
        assert told(office, city)[-1] == line
    before = Notice.objects.count()
    today = timezone.localdate().isoformat()
    sign(city, run, outcome="pass", data={"document_number": "示人社发〔2026〕8号",
                                          "decided_on": today})  # fmt: skip
    assert Notice.objects.count() == before


def test_a_body_hears_again_when_what_it_approved_was_changed(three: make.City) -> None:
    run = list_at(three, [make.submitted(three), make.another(three, 1)], "joint_decision")
    organization, finance = three.office("organization"), three.office("finance")
    approve(three, run, "finance")
    lists.set_item(listing_of(run).items.earliest("pk"), "held", by=three.person(run.office),
                   reason="材料待核实")  # fmt: skip
    sign(three, run, outcome="pass", opinion="同意。")
    assert [len(told(office, three)) for office in (finance, organization)] == [2, 1]
    assert "名单在贵机构审定后有变动，须重新审定" in told(finance, three)[-1]
    now = fresh(run)
    take_action(now, SEND_BACK, by=three.person(now.office, now.waiting_for), version=now.version,
                opinion="请核对")  # fmt: skip
    assert [len(told(office, three)) for office in (finance, organization)] == [2, 1]


def test_who_approved_before_the_list_was_changed_stays_readable_as_lapsed(
    three: make.City, as_user: Any
) -> None:
    run = list_at(three, [make.submitted(three), make.another(three, 1)], "decision")
    listing, handler = listing_of(run), three.person(run.office)
    approve(three, run, "finance")
    lists.set_item(listing.items.earliest("pk"), "held", by=handler, reason="材料待核实")
    page = as_user(handler).get(reverse("reviews:list", args=[listing.public_id])).text
    row = listing.approvals.get()
    found = re.search(r"<s>(.+) 审定</s> <span [^>]+>名单已变动，须重新审定</span>", page)
    assert found is not None
    assert found.group(1).startswith(f"{row.signer} ")


def lend(city: make.City, office: Office, deputy: User) -> User:
    """The approver of an office is away; somebody stands in."""
    holder, today = city.person(office, "approver"), timezone.localdate()
    delegate(holder.posts.get(), deputy, starts_on=today, ends_on=today + timedelta(days=9),
             reason="年休假", by=holder)  # fmt: skip
    return holder


def test_who_stands_in_for_the_approver_of_a_body_is_told_too(
    three: make.City, as_user: Any
) -> None:
    finance = three.office("finance")
    deputy = three.person(finance, "reviewer")
    absent = lend(three, finance, deputy)
    run = list_at(three, [make.submitted(three)], "joint_decision")
    notice = Notice.objects.get(user=deputy, kind="office")
    assert notice.title == f"请审定：{listing_of(run).title}（代{absent}）"
    assert shown(as_user(deputy)) == [(listing_of(run).title, "机构审定")]


def digest_of(user: User) -> str:
    rows = Notice.objects.filter(kind="digest", user=user).values_list("text", flat=True)
    return "\n".join(rows)


def test_the_digest_names_lists_that_wait_for_a_body_and_whom_a_deputy_stands_in_for(
    three: make.City,
) -> None:
    run = list_at(three, [make.submitted(three)], "joint_decision")
    title, finance = listing_of(run).title, three.office("finance")
    deputy = three.person(finance, "reviewer")
    absent = lend(three, finance, deputy)
    approve(three, run, "organization")
    digest.send_all(morning(a_working_day()))
    assert digest_of(absent) == f"待审定名单 1 件：{title}"
    assert digest_of(deputy) == f"待审定名单 1 件：{title}（代{absent}）"
    assert digest_of(three.person(three.office("organization"), "approver")) == ""


def test_the_digest_names_proposals_for_those_who_answer_them_but_not_for_the_proposer(
    city: make.City, case: Case
) -> None:
    run = make.list_run(listing_of(list_at(city, [case], "filing")))
    number = case.application.number
    wrong = amending.Wrong(
        target="unit_name", new="更正后的单位", document_number="示人社发〔2026〕9号",
        reason="与营业执照不一致", dated_on=timezone.localdate().isoformat(),
    )  # fmt: skip
    row = amending.propose(Case.objects.get(pk=case.pk), wrong, by=city.person(run.office))
    approver = city.person(row.office, "approver")
    day = a_working_day()
    StageRun.objects.update(due_on=None, opened_at=morning(day) - timedelta(days=30))
    digest.send_all(morning(day))
    assert digest_of(approver) == f"待批事项 1 件：更正：{number}"
    assert "待批事项" not in digest_of(city.person(row.office))


def grown(run: StageRun, size: int) -> None:
    """More lists like the one of a passage, each with its open passage."""
    for n in range(List.objects.count(), size):
        listing, own = List.objects.get(pk=run.listing_id), StageRun.objects.get(pk=run.pk)
        listing.pk, listing.public_id, listing.title = None, make.key(), f"名单{n}"
        listing.save()
        own.pk, own.public_id, own.listing = None, make.key(), listing
        own.save()


def test_lists_take_as_many_queries_for_many_as_for_one(three: make.City, as_user: Any) -> None:
    run = list_at(three, [make.submitted(three)], "joint_decision")
    client = as_user(three.person(three.office("finance"), "approver"))
    found: list[int] = []
    for size in (1, 6):
        grown(run, size)
        for address in ("reviews:worklist", "reviews:lists"):
            client.get(reverse(address))
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(address)).status_code == 200
            found.append(len(captured))
        assert len(shown(client)) == size
        with CaptureQueriesContext(connection) as captured:
            digestask.lists_by_turn()
        found.append(len(captured))
    assert found[:3] == found[3:]

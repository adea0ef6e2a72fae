"""公示: window, end, objections, supplementary lists."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Document
from portal.common.errors import DomainError
from reviews import tasks
from reviews.domain import amending, lists, objections, publicity
from reviews.domain.amending import Wrong
from reviews.domain.stages import SIGN, take_action
from reviews.models import Case, List, ListItem, Publicity
from tests.jurisdictions.interfaces.sheets import text_of
from tests.reviews import factories as make
from tests.reviews.test_kinds import to_list
from tests.reviews.test_walks import issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


DRAFT = {"title": "关于名单的公示", "body": "现予公示。", "contact": "010-00000000"}


def show(code: str, cases: int = 1) -> tuple[make.City, List, Publicity]:
    """A list whose notice has just been published."""
    city = make.make_city(code)
    stage = next(s.id for s in make.policy_of(city.ruleset).stages("establish")
                 if s.kind == "publicity")  # fmt: skip
    listing = to_list(city, stage, cases)
    make.sign_all(city, make.list_run(listing), outcome="pass", data=DRAFT)
    return city, List.objects.get(pk=listing.pk), listing.publicities.get()


def objection(item: ListItem) -> object:
    return objections.object_to(item, name="王某", contact="13800000009", text="业绩不实")


def officer(city: make.City, listing: List) -> object:
    return city.person(make.list_run(listing).office)


def close(city: make.City, listing: List, notice: Publicity, *, days: int = 1) -> None:
    publicity.close(listing, by=officer(city, listing),
                    today=notice.last_day + timedelta(days=days))  # fmt: skip


def test_a_notice_cannot_end_on_its_last_day_but_on_the_next() -> None:
    city, listing, notice = show("urumqi")
    assert notice.first_day == timezone.localdate() + timedelta(days=1)
    assert notice.last_day == timezone.localdate() + timedelta(days=7)
    with pytest.raises(DomainError, match="不能提前结束"):
        close(city, listing, notice, days=0)
    close(city, listing, notice)
    assert make.list_run(listing).stage == "naming"


def test_a_notice_shows_allowed_columns_only() -> None:
    _, listing, notice = show("urumqi")
    application = Application.objects.get(case__items__listing=listing)
    assert notice.rows == [{
        "item": str(listing.items.get().pk), "unit_name": application.unit_name,
        "leader_name": application.leader_name, "occupation": "焊工",
        "studio_name": application.studio_name,
    }]  # fmt: skip


def test_private_numbers_stop_the_notice_before_it_is_published() -> None:
    city = make.make_city("urumqi")
    listing = to_list(city, "notice")
    with pytest.raises(DomainError, match="疑似身份证号"):
        make.sign_all(city, make.list_run(listing), outcome="pass",
                      data=DRAFT | {"body": "领办人 650102197510203117"})  # fmt: skip
    assert listing.publicities.count() == 0


def test_an_open_objection_holds_the_notice_and_an_unfounded_one_frees_it() -> None:
    city, listing, notice = show("urumqi")
    row = objection(listing.items.get())
    assert row.contact["shown"] == "1**********"
    with pytest.raises(DomainError, match="1 条异议未核实完毕"):
        close(city, listing, notice)
    with pytest.raises(DomainError, match="核实结论"):
        objections.decide_objection(row, upheld=False, finding=" ", by=officer(city, listing))
    objections.decide_objection(row, upheld=False, finding="经核实属实。",
                               by=officer(city, listing))  # fmt: skip
    close(city, listing, notice)
    assert listing.items.get().state == "in"
    with pytest.raises(DomainError, match="已由"):
        objections.decide_objection(row, upheld=True, finding="再核", by=officer_of(city))


def officer_of(city: make.City) -> object:
    return city.person(city.office("city_bureau"))


def test_after_the_last_day_nobody_may_object() -> None:
    city, listing, notice = show("urumqi")
    Publicity.objects.filter(pk=notice.pk).update(
        published_on=notice.published_on - timedelta(days=30),
        first_day=notice.first_day - timedelta(days=30),
        last_day=notice.last_day - timedelta(days=30),
    )
    with pytest.raises(DomainError, match="公示期已结束"):
        objection(listing.items.get())
    paper = objections.object_to(
        listing.items.get(), name="王某", contact="010-1", text="来信反映",
        by=officer(city, listing), received_on=notice.first_day - timedelta(days=29),
    )  # fmt: skip
    assert paper.state == "open"


def test_an_upheld_objection_strikes_where_the_ruleset_strikes() -> None:
    city, listing, notice = show("urumqi", cases=2)
    item = listing.items.first()
    row = objection(item)
    objections.decide_objection(row, upheld=True, finding="情况属实", by=officer(city, listing))
    item.refresh_from_db()
    assert (item.state, item.reason) == ("struck", "异议成立：情况属实")
    close(city, listing, notice)
    assert make.list_run(listing).stage == "naming"


def test_an_upheld_objection_returns_where_the_ruleset_returns() -> None:
    city, listing, _ = show("chaoyang")
    item = listing.items.get()
    row = objection(item)
    with pytest.raises(DomainError, match="请标记"):
        objections.decide_objection(row, upheld=True, finding="属实", by=officer(city, listing))
    objections.decide_objection(row, upheld=True, finding="属实", by=officer(city, listing),
                               faults=[{"target": "leader.position"}])  # fmt: skip
    case = Case.objects.get(items=item)
    application = Application.objects.get(pk=case.application_id)
    assert (case.state, application.status) == ("returned", "returned")
    make.resubmit(case)
    assert [i.pk for i in lists.releasable(listing)] == [item.pk]


def test_a_held_item_goes_on_with_a_list_of_its_own_and_full_days() -> None:
    city, listing, notice = show("yuzhong", cases=2)
    item = listing.items.first()
    row = objection(item)
    objections.hold_objected(item, by=officer(city, listing), reason="核实需时")
    close(city, listing, notice)
    assert make.list_run(listing).kind == "decision"
    with pytest.raises(DomainError, match="没有可以转入"):
        lists.supplement(listing, by=officer(city, listing))
    objections.decide_objection(row, upheld=False, finding="不属实", by=officer(city, listing))
    before = lists.digest(listing)
    extra = lists.supplement(listing, by=officer(city, listing))
    assert (extra.supplements_id, make.list_run(extra).kind) == (listing.pk, "publicity")
    assert lists.digest(listing) == before
    make.sign_all(city, make.list_run(extra), outcome="pass", data=DRAFT)
    assert extra.publicities.get().published_on == timezone.localdate()
    make.from_paper(city, make.list_run(listing))
    assert Application.objects.get(pk=item.case.application_id).status == "submitted"


def test_a_faulty_notice_is_taken_down_and_runs_anew() -> None:
    city, listing, notice = show("urumqi")
    publicity.withdraw(notice, by=officer(city, listing), reason="单位名称有误")
    assert publicity.running(listing) is None
    make.sign_all(city, make.list_run(listing), outcome="pass", data=DRAFT)
    assert listing.publicities.filter(withdrawn_at=None).count() == 1


def test_an_objection_to_a_notice_that_was_taken_down_holds_the_next_one() -> None:
    city, listing, notice = show("urumqi")
    row = objection(listing.items.get())
    publicity.withdraw(notice, by=officer(city, listing), reason="单位名称有误")
    assert List.objects.get(pk=listing.pk).due_on is None
    make.sign_all(city, make.list_run(listing), outcome="pass", data=DRAFT)
    again = publicity.running(listing)
    with pytest.raises(DomainError, match="1 条异议未核实完毕"):
        close(city, listing, again)
    objections.decide_objection(row, upheld=False, finding="不属实", by=officer(city, listing))
    close(city, listing, again)
    assert make.list_run(listing).stage == "naming"


def test_a_notice_from_paper_must_have_run_its_full_length() -> None:
    city = make.make_city("urumqi")
    listing = to_list(city, "notice")
    run, today = make.list_run(listing), timezone.localdate()
    short = make.particulars(city, run) | {
        "published_on": (today - timedelta(days=9)).isoformat(),
        "last_day": (today - timedelta(days=3)).isoformat(),
    }
    with pytest.raises(DomainError, match="公示期不足"):
        make.from_paper(city, run, particulars=short)


def test_a_list_is_not_decided_on_a_day_of_its_notice_nor_amended_to_one() -> None:
    city = make.make_city("yuzhong")
    listing = to_list(city, "confirmation")
    shown = str(timezone.localdate() - timedelta(days=1))
    said = {"document_number": "示人社发〔2026〕8号", "decided_on": shown}
    with pytest.raises(DomainError, match=f"公示至 {shown} 止"):
        make.sign_all(city, make.list_run(listing), outcome="pass", data=said)
    issue(city, listing)
    listing.refresh_from_db()
    wrong = Wrong("decided_on", shown, "经核对原文件有误", "示人社函〔2026〕9号", shown)
    with pytest.raises(DomainError, match=f"公示至 {shown} 止"):
        amending.propose(listing, wrong, by=city.person(listing.office))


def test_a_quota_cannot_be_exceeded_and_reserves_are_kept_back() -> None:
    city = make.make_city("rongchang", quota=1)
    listing = to_list(city, "proposed_list", cases=2)
    run = make.list_run(listing)
    with pytest.raises(DomainError, match="名额 1 个，现选入 2 个"):
        make.sign_all(city, run, outcome="pass")
    one, two = listing.items.order_by("position")
    lists.choose(one, by=city.person(run.office))
    with pytest.raises(DomainError, match="名额 1 个已用完"):
        lists.choose(two, by=city.person(run.office))
    lists.set_item(one, "struck", by=city.person(run.office), reason="材料不实")
    lists.choose(two, by=city.person(run.office))
    assert two.slot.number == 1


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"title": "公示 138 0000 0009"}, "公示的标题"),
        ({"contact": "经办人 13800000009"}, "公示的受理异议的联系方式"),
        ({"url": "https://example.gov.cn/13800000009"}, "公示的发布网址"),
    ],
)
def test_a_private_number_is_refused_with_the_place_it_stands_in(
    said: dict[str, str], place: str
) -> None:
    city = make.make_city("urumqi")
    listing = to_list(city, "notice")
    with pytest.raises(DomainError) as refused:
        make.sign_all(city, make.list_run(listing), outcome="pass", data=DRAFT | said)
    assert refused.value.message.startswith(f"{place}含有疑似身份证号或手机号码（138…09）")
    assert (refused.value.field, refused.value.status) == (next(iter(said)), 422)


def test_a_private_number_in_the_list_is_refused_with_row_and_column() -> None:
    city = make.make_city("urumqi")
    listing = to_list(city, "notice", cases=2)
    second = listing.items.order_by("position")[1]
    Application.objects.filter(case=second.case).update(unit_name="示例厂（13800000009）")
    with pytest.raises(DomainError, match="公示名单第 2 项的单位名称含有"):
        make.sign_all(city, make.list_run(listing), outcome="pass", data=DRAFT)


def test_a_notice_shown_in_the_house_is_entered_from_paper_and_published_nowhere(
    client: Client,
) -> None:
    city = make.make_city("urumqi")
    listing = to_list(city, "notice")
    make.from_paper(city, make.list_run(listing))
    assert (make.list_run(listing).stage, Publicity.objects.count()) == ("naming", 0)
    assert "暂无公示" in client.get(reverse("reviews:notices")).content.decode()


def test_a_notice_is_previewed_in_its_final_form_before_the_last_signature(as_user: Any) -> None:
    city = make.make_city("urumqi")
    listing = to_list(city, "notice")
    run = make.list_run(listing)
    address = reverse("reviews:list-notice-preview", args=[listing.public_id])
    page = reverse("reviews:list", args=[listing.public_id])
    approver = as_user(city.person(run.office, "approver"))
    assert approver.get(address).status_code == 403
    take_action(run, SIGN, by=city.person(run.office), version=run.version, outcome="pass",
                data=DRAFT)  # fmt: skip
    assert address in approver.get(page).content.decode()
    preview = approver.get(address).content.decode()
    unit = listing.items.get().case.application.unit_name
    for text in ("预览：尚未发布", "关于名单的公示", "现予公示。", unit, "公示时间："):
        assert text in preview
    # Each cell says its heading where a phone shows the table as a list.
    assert re.findall('<td data-th="(.*?)">', preview) == [
        "序号", "单位名称", "领办人", "职业（工种）", "工作室名称",
    ]  # fmt: skip
    assert Publicity.objects.count() == 0
    fresh = make.list_run(listing)
    take_action(fresh, SIGN, by=city.person(run.office, "approver"), version=fresh.version)
    assert approver.get(address).status_code == 403


def wanted(callbacks: list[Any], name: str) -> dict[str, Any]:
    """What the one task of a name was sent with."""
    sent = [call.args for call in callbacks if hasattr(call, "args")]
    ((_, ids),) = [args for args in sent if args[0].name == name]
    found: dict[str, Any] = ids
    return found


def test_a_published_notice_is_kept_as_a_paper_for_the_office_and_the_public(
    as_user: Any, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as later:
        city, listing, notice = show("urumqi")
    tasks.render_notice(**wanted(later, "reviews.tasks.render_notice"))
    notice.refresh_from_db()
    document = notice.document
    assert document is not None
    assert (document.kind, document.title, document.application_id) == (
        "notice", "关于名单的公示", None,
    )  # fmt: skip
    public = reverse("reviews:notice-paper", args=[notice.public_id])
    page = client.get(reverse("reviews:notice", args=[notice.public_id])).content.decode()
    assert public in page
    sent = b"".join(client.get(public).streaming_content)
    unit = listing.items.get().case.application.unit_name
    shown = text_of(sent).replace("\n", "")
    for text in ("关于名单的公示", "现予公示。", unit, "公示时间："):
        assert text in shown
    publicity.withdraw(notice, by=officer(city, listing), reason="单位名称有误")
    assert client.get(public).status_code == 404
    office = reverse("reviews:list-notice-paper", args=[listing.public_id, notice.public_id])
    kept = as_user(officer(city, listing)).get(office)
    assert b"".join(kept.streaming_content) == sent
    assert Document.objects.filter(kind="notice").count() == 1

"""No ID or mobile number becomes public by a decision, its announcement or an amendment."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Studio
from portal.common.errors import DomainError
from reviews.domain import amending, decision, noticepaper
from reviews.models import Amendment, List, Publicity
from tests.reviews import factories as make
from tests.reviews.standing import list_at
from tests.reviews.test_amending import people, the_case, wrong
from tests.reviews.test_kinds import to_list
from tests.reviews.test_walks import issue, sign_decision

pytestmark = pytest.mark.django_db
MOBILE = "示例厂（13800000009）"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def test_a_filing_with_a_number_in_a_public_column_is_not_decided() -> None:
    city = make.make_city("yuzhong", quota=5)
    run = list_at(city, [make.submitted(city)], "decision")
    application = Application.objects.get()
    Application.objects.filter(pk=application.pk).update(unit_name=MOBILE)
    assert isinstance(run.listing, List)
    with pytest.raises(DomainError) as refused:
        issue(city, run.listing)
    assert refused.value.message.startswith(f"申报件 {application.number} 的单位名称含有疑似")
    assert (Studio.objects.count(), Application.objects.get().status) == (0, "submitted")


def test_an_address_with_a_number_does_not_enter_the_register() -> None:
    city = make.make_city("yuzhong", quota=5)
    case = make.submitted(city, studio__address="示例路1号 13800000009")
    run = list_at(city, [case], "decision")
    assert isinstance(run.listing, List)
    with pytest.raises(DomainError, match="的地点含有疑似身份证号或手机号码"):
        issue(city, run.listing)
    assert Studio.objects.count() == 0


def test_an_announcement_names_nobodys_number() -> None:
    city = make.make_city("ziyang")
    listing = to_list(city, "recognition")
    sign_decision(city, listing)
    by, today = city.person(make.list_run(listing).office), timezone.localdate()
    for said, place in (
        ({"where": MOBILE}, "载体"),
        ({"where": "门户网站", "url": MOBILE}, "网址"),
    ):
        with pytest.raises(DomainError, match=f"公布的{place}含有疑似"):
            decision.announce(listing, by=by, on=today, **said)
    decision.announce(listing, by=by, on=today, where="门户网站")
    assert List.objects.get(pk=listing.pk).closed_at is not None


def test_an_amended_text_with_a_number_is_refused_on_the_page(as_user: Any) -> None:
    city = make.make_city("yuzhong", quota=5)
    run = list_at(city, [make.submitted(city)], "decision")
    assert isinstance(run.listing, List)
    issue(city, run.listing)
    case = the_case(run.listing)
    handler, _ = people(city, case)
    client: Client = as_user(handler)
    said = wrong("unit_name", MOBILE)
    answer = client.post(reverse("reviews:amend", args=[case.public_id]), vars(said))
    assert answer.status_code == 422
    assert "更正后的单位名称含有疑似身份证号或手机号码（138…09）" in answer.content.decode()
    with pytest.raises(DomainError) as refused:
        amending.propose(case, said, by=handler)
    assert (refused.value.field, Amendment.objects.count()) == ("new", 0)


def test_an_amendment_proposed_before_the_check_existed_is_not_signed() -> None:
    city = make.make_city("yuzhong", quota=5)
    run = list_at(city, [make.submitted(city)], "decision")
    assert isinstance(run.listing, List)
    issue(city, run.listing)
    case = the_case(run.listing)
    handler, approver = people(city, case)
    row = amending.propose(case, wrong("unit_name", "示例厂"), by=handler)
    Amendment.objects.filter(pk=row.pk).update(new=MOBILE)
    row.refresh_from_db()
    with pytest.raises(DomainError, match="更正后的单位名称含有疑似身份证号或手机号码（138…09）"):
        amending.decide(row, approve=True, by=approver)
    assert (Amendment.objects.get().state, Studio.objects.get().hosts.get().name) == (
        "proposed", case.application.unit_name
    )  # fmt: skip


def test_a_notice_older_than_the_check_hides_numbers_and_its_paper(client: Client) -> None:
    city = make.make_city("urumqi")
    run = list_at(city, [make.submitted(city)], "publicity")
    make.sign_all(city, run, outcome="pass", data={
        "title": "关于名单的公示", "body": "现予公示。", "contact": "0991-4500000"})  # fmt: skip
    notice = Publicity.objects.get()
    noticepaper.paper_of(notice)
    page, paper = (reverse(f"reviews:{name}", args=[notice.public_id])
                   for name in ("notice", "notice-paper"))  # fmt: skip
    assert b"".join(client.get(paper))[:4] == b"%PDF"
    Publicity.objects.update(
        title="公示 138 0000 0009",
        body="电话１３８００００００１０。\n请来电。",
        rows=[notice.rows[0] | {"unit_name": MOBILE}],
    )
    listed = client.get(reverse("reviews:notices")).content.decode()
    assert (listed.count("公示 ＊＊＊"), "0009" in listed) == (1, False)
    shown = client.get(page).content.decode()
    assert [text in shown for text in ("电话＊＊＊。", "请来电。", "示例厂（＊＊＊）")] == [
        True
    ] * 3
    assert [text in shown for text in ("138", "１３８", paper)] == [False] * 3
    assert client.get(paper).status_code == 404


def test_the_register_hides_numbers_of_studios_older_than_the_check(client: Client) -> None:
    city = make.make_city("yuzhong", quota=5)
    run = list_at(city, [make.submitted(city)], "decision")
    assert isinstance(run.listing, List)
    issue(city, run.listing)
    studio = Studio.objects.get()
    Studio.objects.update(name=MOBILE, address="示例路1号 13800000009")
    studio.hosts.update(name=MOBILE)
    for address in (reverse("assessments:register_public"),
                    reverse("assessments:verify", args=[studio.number])):  # fmt: skip
        page = client.get(address).content.decode()
        assert (page.count("示例厂（＊＊＊）") > 1, "13800000009" in page) == (True, False)

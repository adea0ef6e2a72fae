"""The pages of officers: who sees them, what they show, what they do without JavaScript."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.common.models.sealed import RevealLog
from reviews.domain import lists
from reviews.domain.stages import SAVE, take_action
from reviews.models import Case, Correction, List
from tests.reviews import factories as make
from tests.reviews.test_walks import case_to_list

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def page(name: str, case: Case, *more: Any) -> str:
    return reverse(f"reviews:{name}", args=[case.public_id, *more])


def handler_of(city: make.City, case: Case) -> Any:
    return city.person(make.run_of(case).office)


def full_post(city: make.City, case: Case, **changes: Any) -> dict[str, Any]:
    run = make.run_of(case)
    said = make.yes_to_all(city, run)
    post: dict[str, Any] = {"version": run.version, "action": "decide", "decision": "pass",
                            "opinion": "材料齐全，符合条件。"}  # fmt: skip
    for point, (verdict, reason) in said.items():
        post |= {f"point-{point}": verdict, f"reason-{point}": reason}
    return post | changes


def test_the_worklist_shows_a_new_filing_to_the_handler_of_its_office(
    city: make.City, case: Case, as_user: Any
) -> None:
    answer = as_user(handler_of(city, case)).get(reverse("reviews:worklist"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert case.application.number in text
    assert "待我办理 1" in text


def test_the_worklist_takes_as_many_queries_for_three_lines_as_for_one(
    city: make.City, case: Case, as_user: Any
) -> None:
    client = as_user(handler_of(city, case))
    client.get(reverse("reviews:worklist"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(reverse("reviews:worklist"))
    make.another(city, 7)
    with CaptureQueriesContext(connection) as two:
        answer = client.get(reverse("reviews:worklist"))
    assert "待我办理 2" in answer.content.decode()
    assert len(two) == len(one)


def test_the_search_finds_by_number_unit_leader_and_occupation(
    city: make.City, case: Case, as_user: Any
) -> None:
    client, application = as_user(handler_of(city, case)), case.application
    for text in (application.number, application.unit_name[:4], application.leader_name,
                 application.occupation):  # fmt: skip
        found = client.get(reverse("reviews:worklist"), {"q": text}).content.decode()
        assert application.number in found
    assert (
        application.number
        not in client.get(reverse("reviews:worklist"), {"q": "查无此人"}).content.decode()
    )


def test_the_split_page_shows_filing_findings_points_and_one_verb(
    city: make.City, case: Case, as_user: Any
) -> None:
    text = as_user(handler_of(city, case)).get(page("case", case)).content.decode()
    assert "示例张建疆" in text
    assert "650102********3117" in text
    assert "650102197510203117" not in text
    assert 'name="point-p_level"' in text
    assert 'name="flags" value="leader.name"' in text
    assert text.count("data-decide") == 1
    assert "style=" not in text
    assert "第七条" in text


def test_a_check_is_passed_from_the_page_and_goes_to_the_next_post(
    city: make.City, case: Case, as_user: Any
) -> None:
    client = as_user(handler_of(city, case))
    answer = client.post(page("act", case), full_post(city, case))
    assert answer.status_code == 302
    assert make.run_of(case).waiting_for == "reviewer"
    assert "办理" in client.get(page("case", case)).content.decode()


def test_a_fault_gives_the_page_back_with_everything_typed(
    city: make.City, case: Case, as_user: Any
) -> None:
    post = full_post(city, case, opinion="", note="内部说明一句")
    answer = as_user(handler_of(city, case)).post(page("act", case), post)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写意见" in text
    assert "内部说明一句" in text


def test_flags_become_one_notice_that_unlocks_exactly_them(
    city: make.City, case: Case, as_user: Any
) -> None:
    due = (timezone.localdate() + timedelta(days=7)).isoformat()
    notes = {"note-leader.phone": "电话缺区号", "note-material:report": "缺盖章页"}
    flags = ["leader.phone", "material:report"]
    post = full_post(city, case, decision="return", due_on=due, flags=flags, **notes)
    run = make.run_of(case)
    as_user(city.person(run.office)).post(page("act", case), post)
    for post_kind in ("reviewer", "approver"):
        client = as_user(city.person(run.office, post_kind))
        client.post(page("act", case), {"version": make.run_of(case).version, "action": "sign"})
    notice = Correction.objects.get(case=case)
    application = type(case.application).objects.get(pk=case.application_id)
    assert application.status == "returned"
    assert application.unlocked == ["leader.phone", "material:report"]
    assert [i.text for i in notice.items.all()] == ["电话缺区号", "缺盖章页"]
    letter = case.letters.get(kind="correction")
    pdf = as_user(city.person(run.office)).get(reverse("reviews:letter", args=[letter.public_id]))
    assert pdf.status_code == 200
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")


def test_a_full_number_is_shown_once_a_reason_is_given_and_the_look_is_kept(
    city: make.City, case: Case, as_user: Any
) -> None:
    client = as_user(handler_of(city, case))
    address = page("reveal", case) + "?path=leader.id_number"
    before = RevealLog.objects.count()
    assert "650102197510203117" not in client.post(address).content.decode()
    assert client.post(address, {"reason": "核"}).status_code == 422
    shown = client.post(address, {"reason": "与身份证复印件核对"})
    assert "650102197510203117" in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    assert RevealLog.objects.count() == before + 1


def test_an_attachment_is_sent_to_its_office_only(
    city: make.City, case: Case, as_user: Any
) -> None:
    file = case.application.attachments.first()
    other = make.make_city("yuzhong")
    stranger = other.person(other.office("bureau"))
    address = page("file", case, file.public_id)
    sent = as_user(handler_of(city, case)).get(address)
    assert sent.status_code == 200
    assert b"".join(sent.streaming_content)
    assert as_user(stranger).get(address).status_code == 404


def test_nothing_of_one_city_exists_for_another(city: make.City, case: Case, as_user: Any) -> None:
    other = make.make_city("yuzhong")
    for user in (other.person(other.office("bureau"), "approver"), other.admin):
        client = as_user(user)
        for name in ("case", "timeline", "paper", "reroute"):
            assert client.get(page(name, case)).status_code == 404
        assert client.post(page("act", case), {"action": "save"}).status_code == 404
        assert (
            case.application.number
            not in client.get(reverse("reviews:worklist") + "?tab=waiting").content.decode()
        )


def test_an_administrator_reads_all_of_the_city_and_signs_nothing(
    city: make.City, case: Case, as_user: Any
) -> None:
    client = as_user(city.admin)
    assert client.get(page("case", case)).status_code == 200
    answer = client.post(page("act", case), full_post(city, case))
    assert answer.status_code == 403


def test_a_case_is_taken_up_and_put_back(city: make.City, case: Case, as_user: Any) -> None:
    client = as_user(handler_of(city, case))
    client.post(page("claim", case))
    text = client.get(reverse("reviews:worklist") + "?tab=mine").content.decode()
    assert "已领取 1" in text
    client.post(page("release", case))
    assert Case.objects.get(pk=case.pk).claimed_by is None


def test_every_page_of_a_case_opens(city: make.City, case: Case, as_user: Any) -> None:
    client = as_user(handler_of(city, case))
    for name in ("case", "timeline", "paper"):
        assert client.get(page(name, case)).status_code == 200
    sheet = client.get(page("sheet", case))
    assert b"".join(sheet.streaming_content).startswith(b"%PDF")
    approver = as_user(city.person(make.run_of(case).office, "approver"))
    assert approver.get(page("reroute", case)).status_code == 200
    assert client.get(reverse("reviews:phrases")).status_code == 200
    client.post(reverse("reviews:phrases"), {"text": "材料齐全，同意。"})
    assert "材料齐全，同意。" in client.get(page("case", case)).content.decode()


def list_in_hand(city: make.City, as_user: Any) -> tuple[List, Any]:
    case = case_to_list(city, make.submitted(city))
    client = as_user(city.person(case.office))
    answer = client.get(reverse("reviews:lists"))
    assert "1 件等待列入名单" in answer.content.decode()
    client.post(reverse("reviews:list-new", args=[city.round.public_id]))
    return List.objects.get(round=city.round), client


def test_the_paper_page_of_every_stage_opens_and_the_list_page_too(as_user: Any) -> None:
    for code in make.CITIES:
        city = make.make_city(code)
        listing, client = list_in_hand(city, as_user)
        for _ in range(10):
            listing = List.objects.get(pk=listing.pk)
            text = client.get(reverse("reviews:list", args=[listing.public_id])).content.decode()
            assert listing.title in text
            assert "style=" not in text
            if listing.closed_at:
                break
            address = reverse("reviews:list-paper", args=[listing.public_id])
            assert client.get(address).status_code == 200
            make.from_paper(city, make.list_run(listing))
        assert "铭牌清单" in text
        sheet = client.get(reverse("reviews:list-plaques", args=[listing.public_id]))
        assert sheet.content[:2] == b"PK"


def test_a_vote_is_entered_from_paper_on_its_page(city: make.City, as_user: Any) -> None:
    listing, client = list_in_hand(city, as_user)
    make.from_paper(city, make.list_run(listing))
    run, item = make.list_run(listing), listing.items.get()
    today = timezone.localdate().isoformat()
    post = {"version": run.version, "outcome": "pass", "held_on": today, "members": "甲、乙、丙",
            "present": "甲、乙、丙", f"for-{item.pk}": "甲、乙", f"against-{item.pk}": "丙",
            "signed_by": "主任委员", "signed_on": today, "opinion": "通过",
            "file": make.paper_file()}  # fmt: skip
    assert run.kind == "vote"
    answer = client.post(reverse("reviews:list-paper", args=[listing.public_id]), post)
    assert answer.status_code == 302
    run.refresh_from_db()
    assert run.data["ballots"][str(item.pk)] == {"for": "甲、乙", "against": "丙"}
    assert run.papers.get().signed_by == "主任委员"


def test_a_recall_is_offered_to_who_signed_last_until_somebody_goes_on(
    city: make.City, as_user: Any
) -> None:
    listing, _ = list_in_hand(city, as_user)
    while make.list_run(listing).kind != "shortlist":
        make.from_paper(city, make.list_run(listing))
    run = make.sign_all(city, make.list_run(listing), outcome="pass", opinion="同意。")

    def offered() -> list[str]:
        address = reverse("reviews:list", args=[listing.public_id])
        pages = {post: as_user(city.person(run.office, post)).get(address) for post in make.POSTS}
        return [post for post, page in pages.items() if page.context["recallable"]]

    assert offered() == ["approver"]
    following = make.list_run(listing)
    take_action(following, SAVE, by=city.person(run.office), version=following.version,
                data={"title": "示例公示"})  # fmt: skip
    assert offered() == []


def test_the_paper_page_chooses_no_result_and_keeps_what_was_typed(
    city: make.City, as_user: Any
) -> None:
    listing, client = list_in_hand(city, as_user)
    make.from_paper(city, make.list_run(listing))
    run, item = make.list_run(listing), listing.items.get()
    address = reverse("reviews:list-paper", args=[listing.public_id])
    shown = client.get(address)
    options = shown.context["outcomes"] + shown.context["items"][0]["options"]
    assert [row["checked"] for row in options] == [False] * len(options)
    today = timezone.localdate().isoformat()
    post = {"version": run.version, "held_on": today, "members": "甲、乙、丙",
            "present": "甲、乙、丙", f"for-{item.pk}": "甲、乙、丙", "signed_by": "主任委员",
            "signed_on": today, "opinion": "会议意见。", f"text-{item.pk}": "一致同意",
            f"result-{item.pk}": ""}  # fmt: skip
    answer = client.post(address, post | {"file": make.paper_file()})
    said, text = "请在“结果”中选择一项，系统不预先选定。", answer.content.decode()
    assert (answer.status_code, answer.context["error"].message) == (422, said)
    kept = [text.count(words) for words in (said, "会议意见。", "一致同意", "主任委员")]
    assert kept == [2, 1, 1, 1]
    done = client.post(address, post | {"outcome": "pass", "file": make.paper_file()})
    assert done.status_code == 302
    run.refresh_from_db()
    assert run.data["items"] == {str(item.pk): {"result": "pass", "text": "一致同意"}}


def publish(city: make.City, as_user: Any) -> tuple[List, Any]:
    listing, client = list_in_hand(city, as_user)
    while make.list_run(listing).kind != "publicity":
        make.from_paper(city, make.list_run(listing))
    make.sign_all(city, make.list_run(listing), outcome="pass", data={
        "title": "关于名单的公示", "body": "现予公示。", "contact": "0991-4500000"})  # fmt: skip
    return List.objects.get(pk=listing.pk), client


def test_the_public_reads_a_notice_with_both_days_and_nothing_private(
    city: make.City, as_user: Any, client: Any
) -> None:
    listing, _ = publish(city, as_user)
    notice = listing.publicities.get()
    text = client.get(reverse("reviews:notice", args=[notice.public_id])).content.decode()
    assert f"{notice.first_day.year}年{notice.first_day.month}月{notice.first_day.day}日" in text
    assert f"{notice.last_day.month}月{notice.last_day.day}日" in text
    assert (notice.last_day - notice.published_on).days == 7
    assert "650102" not in text
    assert notice.title in client.get(reverse("reviews:notices")).content.decode()


def test_a_signed_objection_reaches_the_officer_and_is_limited(
    city: make.City, as_user: Any, client: Any
) -> None:
    listing, officer = publish(city, as_user)
    notice = listing.publicities.get()
    address = reverse("reviews:objection", args=[notice.public_id])
    post = {"item": listing.items.get().pk, "name": "王某", "contact": "13800000009",
            "text": "业绩不实", "true_name": "on"}  # fmt: skip
    assert client.get(address).status_code == 200
    assert client.post(address, post | {"name": ""}).status_code == 422
    assert client.post(address, post).status_code == 302
    text = officer.get(reverse("reviews:list", args=[listing.public_id])).content.decode()
    assert "业绩不实" in text
    assert "13800000009" not in text
    for _ in range(5):
        last = client.post(address, post)
    assert last.status_code == 429


def test_bodies_of_a_list_see_it_and_others_do_not(as_user: Any) -> None:
    city = make.make_city("ziyang")
    listing, _ = list_in_hand(city, as_user)
    address = reverse("reviews:list", args=[listing.public_id])
    assert as_user(city.person(city.office("finance"), "approver")).get(address).status_code == 200
    stranger = make.make_city("urumqi")
    outsider = stranger.person(stranger.office("city_bureau"))
    assert as_user(outsider).get(address).status_code == 404
    assert (
        lists.digest(listing)
        in as_user(city.person(city.office("organization"), "approver"))
        .get(address)
        .content.decode()
        or listing.stage_kind != "decision"
    )

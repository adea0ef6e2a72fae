"""Pages of passages: who sees them, and each kind acted from the browser without a script."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.common import doors
from reviews.domain import consulting, sittings, visiting, voting
from reviews.models import Case, Consultation, List, Sitting, StageRun
from tests.factories import make_user
from tests.reviews import factories as make
from tests.reviews.standing import case_at, fresh, handler, list_at, soon

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def at(name: str, run: StageRun, *more: Any) -> str:
    return reverse(f"reviews:{name}", args=[run.public_id, *more])


def kind_of_file(answer: Any) -> str:
    """What a file is; it is read to its end."""
    b"".join(answer.streaming_content)
    return str(answer["Content-Type"])


def sign(client: Any, run: StageRun, **more: Any) -> Any:
    post = {"version": fresh(run).version, "outcome": "pass", "action": "sign", **more}
    return client.post(at("run-sign", run), post)


def signed_by_all(city: make.City, run: StageRun, as_user: Any) -> StageRun:
    """Every post signs on the page."""
    for post in make.stage_shape(city, run).signoff:
        answer = sign(as_user(city.person(run.office, post)), run)
        assert answer.status_code == 302, answer.content.decode()[:3000]
    return fresh(run)


def test_a_vote_is_called_opened_cast_counted_and_signed_in_the_browser(
    city: make.City, case: Case, as_user: Any
) -> None:
    run = list_at(city, [case], "vote")
    secretary = as_user(handler(city, run))
    members = [make_user(f"m{n}@example.gov.cn", name=f"委员{n}号", staff=True) for n in (1, 2)]
    lines = "委员1号，大学，m1@example.gov.cn\n委员2号，企业，m2@example.gov.cn\n委员3号，学院"
    answer = secretary.get(at("run", run))
    assert "召集委员" in answer.content.decode()
    bad = secretary.post(at("run-convene", run), {"people": lines, "place": "会议室"})
    assert bad.status_code == 422
    assert "委员3号，学院" in bad.content.decode()
    moment = timezone.localtime(soon()).strftime("%Y-%m-%dT%H:%M")
    plan = {"people": lines, "place": "会议室", "starts_at": moment}
    assert secretary.post(at("run-convene", run), plan).status_code == 302

    sitting = Sitting.objects.get()
    for user in members:
        own = as_user(user)
        assert at("run-ballot", run) in own.get(reverse("reviews:meetings")).content.decode()
        assert own.get(at("run", run)).status_code == 404
        assert own.post(at("run-ballot", run), {"do": "check_in"}).status_code == 302
    third = sitting.people.get(user=None)
    here = {"present": [p.pk for p in sitting.people.all()]}
    assert secretary.post(at("run-attendance", run), here).status_code == 302
    assert secretary.post(at("run-ballots", run), {"do": "open"}).status_code == 302
    row = sittings.open_agenda(Sitting.objects.get())[0]
    empty = as_user(members[0]).post(at("run-ballot", run), {"do": "cast"})
    assert (empty.status_code, empty.context["error"].field) == (422, f"ballot-{row.pk}")
    for user in members:
        cast = as_user(user).post(at("run-ballot", run), {f"ballot-{row.pk}": "for", "do": "cast"})
        assert cast.status_code == 302
    paper = {"do": "enter", f"ballot-{row.pk}-{third.pk}": "abstain"}
    assert secretary.post(at("run-ballots", run), paper).status_code == 302
    assert secretary.post(at("run-ballots", run), {"do": "close"}).status_code == 302
    late = as_user(members[0]).post(at("run-ballot", run), {f"ballot-{row.pk}": "against"})
    assert late.status_code == 409

    text = secretary.get(at("run", run)).content.decode()
    assert "应到 3 人，实到 3 人，赞成 2 票，反对 0 票，弃权 1 票" in text
    assert kind_of_file(secretary.get(at("run-minutes-pdf", run))) == "application/pdf"
    assert sign(secretary, run).status_code == 422
    up = secretary.post(at("run-minutes", run), {"minutes": make.paper_file()})
    assert up.status_code == 302
    assert signed_by_all(city, run, as_user).state == "done"
    assert List.objects.get(pk=run.listing_id).stage_kind == "shortlist"


def test_a_visit_is_recorded_on_the_spot_by_the_team_without_a_script(
    city: make.City, case: Case, as_user: Any
) -> None:
    run = case_at(city, case, "visit")
    secretary = as_user(handler(city, run))
    visitor = make_user("v1@example.gov.cn", name="考察一号", staff=True)
    moment = timezone.localtime(soon()).strftime("%Y-%m-%dT%H:%M")
    plan = {"people": "考察一号，局里，v1@example.gov.cn\n考察二号，学院",
            f"starts-{case.pk}": moment, f"place-{case.pk}": "一号车间"}  # fmt: skip
    assert secretary.post(at("run-visit", run), plan).status_code == 302
    row = sittings.open_agenda(Sitting.objects.get())[0]
    page, own = at("run-visit-item", run, row.public_id), as_user(visitor)
    assert page in own.get(reverse("reviews:meetings")).content.decode()
    assert "一号车间" in own.get(page).content.decode()
    stranger = make_user("stranger@example.gov.cn", name="路人", staff=True)
    assert as_user(stranger).get(page).status_code == 404

    points = [point.id for point in make.stage_shape(city, run).points]
    said = {f"point-{p}": "yes" for p in points} | {f"reason-{p}": "" for p in points}
    half = said | {
        f"point-{points[0]}": "",
        f"reason-{points[0]}": "现场未开门",
        "note": "到访记录",
    }
    answer = own.post(page, half)
    assert answer.status_code == 409
    assert "现场未开门" in answer.content.decode()
    assert own.post(page, said | {"note": "到访记录"}).status_code == 302
    assert row.notes.get().text == "到访记录"
    photos = at("run-visit-photos", run, row.public_id)
    assert own.post(photos, {"photo": [make.photo(), make.photo()]}).status_code == 302
    kept = visiting.photos_of(row)
    drop = at("run-visit-photo-remove", run, row.public_id, kept[0].public_id)
    assert own.post(drop).status_code == 302
    assert kind_of_file(own.get(at("run-file", run, kept[1].public_id))) == "image/jpeg"
    assert own.get(at("run-file", run, kept[0].public_id)).status_code == 404
    shown = secretary.get(at("run", run)).content.decode()
    assert re.findall(r'<img src="([^"]+/files/[^"]+)"', shown) == [
        at("run-file", run, kept[1].public_id)
    ]

    end = {f"result-{row.pk}": "pass", f"text-{row.pk}": "场地属实。",
           "went": [p.pk for p in row.sitting.people.all()]}  # fmt: skip
    assert secretary.post(at("run-visit-close", run), end).status_code == 302
    assert signed_by_all(city, run, as_user).state == "done"


def test_the_script_is_answered_in_json_and_a_conflict_names_the_point(
    city: make.City, case: Case, as_user: Any
) -> None:
    run = case_at(city, case, "visit")
    users = [make_user(f"v{n}@example.gov.cn", name=f"考察{n}号", staff=True) for n in (1, 2)]
    sitting = visiting.appoint(
        run, by=handler(city, run), people=[sittings.Person(u.name, "", u) for u in users],
        appointments={case.pk: visiting.Appointment(soon(), "一号车间")},
    )  # fmt: skip
    row = sittings.open_agenda(sitting)[0]
    page, json = at("run-visit-item", run, row.public_id), {"Accept": "application/json"}
    said = {"point-v_team": "yes", "reason-v_team": "", "seen-v_team": "", "note": "一号"}
    answer = as_user(users[0]).post(page, said, headers=json)
    assert answer.status_code == 200
    assert list(answer.json()["seen"]) == ["v_team"]
    other = said | {"point-v_team": "no", "reason-v_team": "缺人", "note": "二号"}
    answer = as_user(users[1]).post(page, other, headers=json)
    assert answer.status_code == 409
    assert "“工作团队在岗”已由考察1号判为符合" in answer.json()["error"]
    assert sorted(row.notes.values_list("text", flat=True)) == ["一号", "二号"]
    key, photos = str(uuid.uuid4()), at("run-visit-photos", run, row.public_id)
    for _ in range(2):
        sent = as_user(users[0]).post(photos, {"photo": make.photo(), "key": key}, headers=json)
        assert sent.json()["name"] == "现场.jpg"
    assert len(visiting.photos_of(row)) == 1


def test_a_meeting_is_recorded_with_its_minutes_in_one_form(
    city: make.City, case: Case, as_user: Any
) -> None:
    run = list_at(city, [case], "committee")
    secretary = as_user(handler(city, run))
    post = {"held_on": str(timezone.localdate()), "minutes_number": "第3次会议",
            "people": "甲，局里", f"result-{case.pk}": "pass", f"text-{case.pk}": ""}  # fmt: skip
    bad = secretary.post(at("run-meeting", run), post | {"minutes_number": ""})
    assert bad.status_code == 422
    good = secretary.post(at("run-meeting", run), post | {"minutes": make.paper_file()})
    assert good.status_code == 302
    assert signed_by_all(city, run, as_user).state == "done"


def test_a_consulted_office_sees_its_own_question_and_nothing_else(as_user: Any) -> None:
    city = make.make_city("rongchang")
    run = list_at(city, [make.submitted(city)], "consult")
    secretary = as_user(handler(city, run))
    due = str(timezone.localdate() + timedelta(days=9))
    besides = secretary.get(at("run", run)).context["others"]
    assert besides == [city.office("department")]
    assert secretary.post(at("run-consult", run), {"due_on": ""}).status_code == 422
    assert secretary.post(at("run-consult", run), {"due_on": due}).status_code == 302
    rows = {row.role: row for row in Consultation.objects.all()}
    user = make_user("tax@example.gov.cn", name="税务回复人", staff=True)
    doors.grant(user, "consult", rows["tax"].office)
    own, mine = as_user(user), reverse("reviews:consult-reply", args=[rows["tax"].public_id])

    assert own.get(reverse("reviews:consult")).content.decode().count("示例批次名单") == 1
    text = own.get(mine).content.decode()
    assert run.listing.items.get().case.application.leader_name in text
    other = reverse("reviews:consult-reply", args=[rows["police"].public_id])
    assert own.get(other).status_code == 404
    assert own.get(at("run", run)).status_code == 404
    assert own.get(reverse("reviews:list", args=[run.listing.public_id])).status_code == 404
    assert own.get(at("run-consultation", run, rows["tax"].public_id)).status_code == 404
    letter = reverse("reviews:consult-letter", args=[rows["tax"].public_id])
    assert kind_of_file(own.get(letter)) == "application/pdf"
    case = run.listing.items.get().case
    number = reverse("reviews:consult-number", args=[rows["tax"].public_id, case.public_id])
    assert "身份证号码" in own.post(number).content.decode()

    unit, leader = rows["tax"].replies.order_by("pk")
    reply = {f"reply-{unit.pk}": "against", f"text-{unit.pk}": "", f"text-{leader.pk}": "",
             f"reply-{leader.pk}": "clear", "version": "0", "action": "send"}  # fmt: skip
    answer = own.post(mine, reply)
    assert answer.status_code == 422
    assert "有异议的请写明情况" in answer.content.decode()
    given = {f"text-{unit.pk}": "欠税", f"file-{unit.pk}": make.paper_file()}
    answer = own.post(mine, reply | given)
    assert answer.status_code == 302
    page = secretary.get(at("run", run)).content.decode()
    assert "不同意见 1 条" in page
    assert "欠税" in page
    against = at("run-consult-file", run, rows["tax"].public_id, unit.pk)
    assert kind_of_file(secretary.get(against)) == "application/pdf"
    handled = {f"handling-{unit.pk}": "explain", f"handling-text-{unit.pk}": "已补缴"}
    assert secretary.post(at("run-consult-handle", run, unit.pk), handled).status_code == 302
    for role in ("police", "petitions", "discipline"):
        row = rows[role]
        said = {f"reply-{r.pk}": "clear" for r in row.replies.all()}
        said |= {f"text-{r.pk}": "" for r in row.replies.all()}
        said |= {"version": row.version, "replied_on": str(timezone.localdate()), "do": "paper"}
        there = at("run-consultation", run, row.public_id)
        assert secretary.post(there, said).status_code == 422
        assert secretary.post(there, said | {"file": make.paper_file()}).status_code == 302
    assert signed_by_all(city, run, as_user).state == "done"
    assert "已回复" in own.get(mine).content.decode()


def test_each_body_approves_on_the_page_of_the_stage(as_user: Any) -> None:
    city = make.make_city("ziyang")
    run = list_at(city, [make.submitted(city)], "joint_decision")
    for role in ("organization", "finance"):
        client = as_user(city.person(city.office(role), "approver"))
        page = client.get(at("run", run))
        digest = page.context["digest"]
        post = {"role": role, "digest": digest, "opinion": "同意。", "do": "approve"}
        stale = client.post(at("run-approve", run), post | {"digest": "x"})
        assert stale.status_code == 409
        assert client.post(at("run-approve", run), post).status_code == 302
        assert "已审定" in client.get(at("run", run)).content.decode()
    assert signed_by_all(city, run, as_user).state == "done"


def test_a_filing_is_entered_and_its_workbook_downloaded(as_user: Any) -> None:
    city = make.make_city("yuzhong")
    run = list_at(city, [make.submitted(city)], "filing")
    client = as_user(handler(city, run))
    book = client.get(at("run-studios", run))
    assert book.content[:2] == b"PK"
    today = str(timezone.localdate())
    saved = sign(client, run, action="save", sent_on=today, to="市局", receipt="")
    assert saved.status_code == 302
    assert today in client.get(at("run", run)).content.decode()
    assert sign(client, run, sent_on=today, to="市局", receipt="").status_code == 422
    assert sign(client, run, sent_on=today, to="市局", receipt="备1号").status_code == 302
    assert fresh(run).state == "done"


def test_the_pages_do_not_exist_for_another_city_or_another_office(
    city: make.City, case: Case, as_user: Any
) -> None:
    run = list_at(city, [case], "vote")
    foreign = make_user("foreign@example.gov.cn", name="外地", staff=True)
    other = make.make_city("ziyang")
    make.appoint(foreign, other.office("city_bureau"), "handler", by=other.admin, reason="任岗安排")
    voting_names = ("run-sign", "run-annul", "run-minutes", "run-convene", "run-attendance",
                    "run-ballots", "run-ballot", "run-meeting", "run-approve", "run-visit",
                    "run-visit-close", "run-consult")  # fmt: skip
    client = as_user(foreign)
    for name in ("run", "run-minutes-pdf", "run-studios"):
        assert client.get(at(name, run)).status_code == 404
    for name in voting_names:
        assert client.post(at(name, run)).status_code == 404, name
    assert as_user(make_user("none@example.gov.cn", staff=True)).get(
        reverse("reviews:consult")).status_code == 404  # fmt: skip
    assert consulting.people_of(other.office("finance")).isdisjoint({foreign})
    assert voting.is_quorate(2, 2, make.stage_shape(city, run).majority)

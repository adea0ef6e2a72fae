"""Pages of experts, officers and the pool: who sees what, field by field."""

import re
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from jurisdictions.models import Office
from reviews.domain import seating, sheets
from reviews.interfaces.expertpage import others_visible
from reviews.models import Case, Expert, ScoreSheet, Seat, StageRun
from tests.factories import make_uscc
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = pytest.mark.django_db

SECRET_TEXT = "仅供本人知悉的意见"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def run(city: make.City, case: Case) -> StageRun:
    """The filing stands at the panel."""
    return panels.at_panel(city, case)


def page(name: str, seat: Seat, *more: Any) -> str:
    return reverse(f"reviews:{name}", args=[seat.public_id, *more])


def text_of(answer: Any) -> str:
    content: bytes = answer.getvalue()
    return content.decode()


def scored(*points: str) -> tuple[make.City, Case, StageRun, list[Seat]]:
    """A scoring panel; those with points have signed."""
    city = make.make_city("urumqi", change=partial(panels.with_scores))
    case = make.submitted(city)
    run = panels.at_panel(city, case)
    seats = panels.seated(city, run, panels.pool(city, 3))
    for seat, given in zip(seats, points, strict=False):
        panels.score(seat, given, "40")
    return city, case, run, [Seat.objects.get(pk=seat.pk) for seat in seats]


def test_before_the_statement_an_expert_sees_nothing_of_the_filing(
    city: make.City, case: Case, run: StageRun, as_user: Any
) -> None:
    person = panels.pool(city, 1)[0]
    seat = seating.appoint(run, [person], by=panels.handler(city, run))[0]
    client, application = as_user(person.user), case.application
    listed = text_of(client.get(reverse("reviews:panel")))
    for word in (application.number, application.unit_name, application.leader_name,
                 application.studio_name, application.unit_uscc):  # fmt: skip
        assert word not in listed
    assert "评审件 1" in listed
    file = application.attachments.first()
    closed = (
        page("panel-seat", seat), page("panel-file", seat, file.public_id),
        page("panel-autosave", seat), reverse("reviews:case", args=[case.public_id]),
    )  # fmt: skip
    for address in closed:
        assert client.get(address).status_code in (404, 405)
    statement = text_of(client.get(page("panel-coi", seat)))
    assert application.unit_name in statement
    assert application.leader_name in statement
    assert application.occupation not in statement
    assert application.number not in statement


def test_the_statement_opens_the_filing_and_a_relation_closes_the_seat(
    city: make.City, case: Case, run: StageRun, as_user: Any
) -> None:
    people = panels.pool(city, 2)
    one, two = seating.appoint(run, people, by=panels.handler(city, run))
    client = as_user(people[0].user)
    assert client.post(page("panel-coi", one), {}).status_code == 422
    missing = client.post(page("panel-coi", one), {"relation": "some", "text": " "})
    assert "请说明与申报方的关系" in text_of(missing)
    opened = client.post(page("panel-coi", one), {"relation": "none"})
    assert opened.url == page("panel-seat", one)
    shown = text_of(client.get(page("panel-seat", one)))
    assert case.application.leader_name in shown
    assert "650102********3117" in shown
    assert "完整号码" not in shown
    assert "style=" not in shown
    file = case.application.attachments.first()
    sent = client.get(page("panel-file", one, file.public_id))
    assert sent.status_code == 200
    assert len(sent.getvalue()) == file.size
    other = as_user(people[1].user)
    closed = other.post(page("panel-coi", two), {"relation": "some", "text": "系亲属"})
    assert closed.url == reverse("reviews:panel")
    for name in ("panel-seat", "panel-coi", "panel-recuse"):
        assert other.get(page(name, two)).status_code == 404
    assert case.application.unit_name not in text_of(other.get(reverse("reviews:panel")))


def test_the_seat_of_a_colleague_and_of_another_case_does_not_exist(
    city: make.City, case: Case, run: StageRun, as_user: Any
) -> None:
    people = panels.pool(city, 3)
    seats = panels.seated(city, run, people[:2])
    client, version = as_user(people[0].user), {"version": "0", "text": "越权", "verdict": "pass"}
    stranger = as_user(people[2].user)
    for who, seat in ((client, seats[1]), (stranger, seats[0])):
        for name in ("panel-seat", "panel-coi", "panel-recuse"):
            assert who.get(page(name, seat)).status_code == 404
            assert who.post(page(name, seat), {**version, "action": "sign"}).status_code == 404
        assert who.post(page("panel-autosave", seat), version).status_code == 404
        assert who.post(page("panel-unlock", seat, seats[0].public_id)).status_code == 404
    assert not ScoreSheet.objects.exclude(version=0).exists()
    foreign = make.another(city, 5).application.attachments.first()
    assert client.get(page("panel-file", seats[0], foreign.public_id)).status_code == 404
    for name in ("case", "timeline", "compare"):
        args = [case.public_id, *([1, 1] if name == "compare" else [])]
        assert client.get(reverse(f"reviews:{name}", args=args)).status_code == 404
    assert client.get(reverse("reviews:run", args=[run.public_id])).status_code == 404


def test_a_late_relation_takes_everything_away_in_an_open_session(
    city: make.City, case: Case, run: StageRun, as_user: Any
) -> None:
    seat = panels.seated(city, run, panels.pool(city, 3))[0]
    client = as_user(seat.expert.user)
    assert client.get(page("panel-seat", seat)).status_code == 200
    assert client.post(page("panel-recuse", seat), {"reason": "亲"}).status_code == 422
    assert client.post(page("panel-recuse", seat), {"reason": "与领办人系亲属"}).status_code == 302
    assert client.get(page("panel-seat", seat)).status_code == 404
    assert case.application.unit_name not in text_of(client.get(reverse("reviews:panel")))


def test_an_account_that_is_switched_off_loses_its_seats_at_the_next_request(
    city: make.City, run: StageRun, as_user: Any
) -> None:
    seat = panels.seated(city, run, panels.pool(city, 3))[0]
    client, user = as_user(seat.expert.user), seat.expert.user
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert client.get(page("panel-seat", seat)).status_code in (302, 404)


def test_an_opinion_is_saved_signed_and_locked_without_a_script(
    city: make.City, run: StageRun, as_user: Any
) -> None:
    seat = panels.seated(city, run, panels.pool(city, 3))[0]
    client, address = as_user(seat.expert.user), page("panel-seat", seat)
    kept = client.post(address, {"version": "0", "action": "save", "text": "初步意见"})
    assert kept.status_code == 302
    unfinished = client.post(address, {"version": "1", "action": "sign", "text": "只写了意见"})
    assert unfinished.status_code == 422
    assert "请选择同意或不同意" in text_of(unfinished)
    assert "只写了意见" in text_of(unfinished)
    said = {"version": "1", "action": "sign", "verdict": "pass", "text": "条件具备。"}
    assert client.post(address, said).status_code == 302
    assert "已签署并锁定" in text_of(client.get(address))
    again = client.post(address, {**said, "version": "2", "text": "改写"})
    assert again.status_code == 409
    assert ScoreSheet.objects.get(seat=seat).text == "条件具备。"


def test_autosave_answers_with_version_and_total_and_refuses_an_old_window(as_user: Any) -> None:
    _, _, _, seats = scored()
    seat = seats[0]
    client = as_user(seat.expert.user)
    said = {"points-place": "30", "reason-place": "偏小", "value-rules": "yes"}
    first = client.post(page("panel-autosave", seat), said, headers={"X-Section-Version": "0"})
    assert (first.json()["version"], first.json()["total"]) == (1, "50")
    stale = client.post(page("panel-autosave", seat), said, headers={"X-Section-Version": "0"})
    own = f"{page('panel-seat', seat)}?own=1"
    assert (stale.status_code, stale.json()["compare"]) == (409, own)
    bad = client.post(page("panel-autosave", seat), {"points-place": "99"},
                      headers={"X-Section-Version": "1"})  # fmt: skip
    assert (bad.status_code, "0 至 40 分之间" in bad.json()["error"]) == (422, True)
    shown = text_of(client.get(page("panel-seat", seat)))
    assert 'name="points-place" value="30"' in shown
    assert "偏小" in shown


def test_posted_names_beyond_the_form_change_nothing(as_user: Any) -> None:
    _, _, _, seats = scored()
    seat = seats[0]
    said = {"version": "0", "action": "save", "total": "100", "signed_at": "2026-01-01",
            "state": "recused", "chair": "1", "seat": str(seats[1].public_id), "score": "100",
            "points-place": "10", "reason-place": "偏小"}  # fmt: skip
    assert as_user(seat.expert.user).post(page("panel-seat", seat), said).status_code == 302
    row = Seat.objects.get(pk=seat.pk)
    assert (str(row.sheet.total), row.sheet.signed_at, row.chair, row.state) == (
        "10.0000", None, False, "seated")  # fmt: skip
    assert ScoreSheet.objects.get(seat=seats[1]).version == 0


def test_what_others_gave_is_hidden_until_i_signed_and_until_all_have(as_user: Any) -> None:
    _, _, _, seats = scored("31.25")
    ScoreSheet.objects.filter(seat=seats[0]).update(text=SECRET_TEXT)
    second = as_user(seats[1].expert.user)
    secrets = ("91.25", SECRET_TEXT, seats[0].expert.name)

    def hidden() -> bool:
        pages = (page("panel-seat", seats[1]), reverse("reviews:panel"))
        shown = "".join(text_of(second.get(address)) for address in pages)
        return not any(secret in shown for secret in secrets)

    assert hidden()
    panels.score(seats[1], "20", "40")
    assert hidden()
    panels.score(seats[2], "40", "40")
    shown = text_of(second.get(page("panel-seat", seats[1])))
    assert all(secret in shown for secret in secrets)
    sheets.unlock(seats[1], by=panels.handler(*_office(seats[1])), reason="意见笔误更正")
    assert hidden()


def _office(seat: Seat) -> tuple[make.City, StageRun]:
    run = seat.run
    office = Office.objects.get(pk=run.office_id)
    people = {(office.pk, "handler"): office.posts.get(kind="handler").user}
    return make.City("urumqi", None, None, None, people), run  # type: ignore[arg-type]  # only people are used


def test_the_head_sees_the_deviation_and_opens_a_sheet_again_and_nobody_else_does(
    as_user: Any,
) -> None:
    city, _, run, seats = scored("40", "20", "10")
    seating.set_chair(run, seats[0].expert, by=panels.handler(city, run))
    head, member = as_user(seats[0].expert.user), as_user(seats[1].expert.user)
    officer = as_user(panels.handler(city, run))
    told = head.get(page("panel-seat", seats[0]))
    # Read without scrolling the sheet: it stands before the filing, not in the panel beside it.
    assert "12.47（只有组长可见）" in text_of(told).split('class="gj-split"')[0]
    assert "12.47" not in text_of(member.get(page("panel-seat", seats[1])))
    shown = text_of(officer.get(reverse("reviews:run", args=[run.public_id])))
    assert "12.47" not in shown
    assert "标准差" not in shown
    refused = member.post(
        page("panel-unlock", seats[1], seats[2].public_id), {"reason": "请修改一下"}
    )
    assert refused.status_code == 403
    address = page("panel-unlock", seats[0], seats[2].public_id)
    short = head.post(address, {"reason": "改"})
    field = f"unlock-{seats[2].public_id}-reason"
    assert (short.status_code, short.context["errors"]) == (
        422, [{"text": "请写明理由（不少于 4 个字）。", "href": f"#{field}"}],
    )  # fmt: skip
    row = short.context["others"][1]
    assert (row["name"], row["refused"].typed["reason"]) == (seats[2].expert.name, "改")
    assert f'id="{field}"' in text_of(short)
    opened = head.post(address, {"reason": "请修改一下"})
    assert opened.status_code == 302
    assert ScoreSheet.objects.get(seat=seats[2]).signed_at is None


def test_officers_see_progress_but_no_score_before_all_have_signed(as_user: Any) -> None:
    city, case, run, seats = scored("31.25", "20")
    ScoreSheet.objects.filter(seat=seats[0]).update(text=SECRET_TEXT)
    client = as_user(panels.handler(city, run))
    addresses = [
        reverse("reviews:run", args=[run.public_id]),
        reverse("reviews:panel-run", args=[run.public_id]),
        reverse("reviews:case", args=[case.public_id]),
        reverse("reviews:timeline", args=[case.public_id]),
        reverse("reviews:worklist") + "?q=31.25",
        reverse("reviews:worklist") + "?sort=score",
    ]
    for address in addresses:
        shown = text_of(client.get(address))
        assert "91.25" not in shown
        assert SECRET_TEXT not in shown
    assert "已签署 2 / 3" in text_of(client.get(addresses[0]))
    for name in ("panel-run-summary", "panel-run-workbook"):
        assert client.get(reverse(f"reviews:{name}", args=[run.public_id])).status_code == 409
    panels.score(seats[2], "40", "40")
    assert "91.25 分" in text_of(client.get(addresses[0]))


def test_single_scores_stay_inside_the_office_that_holds_the_panel(as_user: Any) -> None:
    city, case, run, seats = scored("31.25", "20", "40")
    ScoreSheet.objects.filter(seat=seats[0]).update(text=SECRET_TEXT)
    first = case.runs.order_by("pk").first()
    district = as_user(city.person(Office.objects.get(pk=first.office_id)))
    admin = as_user(city.admin)
    # What they came to is for those who handle the filing, not for who oversees the place.
    for client, seen in ((district, True), (admin, False)):
        shown = text_of(client.get(reverse("reviews:run", args=[run.public_id])))
        assert ("3 份有效，得分 90.42" in shown, "90.42" in shown) == (seen, seen)
        assert "91.25" not in shown
        for name in ("panel-run-summary", "panel-run-workbook"):
            address = reverse(f"reviews:{name}", args=[run.public_id])
            assert client.get(address).status_code == 403


def test_the_applicant_sees_nothing_of_experts_and_scores(as_user: Any) -> None:
    city, case, run, seats = scored("31.25", "20", "40")
    ScoreSheet.objects.filter(seat=seats[0]).update(text=SECRET_TEXT)
    client = as_user(case.application.created_by)
    number = case.application.public_id
    for name in ("timeline", "tasks"):
        answer = client.get(reverse(f"applications:{name}", args=[number]), follow=True)
        shown = text_of(answer)
        for secret in ("91.25", "90.42", SECRET_TEXT, seats[0].expert.name):
            assert secret not in shown
    assert client.get(page("panel-seat", seats[0])).status_code == 404
    assert client.get(reverse("reviews:run", args=[run.public_id])).status_code == 404
    assert city.code


def test_the_workbook_lists_results_and_sheets_as_text(as_user: Any) -> None:
    city, case, run, seats = scored("31.25", "20", "40")
    ScoreSheet.objects.filter(seat=seats[0]).update(text="=1+1")
    answer = as_user(panels.handler(city, run)).get(
        reverse("reviews:panel-run-workbook", args=[run.public_id])
    )
    book = load_workbook(BytesIO(answer.getvalue()))
    rows = list(book["评审结果"].iter_rows(values_only=True))
    assert rows[1][0] == case.application.number
    assert "90.42" in [str(value) for value in rows[1]]
    assert "标准差" not in str(rows)
    heads = [cell.value for cell in next(book["专家意见"].iter_rows())]
    assert heads == ["申报编号", "专家", "来源", "评分", "评审意见", "签署时间"]
    cells = [cell for row in book["专家意见"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
    pdf = as_user(panels.handler(city, run)).get(
        reverse("reviews:panel-run-summary", args=[run.public_id])
    )
    assert pdf.getvalue().startswith(b"%PDF")


def test_the_office_appoints_draws_and_proposes_on_the_page(
    city: make.City, case: Case, run: StageRun, as_user: Any
) -> None:
    people, client = panels.pool(city, 6), as_user(panels.handler(city, run))
    barred = panels.expert(city, 8, employer_uscc=case.application.unit_uscc)
    address = reverse("reviews:run", args=[run.public_id])
    shown = text_of(client.get(address))
    assert "须回避" in shown
    assert "相同" in shown

    def post(name: str, **said: Any) -> Any:
        return client.post(reverse(f"reviews:panel-run-{name}", args=[run.public_id]), said)

    refused = post("appoint", experts=str(barred.public_id))
    assert (refused.status_code, "不能安排" in text_of(refused)) == (422, True)
    assert post("appoint", experts=str(people[0].public_id)).status_code == 302
    assert post("draw", count="2").status_code == 302
    seats = list(Seat.objects.order_by("pk"))
    assert len(seats) == 3
    assert seats[1].draw.seed in text_of(client.get(address))
    for seat in seats:
        signed = seating.declare(seat, by=seat.expert.user, clear=True)
        panels.opinion(signed, text="具备条件。")
    shown = text_of(client.get(address))
    assert "3 份有效，同意 3，不同意 0" in shown
    assert "按评审结果拟：通过" in shown
    said = {"version": str(run.version), "result-case": "pass", "text-case": "经评审，同意。"}
    assert post("propose", **said).status_code == 302
    fresh = StageRun.objects.get(pk=run.pk)
    assert (fresh.state, fresh.outcome, fresh.opinion) == ("open", "pass", "经评审，同意。")
    said |= {"version": str(fresh.version), "action": "sign", "result-case": "refuse"}
    against = post("propose", **said)
    assert (against.status_code, "须写明理由" in text_of(against)) == (422, True)
    assert post("propose", **{**said, "why-case": "另有情况。"}).status_code == 302
    assert StageRun.objects.get(pk=run.pk).state == "signing"


def test_the_panel_of_another_city_and_office_does_not_exist(
    city: make.City, run: StageRun, as_user: Any
) -> None:
    seat = panels.seated(city, run, panels.pool(city, 1))[0]
    other = make.make_city("chaoyang")
    officer = as_user(next(iter(other.people.values())))
    admin = as_user(other.admin)
    for client in (officer, admin):
        for name in ("appoint", "draw", "chair", "propose"):
            address = reverse(f"reviews:panel-run-{name}", args=[run.public_id])
            assert client.post(address).status_code == 404
        seat_address = reverse("reviews:panel-run-seat", args=[run.public_id, seat.public_id])
        assert client.post(seat_address, {"do": "release", "reason": "越权"}).status_code == 404
        assert client.get(page("panel-seat", seat)).status_code == 404
    expert_address = reverse("reviews:expert", args=[city.code, seat.expert.public_id])
    assert admin.get(expert_address).status_code == 404
    assert admin.get(reverse("reviews:experts", args=[city.code])).status_code == 404
    crossed = reverse("reviews:expert", args=[other.code, seat.expert.public_id])
    assert admin.get(crossed).status_code == 404


def menu_entry(answer: Any) -> str:
    """The entry of the menu that is marked as the present one."""
    marked = answer.content.decode().split('aria-current="page"', 1)[1]
    return re.sub("<[^>]*>", "", marked.split(">", 1)[1].split("</a>", 1)[0]).strip()


def test_the_pool_is_kept_by_the_administrator_alone(city: make.City, as_user: Any) -> None:
    admin, officer = as_user(city.admin), as_user(next(iter(city.people.values())))
    new = reverse("reviews:expert-new", args=[city.code])
    said = {"name": "评审员", "login": "judge@example.edu", "employer": "示例学院",
            "employer_uscc": make_uscc("91650100MB7654321"), "source": "院校",
            "id_number": "650102197510203117"}  # fmt: skip
    assert officer.get(new).status_code == 404
    assert officer.get(reverse("reviews:expert-places")).status_code == 404
    assert admin.get(reverse("reviews:expert-places")).url == reverse(
        "reviews:experts", args=[city.code]
    )
    wrong = admin.post(new, {**said, "employer_uscc": "123"})
    assert (wrong.status_code, "信用代码" in text_of(wrong)) == (422, True)
    assert admin.post(new, said).status_code == 302
    row = Expert.objects.get()
    found = admin.get(reverse("reviews:experts", args=[city.code]) + "?q=学院")
    assert menu_entry(found) == "专家库"
    listed = text_of(found)
    assert "650102********3117" in listed
    assert "650102197510203117" not in listed
    one = reverse("reviews:expert", args=[city.code, row.public_id])
    assert "650102197510203117" not in text_of(admin.get(one))
    changed = {**said, "title": "教授", "id_number": "", "reason": "职称变动"}
    assert admin.post(one, changed).status_code == 302
    assert "职称变动" in text_of(admin.get(one))
    state = reverse("reviews:expert-state", args=[city.code, row.public_id])
    assert admin.post(state, {"reason": ""}).status_code == 422
    assert admin.post(state, {"reason": "聘期届满"}).status_code == 302
    assert not Expert.objects.get().is_active


def test_others_are_never_shown_beside_an_unsigned_sheet(city: make.City, run: StageRun) -> None:
    seats = panels.seated(city, run, panels.pool(city, 3))
    for seat in seats[1:]:
        panels.opinion(seat)
    assert not others_visible(Seat.objects.get(pk=seats[0].pk))
    assert not others_visible(Seat.objects.get(pk=seats[1].pk))


def test_the_office_is_told_what_the_panel_lacks_when_somebody_has_withdrawn(
    city: make.City, run: StageRun, as_user: Any
) -> None:
    seats = panels.seated(city, run, panels.pool(city, 3))
    office = as_user(panels.handler(city, run))
    address = reverse("reviews:run", args=[run.public_id])
    assert office.get(address).context["blocks"][0]["short"] == []
    sheets.recuse(seats[0], by=seats[0].expert.user, reason="与领办人系师徒")
    shown = office.get(address)
    assert shown.context["blocks"][0]["short"] == [
        "评审专家不少于 3 人，现 2 人", f"评审专家中缺少：{seats[0].source}",
    ]  # fmt: skip
    assert "专家还不齐，请补足后再提交" in text_of(shown)

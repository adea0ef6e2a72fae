"""Pages of an assessment: the unit's self-score, the assessor's sheet, grades, the record."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.domain import submission
from assessments.domain import ledger
from assessments.models import GradeRecord, Obligation
from reviews.domain import seating
from reviews.models import Case
from tests.assessments import assessed as way
from tests.assessments.factories import member_of
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.LoginBackend")
    return client


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def test_a_self_score_begins_with_what_the_books_say_and_is_added_up() -> None:
    city = make.make_city("urumqi")
    studio = way.studio_in(city)
    studio.area = 80
    studio.save()
    user = member_of(studio)
    ledger.enter(studio, by=user, direction="in", source="match", amount=Decimal(85_000),
                 on=studio.founded_on, text="配套")  # fmt: skip
    application, client = way.opened(studio), signed_in(user)
    support = reverse("applications:section", args=[application.public_id, "group_support"])
    shown = client.get(support)
    books = {row["label"]: row["value"] for row in shown.context["books"]}
    matching = "申办单位在建设周期内对工作室配套相应的资金不少于10万元"
    assert books[matching].endswith("配套资金到位 85000 元，共 1 笔（按此得 16 分）")
    form = shown.context["form"]
    assert {name: form[f"score.annex2_{name}"].initial
            for name in ("matching", "premises", "equipment")} == {
        "matching": "8.5", "premises": "80", "equipment": ""}  # fmt: skip
    area = form.fields["score.annex2_premises"]
    assert (area.unit, "填实际数，得分由系统按标准计算" in area.help_text) == ("平方米", True)
    way.write(application, way.self_scores(application) | {"score.annex2_matching": "999"}, user)
    assert client.get(support).context["form"]["score.annex2_matching"].initial == "999"
    worked = client.get(
        reverse("applications:check", args=[application.public_id])
    ).context["selfscore"]  # fmt: skip
    assert [row["value"] for row in worked["rows"][-2:]] == [
        "110 分（满分 110 分）", "优秀，以考核认定为准"]  # fmt: skip
    said = next(row["text"] for row in worked["differ"] if matching in row["text"])
    assert said.startswith(f"“{matching}”自评 20 分；平台记载：经费台账：")


def test_a_self_score_waits_for_the_unit_until_it_is_filed() -> None:
    city = make.make_city("yuzhong")
    studio = way.studio_in(city)
    user = member_of(studio)
    way.opened(studio)

    def line() -> tuple[str, str]:
        rows = signed_in(user).get(reverse("assessments:studio", args=[studio.public_id]))
        row = next(r for r in rows.context["dues"] if "两年考核评估" in r["select_label"])
        return row["cells"][1]["text"], row["actions"][0]["label"]

    assert line() == ("所在单位（填报）", "办理")
    way.filed(studio, user)
    assert line() == ("主管部门", "查看")


def test_an_officer_and_an_assessor_read_which_procedure_of_a_studio_it_is() -> None:
    city = make.make_city("yuzhong")
    studio = way.studio_in(city)
    case = way.filed(studio)
    handler = signed_in(city.person(case.office))
    named = f"两年考核评估：{studio.name}"
    lines = handler.get(reverse("reviews:worklist")).context["rows"]
    assert [row["cells"][0]["text"] for row in lines] == [named]
    case_page = handler.get(reverse("reviews:case", args=[case.public_id]))
    assert case_page.context["header"]["title"] == named
    desk = reverse("assessments:desk_studio", args=[studio.public_id])
    links = {row["label"]: row["url"] for row in case_page.context["links"]}
    assert links["工作室台账和登记"] == desk
    assert handler.get(desk).status_code == 200


def test_the_unit_fills_checks_and_submits_its_self_score_without_a_round() -> None:
    city = make.make_city("yuzhong")
    studio = way.studio_in(city)
    user = member_of(studio)
    client = signed_in(user)
    application = way.opened(studio)
    assert "两年考核评估" in page(client, "applications:list")
    row = Obligation.objects.get(application=application)
    home = reverse("applications:tasks", args=[application.public_id])
    assert home in page(client, "assessments:obligation", studio.public_id, row.public_id)
    assert "两年考核评估：示例1号工作室" in page(
        client, "applications:tasks", application.public_id
    )
    first = page(client, "applications:section", application.public_id, "group_tasks")
    assert "解决生产技术难题，推动单位产业升级和技术进步" in first
    way.write(application, way.self_scores(application), user)
    for name in ("files", "check", "timeline"):
        page(client, f"applications:{name}", application.public_id)
    submission.submit(application, by=user, idempotency_key=uuid.uuid4())
    assert "材料核对" in page(client, "applications:tasks", application.public_id)
    key = application.public_id
    assert client.get(reverse("applications:withdraw", args=[key])).status_code == 409


@pytest.mark.clause("yuzhong-19-2", "yuzhong-16-2")
def test_the_assessor_sees_self_score_and_what_the_books_say() -> None:
    city = make.make_city("yuzhong")
    studio = way.studio_in(city)
    user, today = member_of(studio), timezone.localdate()
    ledger.enter(studio, by=user, direction="in", source="match", amount=35000, on=today,
                 text="配套到位")  # fmt: skip
    make.pass_check(city, make.run_of(way.filed(studio, user)))
    run = make.run_of(Case.objects.get())
    people = way.assessors(city)
    seats = [seating.declare(s, by=s.expert.user, clear=True)
             for s in seating.appoint(run, people, by=city.person(run.office))]  # fmt: skip
    client, address = signed_in(people[0].user), reverse(
        "reviews:panel-seat", args=[seats[0].public_id])  # fmt: skip
    shown = client.get(address)
    lines = {row["id"]: row for group in shown.context["groups"] for row in group["items"]}
    assert [(lines[name]["value"], lines[name]["earned"]) for name in ("matching", "premises")] == [
        ("3.5", "6"), ("", "")]  # fmt: skip
    sheet = shown.content.decode()
    assert "自评 10 分：见附件" in sheet
    assert "系统核对 6 分：经费台账：" in sheet
    assert "配套资金到位 35000 元，共 1 笔" in sheet
    # What somebody has begun to write on is his own.
    assert (
        client.post(address, {"version": "0", "value-matching": "", "action": "save"}).status_code
        == 302
    )
    again = client.get(address).context["groups"]
    assert {
        row["value"] for group in again for row in group["items"] if row["id"] == "matching"
    } == {""}
    way.score(seats, "60")
    office = signed_in(city.person(run.office))
    block = office.get(reverse("reviews:run", args=[run.public_id])).context["blocks"][0]
    assert "不合格" in block["result"]
    assert (block["points_label"], [row["label"] for row in block["options"]]) == (
        "转入下一环节", ["转入下一环节"])  # fmt: skip


@pytest.mark.clause("yuzhong-11-3", "yuzhong-11-4")
def test_grades_are_given_on_the_page_of_the_list_and_stand_in_the_record() -> None:
    city = make.make_city("yuzhong")
    studio = way.studio_in(city)
    user = member_of(studio)
    case = way.scored(city, way.filed(studio, user), "74.5", way.assessors(city))
    bureau = signed_in(city.person(city.office("bureau")))
    assert "两年考核评估：评定等次" in page(bureau, "reviews:lists")
    answer = bureau.post(reverse("reviews:list-gather", args=[case.public_id]))
    listed = bureau.get(answer["Location"]).content.decode()
    assert "总分 74.5 不在文件规定的任何等次内" in listed
    listing = case.items.get().listing
    overseen = page(signed_in(city.admin), "reviews:list", listing.public_id)
    assert ["74.5" in overseen, "待评定" in overseen] == [False, True]
    act, item = reverse("reviews:list-act", args=[listing.public_id]), listing.items.get()
    said = {"action": "sign", "outcome": "pass", "version": make.list_run(listing).version,
            f"result-{item.pk}": "g1"}  # fmt: skip
    refused = bureau.post(act, {**said, f"text-{item.pk}": ""})
    assert "认定等次须写明理由" in refused.content.decode()
    bureau.post(act, {**said, f"text-{item.pk}": "会议研究认定"})
    reviewer = signed_in(city.person(city.office("bureau"), "reviewer"))
    reviewer.post(act, {"action": "sign", "version": make.list_run(listing).version})
    assert "会议研究认定" in page(bureau, "reviews:list", listing.public_id)
    way.graded(city, listing)
    assert GradeRecord.objects.get().grade == "合格"
    for client, name in ((signed_in(user), "studio"), (bureau, "desk_studio")):
        assert "会议研究认定" in page(client, f"assessments:{name}", studio.public_id)


def test_the_office_takes_over_on_the_page_of_what_is_due() -> None:
    city = make.make_city("yuzhong")
    studio = way.studio_in(city)
    application = way.opened(studio)
    row = application.obligation
    officer = signed_in(city.person(city.office("bureau")))
    assert "代为发起" in page(officer, "assessments:obligation", studio.public_id, row.public_id)
    url = reverse("assessments:take_over", args=[studio.public_id, row.public_id])
    again = officer.post(url, {"reason": " "})
    assert (again.status_code, again.context["taking"].errors) == (
        422, {"reason": ["请填写理由。"]},
    )  # fmt: skip
    assert Case.objects.count() == 0
    officer.post(url, {"reason": "两次书面催办，单位未报送"})
    assert Case.objects.get().application_id == application.pk


def test_results_that_the_text_makes_public_are_read_without_an_account() -> None:
    city = make.make_city("chaoyang")
    case = way.scored(city, way.filed(way.studio_in(city)), "70", way.assessors(city))
    way.graded(city, way.gathered(city, case), {case.pk: {"result": "g2", "text": "内部意见"}})
    public = page(Client(), "assessments:results_public")
    shown = [text in public for text in ("示例1号工作室", "合格", "内部意见")]
    assert shown == [True, True, False]
    assert "公开的考核结果" in page(Client(), "assessments:verify", "OLD-001")

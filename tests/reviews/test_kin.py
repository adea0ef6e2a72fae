"""Relatives and earlier statements keep experts away; a draw may be narrowed to a speciality."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Event
from portal.common.errors import DomainError
from reviews.domain import drawing, experts, seating
from reviews.domain.avoidance import Judge, Subject, plain_name, possible, reasons
from reviews.domain.conflicts import conflicts
from reviews.models import Case, Expert, PanelDraw, Seat, StageRun
from tests.factories import make_uscc
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def password_only(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def run(city: make.City, case: Case) -> StageRun:
    """The filing stands at the panel."""
    return panels.at_panel(city, case)


def keep_off(
    city: make.City, run: StageRun, expert: Expert, text: str = "领办人系本人表弟"
) -> None:
    """He is seated and says that he is related."""
    seat = seating.appoint(run, [expert], by=panels.handler(city, run))[0]
    seating.declare(seat, by=expert.user, clear=False, text=text)


def later(city: make.City, **changes: Any) -> StageRun:
    """Another filing, of another unit, at the panel."""
    unit = make_uscc("91650100MA7999999")
    return panels.at_panel(city, make.submitted(city, unit__uscc=unit, **changes))


def free_again(case: Case) -> None:
    """The first filing was withdrawn, so that its leader may apply with another unit."""
    case.application.claims.all().delete()


def test_a_relative_of_the_leaders_name_keeps_an_expert_out_of_the_draw(
    city: make.City, case: Case, run: StageRun
) -> None:
    leader = case.application.leader_name
    kin = panels.expert(city, 1, relatives=((leader, "示例机械厂"), ("旁人", "")))
    free = [panels.expert(city, number) for number in (2, 3, 4)]
    record = seating.draw(run, 3, by=panels.handler(city, run))
    assert {line["name"] for line in record.picked} == {person.name for person in free}
    assert [(line["name"], line["reasons"]) for line in record.excluded] == [
        (kin.name, [f"亲属{leader}（示例机械厂）与申报件的领办人同名"])
    ]


def test_appointing_somebody_with_a_relative_of_that_name_needs_a_reason_that_is_kept(
    city: make.City, case: Case, run: StageRun
) -> None:
    leader, by = case.application.leader_name, panels.handler(city, run)
    kin, other = panels.expert(city, 1, relatives=((leader, ""),)), panels.expert(city, 2)
    with pytest.raises(DomainError, match=f"可能须回避.*亲属{leader}与申报件的领办人同名") as told:
        seating.appoint(run, [kin, other], by=by, despite="无 ")
    assert (told.value.field, Seat.objects.count()) == ("despite", 0)
    seating.appoint(run, [kin, other], by=by, despite="经核实为同名，无亲属关系")
    kept = dict(Seat.objects.values_list("expert__name", "despite"))
    assert kept == {kin.name: "经核实为同名，无亲属关系", other.name: ""}
    assert Event.objects.get(kind="experts_appointed").text.endswith(
        "仍予安排的理由：经核实为同名，无亲属关系"
    )
    # The office has answered for it: the sheet may be signed.
    assert conflicts(kin, case, run) == ()


def test_a_name_that_is_nobodys_in_the_filing_means_nothing() -> None:
    judge = Judge(1, 1, "评审甲", "91", relatives=(("张三", "甲厂"), ("李四", "")))
    assert possible(judge, Subject(names={"王五": "领办人"})) == ()
    assert possible(judge, Subject(names={"李四": "团队成员"})) == (
        "亲属李四与申报件的团队成员同名",
    )


@pytest.mark.parametrize(
    ("typed", "written"),
    [("张 三", "张三"), ("张\u3000三", "张三"), ("阿依·买买提", "阿依买买提"),
     ("阿依•买买提", "阿依·买买提"), ("阿依．买买提", "阿依.买买提"), ("Ｌｉ Ｍing", "LI MING")],
)  # fmt: skip
def test_a_name_is_the_same_however_it_is_spaced_or_dotted(typed: str, written: str) -> None:
    judge = Judge(1, 1, "评审甲", "91", relatives=((typed, ""),))
    subject = Subject(names={plain_name(written): "领办人"})
    assert possible(judge, subject) == (f"亲属{typed}与申报件的领办人同名",)
    assert reasons(Judge(1, 1, typed, "91"), subject) == (
        "与申报件的领办人同名，未登记证件号码，无法排除为同一人",
    )  # fmt: skip


def test_kinship_declared_on_a_leader_whose_name_was_spaced_is_found_again(
    city: make.City, case: Case, run: StageRun
) -> None:
    kin, leader = panels.expert(city, 1), case.application.leader_name
    keep_off(city, run, kin)
    free_again(case)
    type(case.application).objects.filter(pk=case.application_id).update(
        leader_name=f"{leader[0]}\u3000{leader[1:]}"
    )
    again = later(city)
    assert conflicts(kin, again.case, again) == ("此前已声明回避：领办人系本人表弟（领办人相同）",)


def test_kinship_declared_once_bars_the_same_leader_at_another_unit(
    city: make.City, case: Case, run: StageRun
) -> None:
    kin = panels.expert(city, 1)
    keep_off(city, run, kin)
    free_again(case)
    again = later(city)
    assert conflicts(kin, again.case, again) == ("此前已声明回避：领办人系本人表弟（领办人相同）",)


def test_kinship_with_a_namesake_of_another_number_bars_nobody(
    city: make.City, case: Case, run: StageRun
) -> None:
    kin = panels.expert(city, 1)
    keep_off(city, run, kin)
    namesake = later(city, leader__id_number=make.id_number(7))
    assert conflicts(kin, namesake.case, namesake) == ()
    row = seating.candidates(namesake, [kin], seating.subjects_of(namesake, [namesake.case]))[0]
    assert row.against == ()


def test_where_the_earlier_number_is_not_known_the_name_is_a_warning(
    city: make.City, case: Case, run: StageRun
) -> None:
    kin = panels.expert(city, 1)
    keep_off(city, run, kin)
    frozen = run.submission
    assert frozen is not None
    answers = {key: value for key, value in frozen.answers.items() if key != "leader.id_number"}
    type(frozen).objects.filter(pk=frozen.pk).update(answers=answers)
    again = later(city, leader__id_number=make.id_number(7))
    row = seating.candidates(again, [kin], seating.subjects_of(again, [again.case]))[0]
    assert (row.reasons, row.possible) == (
        (), ("此前对同名的领办人声明回避：领办人系本人表弟",),
    )  # fmt: skip


def of_trade(city: make.City, number: int, trade: str) -> Expert:
    return panels.expert(city, number, specialities=trade)


def test_a_draw_narrowed_to_a_speciality_keeps_the_word_with_its_seed(
    city: make.City, run: StageRun
) -> None:
    welders = [of_trade(city, number, "焊接工艺、机器人") for number in (0, 1, 2)]
    cook = of_trade(city, 3, "烹饪")
    record = seating.draw(run, 3, by=panels.handler(city, run), seed="ab", speciality=" 焊接 ")
    assert {line["name"] for line in record.picked} == {person.name for person in welders}
    assert (record.seed, record.wanted["speciality"]) == ("ab", "焊接")
    assert record.excluded[0] == {
        "key": str(cook.public_id), "name": cook.name, "source": cook.source,
        "employer": cook.employer, "reasons": ["专业领域不含“焊接”"],
    }  # fmt: skip
    assert "专业领域含“焊接”" in Event.objects.get(kind="experts_drawn").text


def test_too_few_of_a_speciality_are_said_and_sources_are_wanted_all_the_same(
    city: make.City, run: StageRun
) -> None:
    for number in (0, 3, 6):
        of_trade(city, number, "焊接")
    panels.expert(city, 1)
    by = panels.handler(city, run)
    with pytest.raises(DomainError, match="专业领域含“焊接”的可抽取专家不够，缺少：行业、企业"):
        seating.draw(run, 3, by=by, speciality="焊接")
    with pytest.raises(DomainError, match="专业领域含“钳工”的可抽取专家不够"):
        seating.draw(run, 1, by=by, speciality="钳工")
    assert not PanelDraw.objects.exists()


def test_a_speciality_is_looked_for_whatever_its_capitals() -> None:
    pool = [drawing.Candidate("a", "院校", specialities="CNC 编程"),
            drawing.Candidate("b", "院校", specialities="钳工")]  # fmt: skip
    drawn = drawing.draw(pool, drawing.Needs(1, speciality="cnc"), "seed")
    assert (drawn.picked, drawn.outside) == (("a",), ("b",))


def names_in_pool(body: str) -> list[str]:
    """Experts that the table of the pool offers."""
    return re.findall(r'<label class="visually-hidden" for="e-[^"]+">选择([^<]+)</label>', body)


def test_the_office_finds_experts_by_speciality_and_gives_its_reason_on_the_page(
    client: Client, city: make.City, case: Case, run: StageRun
) -> None:
    leader = case.application.leader_name
    kin = panels.expert(city, 1, specialities="焊接", relatives=((leader, ""),))
    panels.expert(city, 2, specialities="烹饪")
    client.force_login(panels.handler(city, run))
    page = reverse("reviews:run", args=[run.public_id])
    body = client.get(page, {"speciality": "焊接"}).content.decode()
    assert names_in_pool(body) == [kin.name]
    assert (
        "没有专业领域含“钳工”的在库专家"
        in client.get(page, {"speciality": "钳工"}).content.decode()
    )
    act = reverse("reviews:panel-run-appoint", args=[run.public_id])
    refused = client.post(act, {"experts": [str(kin.public_id)]})
    assert (refused.status_code, refused.content.decode().count('id="despite"')) == (422, 1)
    given = {"experts": [str(kin.public_id)], "despite": "经核实无亲属关系"}
    assert client.post(act, given).status_code == 302
    assert "可能须回避，仍予安排：经核实无亲属关系" in client.get(page).content.decode()


def test_a_draw_on_the_page_that_finds_too_few_keeps_the_word(
    client: Client, city: make.City, run: StageRun
) -> None:
    panels.pool(city, 3)
    client.force_login(panels.handler(city, run))
    act = reverse("reviews:panel-run-draw", args=[run.public_id])
    body = client.post(act, {"count": "1", "speciality": "焊接"}).content.decode()
    assert "专业领域含“焊接”的可抽取专家不够" in body
    assert 'id="draw-speciality" name="speciality" maxlength="40" value="焊接"' in body


def test_relatives_are_entered_a_line_each_and_shown_again(client: Client, city: make.City) -> None:
    person = panels.expert(city, 1)
    client.force_login(city.admin)
    page = reverse("reviews:expert", args=[city.jurisdiction.code, person.public_id])
    given = {
        "name": person.name, "employer": person.employer, "employer_uscc": person.employer_uscc,
        "source": person.source, "reason": "本人申报亲属情况",
        "relatives": "张三，示例机械厂\n李四\n",
    }  # fmt: skip
    assert client.post(page, given).status_code == 302
    person.refresh_from_db()
    assert person.relatives == [
        {"name": "张三", "unit": "示例机械厂"}, {"name": "李四", "unit": ""},
    ]  # fmt: skip
    assert "张三，示例机械厂\n李四</textarea>" in client.get(page).content.decode()
    with pytest.raises(DomainError, match="一行填一人"):
        experts.change(person, panels.profile(1, relatives=(("", "甲厂"),)), by=city.admin,
                       reason="补充登记")  # fmt: skip

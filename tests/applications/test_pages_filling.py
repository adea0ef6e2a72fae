"""Filling in: whose filing it is, sections, autosave, two tabs, rows without JavaScript."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.domain import lifecycle
from applications.models import Application, DraftSection, SetAside
from applications.queries import answers_of
from jurisdictions.models import Office, OfficeBinding, Round
from jurisdictions.queries import policy_of
from portal.accounts.enums import MemberRole
from portal.accounts.models import User
from tests.applications.factories import call, publish_city, staff, submit
from tests.applications.pages import CITY, at, begun, form_data, quickly_filled
from tests.factories import make_member, make_uscc, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_() -> Round:
    return call(publish_city(CITY))


@pytest.fixture
def alices(alice: User, round_: Round) -> Application:
    return begun(alice, round_)


PAGES = ("tasks", "files", "check", "timeline", "withdraw", "sheet_preview", "sheet_pdf")


def test_anothers_filing_does_not_exist(
    as_user: Any, alices: Application, alice: User, bob: User
) -> None:
    other, own = as_user(bob), as_user(alice)
    for name in (*PAGES, "done", "corrections", "paper"):
        assert other.get(at(name, alices)).status_code == 404, name
    for name in ("section", "compare"):
        assert other.get(at(name, alices, "unit")).status_code == 404
    for address in (at("autosave", alices, "unit"), at("submit", alices), at("withdraw", alices)):
        assert other.post(address, {"version": "0"}).status_code == 404
    for name in PAGES:
        answer = own.get(at(name, alices))
        assert answer.status_code == 200, name


def test_signed_out_people_are_asked_to_sign_in(alices: Application) -> None:
    answer = Client().get(at("tasks", alices))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_members_of_the_unit_share_a_filing(as_user: Any, alices: Application, paula: User) -> None:
    page = as_user(paula).get("/apply/")
    assert at("tasks", alices) in page.content.decode()


def test_a_filing_starts_for_ones_own_unit_only(
    as_user: Any, alice: User, bob: User, round_: Round
) -> None:
    address = f"/apply/new/{round_.public_id}/"
    unit = bob.memberships.get().enterprise
    answer = as_user(alice).post(address, {"unit": unit.pk})
    assert answer.status_code == 422
    assert Application.objects.count() == 0
    mine = alice.memberships.get().enterprise
    assert as_user(alice).post(address, {"unit": mine.pk}).status_code == 302
    assert Application.objects.get().enterprise == mine


def test_the_task_list_names_every_part_with_its_state(
    as_user: Any, alices: Application, alice: User
) -> None:
    page = as_user(alice).get(at("tasks", alices))
    tasks = {task["label"]: task["tag"] for task in page.context["tasks"]["tasks"]}
    assert tasks["领办人"] == "未开始"
    assert tasks["申办单位"] == "填写中"
    assert tasks["上传证明材料"] == "未开始"
    text = page.content.decode()
    for words in (
        "区（县）人社局初审",
        "市级评审",
        "公示",
        "命名授牌",
        "第十条",
        "待填写",
        "系统拟制",
    ):
        assert words in text, words


def test_a_filled_filing_shows_its_parts_as_done(as_user: Any, alice: User, round_: Round) -> None:
    application = quickly_filled(alice, round_)
    page = as_user(alice).get(at("tasks", application))
    listed = page.context["tasks"]
    assert [t["label"] for t in listed["tasks"] if t["state"] != "done"] == []
    assert listed["total"] == 12
    tally = {entry["label"] for entry in page.context["panel"]["tally"]}
    assert any(label.startswith("符合") for label in tally)


def test_a_filing_that_was_handed_in_asks_for_nothing_more(
    as_user: Any, alice: User, round_: Round
) -> None:
    application = quickly_filled(alice, round_)
    staff(application.ruleset)
    submit(application)
    page = as_user(alice).get(at("tasks", application))
    assert (page.context["tasks"]["done"], page.context["tasks"]["total"]) == (12, 12)
    last = page.context["tasks"]["groups"][-1]["items"][-1]
    assert (last["tag"], last["hint"]) == ("已提交", "")
    assert "随时退出" not in page.content.decode()
    lifecycle.withdraw(application, by=alice, reason="不再申报")
    page = as_user(alice).get(at("tasks", application))
    # Nobody returns what was taken back: the way is not told.
    assert page.context["locked_reason"] == "申报件已撤回，不能修改。"


def test_a_broken_condition_is_marked_where_it_is_mended(
    as_user: Any, alice: User, round_: Round
) -> None:
    application = quickly_filled(alice, round_)
    row = DraftSection.objects.get(application=application, section="conditions")
    row.answers["unit.match_amount"] = "80000"
    row.save()
    page = as_user(alice).get(at("tasks", application))
    wrong = [t for t in page.context["tasks"]["tasks"] if t["state"] == "wrong"]
    assert [t["label"] for t in wrong] == ["申办单位条件"]
    assert "80,000" in wrong[0]["error"]


def test_a_section_is_saved_without_javascript_and_goes_on(
    as_user: Any, alices: Application, alice: User
) -> None:
    client = as_user(alice)
    data = form_data(client, at("section", alices, "unit"))
    data |= {"version": "1", "action": "next", "unit.district": "沙依巴克区", "unit.intro": "简介"}
    answer = client.post(at("section", alices, "unit"), data)
    assert answer.status_code == 302
    assert answer["Location"] == at("section", alices, "leader")
    assert answers_of(alices)["unit.district"] == "沙依巴克区"


def test_a_wrong_value_is_kept_and_named(as_user: Any, alices: Application, alice: User) -> None:
    client = as_user(alice)
    data = {"version": "0", "action": "next", "leader.name": "示例王师傅", "leader.mobile": "12"}
    answer = client.post(at("section", alices, "leader"), data)
    assert answer.status_code == 422
    assert 'value="12"' in answer.content.decode()
    assert answers_of(alices)["leader.name"] == "示例王师傅"


def test_rows_are_added_and_removed_without_javascript(
    as_user: Any, alices: Application, alice: User
) -> None:
    client = as_user(alice)
    address = at("section", alices, "team")
    assert client.post(address, {"version": "0", "row_action": "add:team"}).status_code == 302
    row = answers_of(alices)["team"][0]["row_id"]
    data = {"version": "1", "team-rows": [row], f"team-{row}-name": "示例李四"}
    client.post(address, {**data, "row_action": "add:team"})
    rows = answers_of(alices)["team"]
    assert [entry.get("name") for entry in rows] == ["示例李四", None]
    ids = [entry["row_id"] for entry in rows]
    data = {"version": "2", "team-rows": ids, f"team-{row}-name": "示例李四"}
    client.post(address, {**data, "row_action": f"remove:team:{ids[1]}"})
    assert [entry["row_id"] for entry in answers_of(alices)["team"]] == [row]


def test_autosave_stores_and_answers_with_the_next_version(
    as_user: Any, alices: Application, alice: User
) -> None:
    client = as_user(alice)
    answer = client.post(
        at("autosave", alices, "leader"),
        {"leader.name": "示例王"},
        headers={"X-Section-Version": "0"},
    )
    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert answers_of(alices)["leader.name"] == "示例王"


def test_autosave_takes_a_half_typed_number_without_storing_it(
    as_user: Any, alices: Application, alice: User
) -> None:
    data = {"leader.name": "示例王", "leader.id_number": "65010219751020"}
    answer = as_user(alice).post(at("autosave", alices, "leader"), data)
    assert answer.status_code == 200
    assert answers_of(alices)["leader.id_number"] is None
    assert "65010219751020" not in str(list(DraftSection.objects.values()))


def test_the_same_number_saved_again_is_sealed_once(
    as_user: Any, alices: Application, alice: User
) -> None:
    client = as_user(alice)
    data = {"leader.name": "示例王", "leader.id_number": "650102197510203117"}
    client.post(at("autosave", alices, "leader"), {**data, "version": "0"})
    first = answers_of(alices)["leader.id_number"]["sealed"]
    client.post(at("autosave", alices, "leader"), {**data, "version": "1"})
    assert answers_of(alices)["leader.id_number"]["sealed"] == first


def test_two_tabs_meet_on_a_page_where_nothing_is_lost(
    as_user: Any, alices: Application, alice: User, paula: User
) -> None:
    hers, his = as_user(alice), as_user(paula)
    address = at("autosave", alices, "leader")
    his.post(address, {"version": "0", "leader.name": "示例甲", "leader.position": "主任"})
    answer = hers.post(address, {"version": "0", "leader.name": "示例乙"})
    assert answer.status_code == 409
    compare = answer.json()["compare"]
    assert SetAside.objects.get().answers["leader.name"] == "示例乙"
    page = hers.get(compare)
    assert "示例甲" in page.content.decode()
    assert "示例乙" in page.content.decode()
    chosen = {"version": "1", "take-leader.name": "mine", "take-leader.position": "theirs"}
    assert hers.post(compare, chosen).status_code == 302
    kept = answers_of(alices)
    assert kept["leader.name"] == "示例乙"
    assert kept["leader.position"] == "主任"
    assert SetAside.objects.count() == 0


def test_a_plain_form_meets_the_same_choice(
    as_user: Any, alices: Application, alice: User, paula: User
) -> None:
    address = at("section", alices, "leader")
    as_user(paula).post(address, {"version": "0", "leader.name": "示例甲"})
    answer = as_user(alice).post(address, {"version": "0", "leader.name": "示例乙"})
    assert answer.status_code == 302
    assert answer["Location"] == at("compare", alices, "leader")


def test_the_choice_is_made_again_when_it_was_saved_once_more(
    as_user: Any, alices: Application, alice: User, paula: User
) -> None:
    address = at("autosave", alices, "leader")
    as_user(paula).post(address, {"version": "0", "leader.name": "示例甲"})
    as_user(alice).post(address, {"version": "0", "leader.name": "示例乙"})
    as_user(paula).post(address, {"version": "1", "leader.name": "示例丙"})
    answer = as_user(alice).post(at("compare", alices, "leader"), {"version": "1"})
    assert answer["Location"] == at("compare", alices, "leader")
    assert answers_of(alices)["leader.name"] == "示例丙"


def test_fields_that_the_section_does_not_ask_are_ignored(
    as_user: Any, alices: Application, alice: User
) -> None:
    data = {"version": "0", "leader.name": "示例王", "status": "decided", "unit.uscc": "X"}
    as_user(alice).post(at("section", alices, "leader"), data)
    alices.refresh_from_db()
    assert alices.status == "draft"
    assert answers_of(alices)["unit.uscc"] != "X"


def test_the_code_of_the_unit_is_its_accounts_and_not_typed(
    as_user: Any, alices: Application, alice: User
) -> None:
    policy = policy_of(alices.ruleset)
    form = policy.procedure(alices.procedure).form
    section = next(s for s in form.sections if "unit.uscc" in [u.field for u in s.fields])
    page = as_user(alice).get(at("section", alices, section.id))
    field = page.context["form"].fields["unit.uscc"]
    assert (field.disabled, answers_of(alices)["unit.uscc"]) == (True, alices.enterprise.uscc)
    version = alices.sections.get(section=section.id).version
    data = {"version": str(version), "unit.uscc": make_uscc("91500103MA5008888")}
    assert as_user(alice).post(at("section", alices, section.id), data).status_code == 302
    assert answers_of(alices)["unit.uscc"] == alices.enterprise.uscc


def test_a_leader_may_fill_but_not_hand_in(as_user: Any, alices: Application) -> None:
    leader = make_user("leader@example.com", name="领办人")
    make_member(leader, alices.enterprise, MemberRole.LEADER)
    client = as_user(leader)
    saved = client.post(at("autosave", alices, "leader"), {"version": "0", "leader.name": "示例"})
    assert saved.status_code == 200
    page = client.get(at("check", alices))
    assert "由本单位经办人或负责人提交" in page.content.decode() or page.context["stops"]
    key = page.context["key"]
    assert client.post(at("submit", alices), {"key": key}).status_code == 409


def test_the_list_says_what_to_do_next(as_user: Any, alices: Application, alice: User) -> None:
    page = as_user(alice).get("/apply/")
    assert [line["next"] for line in page.context["urgent"]] == ["填完各项后核对提交"]
    assert page.context["urgent"][0]["deadline"] == alices.round.closes_at


def test_autosave_says_which_questions_the_answers_bring(
    as_user: Any, alices: Application, alice: User
) -> None:
    client, address = as_user(alice), at("autosave", alices, "unit")
    asked = []
    for version, carrier in enumerate(["企业", "其他"], 1):
        data = {"version": str(version), "unit.carrier": carrier}
        asked.append(set(client.post(address, data).json()["asked"]))
    assert asked[1] - asked[0] == {"unit.carrier_note"}
    plain = client.post(at("autosave", alices, "plan"), {"version": "0"}).json()
    assert sorted(plain) == ["saved_at", "version"]


def test_a_question_that_is_not_asked_is_on_the_page_but_not_judged(
    as_user: Any, alices: Application, alice: User
) -> None:
    client, address = as_user(alice), at("section", alices, "unit")
    form = client.get(address).context["form"]
    assert "unit.carrier_note" in form.concealed
    data = {**form_data(client, address), "version": "1", "action": "save", "unit.carrier": "企业"}
    assert client.post(address, data).status_code == 302
    shown = client.get(address).content.decode()
    assert 'data-when-asked="unit.carrier_note" hidden' in shown
    client.post(address, {**data, "version": "2", "unit.carrier": "其他"})
    again = client.get(address).content.decode()
    assert 'data-when-asked="unit.carrier_note">' in again


def test_autosave_is_short(as_user: Any, alices: Application, alice: User) -> None:
    """One read of the filing under its lock, one of its sections, one write."""
    client, address = as_user(alice), at("autosave", alices, "plan")
    field = "studio.direction"
    client.post(address, {"version": "0", field: "示例"})
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(address, {"version": "1", field: "示例方向"})
    assert answer.json()["version"] == 2
    assert len([q for q in captured if "applications_" in q["sql"]]) == 3
    assert len(captured) <= 8


def test_only_a_name_that_an_office_covers_is_saved_without_a_word(
    as_user: Any, alices: Application, alice: User
) -> None:
    for name in ("天山区", "新市区"):
        office = Office.objects.create(jurisdiction=alices.jurisdiction, code=name, name=name)
        OfficeBinding.objects.create(office=office, role="district_bureau", covers=name)
    client, address = as_user(alice), at("section", alices, "unit")
    page = client.get(address)
    offered = page.context["form"].fields["unit.district"].widget.choices
    assert offered == [("", "请选择"), ("天山区", "天山区"), ("新市区", "新市区")]
    data = {**form_data(client, address), "version": "1", "action": "save"}
    refused = client.post(address, {**data, "unit.district": "达坂城区"})
    assert refused.status_code == 422
    said = "没有机构受理“达坂城区”的申报，请从下列名称中选择：天山区、新市区。"
    assert said in refused.content.decode()
    assert answers_of(alices)["unit.district"] == "达坂城区"
    stops = [stop["text"] for stop in client.get(at("check", alices)).context["stops"]]
    assert f"申办单位：{said}" in stops
    # What was answered before stays to be seen.
    kept = client.get(address).context["form"].fields["unit.district"].widget.choices
    assert ("达坂城区", "达坂城区") in kept
    version = DraftSection.objects.get(application=alices, section="unit").version
    taken = client.post(address, {**data, "version": version, "unit.district": "新市区"})
    assert taken.status_code == 302

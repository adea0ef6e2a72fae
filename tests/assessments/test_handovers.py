"""Plaque and work permits: what goes to the unit, what comes back, what must be there first."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from applications.domain.effects import DecisionContext
from applications.models import Event, Studio
from assessments.domain import effects, handing_in, handovers, receiving, registers
from assessments.interfaces.documents import _handed, permit_rows, plaques
from assessments.models import Obligation, Permit, PlaqueHandover
from assessments.queries import handovers as held
from assessments.queries import life
from assessments.queries.rows import permits_out
from jurisdictions.schema.effects import RecallPermits, RecallPlaque
from portal.common.errors import DomainError
from tests.assessments.factories import member_of, named_studio, officer_of, old_studio
from tests.assessments.test_records import paper
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ON, LATER = dt.date(2026, 3, 10), dt.date(2026, 4, 10)


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def studio(db: None) -> Studio:
    return named_studio("yuzhong", ON)


def filed(studio: Studio) -> None:
    """The unit signs the agreement, the office puts it on file."""
    user = member_of(studio, "agreed@example.com")
    row = Obligation.objects.get(studio=studio, kind="agreement")
    handing_in.hand_in(row, by=user, on=ON, upload=paper())
    assert held.without_agreement([studio]) == {studio.pk}
    receiving.receive(row, by=user, on=ON)


def recall(studio: Studio, rule: Any) -> Obligation:
    """A recall of plaque or permits that waits for an office."""
    assert studio.founding_application is not None
    run = {"recall_plaque": effects.recall_plaque, "recall_permits": effects.recall_permits}
    run[rule.kind](studio.founding_application, rule, DecisionContext(on=ON))
    return Obligation.objects.get(studio=studio, kind="recall", item=rule.kind[7:])


@pytest.mark.clause("yuzhong-10-1-a", "yuzhong-10-2-a")
def test_a_plaque_waits_for_the_agreement_and_says_by_which_text(studio: Studio) -> None:
    officer = make_user("o@example.gov.cn", staff=True)
    with pytest.raises(DomainError, match=r"责任书尚未备案，牌匾暂不能交付.*依据：.+"):
        handovers.hand_plaque(studio, by=officer, on=LATER, to="示例经办人")
    filed(studio)
    assert held.without_agreement([studio]) == set()
    row = handovers.hand_plaque(studio, by=officer, on=LATER, to="示例经办人")
    assert held.held([studio]) == {studio.pk: row}
    assert Event.objects.filter(kind="plaque_handed").count() == 1


def test_a_city_whose_text_waits_for_nothing_hands_over_at_once() -> None:
    studio = named_studio("urumqi", ON)
    assert Obligation.objects.filter(studio=studio, kind="agreement", received_on=None).exists()
    handovers.hand_plaque(studio, by=None, on=ON, to="示例经办人")
    assert PlaqueHandover.objects.get().handed_to == "示例经办人"


def test_a_studio_named_before_the_portal_owes_no_agreement_for_its_plaque() -> None:
    studio = old_studio("yuzhong", plaque_number="OLD-P")
    handovers.hand_plaque(studio, by=None, on=ON, to="示例经办人")
    assert held.held([studio]).keys() == {studio.pk}


@pytest.mark.parametrize(
    ("on", "to", "message"),
    [(ON - dt.timedelta(days=1), "甲", "不得早于命名日期"), (ON, " ", "请填写领取人"),
     (dt.date(2999, 1, 1), "甲", "不得晚于今天")],
)  # fmt: skip
def test_a_handover_needs_a_name_and_a_day_that_fits(on: dt.date, to: str, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        handovers.hand_plaque(named_studio("urumqi", ON), by=None, on=on, to=to)


def test_a_plaque_is_out_once_and_comes_back_once() -> None:
    studio = named_studio("urumqi", ON)
    handovers.hand_plaque(studio, by=None, on=ON, to="示例经办人")
    with pytest.raises(DomainError, match="已于2026-03-10交付示例经办人，尚未收回"):
        handovers.hand_plaque(studio, by=None, on=LATER, to="示例经办人")
    handovers.take_plaque(studio, by=None, on=LATER, note="完好")
    with pytest.raises(DomainError, match="已于2026-04-10收回"):
        handovers.take_plaque(studio, by=None, on=LATER)
    handovers.hand_plaque(studio, by=None, on=LATER, to="示例负责人")
    rows = PlaqueHandover.objects.values_list("handed_on", "returned_on")
    assert list(rows) == [(ON, LATER), (LATER, None)]


@pytest.mark.parametrize("recorded", [True, False])
def test_a_settled_recall_marks_the_plaque_returned(*, recorded: bool) -> None:
    studio = named_studio("urumqi", ON)
    if recorded:
        handovers.hand_plaque(studio, by=None, on=ON, to="示例经办人")
    row = recall(studio, RecallPlaque(kind="recall_plaque", clause=("urumqi-19-2-c2",)))
    handing_in.settle(row, by=make_user("o@example.gov.cn"), on=LATER, text="示例科接收")
    assert list(PlaqueHandover.objects.values_list("handed_on", "returned_on")) == [
        (ON if recorded else None, LATER)
    ]  # fmt: skip


def test_a_plaque_that_comes_back_settles_the_recall() -> None:
    studio = named_studio("urumqi", ON)
    row = recall(studio, RecallPlaque(kind="recall_plaque", clause=("urumqi-19-2-c2",)))
    handovers.take_plaque(studio, by=make_user("o@example.gov.cn"), on=LATER, note="完好")
    row.refresh_from_db()
    assert (row.done_on, row.text) == (LATER, "牌匾已收回。完好")


@pytest.mark.clause("yuzhong-10-2-b")
def test_permits_are_issued_and_returned_each_once_in_order(studio: Studio) -> None:
    first = Permit.objects.filter(studio=studio)[0]
    with pytest.raises(DomainError, match="不得早于配发决定日期"):
        handovers.issue_permit(first, by=None, on=ON - dt.timedelta(days=1))
    handovers.issue_permit(first, by=None, on=LATER)
    with pytest.raises(DomainError, match="已于2026-04-10领取"):
        handovers.issue_permit(first, by=None, on=LATER)
    with pytest.raises(DomainError, match="不得早于领取日期"):
        handovers.return_permit(first, by=None, on=ON)
    handovers.return_permit(first, by=None, on=LATER)
    with pytest.raises(DomainError, match="已于2026-04-10交回"):
        handovers.return_permit(first, by=None, on=LATER)
    first.refresh_from_db()
    assert (first.issued_on, first.returned_on) == (LATER, LATER)


@pytest.mark.clause("yuzhong-10-2-b")
def test_a_new_member_gets_the_next_permit_and_nobody_two(studio: Studio) -> None:
    count = Permit.objects.filter(studio=studio).count()
    assert held.people_without_permit(studio) == []
    registers.save_row(studio, "members", by=None, name="新成员", joined_on=LATER)
    assert held.people_without_permit(studio) == ["新成员"]
    row = handovers.add_permit(studio, by=None, holder="新成员", on=LATER)
    assert (row.number, row.issuer) == (f"{studio.number}-W{count + 1:02d}", "区人力社保局")
    for name in ("新成员", "路人甲"):
        with pytest.raises(DomainError, match="每人一本"):
            handovers.add_permit(studio, by=None, holder=name, on=LATER)


def test_a_city_without_permits_adds_none() -> None:
    with pytest.raises(DomainError, match="没有规定配发工作证"):
        handovers.add_permit(old_studio("urumqi"), by=None, holder="甲", on=LATER)


@pytest.mark.clause("yuzhong-12-0")
def test_a_settled_recall_marks_every_permit_returned(studio: Studio) -> None:
    row = recall(studio, RecallPermits(kind="recall_permits", clause=("yuzhong-12-0",)))
    handing_in.settle(row, by=make_user("o@example.gov.cn"), on=LATER, text="示例科接收")
    assert set(Permit.objects.values_list("returned_on", flat=True)) == {LATER}


def test_the_last_permit_that_comes_back_settles_the_recall(studio: Studio) -> None:
    row = recall(studio, RecallPermits(kind="recall_permits", clause=("yuzhong-12-0",)))
    for permit in Permit.objects.filter(studio=studio):
        row.refresh_from_db()
        assert row.done_on is None
        handovers.return_permit(permit, by=None, on=LATER)
    row.refresh_from_db()
    assert row.done_on == LATER


def test_the_desk_records_plaque_and_permits_and_the_unit_reads_them(
    as_user: Any, studio: Studio
) -> None:
    client = as_user(officer_of(studio.jurisdiction))
    keys = [studio.public_id]
    plaque, page = (reverse(f"assessments:{n}", args=keys) for n in ("plaque", "desk_studio"))
    assert client.get(plaque).status_code == 403
    card = client.get(page).context["handed"]
    assert (card["plaque_url"], len(card["plaque_waits"])) == ("", 2)
    filed(studio)
    assert client.post(plaque, {"on": "2026-04-10", "to": ""}).status_code == 422
    assert client.post(plaque, {"on": "2026-04-10", "to": "示例经办人"}).status_code == 302
    permit = reverse("assessments:permit", args=[*keys, f"{studio.number}-W01"])
    assert client.post(permit, {"on": "2026-04-11"}).status_code == 302
    card = client.get(page).context["handed"]
    assert card["plaques"] == ["2026-04-10 交付示例经办人"]
    assert card["permits"][0]["says"] == "区人力社保局 2026-03-10 配发，2026-04-11 领取"
    assert [card["plaque_says"], card["permits"][0]["label"]] == ["登记收回", "登记交回"]
    assert client.post(plaque, {"on": "2026-04-12", "note": ""}).status_code == 302
    registers.save_row(studio, "members", by=None, name="新成员", joined_on=LATER)
    added = reverse("assessments:permit_new", args=keys)
    assert client.post(added, {"on": "2026-04-12", "holder": "新成员"}).status_code == 302
    unit = as_user(member_of(studio))
    assert unit.post(plaque, {"on": "2026-04-12", "to": "甲"}).status_code == 404
    card = unit.get(reverse("assessments:studio", args=keys)).context["handed"]
    assert (card["plaques"], card["plaque_url"]) == (
        ["2026-04-10 交付示例经办人，2026-04-12 收回"], "",
    )  # fmt: skip
    assert [row["name"].split()[1] for row in card["permits"]][-1] == "新成员"


def test_a_page_sent_twice_does_not_take_back_what_it_has_handed_over(
    as_user: Any, studio: Studio
) -> None:
    filed(studio)
    client = as_user(officer_of(studio.jurisdiction))
    keys = [studio.public_id]
    for address, sent in (
        (reverse("assessments:plaque", args=keys), {"on": "2026-04-10", "to": "示例经办人"}),
        (reverse("assessments:permit", args=[*keys, f"{studio.number}-W01"]),
         {"on": "2026-04-10"}),
    ):  # fmt: skip
        sent["step"] = client.get(address).context["form"]["step"].value()
        assert client.post(address, sent).status_code == 302
        again = client.post(address, sent)
        assert (again.status_code, "打开本页以后已有登记" in again.content.decode()) == (422, True)
        # What the page offers now is recorded when it is wanted.
        sent["step"] = again.context["form"]["step"].value()
        assert client.post(address, sent).status_code == 302
    assert [row.returned_on for row in held.of_studio(studio)] == [LATER]


def test_the_list_of_plaques_says_where_each_one_is(studio: Studio) -> None:
    assert _handed(None, waits=studio.pk in held.without_agreement([studio])) == (
        "责任书未备案，暂不交付"
    )
    filed(studio)
    assert _handed(None, waits=studio.pk in held.without_agreement([studio])) == "未登记"
    row = handovers.hand_plaque(studio, by=None, on=LATER, to="示例经办人")
    assert _handed(row, waits=False) == "2026年4月10日"


@pytest.mark.clause("yuzhong-10-2-b")
def test_the_list_of_plaques_names_every_permit_that_is_out(studio: Studio) -> None:
    first, second, *_ = Permit.objects.filter(studio=studio)
    handovers.issue_permit(first, by=None, on=LATER)
    handovers.issue_permit(second, by=None, on=LATER)
    handovers.return_permit(second, by=None, on=LATER)
    listed = permit_rows(permits_out(studio.jurisdiction))
    assert listed[0] == {
        "number": first.number, "holder": first.holder, "studio": studio.name,
        "issuer": first.issuer, "issued": "2026年4月10日",
    }  # fmt: skip
    assert second.number not in {row["number"] for row in listed}
    assert {row["issued"] for row in listed[1:]} == {"待领取"}
    found = plaques(studio.jurisdiction, [studio], permits_out(studio.jurisdiction), LATER)
    assert found[:5] == b"%PDF-"


@pytest.mark.clause("yuzhong-10-2-a", "yuzhong-10-2-b")
def test_the_life_tells_of_plaque_and_permits_and_of_a_recall_once(studio: Studio) -> None:
    filed(studio)
    permit = Permit.objects.filter(studio=studio).first()
    assert permit is not None
    handovers.hand_plaque(studio, by=None, on=LATER, to="示例经办人")
    handovers.issue_permit(permit, by=None, on=LATER)
    handovers.return_permit(permit, by=None, on=LATER + dt.timedelta(days=1))
    recall(studio, RecallPlaque(kind="recall_plaque"))
    handovers.take_plaque(studio, by=None, on=LATER + dt.timedelta(days=2))
    said = f"{permit.number} {permit.holder}"
    told = [(e.title, e.says) for e in life.events(studio, for_unit=True) if e.on >= LATER]
    assert told == [
        (f"收回牌匾（{studio.plaque_number}）", ""), ("工作证交回", said),
        ("牌匾交付", "领取人：示例经办人"), ("工作证领取", said),
    ]  # fmt: skip

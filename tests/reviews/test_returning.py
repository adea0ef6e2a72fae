"""One filing of a list goes back: the posts of the stage sign in turn, then the unit hears."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jurisdictions.domain.offices import appoint
from portal.common.errors import DomainError
from portal.common.models import Notice
from reviews.domain import cases, lists, returning
from reviews.domain.stages import SIGN, take_action
from reviews.models import Case, Correction, ItemReturn, List, ListItem, StageRun
from reviews.queries import proposals
from tests.kept import made_once
from tests.reviews import factories as make
from tests.reviews.standing import fresh, list_at

pytestmark = pytest.mark.django_db
DUE = timedelta(days=10)
NOTICE = {"title": "关于名单的公示", "body": "现予公示。", "contact": "010-00000000"}


def three_posts(document: dict[str, Any]) -> None:
    """The publicity of this city is signed by three."""
    for stage in document["procedures"]["establish"]["workflow"]["stages"]:
        if stage["kind"] == "publicity":
            stage["signoff"] = ["handler", "reviewer", "approver"]


def before_the_publicity() -> tuple[make.City, StageRun]:
    city = make.make_city("urumqi", quota=5, change=three_posts)
    return city, list_at(city, [make.submitted(city), make.another(city, 1)], "publicity")


kept, standing = made_once(before_the_publicity)


@pytest.fixture
def city(standing: Any) -> make.City:
    return standing[0]


@pytest.fixture
def run(standing: Any) -> StageRun:
    return standing[1]


def last_item(run: StageRun) -> ListItem:
    assert run.listing is not None
    return run.listing.items.order_by("position")[1]


def propose(city: make.City, run: StageRun) -> ItemReturn:
    row = returning.return_item(
        last_item(run), faults=[{"target": "studio.area", "text": "与现场不符"}],
        due_on=timezone.localdate() + DUE, reason="请核对", by=city.person(run.office),
    )  # fmt: skip
    assert row is not None
    return row


def stands(run: StageRun) -> tuple[str, str, str]:
    item = ListItem.objects.select_related("case__application").get(pk=last_item(run).pk)
    return item.state, item.case.state, item.case.application.status


def test_nothing_happens_before_the_last_post_has_signed(city: make.City, run: StageRun) -> None:
    row = propose(city, run)
    reviewer, approver = (city.person(run.office, post) for post in ("reviewer", "approver"))
    assert (proposals.to_answer(reviewer), proposals.to_answer(approver)) == (1, 0)
    with pytest.raises(DomainError):
        returning.decide(row, approve=True, by=approver)
    row = returning.decide(row, approve=True, by=reviewer)
    assert (row.state, row.post, row.signed[0]["signer"]) == ("proposed", "approver", str(reviewer))
    assert stands(run) == ("in", "listed", "submitted")
    assert not Correction.objects.exists()
    assert (proposals.to_answer(reviewer), proposals.to_answer(approver)) == (0, 1)
    row = returning.decide(row, approve=True, by=approver)
    assert (row.state, row.decided_by) == ("approved", approver)
    assert stands(run) == ("held", "returned", "returned")
    assert Correction.objects.get().items.get().text == "与现场不符"
    with pytest.raises(DomainError, match="已由"):
        returning.decide(row, approve=True, by=approver)


def test_nobody_signs_twice(city: make.City, run: StageRun) -> None:
    row, by = propose(city, run), city.person(run.office)
    reviewer = city.person(run.office, "reviewer")
    appoint(by, run.office, "reviewer", by=city.admin, reason="岗位调整")
    with pytest.raises(DomainError, match="由您提出的不能由您审批"):
        returning.decide(row, approve=True, by=by)
    row = returning.decide(row, approve=True, by=reviewer)
    appoint(reviewer, run.office, "approver", by=city.admin, reason="岗位调整")
    with pytest.raises(DomainError, match="签过其他岗位"):
        returning.decide(row, approve=True, by=reviewer)
    assert stands(run) == ("in", "listed", "submitted")
    with pytest.raises(IntegrityError, match="item_return_four_eyes"), transaction.atomic():
        ItemReturn.objects.filter(pk=row.pk).update(
            state="approved", decided_by=by, decided_at=timezone.now()
        )


def test_the_list_does_not_go_on_while_a_return_waits(city: make.City, run: StageRun) -> None:
    row, reviewer = propose(city, run), city.person(run.office, "reviewer")
    now = fresh(run)
    with pytest.raises(DomainError, match="1 件的退回补正待审批"):
        take_action(now, SIGN, by=city.person(run.office), version=now.version, outcome="pass",
                    data=NOTICE)  # fmt: skip
    with pytest.raises(DomainError, match="1 件的退回补正待审批"):
        make.from_paper(city, run)
    with pytest.raises(DomainError, match="已有待审批的退回补正"):
        propose(city, run)
    with pytest.raises(DomainError, match="不批准的须写明理由"):
        returning.decide(row, approve=False, by=reviewer)
    returning.decide(row, approve=False, by=reviewer, text="与事实不符")
    assert stands(run) == ("in", "listed", "submitted")
    make.sign_all(city, run, outcome="pass", data=NOTICE)
    assert Case.objects.get(pk=last_item(run).case_id).state == "listed"


def test_an_item_that_left_the_list_meanwhile_does_not_go_back(
    city: make.City, run: StageRun
) -> None:
    row = returning.decide(propose(city, run), approve=True, by=city.person(run.office, "reviewer"))
    lists.set_item(last_item(run), "held", by=city.person(run.office), reason="材料待核实")
    with pytest.raises(DomainError, match="该提议已失效，不能再办理"):
        returning.decide(row, approve=True, by=city.person(run.office, "approver"))
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.answer) == ("lapsed", None, "该件已不在名单中")
    lists.set_item(last_item(run), "in", by=city.person(run.office))
    assert propose(city, run).state == "proposed"


def test_a_list_goes_on_without_a_filing_that_its_unit_took_back(
    city: make.City, run: StageRun
) -> None:
    row, item = propose(city, run), last_item(run)
    cases.close_withdrawn(item.case.application)
    row.refresh_from_db()
    assert (row.state, row.answer) == ("lapsed", "该件已不在名单中")
    told = Notice.objects.get(user=row.proposed_by, title="退回补正提议已失效")
    assert told.link == reverse("reviews:authority")
    now = fresh(run)
    take_action(now, SIGN, by=city.person(run.office), version=now.version, outcome="pass",
                data=NOTICE)  # fmt: skip
    assert fresh(run).state == "signing"


def test_a_list_that_ended_leaves_no_return_behind(city: make.City, run: StageRun) -> None:
    row = propose(city, run)
    ListItem.objects.filter(listing=run.listing).update(state="struck")
    cases.close_lapsed(last_item(run).case.application, "工作室已终止")
    row.refresh_from_db()
    assert (row.state, List.objects.get(pk=run.listing_id).closed_at is None) == ("lapsed", False)


def test_only_who_proposed_a_return_takes_it_back_and_only_while_it_waits(
    city: make.City, run: StageRun
) -> None:
    row, by = propose(city, run), city.person(run.office)
    with pytest.raises(DomainError, match="只有提出人可以收回"):
        returning.take_back(row, by=city.person(run.office, "approver"))
    row = returning.take_back(row, by=by)
    assert (row.state, row.decided_by, row.answer) == ("withdrawn", None, "提出人收回")
    with pytest.raises(DomainError, match="该提议已收回，不能再办理"):
        returning.take_back(row, by=by)
    with pytest.raises(IntegrityError, match="item_return_decided_with_name"), transaction.atomic():
        ItemReturn.objects.filter(pk=row.pk).update(state="approved")
    make.sign_all(city, run, outcome="pass", data=NOTICE)
    assert fresh(run).signatures.filter(agrees=True).count() == 3


def test_a_return_needs_its_faults_and_a_day(city: make.City, run: StageRun) -> None:
    item, by, today = last_item(run), city.person(run.office), timezone.localdate()
    with pytest.raises(DomainError, match="须一次告知全部问题"):
        returning.return_item(item, faults=[], due_on=today + DUE, reason="", by=by)
    faults = [{"target": "studio.area", "text": "与现场不符"}]
    with pytest.raises(DomainError, match="须晚于今天"):
        returning.return_item(item, faults=faults, due_on=today, reason="", by=by)


def test_a_stage_that_one_post_signs_sends_it_back_at_once(db: None) -> None:
    def one_post(document: dict[str, Any]) -> None:
        for stage in document["procedures"]["establish"]["workflow"]["stages"]:
            if stage["kind"] == "publicity":
                stage["signoff"] = ["handler"]

    city = make.make_city("chaoyang", quota=5, change=one_post)
    run = list_at(city, [make.submitted(city), make.another(city, 1)], "publicity")
    faults = [{"target": "studio.goals", "text": "与现场不符"}]
    due = timezone.localdate() + DUE
    assert returning.return_item(last_item(run), faults=faults, due_on=due, reason="",
                                 by=city.person(run.office)) is None  # fmt: skip
    assert stands(run) == ("held", "returned", "returned")


def test_the_pages_propose_and_sign_a_return(
    city: make.City, run: StageRun, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    assert run.listing is not None
    item = last_item(run)
    client: Client = as_user(city.person(run.office))
    listing = reverse("reviews:list", args=[run.listing.public_id])
    page = reverse("reviews:list-item-return", args=[run.listing.public_id, item.pk])
    assert page in client.get(listing).content.decode()
    assert "转入补充名单，单独公示" in client.get(page).content.decode()
    due = (timezone.localdate() + DUE).isoformat()
    data = {"flags": "studio.area", "note-studio.area": "与现场不符", "due_on": due}
    assert client.post(page, data | {"run": "another"}).status_code == 409
    data["run"] = str(run.public_id)
    assert client.post(page, data).status_code == 302
    row = ItemReturn.objects.get()
    answer = reverse("reviews:return-proposal", args=[row.public_id])
    shown = client.get(listing).content.decode()
    assert (page in shown, answer in shown, "退回补正待签" in shown) == (False, True, True)
    assert "由您提出，请由另一位审批人员办理" in client.get(answer).content.decode()
    assert client.post(answer, {"do": "take_back"}).status_code == 302
    over = client.get(answer).content.decode()
    assert ("提出人收回，" in over, "收回提议" in over) == (True, False)
    assert client.post(answer, {"do": "take_back"}).status_code == 409
    assert client.post(page, data).status_code == 302
    row = ItemReturn.objects.get(state="proposed")
    answer = reverse("reviews:return-proposal", args=[row.public_id])
    assert "收回提议" in client.get(answer).content.decode()
    for post in ("reviewer", "approver"):
        client = as_user(city.person(run.office, post))
        assert answer in client.get(reverse("reviews:authority")).content.decode()
        assert "与现场不符" in client.get(answer).content.decode()
        assert client.post(answer, {"do": "approve", "answer": ""}).status_code == 302
    assert stands(run) == ("held", "returned", "returned")
    assert List.objects.get(pk=run.listing_id).stage_kind == "publicity"

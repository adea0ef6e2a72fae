"""One filing decided by several bodies together: each approves it as it stands."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jurisdictions.domain.offices import appoint, bind, save_office
from jurisdictions.domain.publish import publish
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.national import load_national
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.models import Office, OfficeBinding
from portal.common.errors import DomainError
from portal.common.models import Notice
from reviews.domain import decision, digest, digestask, lists, opening, remarks
from reviews.domain.stages import SEND_BACK, SIGN, recall, take_action
from reviews.models import Approval, Case, StageRun
from reviews.queries import to_approve
from reviews.queries.joint import joint_cases
from tests.applications.factories import FIXTURES
from tests.reviews import factories as make
from tests.reviews.standing import fresh
from tests.reviews.test_lapsing import change
from tests.reviews.test_reminding import a_working_day, morning
from tests.reviews.test_strange_road import PONTOON, filed

pytestmark = pytest.mark.django_db
SHORT = {"check", "agreement"}


@pytest.fixture
def city(db: None) -> make.City:
    """The made-up city with a short road: check, then bureau and treasury on one filing."""
    document = read_source(Path(PONTOON)).document
    road = document["procedures"]["establish"]["workflow"]
    road["stages"] = [s for s in road["stages"] if s["id"] in SHORT or s.get("scope") == "list"]
    next(s for s in road["stages"] if s["id"] == "agreement")["signoff"] = ["handler", "approver"]
    ruleset = publish(
        document, {"articles": [], "clauses": []},
        catalogue=load_yaml((FIXTURES / "national" / "fields.yaml").read_text("utf-8")),
        national=load_national(FIXTURES / "national"), source_files=None, parent=None, by=None,
    )  # fmt: skip
    return make.staffed(ruleset, quota=1)


@pytest.fixture
def run(city: make.City) -> StageRun:
    case = filed(city, 0)
    make.pass_check(city, make.run_of(case))
    found = make.run_of(case)
    assert found.kind == "joint_decision"
    return found


@pytest.fixture
def treasurer(city: make.City) -> Any:
    return city.person(city.office("treasury"), "approver")


def case_of(run: StageRun) -> Case:
    return Case.objects.select_related("application").get(pk=run.case_id)


def approve(run: StageRun, by: Any, digest: str = "") -> Approval:
    case = case_of(run)
    return decision.approve(case, "treasury", by=by, digest=digest or lists.digest(case))


def send_back_and_resubmit(city: make.City, run: StageRun, occupation: str = "") -> StageRun:
    """The filing goes back to the unit and comes again, changed or not."""
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    data = {"faults": [{"target": "leader.occupation", "text": "请写全称"}], "due_on": due}
    make.sign_all(city, run, outcome="return", opinion="请补正。", data=data)
    if occupation:
        change(case_of(run), "leader.occupation", occupation)
    make.resubmit(case_of(run))
    again = make.run_of(case_of(run))
    if again.kind == "check":
        # What changed was what the check rested on: it is judged again first.
        make.pass_check(city, again)
        again = make.run_of(case_of(run))
    assert (again.stage, again.attempt) == (run.stage, 2)
    return again


def test_the_office_in_charge_cannot_pass_it_before_every_body_has_approved(
    city: make.City, run: StageRun, treasurer: Any
) -> None:
    now = fresh(run)
    posts = make.stage_shape(city, run).signoff
    for post in posts[:-1]:
        take_action(now, SIGN, by=city.person(run.office, post), version=now.version,
                    outcome="pass", opinion="同意。")  # fmt: skip
        now = fresh(run)
    last = city.person(run.office, posts[-1])
    with pytest.raises(DomainError, match="尚未审定本件：市财政局。本件内容再有变动的，须重新审定"):
        take_action(now, SIGN, by=last, version=now.version, outcome="pass", opinion="同意。")
    approve(run, treasurer)
    take_action(fresh(run), SIGN, by=last, version=fresh(run).version, outcome="pass",
                opinion="同意。")  # fmt: skip
    assert (fresh(run).state, case_of(run).state) == ("done", "listed")
    found = Approval.objects.order_by("role").values_list("role", "case", "listing")
    assert list(found) == [("bureau", run.case_id, None), ("treasury", run.case_id, None)]


def test_an_approval_lapses_when_the_filing_changes(
    city: make.City, run: StageRun, treasurer: Any
) -> None:
    shown = lists.digest(case_of(run))
    approve(run, treasurer)
    again = send_back_and_resubmit(city, run, "电焊工")
    with pytest.raises(DomainError, match="本件内容已有变动，请查看最新内容后再审定"):
        approve(again, treasurer, shown)
    with pytest.raises(DomainError, match="尚未审定本件：市财政局"):
        make.sign_all(city, again, outcome="pass", opinion="同意。")
    approve(again, treasurer)
    with pytest.raises(DomainError, match="市财政局已审定本件"):
        approve(again, treasurer)


def test_an_approval_of_a_filing_that_came_back_unchanged_stands(
    city: make.City, run: StageRun, treasurer: Any
) -> None:
    approve(run, treasurer)
    again = send_back_and_resubmit(city, run)
    treasury = city.office("treasury").pk
    assert not Case.objects.filter(to_approve({treasury})).exists()
    make.sign_all(city, again, outcome="pass", opinion="同意。")
    assert case_of(run).state == "listed"


def test_who_may_approve_one_filing(city: make.City, run: StageRun, treasurer: Any) -> None:
    treasury = city.office("treasury")
    for by in (city.person(treasury), city.person(run.office, "approver"),
               city.person(city.office("police"), "approver")):  # fmt: skip
        with pytest.raises(DomainError):
            approve(run, by)
    with pytest.raises(DomainError, match="该机构不参与本环节审定"):
        decision.approve(case_of(run), "police", by=treasurer, digest=lists.digest(case_of(run)))
    row = approve(run, treasurer)
    with pytest.raises(IntegrityError, match="approval_of_case_or_list"), transaction.atomic():
        Approval.objects.filter(pk=row.pk).update(case=None)


def test_the_office_in_charge_may_refuse_it_with_its_reason(
    city: make.City, run: StageRun, treasurer: Any
) -> None:
    with pytest.raises(DomainError, match="须写明理由"):
        make.sign_all(city, run, outcome="refuse", opinion=" ")
    remarks.remark(run, "treasury", "资金来源不清", by=treasurer)
    told = Notice.objects.get(title="市财政局对该件提出修改意见")
    assert told.link == reverse("reviews:case", args=[case_of(run).public_id])
    make.sign_all(city, run, outcome="refuse", opinion="资金来源不清。")
    case = case_of(run)
    assert (case.state, case.application.result) == ("closed", "refused")


def test_the_pages_lead_a_body_to_the_filing_and_take_its_approval(
    city: make.City, run: StageRun, treasurer: Any, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    client: Client = as_user(treasurer)
    case, page = case_of(run), reverse("reviews:run", args=[run.public_id])
    found = client.get(reverse("reviews:worklist"), {"tab": "sign"})
    assert str(case.application.number) in found.content.decode()
    assert found.context["kpis"][0]["n"] == 1
    assert page in client.get(reverse("reviews:case", args=[case.public_id])).content.decode()
    shown = client.get(page).content.decode()
    assert ("审定该件" in shown, "名单" in shown.split("<main")[1]) == (True, False)
    data = {"role": "treasury", "digest": lists.digest(case), "opinion": "同意。", "do": "approve"}
    assert client.post(reverse("reviews:run-approve", args=[run.public_id]), data).url == page
    waiting = client.get(reverse("reviews:worklist"), {"tab": "sign"}).content.decode()
    assert str(case.application.number) not in waiting
    again = send_back_and_resubmit(city, run, "电焊工")
    shown = client.get(reverse("reviews:run", args=[again.public_id])).content.decode()
    assert ("原审定已失效，须重新审定" in shown, "本件内容已变动，失效" in shown) == (True, True)
    lead = as_user(city.person(run.office)).get(reverse("reviews:run", args=[again.public_id]))
    assert lead.content.decode().count('type="radio" name="outcome"') == 2
    assert " checked" not in lead.content.decode().split("<main")[1]


def test_nothing_is_concluded_before_a_person_concludes_it(
    city: make.City, run: StageRun, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    address = reverse("reviews:run-sign", args=[run.public_id])
    sent = {"action": "sign", "version": run.version, "opinion": "经研究。"}
    answer = as_user(city.person(run.office)).post(address, sent)
    field = answer.content.decode().partition('id="outcome"')[2].partition("</fieldset>")[0]
    assert (answer.status_code, "请先选择结论。" in field) == (422, True)
    assert ("checked" in field, "经研究。" in answer.content.decode()) == (False, True)
    assert fresh(run).state == "open"


def test_what_came_before_is_not_taken_back_once_a_body_has_approved(
    city: make.City, run: StageRun, treasurer: Any
) -> None:
    first = case_of(run).runs.get(kind="check")
    last = first.signatures.latest("pk").user
    approve(run, treasurer)
    with pytest.raises(DomainError, match="下一环节已经办理，不能撤回"):
        recall(first, by=last)
    Approval.objects.all().delete()
    remarks.remark(run, "treasury", "资金来源不清", by=treasurer)
    with pytest.raises(DomainError, match="下一环节已经办理，不能撤回"):
        recall(first, by=last)
    assert (fresh(first).state, fresh(run).state) == ("done", "open")


def test_an_approval_in_a_passage_that_was_recalled_does_not_count(
    city: make.City, run: StageRun, treasurer: Any
) -> None:
    old, treasury = approve(run, treasurer), {city.office("treasury").pk}
    assert not Case.objects.filter(to_approve(treasury)).exists()
    opening.close_run(fresh(run), "recalled")
    again = opening.open_stage(case_of(run), make.stage_shape(city, run))
    assert Case.objects.filter(to_approve(treasury)).get() == case_of(run)
    row = approve(again, treasurer)
    assert (row.digest, row.run_id) == (old.digest, again.pk)
    assert not Case.objects.filter(to_approve(treasury)).exists()


def test_only_the_office_that_decides_is_led_to_the_filing(
    city: make.City, run: StageRun, treasurer: Any
) -> None:
    treasury, place = city.office("treasury"), city.jurisdiction
    branch = save_office(place, code="branch", name="分局", phone="010-00000000", by=city.admin)
    bind(branch, "treasury", covers="示例区", by=city.admin)
    other = make.make_city("ziyang")
    foreign = Office.objects.filter(jurisdiction=other.jurisdiction).first()
    assert foreign is not None
    OfficeBinding.objects.create(office=foreign, role="treasury")
    police = city.office("police")
    found = {office.name: joint_cases({office.pk, police.pk})
             for office in (treasury, branch, foreign)}  # fmt: skip
    assert found == {treasury.name: {run.case_id}, "分局": set(), foreign.name: set()}
    assert joint_cases({foreign.pk, branch.pk}) == set()


def test_who_signed_it_for_another_office_does_not_approve_it(
    city: make.City, run: StageRun, treasurer: Any
) -> None:
    first = case_of(run).runs.get(kind="check")
    signer = first.signatures.latest("pk").user
    appoint(signer, city.office("treasury"), "approver", by=city.admin, reason="岗位调整")
    with pytest.raises(DomainError, match=f"您已代表{first.office}签署过本件"):
        approve(run, signer)
    assert approve(run, treasurer).user == treasurer


def test_who_proposed_it_for_the_same_office_does_not_approve_it(
    city: make.City, run: StageRun
) -> None:
    first, treasury = case_of(run).runs.get(kind="check"), city.office("treasury")
    StageRun.objects.filter(pk=first.pk).update(office=treasury)
    proposer = first.signatures.get(post="handler").user
    appoint(proposer, treasury, "approver", by=city.admin, reason="岗位调整")
    with pytest.raises(DomainError, match="您已提出过本件的办理意见"):
        approve(run, proposer)


def told(user: Any) -> list[str]:
    """What an approver of a body was asked, in order."""
    rows = Notice.objects.filter(user=user, title__startswith="请审定：").order_by("pk")
    return list(rows.values_list("text", flat=True))


def test_each_body_is_told_once_that_a_filing_waits_for_it_and_again_after_a_change(
    city: make.City, run: StageRun, treasurer: Any
) -> None:
    case, treasury = case_of(run), city.office("treasury")
    label = make.stage_shape(city, run).label
    first = f"该件已进入“{label}”，请代表{treasury}审定该件。"
    assert told(treasurer) == [first]
    notice = Notice.objects.get(user=treasurer, text=first)
    assert notice.title == f"请审定：{case.application.number}"
    assert notice.link == reverse("reviews:case", args=[case.public_id])
    now = fresh(run)
    take_action(now, SIGN, by=city.person(run.office), version=now.version, outcome="pass",
                opinion="同意。")  # fmt: skip
    assert (told(treasurer), told(city.person(run.office, "approver"))) == ([first], [])
    approve(run, treasurer)
    take_action(fresh(run), SEND_BACK, by=city.person(run.office, "approver"),
                version=fresh(run).version, opinion="请核对")  # fmt: skip
    assert told(treasurer) == [first]
    send_back_and_resubmit(city, run, "电焊工")
    changed = f"该件在贵机构审定后有变动，须重新审定，请代表{treasury}审定该件。"
    assert told(treasurer) == [first, changed]


def test_the_digest_names_filings_that_wait_for_a_body(
    city: make.City, run: StageRun, treasurer: Any
) -> None:
    number = case_of(run).application.number
    StageRun.objects.update(due_on=None)
    morning_after = morning(a_working_day())
    digest.send_all(morning_after)
    rows = Notice.objects.filter(kind="digest", user=treasurer).values_list("text", flat=True)
    assert list(rows) == [f"待审定申报件 1 件：{number}"]
    approve(run, treasurer)
    assert digestask.cases_by_turn() == {}


def test_filings_that_wait_for_bodies_take_as_many_queries_for_many_as_for_one(
    city: make.City, run: StageRun
) -> None:
    counts = []
    for serial in (None, 1):
        if serial is not None:
            make.pass_check(city, make.run_of(filed(city, serial)))
        with CaptureQueriesContext(connection) as captured:
            found = digestask.cases_by_turn()
        counts.append((sum(map(len, found.values())), len(captured)))
    assert counts == [(1, counts[0][1]), (2, counts[0][1])]

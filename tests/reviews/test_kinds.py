"""Each kind of stage: what it asks, what it refuses, what follows."""

import ast
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from applications.interfaces.progress import reasons_of
from applications.models import Application, Document, SheetEntry
from jurisdictions.schema.stages import STAGE_KINDS
from portal.common.errors import DomainError
from reviews.domain import corrections, decision, gathering, letters, lists
from reviews.domain.stages import KINDS, SEND_BACK, SIGN, recall, take_action
from reviews.domain.work import StaleActionError
from reviews.models import Case, Letter, List, ListItem, StageRun
from tests.reviews import factories as make
from tests.reviews.test_walks import case_to_list

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
SHARED = {"__init__", "base"}


def names(folder: str) -> set[str]:
    return {file.stem for file in (ROOT / folder).glob("*.py")} - SHARED


def test_schema_and_domain_have_the_same_kinds_of_stages() -> None:
    assert names("reviews/domain/stages") == names("jurisdictions/schema/stages")
    assert set(KINDS) == set(STAGE_KINDS)
    for name in STAGE_KINDS:
        tree = ast.parse((ROOT / f"reviews/domain/stages/{name}.py").read_text("utf-8"))
        assert ast.get_docstring(tree)


def sign(city: make.City, run: StageRun, post: str, **given: Any) -> StageRun:
    fresh = StageRun.objects.select_related("office").get(pk=run.pk)
    return take_action(
        fresh, SIGN, by=city.person(fresh.office, post), version=fresh.version, **given
    )


def proposal(city: make.City, run: StageRun, **changes: Any) -> dict[str, Any]:
    return {"outcome": "pass", "opinion": "符合条件。",
            "verdicts": make.yes_to_all(city, run), **changes}  # fmt: skip


def test_a_result_is_a_proposal_until_the_last_post_has_signed(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    sign(city, run, "handler", **proposal(city, run))
    sign(city, run, "reviewer")
    assert not SheetEntry.objects.filter(application=case.application).exists()
    assert make.run_of(case).pk == run.pk
    sign(city, run, "approver")
    entry = SheetEntry.objects.get(application=case.application)
    assert (entry.box, entry.text) == ("district_opinion", "符合条件。")
    assert make.run_of(case).stage == "material_review"


def test_a_post_out_of_turn_and_a_stranger_may_not_sign(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    with pytest.raises(DomainError) as refused:
        sign(city, run, "approver", **proposal(city, run))
    assert refused.value.status == 403


def test_two_actions_on_one_version_name_who_was_first(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    sign(city, run, "handler", **proposal(city, run))
    with pytest.raises(StaleActionError) as stale:
        take_action(run, SIGN, by=city.person(run.office), version=0, **proposal(city, run))
    assert f"已由{city.person(run.office)}办理" in stale.value.message


def test_a_post_sends_back_inside_the_office_and_earlier_signatures_lapse(
    city: make.City, case: Case
) -> None:
    run = make.run_of(case)
    sign(city, run, "handler", **proposal(city, run))
    fresh = make.run_of(case)
    reviewer = city.person(run.office, "reviewer")
    with pytest.raises(DomainError, match="理由"):
        take_action(fresh, SEND_BACK, by=reviewer, version=fresh.version)
    take_action(fresh, SEND_BACK, by=reviewer, version=fresh.version, opinion="请核对年龄")
    fresh = make.run_of(case)
    assert fresh.waiting_for == "handler"
    assert fresh.signatures.filter(agrees=True, recalled_at=None).count() == 0


def test_one_person_does_not_sign_two_posts_while_another_holds_the_post(
    city: make.City, case: Case
) -> None:
    run = make.run_of(case)
    handler = city.person(run.office)
    make.appoint(handler, run.office, "reviewer", by=city.admin, reason="临时分工")
    sign(city, run, "handler", **proposal(city, run))
    fresh = make.run_of(case)
    with pytest.raises(DomainError, match="另一位"):
        take_action(fresh, SIGN, by=handler, version=fresh.version)


def test_the_last_signer_recalls_until_the_next_stage_acts(city: make.City, case: Case) -> None:
    run = make.pass_check(city, make.run_of(case))
    approver = city.person(run.office, "approver")
    with pytest.raises(DomainError, match="最后签署"):
        recall(run, by=city.person(run.office, "reviewer"))
    recall(run, by=approver)
    assert make.run_of(case).pk == run.pk
    assert make.run_of(case).waiting_for == "approver"
    sign(city, run, "approver")
    make.from_paper(city, make.run_of(case))
    with pytest.raises(DomainError, match="下一环节已经办理"):
        recall(run, by=approver)


def test_a_second_slip_is_recalled_as_well(city: make.City, case: Case) -> None:
    run = make.pass_check(city, make.run_of(case))
    approver = city.person(run.office, "approver")
    for _ in range(3):
        recall(run, by=approver)
        assert make.run_of(case).pk == run.pk
        sign(city, run, "approver")
    assert make.run_of(case).pk != run.pk
    assert case.runs.filter(state="recalled").count() == 3
    make.from_paper(city, make.run_of(case))
    with pytest.raises(DomainError, match="下一环节已经办理"):
        recall(run, by=approver)


def test_a_check_asks_for_every_point_and_a_reason_for_a_no(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    said = make.yes_to_all(city, run)
    with pytest.raises(DomainError, match="请逐项判断"):
        sign(city, run, "handler", **proposal(city, run, verdicts={}))
    bare = said | {"p_level": ("no", "")}
    with pytest.raises(DomainError, match="须写明理由"):
        sign(city, run, "handler", **proposal(city, run, verdicts=bare))
    doubt = said | {"p_level": ("doubt", "证书待核")}
    with pytest.raises(DomainError, match="存疑") as held:
        sign(city, run, "handler", **proposal(city, run, verdicts=doubt))
    no = said | {"eligible": ("no", "不符合")}
    with pytest.raises(DomainError, match="未判为符合") as against:
        sign(city, run, "handler", **proposal(city, run, verdicts=no))
    assert (held.value.field, against.value.field) == ("point-p_level", "point-eligible")


def test_a_refused_reason_counts_as_a_condition_not_met(city: make.City) -> None:
    case = make.submitted(city, leader__able=False)
    run = make.run_of(case)
    said = make.yes_to_all(city, run)
    rule = next(name for name in said if name.startswith("rule:"))
    refused = said | {rule: ("no", "理由不充分")}
    with pytest.raises(DomainError, match="理由未被采纳"):
        sign(city, run, "handler", **proposal(city, run, verdicts=refused))
    with pytest.raises(DomainError, match="都须写明意见"):
        sign(city, run, "handler", **proposal(city, run, verdicts=said | {rule: ("yes", "")}))
    sign(city, run, "handler", **proposal(city, run))
    assert run.judgements.get(point=rule).reason == "理由成立，予以采纳。"


def returned(city: make.City, case: Case) -> StageRun:
    due = (timezone.localdate() + timedelta(days=5)).isoformat()
    faults = [{"target": "leader.position", "text": "写明现任职务"}]
    data = {"faults": faults, "due_on": due}
    return make.sign_all(city, make.run_of(case), outcome="return", opinion="请补正。", data=data)


def test_a_return_needs_faults_a_text_for_each_and_a_day(city: make.City, case: Case) -> None:
    run, due = make.run_of(case), (timezone.localdate() + timedelta(days=5)).isoformat()
    fault = {"target": "leader.position", "text": ""}
    wrong: dict[str, dict[str, Any]] = {
        "一次告知": {},
        "写明": {"faults": [fault], "due_on": due},
        "期限": {"faults": [fault | {"text": "改"}], "due_on": "2020-01-01"},
        "不在申报表中": {"faults": [{"target": "x.y", "text": "改"}]},
    }
    for says, data in wrong.items():
        with pytest.raises(DomainError, match=says):
            sign(city, run, "handler", outcome="return", opinion="", data=data)


def test_a_corrected_filing_resumes_the_stage_with_a_new_attempt(
    city: make.City, case: Case
) -> None:
    first = returned(city, case)
    case.refresh_from_db()
    assert (case.state, first.state) == ("returned", "returned")
    application = Application.objects.get(pk=case.application_id)
    assert application.unlocked == ["leader.position"]
    make.resubmit(case)
    run = make.run_of(case)
    assert (run.stage, run.attempt, run.submission.number) == ("district_check", 2, 2)
    assert run.waiting_for == "handler"
    assert run.signatures.count() == 0
    assert case.corrections.get().answered_at is not None


def test_a_refusal_decides_the_filing_and_writes_a_letter_with_appeal(
    city: make.City, case: Case
) -> None:
    run = make.run_of(case)
    said = make.yes_to_all(city, run) | {"p_level": ("no", "没有技师证书")}
    make.sign_all(city, run, outcome="refuse", opinion="领办人不具备技师资格。", verdicts=said)
    application = Application.objects.get(pk=case.application_id)
    assert (application.status, application.result) == ("decided", "refused")
    assert application.claims.filter(released_at=None).count() == 0
    letter = Letter.objects.get(case=case)
    assert "书面申请复核" in letter.body["appeal"]
    assert letter.body["reasons"][0]["reason"] == "没有技师证书"
    assert letter.body["reasons"][0]["clauses"] == "第七条"
    # One wording on the page of the unit and on paper.
    text = f"“{letter.body['reasons'][0]['text']}”（第七条）经审核未符合：没有技师证书"
    assert reasons_of(application) == ["领办人不具备技师资格。", text]
    assert f"<li>1．{text}</li>" in letters.letter_html(letter)
    assert letters.paper_of(letter).pages == 1
    assert Document.objects.get(application=application, kind="letter").sha256


def test_an_acceptance_letter_follows_where_the_ruleset_says_so() -> None:
    city = make.make_city("yuzhong")
    case = case_to_list(city, make.submitted(city))
    assert [row.kind for row in case.letters.all()] == ["acceptance"]


def test_a_skipped_stage_leaves_its_text_in_the_box() -> None:
    city = make.make_city("yuzhong")
    case = make.submitted(city, unit__no_department=True)
    assert make.run_of(case).stage == "acceptance"
    entry = SheetEntry.objects.get(application=case.application, box="department_opinion")
    assert entry.text == "无行业主管部门，直接申报"


def test_the_paper_set_must_have_come_where_the_stage_asks_for_it() -> None:
    city = make.make_city("rongchang")
    case = make.submitted(city)
    make.pass_check(city, make.run_of(case))
    run = make.run_of(case)
    with pytest.raises(DomainError, match="一式 2 份"):
        sign(city, run, "handler", **proposal(city, run, data={"paper_copies": 1}))
    make.pass_check(city, run)
    assert make.run_of(case).kind == "panel"


def particulars_without(city: make.City, run: StageRun, **changes: Any) -> dict[str, Any]:
    return {"particulars": make.particulars(city, run) | changes}


def test_a_recommendation_has_number_day_and_parts() -> None:
    city = make.make_city("ziyang")
    case = make.submitted(city)
    make.pass_check(city, make.run_of(case))
    run = make.run_of(case)
    assert run.kind == "recommend"
    today = timezone.localdate().isoformat()
    wrong = {
        "不符合公文格式": {"number": "示函2026-1"},
        "推荐函须写明": {"number": "示函〔2026〕1号", "dated_on": today},
    }
    for says, data in wrong.items():
        with pytest.raises(DomainError, match=says):
            sign(city, run, "handler", outcome="pass", opinion="同意", data=data)
    make.pass_check(city, run)
    assert Letter.objects.get(case=case).number == "示人社函〔2026〕1号"


@pytest.mark.parametrize(
    ("stage", "change", "says"),
    [
        ("material_review", {"experts": [{"name": "甲", "source": "院校"}]}, "不少于 3 人"),
        ("material_review", {"experts": [{"name": n, "source": "院校"} for n in "甲乙丙"]},
         "缺少来源：行业、企业"),
        ("site_visit", {"team": "一人"}, "不少于 2 人"),
        ("site_visit", {"place": ""}, "考察地点"),
        ("site_visit", {"held_on": "2999-01-01"}, "不能晚于今天"),
    ],
)  # fmt: skip
def test_paper_of_a_case_stage_must_be_complete(
    city: make.City, case: Case, stage: str, change: dict[str, Any], says: str
) -> None:
    make.pass_check(city, make.run_of(case))
    while make.run_of(case).stage != stage:
        make.from_paper(city, make.run_of(case))
    run = make.run_of(case)
    with pytest.raises(DomainError, match=says):
        make.from_paper(city, run, **particulars_without(city, run, **change))
    assert make.run_of(case).pk == run.pk


def to_list(city: make.City, stage: str, cases: int = 1, after: int = 0) -> List:
    """A list at a stage; ``after``: how many filings of the city there are already."""
    for serial in range(after, after + cases):
        case = case_to_list(city, make.another(city, serial + 1))
    listing = gathering.create_list(city.round, by=city.person(case.office))
    while make.list_run(listing).stage != stage:
        make.from_paper(city, make.list_run(listing))
    return List.objects.get(pk=listing.pk)


def test_votes_are_counted_and_a_result_they_do_not_carry_is_refused(city: make.City) -> None:
    listing = to_list(city, "named_vote")
    run, key = make.list_run(listing), str(listing.items.get().pk)
    people = ["甲委员", "乙委员", "丙委员"]
    wrong = {
        "须每人一票": {"ballots": {key: {"for": people[:2]}}},
        "未达到通过票数": {"ballots": {key: {"for": people[:1], "against": people[1:]}}},
        "不在委员名单中": {"present": [*people, "外人"]},
        "到会人数须超过": {"present": people[:1]},
        "不少于 3 人": {"members": people[:2], "present": people[:2]},
    }
    for says, change in wrong.items():
        with pytest.raises(DomainError, match=says):
            make.from_paper(city, run, **particulars_without(city, run, **change))
    against = {"ballots": {key: {"for": people[:1], "against": people[1:]}}}
    make.from_paper(city, run, **particulars_without(city, run, **against),
                    items={key: {"result": "refuse", "text": "未过半数"}})  # fmt: skip
    case = listing.items.get().case
    assert Application.objects.get(pk=case.application_id).result == "refused"
    assert List.objects.get(pk=listing.pk).closed_at is not None


def test_a_consultation_waits_for_every_required_office() -> None:
    city = make.make_city("rongchang")
    listing = to_list(city, "consultation")
    run = make.list_run(listing)
    replies = make.particulars(city, run)["replies"]
    with pytest.raises(DomainError, match="尚未回复"):
        make.from_paper(city, run, **particulars_without(
            city, run, replies={"police": replies["police"]}))  # fmt: skip
    against = replies | {"tax": replies["tax"] | {"result": "against", "text": "欠税"}}
    with pytest.raises(DomainError, match="有不同意见"):
        make.from_paper(city, run, opinion="", **particulars_without(city, run, replies=against))
    make.from_paper(city, run)
    assert make.list_run(listing).stage == "party_committee"


def test_a_joint_decision_needs_the_day_of_each_body() -> None:
    city = make.make_city("ziyang")
    listing = to_list(city, "joint_review")
    run = make.list_run(listing)
    with pytest.raises(DomainError, match="审定的日期"):
        make.from_paper(city, run, **particulars_without(city, run, bodies={}))


def test_a_filing_needs_its_receipt_where_the_text_asks_for_one() -> None:
    city = make.make_city("yuzhong")
    listing = to_list(city, "filing")
    run = make.list_run(listing)
    application = Application.objects.get(case__items__listing=listing)
    assert application.result == "confirmed"
    with pytest.raises(DomainError, match="备案回执"):
        make.from_paper(city, run, **particulars_without(city, run, receipt=""))


def test_a_committee_names_its_minutes(city: make.City) -> None:
    listing = to_list(city, "discussion")
    run = make.list_run(listing)
    with pytest.raises(DomainError, match="会议纪要编号"):
        make.from_paper(city, run, **particulars_without(city, run, minutes_number=""))


def test_a_hearing_has_its_day() -> None:
    work = SimpleNamespace(data={}, stage=SimpleNamespace())
    with pytest.raises(DomainError, match="答辩日期"):
        KINDS["hearing"].check_paper(work)  # type: ignore[arg-type]  # only data is read


def test_nothing_is_completed_from_paper_without_signed_minutes(
    city: make.City, case: Case
) -> None:
    run = make.run_of(case)
    paper = make.Paper(signed_by="局长", signed_on=timezone.localdate(), outcome="pass")
    with pytest.raises(DomainError, match="请上传签字的纪要"):
        make.complete_from_paper(run, paper, [], by=city.person(run.office), version=run.version)
    with pytest.raises(DomainError, match="在岗"):
        make.complete_from_paper(run, paper, [make.paper_file()], by=city.admin,
                                 version=run.version)  # fmt: skip


def test_a_decision_asks_for_a_number_in_form_and_every_body_on_the_present_list() -> None:
    city = make.make_city("yuzhong")
    listing = to_list(city, "confirmation", cases=2)
    run, today = make.list_run(listing), timezone.localdate().isoformat()
    given = {"outcome": "pass", "opinion": "同意。"}
    data = {"document_number": "示人社发[2026]8号", "decided_on": today}
    with pytest.raises(DomainError, match="六角括号"):
        sign(city, run, "handler", **given, data=data)
    office = city.office("party_org")
    stale = lists.digest(listing)
    decision.approve(listing, "party_org", by=city.person(office, "approver"), digest=stale)
    one, two = listing.items.order_by("position")
    lists.reorder(listing, [two.pk, one.pk], by=city.person(run.office), version=listing.version)
    data = {"document_number": "示人社发〔2026〕8号", "decided_on": today}
    sign(city, run, "handler", **given, data=data)
    sign(city, run, "reviewer")
    with pytest.raises(DomainError, match="尚未审定现有名单"):
        sign(city, run, "approver")
    with pytest.raises(DomainError, match="名单已有变动"):
        decision.approve(listing, "party_org", by=city.person(office, "approver"), digest=stale)
    decision.approve(listing, "party_org", by=city.person(office, "approver"),
                     digest=lists.digest(listing))  # fmt: skip
    sign(city, run, "approver")
    released = Application.objects.filter(case__items__listing=listing)
    assert set(released.values_list("result", flat=True)) == {"confirmed"}
    assert released.filter(result_released_at=None).count() == 0


def test_items_struck_on_the_way_are_refused_together_with_the_decision() -> None:
    city = make.make_city("yuzhong")
    listing = to_list(city, "proposed_list", cases=2)
    out = listing.items.order_by("position").last()
    assert isinstance(out, ListItem)
    make.sign_all(city, make.list_run(listing), outcome="pass", data={
        "items": {str(out.pk): {"result": "refuse", "text": "排名靠后"}}})  # fmt: skip
    application = Application.objects.get(pk=out.case.application_id)
    assert application.status == "submitted"
    while not List.objects.get(pk=listing.pk).decided_on:
        make.from_paper(city, make.list_run(listing))
    application.refresh_from_db()
    assert (application.result, application.result_released_at is not None) == ("refused", True)
    assert Letter.objects.get(case=out.case, kind="refusal").body["opinion"] == "排名靠后"


def test_targets_of_a_notice_cover_fields_tables_and_materials(city: make.City) -> None:
    known = corrections.targets_of(make.policy_of(city.ruleset), "establish")
    assert known["leader.name"][0] == "领办人姓名"
    assert "material:report" in known
    assert "team" in known

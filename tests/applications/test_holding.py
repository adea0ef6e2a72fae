"""A decision that is not told yet changes nothing; once it is told, everything is as of its day."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from applications.domain import amending, lifecycle, procedures
from applications.domain.effects import DecisionContext
from applications.domain.parties import NEW_UNIT
from applications.domain.undoing import AmendContext
from applications.models import Application, EffectRun, HeldDecision, Party, Studio
from applications.queries import last_submission
from assessments.models import GradeRecord, GrantDue
from jurisdictions.domain.offices import save_office
from jurisdictions.engine.derived.revocation import REVOKE
from jurisdictions.engine.policy import Policy
from jurisdictions.queries import policy_of
from portal.accounts.models import User
from portal.common.clock import moved
from portal.common.errors import DomainError
from tests.applications.factories import applicant, call, publish_city
from tests.applications.studios import NAMING, named
from tests.factories import make_uscc, make_user
from tests.reviews.factories import id_number

pytestmark = pytest.mark.django_db
LEADER, GONE = "change_leader_unable_new_leader", "change_leader_unable_keep_plaque"
#: What a decision writes whether it is told or not: itself, and the record of it.
_OF_THE_DECISION = {"application", "historicalapplication", "event", "helddecision"}
#: Answers of a change that its effects read.
_CHANGED = {
    "leader.name": "示例李新", "leader.id_number": id_number(7),
    "change.new_name": "示例重组集团有限公司", "change.new_address": "示例路9号",
    "change.new_area": "45.5", "change.new_uscc": make_uscc("91512002MA5007777"),
    "change.what": ["单位名称变更", "统一社会信用代码变更", "工作地址变更"],
}  # fmt: skip


def filed(studio: Studio, procedure: str) -> Application:
    """A filing of a procedure on a studio that waits for its decision, with what effects read."""
    founding = studio.founding_application
    assert founding is not None
    row = Application.objects.create(
        jurisdiction=studio.jurisdiction, ruleset=founding.ruleset, procedure=procedure,
        enterprise=founding.enterprise, studio=studio, status="submitted",
        number=f"示例-{procedure}",
        reference_date=founding.reference_date, submitted_at=timezone.now(),
        **{name: getattr(founding, name) for name in
           ("unit_name", "unit_uscc", "leader_name", "occupation", "studio_name")},
    )  # fmt: skip
    partner, _ = applicant("示例新单位有限公司")
    Party.objects.create(application=row, enterprise=partner, role=NEW_UNIT)
    paper = last_submission(founding)
    assert paper is not None
    answers = {**paper.answers, **_CHANGED}
    paper.pk, paper.application, paper.answers = None, row, answers
    paper.public_id = paper.idempotency_key = row.public_id
    paper._state.adding = True
    paper.save()
    return row


def decide(row: Application, result: str, **said: Any) -> None:
    """The decision is taken today and not told yet."""
    until = (timezone.localdate() + dt.timedelta(days=60)).isoformat()
    details = {"until": until, "total": "80", "given": said}
    context = DecisionContext(on=timezone.localdate(), document_number="示人社发〔2026〕9号",
                              released=False, details=details)  # fmt: skip
    lifecycle.decide(row, result, context=context)


def told(row: Application) -> Application:
    """The unit is told."""
    return lifecycle.release_result(row, by=None, office=None)


def everything() -> dict[str, Any]:
    """Every row of every table that anybody is shown, but for the decision itself."""
    ours = ("portal.", "jurisdictions.", "applications.", "assessments.")
    models = [
        model
        for model in apps.get_models()
        if model.__module__.startswith(ours) and model._meta.model_name not in _OF_THE_DECISION
    ]
    return {model._meta.label: sorted(map(repr, model._default_manager.values_list()))
            for model in models}  # fmt: skip


def covering(policy: Policy) -> Iterator[tuple[str, str, Any]]:
    """Results on studios so that every kind of effect of a city is among them."""
    known: set[str] = set()
    for procedure in policy.procedures:
        for code, meaning in policy.procedure(procedure).results.items():
            kinds = {item.kind for item in meaning.effects}
            if procedure != "establish" and kinds - known:
                known |= kinds
                yield procedure, code, meaning


@pytest.mark.parametrize("code", NAMING)
def test_no_effect_of_a_held_decision_shows_before_it_is_told(code: str) -> None:
    with moved() as clock:
        studio = named(code, call(publish_city(code)))
        clock.go_on(1)
        seen = []
        policy = policy_of(studio.founding_ruleset)
        for procedure, result, meaning in covering(policy):
            with transaction.atomic():
                row, day = filed(studio, procedure), timezone.localdate()
                before = everything()
                optional = {item.id: "yes" for item in meaning.effects if hasattr(item, "may")}
                decide(row, result, **optional)
                assert everything() == before
                clock.go_on(5)
                told(row)
                done = list(EffectRun.objects.filter(application=row).order_by("position"))
                wanted = [item.kind for item in meaning.effects]
                assert [run.kind for run in done] == wanted
                assert {run.data["on"] for run in done} == {day.isoformat()}
                assert not HeldDecision.objects.exists()
                seen += wanted
                transaction.set_rollback(True)
        known = {item.kind for name in policy.procedures if name != "establish"
                 for meaning in policy.procedure(name).results.values()
                 for item in meaning.effects}  # fmt: skip
        assert set(seen) == known


def test_the_new_leader_leads_from_the_day_of_the_decision() -> None:
    with moved() as clock:
        studio = named("urumqi", call(publish_city("urumqi")))
        row, day = filed(studio, LEADER), timezone.localdate()
        decide(row, "named")
        clock.go_on(5)
        told(row)
        assert list(studio.leaders.order_by("pk").values_list("since", "until")) == [
            (day, day), (day, None)
        ]  # fmt: skip
        assert told(row).effects.count() == 1


def test_rights_of_a_refused_filing_are_free_once_it_is_told() -> None:
    studio = named("urumqi", call(publish_city("urumqi")))
    row = filed(studio, LEADER)
    studio.claims.update(application=row, studio=None)
    count = row.claims.filter(released_at=None).count()
    decide(row, "refused")
    assert row.claims.filter(released_at=None).count() == count > 0
    told(row)
    assert not row.claims.filter(released_at=None).exists()


def test_what_cannot_be_carried_out_is_not_decided_either() -> None:
    studio = named("urumqi", call(publish_city("urumqi")))
    row = filed(studio, LEADER)
    row.submissions.update(answers={})
    with pytest.raises(DomainError, match="没有新领办人的姓名"):
        decide(row, "named")
    row.refresh_from_db()
    assert (row.status, HeldDecision.objects.count()) == ("submitted", 0)


def test_nothing_else_is_decided_on_a_studio_before_the_unit_is_told() -> None:
    studio = named("urumqi", call(publish_city("urumqi")))
    first, second = filed(studio, LEADER), filed(studio, GONE)
    decide(first, "named")
    with pytest.raises(DomainError, match="另有一项决定尚未告知单位"):
        decide(second, "approved")
    told(first)
    decide(second, "approved")
    told(second)
    assert Studio.objects.get(pk=studio.pk).status == "ended"


def clerk(studio: Studio) -> tuple[User, Any]:
    """An officer and the office that amends."""
    user = make_user("clerk@example.gov.cn", name="示例经办", staff=True)
    return user, save_office(studio.jurisdiction, code="clerks", name="示例科", by=user)


def test_an_amended_result_waits_as_the_first_one_did() -> None:
    studio = named("chaoyang", call(publish_city("chaoyang")))
    row, (user, office) = filed(studio, "assess_biennial"), clerk(studio)
    decide(row, "g1")
    today = timezone.localdate()
    amendment = AmendContext(today, user, "等次登记有误", "示人社函〔2026〕9号")
    amending.amend(row, "result", "g2", amendment=amendment, office=office)
    assert (GradeRecord.objects.count(), EffectRun.objects.filter(application=row).count()) == (
        0, 0
    )  # fmt: skip
    told(row)
    grade = GradeRecord.objects.get()
    assert (grade.grade, str(grade.total)) == (
        policy_of(row.ruleset).ruleset.assessments["biennial"].grades[1].label, "80.00"
    )  # fmt: skip


def test_a_corrected_day_is_the_day_of_what_waits() -> None:
    studio = named("chaoyang", call(publish_city("chaoyang")))
    row, (user, office) = filed(studio, "assess_biennial"), clerk(studio)
    decide(row, "g1")
    day = timezone.localdate() - dt.timedelta(days=2)
    amendment = AmendContext(timezone.localdate(), user, "日期有误", "示人社函〔2026〕9号")
    amending.amend(row, "decided_on", day.isoformat(), amendment=amendment, office=office)
    assert amending.shown_value(row, "decided_on") == day.isoformat()
    told(row)
    assert GradeRecord.objects.get().decided_on == day
    assert not GrantDue.objects.filter(application=row).exists()


def test_a_corrected_number_is_the_number_of_what_waits() -> None:
    studio = named("urumqi", call(publish_city("urumqi")))
    row, (user, office) = filed(studio, GONE), clerk(studio)
    decide(row, "approved")
    amendment = AmendContext(timezone.localdate(), user, "文号有误", "示人社函〔2026〕9号")
    right = "示人社发〔2026〕10号"
    said = amending.amend(row, "document_number", right, amendment=amendment, office=office)
    assert said["done"] == [f"文号改为 {right}"]
    told(row)
    ended = Studio.history.filter(id=studio.pk).latest("history_id")
    assert ended.history_change_reason == f"终止 {right}"


def test_an_inquiry_begun_after_the_decision_does_not_keep_it_from_being_told() -> None:
    studio = named("urumqi", call(publish_city("urumqi")))
    row, (user, office) = filed(studio, GONE), clerk(studio)
    decide(row, "approved")
    inquiry = procedures.open_on_studio(
        studio, REVOKE, by=user, office=office, answers={"revoke.grounds": ["违规挪用资金的"]}
    )
    told(row)
    assert Studio.objects.get(pk=studio.pk).status == "ended"
    assert inquiry.status == "draft"

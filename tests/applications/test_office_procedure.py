"""A procedure that an office starts against a studio: hidden, then heard, then carried out."""

import datetime as dt
import uuid
from pathlib import Path

import pytest

from applications.domain import drafts, lifecycle, procedures, submission, visibility
from applications.domain.effects import DecisionContext
from applications.enums import StudioStatus
from applications.models import Application, Ban, Claim, Studio
from applications.queries import answers_of, filing_of, visible_to_unit
from jurisdictions.domain.offices import save_office
from jurisdictions.domain.publish import publish
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.national import load_national
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.engine.rules import evaluate
from jurisdictions.models import Office, Round, Ruleset
from jurisdictions.queries import policy_of
from portal.accounts.models import User
from portal.common.errors import DomainError
from tests.applications.factories import FIXTURES, applicant, call, staff, submit
from tests.factories import make_user

LANTERN = Path(__file__).resolve().parents[1] / "data" / "lantern.yaml"
DAY = dt.date(2026, 3, 31)


def publish_lantern() -> Ruleset:
    """The made-up city of the tests."""
    catalogue = load_yaml((FIXTURES / "national" / "fields.yaml").read_text("utf-8"))
    return publish(
        read_source(LANTERN).document,
        {"articles": [], "clauses": []},
        catalogue=catalogue,
        national=load_national(FIXTURES / "national"),
        source_files=None,
        parent=None,
        by=None,
    )


def fill(application: Application, by: User, answers: dict[str, object]) -> None:
    """Save every section with the answers that belong to it."""
    policy = policy_of(application.ruleset)
    for section in policy.procedure(application.procedure).form.sections:
        held = application.sections.filter(section=section.id).first()
        known = held.answers if held else {}
        raw = {use.field: known.get(use.field) or answers.get(use.field) for use in section.fields}
        drafts.save_section(application, section, raw, version=held.version if held else 0, by=by)


LEADER = {
    "leader.name": "示例张建疆",
    "leader.sex": "男",
    "leader.id_number": "650102197510203117",
    "leader.occupation": "焊工",
    "leader.skill_level": "技师",
    "unit.match_amount": "60000",
}


def named_studio(round_: Round) -> tuple[Studio, User]:
    """A studio founded by a naming decision, and the handler of its unit."""
    staff(round_.ruleset)
    unit, user = applicant()
    application = drafts.start(round_, unit, by=user)
    fill(application, user, LEADER)
    submit(application)
    context = DecisionContext(on=DAY, document_number="灯人社〔2026〕3号")
    lifecycle.decide(application, "named", context=context)
    return Studio.objects.get(founding_application=application), user


def inspectors(ruleset: Ruleset) -> tuple[Office, User]:
    """The office that investigates, and a clerk of it."""
    clerk = make_user("clerk@example.gov.cn", name="示例监督员", staff=True)
    office = save_office(
        ruleset.jurisdiction, code="inspectors", name="灯州市人社局监督科", by=clerk
    )
    return office, clerk


@pytest.mark.django_db
def test_an_investigation_stays_out_of_the_units_lists_until_it_is_heard() -> None:
    ruleset = publish_lantern()
    studio, user = named_studio(call(ruleset))
    office, clerk = inspectors(ruleset)
    case = procedures.open_on_studio(studio, "revoke", by=clerk, office=office)
    assert case.pk not in visible_to_unit(user).values_list("pk", flat=True)
    visibility.show_to_unit(case, by=clerk)
    assert case.pk in visible_to_unit(user).values_list("pk", flat=True)


@pytest.mark.django_db
def test_the_unit_itself_cannot_start_what_only_an_office_may() -> None:
    studio, user = named_studio(call(publish_lantern()))
    with pytest.raises(DomainError, match="不能由单位发起"):
        procedures.open_on_studio(studio, "revoke", by=user)


@pytest.mark.django_db
def test_revoking_ends_the_studio_frees_its_rights_and_keeps_unit_and_leader_out() -> None:
    ruleset = publish_lantern()
    round_ = call(ruleset)
    studio, user = named_studio(round_)
    office, clerk = inspectors(ruleset)
    case = procedures.open_on_studio(studio, "revoke", by=clerk, office=office)
    fill(case, clerk, {"studio.plan": "弄虚作假，证据见附件"})
    submission.submit(case, by=clerk, idempotency_key=uuid.uuid4())
    lifecycle.decide(case, "revoked", context=DecisionContext(on=DAY, by=clerk, office=office))
    studio.refresh_from_db()
    assert (studio.status, studio.ended_on) == (StudioStatus.ENDED, DAY)
    assert Claim.objects.filter(released_at__isnull=True).count() == 0
    assert {(b.subject, b.ends_on) for b in Ban.objects.all()} == {
        ("unit", dt.date(2029, 3, 31)),
        ("leader", dt.date(2029, 3, 31)),
    }
    again = drafts.start(round_, studio.hosts.get().enterprise, by=user)
    fill(again, user, LEADER)
    finding = evaluate(policy_of(again.ruleset), "establish", filing_of(again)).find("banned")
    assert finding is not None
    assert finding.outcome == "fail"
    assert answers_of(again)["leader.id_number"]["shown"] == "650102********3117"


@pytest.mark.django_db
def test_a_decision_takes_effect_once() -> None:
    studio, _ = named_studio(call(publish_lantern()))
    application = studio.founding_application
    assert application is not None
    with pytest.raises(DomainError):
        lifecycle.decide(application, "named", context=DecisionContext(on=DAY))
    assert Studio.objects.count() == 1

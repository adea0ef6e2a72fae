"""Which procedures have forms of stages that no other has, and a filing in each of them."""

import datetime as dt
from functools import cache
from typing import Any

from django.utils import timezone

from applications.domain import procedures
from applications.models import Application, Studio
from assessments.domain import assessing, calendar
from jurisdictions.engine.derived.revocation import REVOKE
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.national import load_national
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.engine.policy import Policy, build_policy
from portal.accounts.models import User
from tests.applications.factories import FIXTURES
from tests.applications.studios import complete, hand_in
from tests.applications.test_changing import happened
from tests.assessments import assessed as way
from tests.reviews import factories as make
from tests.reviews.test_revoking import GROUND

Form = tuple[Any, ...]
#: What a stage says that makes it no other form: words, numbers, who, when, and its texts.
_WORDING = frozenset({
    "id", "label", "applicant_label", "office", "clause", "assumption", "limit", "when", "points",
    "refusal", "box", "boxes", "seats", "to",
})  # fmt: skip


def forms(policy: Policy, procedure: str) -> set[Form]:
    """The forms of the stages of a procedure: kind, scope, posts, and what else is said."""
    return {_form(stage) for stage in policy.stages(procedure)}


def _form(stage: Any) -> Form:
    said = sorted(
        name
        for name, value in stage
        if name not in _WORDING
        and value != type(stage).model_fields[name].get_default(call_default_factory=True)
    )
    return (stage.kind, stage.scope, tuple(map(str, stage.signoff)), tuple(said))


@cache
def walked() -> dict[str, list[str]]:
    """City to those of its procedures that have to be walked beside the naming of all cities.

    Worked out of the rulesets: a procedure is walked when it has a form of stage that no
    naming, and no procedure before it, has.
    """
    policies = {code: _policy(code) for code in make.CITIES}
    known = {form for policy in policies.values() for form in forms(policy, "establish")}
    found: dict[str, list[str]] = {code: [] for code in policies}
    for code, policy in policies.items():
        for procedure in policy.procedures:
            if new := forms(policy, procedure) - known:
                found[code].append(procedure)
                known |= new
    return found


def _policy(code: str) -> Policy:
    document = read_source(FIXTURES / f"{code}.yaml").document
    inventory = load_yaml((FIXTURES / "clauses" / f"{code}.yaml").read_text("utf-8"))
    catalogue = load_yaml((FIXTURES / "national" / "fields.yaml").read_text("utf-8"))
    return build_policy(document, inventory, catalogue, load_national(FIXTURES / "national"))


def filed(city: make.City, studio: Studio, procedure: str, member: User) -> Application:
    """A filing of a procedure on a studio, with good answers, handed in by whoever begins it."""
    if procedure.startswith("assess_"):
        return _assessed(city, studio, procedure, member)
    if procedure == REVOKE:
        office = city.office(make.policy_of(city.ruleset).stages(REVOKE)[0].office)
        clerk = city.person(office)
        inquiry = procedures.open_on_studio(
            studio, REVOKE, by=clerk, office=office,
            answers={"revoke.grounds": [GROUND[city.code]]},
        )  # fmt: skip
        complete(inquiry, {"revoke.facts": "查明的事实和证据。"}, by=clerk)
        hand_in(inquiry, by=clerk)
        return inquiry
    change = procedures.open_on_studio(studio, procedure, by=member)
    form = make.policy_of(city.ruleset).procedure(procedure).form
    reasons = next((use.options for section in form.sections for use in section.fields
                    if use.field == "change.reason"), ())  # fmt: skip
    complete(change, happened(**{"change.reason": (*reasons, "情况变化")[0]}), by=member)
    hand_in(change, by=member)
    return change


def _assessed(city: make.City, studio: Studio, procedure: str, member: User) -> Application:
    today = timezone.localdate()
    for day in (dt.date(today.year - 1, 12, 31), today):
        calendar.open_for(studio, day)
        assessing.open_all(day)
    application = Application.objects.get(studio=studio, procedure=procedure)
    if procedure == f"assess_{way.ASSESSED[city.code]}":
        answers = way.self_scores(application)
    else:
        sections = make.policy_of(city.ruleset).procedure(procedure).form.sections
        answers = {use.field: "按计划完成" for section in sections for use in section.fields}
    way.write(application, answers, member)
    way.upload_required(application, member)
    hand_in(application, by=member)
    return application

"""Where a case stands on the road of its procedure, and who acts there."""

from collections.abc import Iterable
from typing import Any

from applications.models import Application, Submission
from applications.queries import (
    files_of,
    filing_of,
    last_submission,
    material_facts,
    studio_answers,
)
from jurisdictions.engine.facts import Facts, Filing, build_facts
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.workflow import next_stage, road
from jurisdictions.models import Jurisdiction, Office, Ruleset
from jurisdictions.queries import office_for, policy_of
from portal.common.errors import DomainError


def stage_of(ruleset: Ruleset, procedure: str, stage: str) -> Any:
    """The stage of that id.

    Raises:
        DomainError: this procedure has no such stage.
    """
    for item in policy_of(ruleset).stages(procedure):
        if item.id == stage:
            return item
    raise DomainError("没有这个环节，请刷新页面后重试。", status=404)


def facts_of(application: Application, submission: Submission | None = None) -> Facts:
    """Facts of a filing as it was submitted, registers as they were frozen."""
    frozen = submission or last_submission(application)
    policy = policy_of(application.ruleset)
    answers = frozen.answers if frozen else {}
    if frozen and frozen.registers:
        materials = material_facts(list(files_of(application)))
        filing = Filing(answers, application.reference_date, materials, frozen.registers)
    else:
        filing = filing_of(application, answers)
    return build_facts(policy, application.procedure, filing)


def first_stage(application: Application) -> Any | None:
    """The stage a fresh filing goes to."""
    return following(application, None)


def following(application: Application, after: str | None) -> Any | None:
    """The next stage that applies to a filing, None at the end of the road."""
    policy = policy_of(application.ruleset)
    return next_stage(policy, application.procedure, facts_of(application), after)


def skipped_between(application: Application, after: str | None, until: str | None) -> list[Any]:
    """Stages that do not apply to a filing between two stages."""
    policy = policy_of(application.ruleset)
    steps = road(policy, application.procedure, facts_of(application))
    ids = [step.stage.id for step in steps]
    start = ids.index(after) + 1 if after else 0
    end = ids.index(until) if until else len(ids)
    return [step.stage for step in steps[start:end] if step.skipped]


def office_of_stage(application: Application, role: str) -> Office:
    """The live office that fills a role for a filing.

    Raises:
        DomainError: nobody fills it.
    """
    submission = last_submission(application)
    answers = dict(submission.answers) if submission else {}
    if application.studio is not None:
        # What a form about a studio does not ask again stands in the register.
        answers = {**studio_answers(application.studio), **answers}
    return office_for(policy_of(application.ruleset), role, answers, application.jurisdiction)


def body_office(policy: Policy, role: str, jurisdiction: Jurisdiction) -> Office | None:
    """The office of a deciding body, None while nobody fills the role."""
    try:
        return office_for(policy, role, {}, jurisdiction)
    except DomainError:
        return None


def deciding_office(policy: Policy, stage: Any, role: str, lead: Office) -> Office | None:
    """The office of a body at a stage: the one in charge where the body is its own role.

    Several offices may fill that role, each for its district; the list lies with one of them.

    Args:
        policy: the version.
        stage: what the ruleset says of the stage.
        role: office role of the body.
        lead: the office that has the list.
    """
    return lead if role == stage.office else body_office(policy, role, lead.jurisdiction)


def body_label(policy: Policy, role: str, jurisdiction: Jurisdiction) -> str:
    """Printed name of a body: its office's, else the label of the role."""
    office = body_office(policy, role, jurisdiction)
    return office.name if office else policy.ruleset.offices[role].label


def clause_labels(policy: Policy, clauses: Iterable[str]) -> list[dict[str, str]]:
    """Clauses with their texts, for pages and letters."""
    found = []
    for clause in clauses:
        text = policy.inventory.clause(clause)
        found.append({"id": clause, "label": clause_name(policy, clause),
                      "text": text.text if text else ""})  # fmt: skip
    return found


def clause_name(policy: Policy, clause: str) -> str:
    """How people name a clause: the heading of its article."""
    number = clause.split("-")[1]
    for article in policy.inventory.articles:
        if article.no == number:
            return article.heading
    return "附件" if number == "f" else policy.ruleset.identity.title

"""办事指南一览: the guide in a few lines, made from the ruleset alone."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jurisdictions.engine.policy import Policy
from jurisdictions.engine.workflow import whole_of
from jurisdictions.interfaces.guide import moment

_MOST_LINES = 5
_HARD_FIRST = {"block": 0, "warn": 1, "info": 2}


@dataclass(frozen=True)
class Glance:
    """What somebody asks first.

    Attributes:
        who: conditions in a few lines.
        who_more: how many conditions there are besides.
        papers: papers everybody hands in.
        papers_more: how many more are asked of some, or may be added.
        copies: sets of paper, 0 when none are asked.
        steps: for ``components/steps.html``.
        opens: since when filings are taken.
        closes: until when.
        advised: the day before which it should be handed in, "" without one.
        quota: places, None without a number.
        contacts: whom to ask.
    """

    who: list[str]
    who_more: int
    papers: list[str]
    papers_more: int
    copies: int
    steps: list[dict[str, str]]
    opens: str
    closes: str
    advised: str
    quota: int | None
    contacts: list[str]


def glance(policy: Policy, code: str, call: Any) -> Glance:
    """The guide of a call in a few lines.

    Args:
        policy: its version.
        code: code of the procedure.
        call: the round.
    """
    procedure = policy.procedure(code)
    rules = [rule for rule in procedure.rules if rule.on == "application" and not rule.priority]
    hard = sorted(rules, key=lambda rule: _HARD_FIRST[rule.severity])[:_MOST_LINES]
    # The hardest ones are chosen; they stand in the order of the regulation.
    who = [rule.title for rule in rules if rule in hard]
    papers = [item.title for item in procedure.materials if item.need == "required"]
    return Glance(
        who=who,
        who_more=len(rules) - len(who),
        papers=papers,
        papers_more=len(procedure.materials) - len(papers),
        copies=(procedure.paper.copies or 0) if procedure.paper else 0,
        steps=_steps(policy, code),
        opens=moment(call.opens_at),
        closes=moment(call.closes_at),
        advised=_advised(procedure, call),
        quota=call.quota,
        contacts=_contacts(policy, call),
    )


def _steps(policy: Policy, code: str) -> list[dict[str, str]]:
    """Filing, then the stages; stages of one whole are one step."""
    labels = [whole_of(stage.applicant_label) for stage in policy.stages(code)]
    steps = [label for n, label in enumerate(labels) if n == 0 or labels[n - 1] != label]
    return [{"label": label, "state": "future"} for label in ("网上填报并提交", *steps)]


def _advised(procedure: Any, call: Any) -> str:
    deadline = procedure.rounds.deadline if procedure.rounds else None
    if not deadline or not deadline.advised_days_before:
        return ""
    return moment(call.closes_at - timedelta(days=deadline.advised_days_before))


def _contacts(policy: Policy, call: Any) -> list[str]:
    """The call's own contact, else those of the regulation."""
    own = [part for part in (call.contact_office, call.contact_name, call.contact_phone) if part]
    if own:
        return [" ".join(own)]
    given = policy.ruleset.identity.contacts
    return [" ".join(part for part in (c.office, c.name, c.phone) if part) for c in given]

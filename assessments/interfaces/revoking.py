"""Grounds on which an office may begin to end a studio, with what the records say."""

import datetime as dt
from typing import Any

from applications.models import Studio
from assessments.interfaces.changing import blocked, clauses
from assessments.queries import risks
from jurisdictions.engine.changing import Seen, hinted, usable
from jurisdictions.engine.dates import format_date
from jurisdictions.engine.derived.revocation import REVOKE
from jurisdictions.engine.life import window_last_day
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Office, OfficeBinding
from jurisdictions.queries import policy_of
from jurisdictions.schema.changes import Ground


def offices_for(studio: Studio, offices: list[Office]) -> list[Office]:
    """Those of a person's offices that may begin a revocation: the bodies that decide it."""
    rules = policy_of(studio.founding_ruleset).ruleset.revocations
    if rules is None:
        return []
    bound = OfficeBinding.objects.filter(
        role__in=rules.decided_by, office__in=offices, office__jurisdiction=studio.jurisdiction
    )
    keys = set(bound.values_list("office", flat=True))
    return [office for office in offices if office.pk in keys]


def revoke_page(studio: Studio, on: dt.date) -> dict[str, Any]:
    """Everything the page shows: grounds, facts beside them, the window, what stops it."""
    policy = policy_of(studio.founding_ruleset)
    rules = policy.ruleset.revocations
    seen = risks.seen_of(studio, on)
    last = window_last_day(policy, studio.founded_on)
    return {
        "label": rules.label if rules else "",
        "assumption": rules.assumption if rules else "",
        "window": rules.window.says if rules and rules.window else "",
        "window_last": format_date(last) if last else "",
        "blocked": blocked(studio, REVOKE, "office"),
        "grounds": [_ground(policy, ground, seen, on) for ground in _grounds(policy)],
    }


def _grounds(policy: Policy) -> list[Ground]:
    shape = policy.procedures.get(REVOKE)
    rules = policy.ruleset.revocations
    if shape is None or rules is None:
        return []
    use = next(u for u in shape.form.sections[0].fields if u.field == "revoke.grounds")
    return [ground for ground in rules.grounds if ground.text in use.options]


def _ground(policy: Policy, ground: Ground, seen: Seen, on: dt.date) -> dict[str, Any]:
    return {
        "id": ground.id,
        "text": ground.text,
        "clauses": clauses(policy, ground.clause),
        "hinted": hinted(ground, seen, on),
        "fact": fact_of(ground, seen),
        "usable": usable(ground, seen),
        "assumption": ground.assumption,
    }


def fact_of(ground: Ground, seen: Seen) -> str:
    """What the portal's own records say about a ground, in numbers; empty where it sees nothing."""
    if ground.hint is None:
        return ""
    since = seen.last_activity or seen.founded_on
    left = "领办人已离任或不能继续，尚无接任" if seen.leader_left else "有在任领办人"
    changing = "，更换领办人的申请正在办理" if seen.change_open else ""
    return {
        "no_activity": f"最近一次活动记录：{format_date(since)}"
        if seen.last_activity
        else f"自命名（{format_date(since)}）以来没有活动记录",
        "papers_missed": f"逾期未报送的材料和考核 {seen.missed_papers} 项",
        "leader_left": f"{left}{changing}",
        "funds_flagged": f"用途待核实的支出 {seen.flagged_entries} 笔",
        "failed_again": f"连续不合格的考核 {seen.failed_assessments} 次",
    }[ground.hint.kind]


def records_text(studio: Studio, on: dt.date) -> str:
    """The facts beside the grounds as they stand on a day, for the file."""
    seen = risks.seen_of(studio, on)
    policy = policy_of(studio.founding_ruleset)
    lines = [fact_of(ground, seen) for ground in _grounds(policy)]
    known = list(dict.fromkeys(line for line in lines if line))
    return f"截至{format_date(on)}：{'；'.join(known)}。" if known else ""


def chosen_texts(studio: Studio, ids: list[str]) -> list[str]:
    """Texts of the grounds ticked on the page."""
    policy = policy_of(studio.founding_ruleset)
    return [ground.text for ground in _grounds(policy) if ground.id in ids]

"""Bodies that decide together, on a list or on one filing, are told that it waits for them."""

from typing import Any

from django.urls import reverse

from jurisdictions.enums import PostKind
from reviews.domain import road
from reviews.domain.notices import tell_post
from reviews.models import Case, List, StageRun
from reviews.permissions import approvals_at
from reviews.queries import turns


def ask_bodies(subject: Case | List, run: StageRun) -> int:
    """Tell the approvers of each body that has not approved it, and their deputies.

    Called when a stage opens and whenever its turn moves. A body hears of a passage once, and
    once more when what it approved was changed since.

    Args:
        subject: the list, or the case, locked.
        run: its open passage.

    Returns:
        How many people were told now.
    """
    if isinstance(subject, List):
        missing = turns.missing_bodies([subject])
    else:
        missing = turns.missing_bodies_of_cases([subject])
    approved = set(approvals_at(run).values_list("role", flat=True))
    told = 0
    for role, office in missing.get(subject.pk, ()):
        told += _tell(subject, run, office, role, again=role in approved)
    return told


def _tell(subject: Case | List, run: StageRun, office: Any, role: str, *, again: bool) -> int:
    filed: Any = subject if isinstance(subject, List) else subject.application
    one, now, name, page = (
        ("名单", "现有名单", subject.title, "reviews:list")
        if isinstance(subject, List)
        else ("该件", "该件", filed.number, "reviews:case")
    )
    label = road.stage_of(filed.ruleset, filed.procedure, run.stage).label
    why = f"{one}在贵机构审定后有变动，须重新审定" if again else f"{one}已进入“{label}”"
    key = f"approve:{run.public_id}:{role}"
    return tell_post(
        office, [PostKind.APPROVER], "office", f"请审定：{name}",
        f"{why}，请代表{office}审定{now}。",
        link=reverse(page, args=[subject.public_id]), about=run,
        key=f"{key}:{approvals_at(run).filter(role=role).count()}" if again else key,
    )  # fmt: skip

"""Effects that end a studio or keep somebody out for a time."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from applications.domain import claims, events
from applications.domain.effects import DecisionContext, effect
from applications.enums import StudioStatus
from applications.models import Application, Ban, Studio
from applications.queries import (
    ban_keys,
    inquiry_open,
    primary_key_id,
    studio_answers,
    submitted_answers,
)
from jurisdictions.engine.dates import period_end
from jurisdictions.models import Jurisdiction
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.queue import enqueue


def living_studio(application: Application) -> Studio:
    """The studio of a procedure, locked.

    Raises:
        DomainError: there is none, or it has ended already.
    """
    if application.studio is None:
        raise DomainError("这个事项没有对应的工作室，不能执行决定。")
    studio = Studio.objects.select_for_update(of=("self",)).get(pk=application.studio.pk)
    if studio.status == StudioStatus.ENDED:
        raise DomainError(f"工作室已于{studio.ended_on}终止，不能再执行这项决定。")
    return studio


def not_during_inquiry(application: Application, studio: Studio) -> None:
    """A unit does not end by its own wish what an office inquires into.

    Raises:
        DomainError: an inquiry is open; said to officers only.
    """
    shape = policy_of(application.ruleset).procedure(application.procedure)
    inquiry = inquiry_open(studio) if "unit" in shape.initiators else None
    if inquiry is not None:
        raise DomainError(inquiry_says(inquiry))


def inquiry_says(inquiry: Application) -> str:
    """Why a studio may not end by the wish of its unit, in words for officers."""
    label = policy_of(inquiry.ruleset).procedure(inquiry.procedure).label
    return (
        f"{inquiry.entered_by_office}对该工作室发起的“{label}”尚未办结，"
        "办结以前不能按单位申请终止。请先办结该事项，再办理终止。"
    )


@effect("revoke_studio")
def revoke_studio(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """The studio ends on the day of the decision; its rights are given free."""
    studio = living_studio(application)
    if not context.was_held:
        # What was begun after the decision was taken stands against nothing, and lapses with it.
        not_during_inquiry(application, studio)
    studio.status, studio.ended_on = StudioStatus.ENDED, context.on
    signed(studio, by=context.by, reason=f"终止 {context.document_number}".strip()).save()
    freed = claims.release_studio(studio, "工作室终止")
    enqueue("applications.tasks.lapse_left", studio_id=studio.pk)
    events.record(
        application, "revoked", f"工作室终止：{studio.name}（{studio.number}）",
        actor=context.by, office=context.office,
        applicant_text=f"工作室“{studio.name}”已终止",
    )  # fmt: skip
    return {
        "studio": str(studio.public_id), "plaque_number": studio.plaque_number, "claims": freed,
    }  # fmt: skip


@effect("release_claims")
def release_claims(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """Rights to be the only one are given back."""
    return {"claims": claims.release(application, "决定生效")}


@effect("ban")
def ban(application: Application, item: Any, context: DecisionContext) -> dict[str, Any]:
    """Unit and/or leader may not apply until the corresponding day, that day included."""
    answers = dict(submitted_answers(application))
    if application.studio is not None:
        # The register knows whose studio it is, whatever a form about it asks.
        answers |= studio_answers(application.studio)
    until = period_end(context.on, years=item.years)
    labels = {
        Ban.Subject.UNIT: str(answers.get("unit.name") or application.unit_name),
        Ban.Subject.LEADER: str(answers.get("leader.name") or application.leader_name),
    }
    rows = bans_of(
        application.jurisdiction, item, answers, labels=labels, since=context.on, until=until,
        ground=f"{application.number} {application.studio_name}",
    )  # fmt: skip
    for row in rows:
        row.save()
    bans = [row.pk for row in rows]
    return {"until": until.isoformat(), "subjects": list(item.subjects), "bans": bans}


def bans_of(
    place: Jurisdiction,
    item: Any,
    answers: Mapping[str, Any],
    *,
    labels: Mapping[Any, str],
    since: date,
    until: date,
    ground: str,
    studio: Studio | None = None,
) -> list[Ban]:
    """A ban for each subject the text bans, not saved yet.

    Args:
        place: the jurisdiction whose calls it closes.
        item: the ban as the ruleset words it.
        answers: who is meant, by catalogue path.
        labels: names of the subjects.
        since: first day.
        until: last day, still banned.
        ground: why.
        studio: the one whose end before the portal brought it.

    Raises:
        DomainError: a subject cannot be told.
    """
    keys = ban_keys(answers)
    if not set(item.subjects) <= set(keys):
        raise DomainError("缺少单位信用代码或领办人证件号，不能登记禁申。")
    return [
        Ban(
            jurisdiction=place, subject=subject, key=keys[subject], key_id=primary_key_id(),
            label=labels[subject], starts_on=since, ends_on=until, ground=ground[:300],
            clauses=list(item.clause), studio=studio,
        )
        for subject in item.subjects
    ]  # fmt: skip

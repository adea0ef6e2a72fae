"""Procedures on a studio: started by its unit, by an office, or by the clock."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import events
from applications.enums import StudioStatus
from applications.models import Application, DraftSection, Party, Studio
from jurisdictions.engine import derived
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Office, Ruleset
from jurisdictions.queries import current_ruleset, policy_of
from portal.common.errors import DomainError


def ruleset_for(studio: Studio, procedure: str) -> Ruleset:
    """The version that governs a procedure of a studio.

    A newer version takes over the procedures its ``transition`` names, each by its code or by
    the part of the ruleset it is worked out of; all else follows the text under which the
    studio was founded.
    """
    newest = current_ruleset(studio.jurisdiction)
    if newest is not None and newest.pk != studio.founding_ruleset_id:
        taken = policy_of(newest).ruleset.identity.transition.takes_over
        if {procedure, derived.part_of(procedure)} & set(taken):
            return newest
    return studio.founding_ruleset


@transaction.atomic
def open_on_studio(
    studio: Studio,
    procedure: str,
    *,
    by: Any,
    office: Office | None = None,
    on: date | None = None,
) -> Application:
    """Begin a procedure on a studio.

    Args:
        studio: the studio; locked here.
        procedure: code of the procedure.
        by: who begins; None for the clock.
        office: the office, when an office begins it.
        on: the reference day; today without it.

    Raises:
        DomainError: the studio has ended, the city has no such procedure, this initiator may
            not begin it, or it is under way already.
    """
    locked = Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk)
    ruleset = ruleset_for(locked, procedure)
    policy = policy_of(ruleset)
    initiator = "office" if office else "clock" if by is None else "unit"
    _may_begin(locked, policy, procedure, initiator)
    shape = policy.procedure(procedure)
    hidden = initiator == "office" and shape.visible_to_unit_from is not None
    application = _new(locked, ruleset, procedure, by=by, office=office, on=on, hidden=hidden)
    Party.objects.create(application=application, enterprise=application.enterprise)
    _prefill(application, policy, studio_answers(locked), by)
    text = f"{office or application.unit_name}发起：{shape.label}"
    events.record(
        application, "started", text, actor=by, office=office,
        applicant_text="" if hidden else text,
    )  # fmt: skip
    return application


def _new(
    studio: Studio,
    ruleset: Ruleset,
    procedure: str,
    *,
    by: Any,
    office: Office | None,
    on: date | None,
    hidden: bool,
) -> Application:
    host = studio.hosts.filter(until__isnull=True).select_related("enterprise").latest("since")
    return Application.objects.create(
        jurisdiction=studio.jurisdiction,
        ruleset=ruleset,
        procedure=procedure,
        reference_date=on or timezone.localdate(),
        enterprise=host.enterprise,
        studio=studio,
        unit_name=host.name,
        unit_uscc=host.enterprise.uscc,
        district=studio.district,
        leader_name=studio.leaders.filter(until__isnull=True).latest("since").name,
        occupation=studio.occupation,
        studio_name=studio.name,
        created_by=by,
        entered_by_office=office,
        shown_to_unit=not hidden,
        status_changed_at=timezone.now(),
    )


def _may_begin(studio: Studio, policy: Policy, procedure: str, initiator: str) -> None:
    if studio.status == StudioStatus.ENDED:
        raise DomainError("该工作室已终止，不能再办理事项。")
    shape = policy.procedures.get(procedure)
    if shape is None or shape.subject != "studio":
        raise DomainError("本地区没有这个事项，请返回重新选择。", status=404)
    if initiator not in shape.initiators:
        raise DomainError(f"“{shape.label}”不能由{_WHO[initiator]}发起。")
    under_way = studio.procedures.filter(
        procedure=procedure, status__in=("draft", "submitted", "returned")
    )
    if under_way.exists():
        raise DomainError(f"该工作室的“{shape.label}”正在办理中，不能重复发起。")


_WHO = {"unit": "单位", "office": "机构", "clock": "系统定时"}


def studio_answers(studio: Studio) -> dict[str, Any]:
    """What the register already says of a studio, by catalogue path."""
    host = studio.hosts.filter(until__isnull=True).select_related("enterprise").latest("since")
    leader = studio.leaders.filter(until__isnull=True).latest("since")
    known: dict[str, Any] = {
        "unit.name": host.name,
        "unit.uscc": host.enterprise.uscc,
        "unit.district": studio.district,
        "unit.department": studio.department,
        "leader.name": leader.name,
        "leader.id_number": leader.id_number,
        "leader.occupation": studio.occupation,
        "studio.name": studio.name,
        "studio.address": studio.address,
        "studio.industry": studio.industry,
        "studio.area": str(studio.area) if studio.area is not None else "",
    }
    return {path: value for path, value in known.items() if value}


def _prefill(application: Application, policy: Policy, known: dict[str, Any], by: Any) -> None:
    for section in policy.procedure(application.procedure).form.sections:
        mine = {use.field: known[use.field] for use in section.fields if use.field in known}
        if mine:
            DraftSection.objects.create(
                application=application, section=section.id, answers=mine, updated_by=by
            )


@transaction.atomic
def show_to_unit(application: Application, *, by: Any) -> None:
    """From now on the unit sees the procedure: it is being heard."""
    if application.shown_to_unit:
        return
    application.shown_to_unit = True
    application.save(update_fields=["shown_to_unit"])
    label = policy_of(application.ruleset).procedure(application.procedure).label
    events.record(
        application, "shown", f"告知单位：{label}", actor=by,
        applicant_text=f"{label}：请在规定时间内陈述意见",
    )  # fmt: skip

"""Procedures on a studio: started by its unit, by an office, or by the clock."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import events, parties
from applications.domain.endings import inquiry_says
from applications.enums import StudioStatus
from applications.models import Application, DraftSection, Party, Studio
from applications.queries import host_of, inquiry_open, last_submission, studio_answers
from jurisdictions.engine import derived
from jurisdictions.engine.changing import leader_changes
from jurisdictions.engine.dates import format_date
from jurisdictions.engine.derived.revocation import REQUEST, REVOKE
from jurisdictions.engine.life import window_last_day, window_open
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Office, Ruleset
from jurisdictions.queries import current_ruleset, policy_of
from jurisdictions.schema.procedure import Procedure
from portal.accounts.models import Enterprise
from portal.common.errors import DomainError

_WHO = {"unit": "单位", "office": "机构", "clock": "系统定时"}
#: Answers of a filing that speak of the unit and the place, not of one leader or one year.
_LASTING = ("unit.", "studio.", "own.")
_LASTING_TABLES = ("team", "education_funds", "branches")


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
    unit: Enterprise | None = None,
    partner: Enterprise | None = None,
    answers: Mapping[str, Any] | None = None,
) -> Application:
    """Begin a procedure on a studio.

    Args:
        studio: the studio; locked here.
        procedure: code of the procedure.
        by: who begins; None for the clock.
        office: the office, when an office begins it.
        on: the reference day; today without it.
        unit: which of several hosts it is for.
        partner: the second unit, where the procedure has two parties.
        answers: what is known already and stands in the form.

    Raises:
        DomainError: the studio has ended, the city has no such procedure, this initiator may
            not begin it, it is under way already, or its time has run out.
    """
    locked = Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk)
    ruleset = ruleset_for(locked, procedure)
    policy = policy_of(ruleset)
    may_begin(locked, policy, procedure, _initiator(by, office))
    shape = policy.procedure(procedure)
    given: dict[str, Any] = {"by": by, "office": office, "on": on, "unit": unit}
    application = _new(locked, ruleset, procedure, shape, **given)
    known = {**known_answers(locked, policy, procedure, application.enterprise), **(answers or {})}
    if parties.NEW_UNIT in shape.parties:
        known |= _second_unit(application, partner)
    _prefill(application, policy, known, by)
    _tell(application, shape.label, by, office)
    return application


def _initiator(by: Any, office: Office | None) -> str:
    return "office" if office else "clock" if by is None else "unit"


def _second_unit(application: Application, partner: Enterprise | None) -> dict[str, Any]:
    """The other unit of the filing, and what the form says of it."""
    unit = parties.add(application, partner).enterprise
    return {"change.unit_name": unit.name, "change.unit_uscc": unit.uscc}


def _tell(application: Application, label: str, by: Any, office: Office | None) -> None:
    text = f"{office or application.unit_name}发起：{label}"
    events.record(
        application, "started", text, actor=by, office=office,
        applicant_text=text if application.shown_to_unit else "",
    )  # fmt: skip


def _new(
    studio: Studio,
    ruleset: Ruleset,
    procedure: str,
    shape: Procedure,
    *,
    by: Any,
    office: Office | None,
    on: date | None,
    unit: Enterprise | None,
) -> Application:
    host = host_of(studio, unit)
    leader = studio.leaders.filter(until__isnull=True).order_by("-since", "-pk").first()
    application = Application.objects.create(
        jurisdiction=studio.jurisdiction,
        ruleset=ruleset,
        procedure=procedure,
        reference_date=on or timezone.localdate(),
        enterprise=host.enterprise,
        studio=studio,
        unit_name=host.name,
        unit_uscc=host.enterprise.uscc,
        district=studio.district,
        leader_name=leader.name if leader else "",
        occupation=studio.occupation,
        studio_name=studio.name,
        created_by=by,
        entered_by_office=office,
        shown_to_unit=office is None or shape.visible_to_unit_from is None,
        status_changed_at=timezone.now(),
    )
    Party.objects.create(application=application, enterprise=application.enterprise)
    return application


def may_begin(studio: Studio, policy: Policy, procedure: str, initiator: str) -> None:
    """Refuse a procedure that cannot begin now.

    Args:
        studio: the studio.
        policy: the version that governs the procedure.
        procedure: its code.
        initiator: unit, office or clock.

    Raises:
        DomainError: with the reason.
    """
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
    if procedure in (REVOKE, REQUEST):
        _in_window(studio)
    if _ends_by_wish(shape, procedure):
        _no_inquiry(studio, initiator)


def _ends_by_wish(shape: Procedure, procedure: str) -> bool:
    """Whether the unit itself asks for the end of its studio."""
    granted = (effect.kind for result in shape.results.values() if result.favourable
               for effect in result.effects)  # fmt: skip
    return "unit" in shape.initiators and (procedure == REQUEST or "revoke_studio" in granted)


def _no_inquiry(studio: Studio, initiator: str) -> None:
    """What an office inquires into does not end meanwhile.

    Raises:
        DomainError: an inquiry is open; the unit, which may not know of it yet, is not told what.
    """
    inquiry = inquiry_open(studio)
    if inquiry is not None and initiator == "unit":
        raise DomainError("该工作室另有事项尚未办结，暂不能办理终止。")
    if inquiry is not None:
        raise DomainError(inquiry_says(inquiry))


def _in_window(studio: Studio) -> None:
    """The grounds hold only so long after the naming, by the text it was named under."""
    policy = policy_of(studio.founding_ruleset)
    rules = policy.ruleset.revocations
    last = window_last_day(policy, studio.founded_on)
    if rules is None or rules.window is None or last is None:
        return
    if not window_open(policy, studio.founded_on, timezone.localdate()):
        raise DomainError(
            f"{rules.window.says}。该工作室{format_date(studio.founded_on)}命名，"
            f"期限至{format_date(last)}，现已届满，不能再按本条办理。"
        )


def known_answers(
    studio: Studio, policy: Policy, procedure: str, unit: Enterprise
) -> dict[str, Any]:
    """What stands in the form at the start.

    The unit and the place as they were filed last; of the leader nothing where the procedure
    looks for another one.
    """
    known = {**_filed(studio, unit), **studio_answers(studio, unit)}
    if procedure in leader_changes(policy):
        return {path: v for path, v in known.items() if not path.startswith("leader.")}
    return known


def _filed(studio: Studio, unit: Enterprise) -> dict[str, Any]:
    """Lasting facts of the filing by which the unit's studio was named."""
    founding = studio.founding_application
    if founding is None or founding.enterprise_id != unit.pk:
        return {}
    submission = last_submission(founding)
    answers = submission.answers if submission else {}
    return {
        path: value
        for path, value in answers.items()
        if path.startswith(_LASTING) or path in _LASTING_TABLES
    }


def _prefill(application: Application, policy: Policy, known: dict[str, Any], by: Any) -> None:
    for section in policy.procedure(application.procedure).form.sections:
        asked = [use.field for use in section.fields] + [use.table for use in section.tables]
        mine = {path: known[path] for path in asked if path in known}
        if mine:
            DraftSection.objects.create(
                application=application, section=section.id, answers=mine, updated_by=by
            )

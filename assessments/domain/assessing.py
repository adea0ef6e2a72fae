"""考核事项: opened when due, filed by the unit, or taken forward by the office without it."""

import datetime as dt
import logging
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q

from applications.domain import events, submission
from applications.domain.lifecycle import lock
from applications.domain.procedures import open_on_studio
from applications.enums import Status, StudioStatus
from applications.models import Application
from applications.queries import studio_answers
from assessments.domain import ledger_papers
from assessments.domain.telling import tell_unit
from assessments.enums import DueKind
from assessments.models import Obligation
from assessments.queries.policies import living_policy
from jurisdictions.engine.derived.assessment import ASSESS, MEND
from jurisdictions.models import Office
from jurisdictions.permissions import works_for
from jurisdictions.queries import office_for
from jurisdictions.schema.assessment import Assessment
from portal.common.errors import DomainError
from portal.common.history import signed

logger = logging.getLogger(__name__)
KINDS = (DueKind.ASSESSMENT, DueKind.MENDING)


def open_all(on: dt.date) -> int:
    """Open the procedure of every assessment that is due and has none.

    Twice does nothing twice; a run that was missed is made up for. While an earlier one of the
    same kind is under way the next waits.

    Args:
        on: the day.

    Returns:
        How many were opened.
    """
    # What lapsed with a studio that was ended by mistake is begun anew.
    waiting = Obligation.objects.filter(
        Q(kind=DueKind.ASSESSMENT, application__isnull=True)
        | Q(kind__in=KINDS, application__status=Status.LAPSED),
        done_on__isnull=True, opens_on__lte=on,
    ).exclude(studio__status=StudioStatus.ENDED)  # fmt: skip
    return sum(_try_open(row, on) for row in waiting.order_by("studio_id", "due_on", "pk"))


def _try_open(row: Obligation, on: dt.date) -> int:
    try:
        open_procedure(row, on=on)
    except DomainError as error:
        # One studio's trouble must not keep the others waiting.
        logger.info("assessment %s waits: %s", row.public_id, error)
        return 0
    return 1


def procedure_of(row: Obligation) -> str:
    """Code of the procedure by which an assessment or its mending is carried out."""
    return (MEND if row.kind == DueKind.MENDING else ASSESS) + row.item


@transaction.atomic
def open_procedure(
    row: Obligation, *, on: dt.date, by: Any = None, office: Office | None = None
) -> Application:
    """Open the procedure of something due, once, and tell the unit.

    Args:
        row: what is due; an assessment or a mending.
        on: the reference day.
        by: who opens it; None for the clock.
        office: the office, when a person opens it.

    Raises:
        DomainError: it is no assessment, an earlier one is under way, or the studio has ended.
    """
    locked = Obligation.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if locked.application is not None and locked.application.status != Status.LAPSED:
        return locked.application
    if locked.kind not in KINDS:
        raise DomainError("这项不通过考核办理。")
    application = open_on_studio(locked.studio, procedure_of(locked), by=by, office=office, on=on)
    locked.application = application
    locked.save(update_fields=["application"])
    ledger_papers.bring_all(locked.studio, application)
    _tell_unit(locked, application)
    return application


def _tell_unit(row: Obligation, application: Application) -> None:
    by = f"{row.due_on:%Y年%-m月%-d日}前" if row.due_on else "尽快"
    what = "整改情况" if row.kind == DueKind.MENDING else "自评"
    body = (f"{row.studio.name}的“{row.title}”已开始，请登录平台在“我的申报”中填写{what}，"
            f"{by}提交{row.receiver}。")  # fmt: skip
    tell_unit(row, row.title, body, key=f"assess:{application.public_id}")


def rules_of(row: Obligation) -> Assessment:
    """What the policy says of an assessment that is due."""
    return living_policy(row.studio, "assessments").ruleset.assessments[row.item]


def office_of(row: Obligation) -> Office:
    """The office that assesses.

    Raises:
        DomainError: nobody fills the role.
    """
    policy = living_policy(row.studio, "assessments")
    return office_for(policy, rules_of(row).by, studio_answers(row.studio), row.studio.jurisdiction)


@transaction.atomic
def take_over(row: Obligation, *, by: Any, on: dt.date, reason: str) -> Application:
    """The office takes an assessment forward that the unit does not file.

    What the unit left in its draft goes along; what is missing is kept as a finding. Not filing
    is in itself a ground of revocation where the text says so; that is decided elsewhere.

    Args:
        row: what is due.
        by: a person at the assessing office.
        on: the day.
        reason: what the unit was told and what it did.

    Raises:
        DomainError: not this person's office, no reason, the studio has ended, or it is filed
            already.
    """
    office = office_of(row)
    verdict = works_for(by, office)
    if not verdict:
        raise DomainError(verdict.reason or "只有考核机构在岗人员可以代为发起。", status=403)
    if row.studio.ended_on is not None:
        raise DomainError(f"工作室已于{row.studio.ended_on}终止，不再考核。", status=403)
    if not reason.strip():
        raise DomainError("请写明代为发起的理由（告知单位的时间、方式和单位的答复）。",
                          field="reason", status=422)  # fmt: skip
    application = lock(open_procedure(row, on=on, by=by, office=office))
    if application.status != Status.DRAFT:
        raise DomainError("单位已经提交，无须代为发起。请刷新页面查看最新情况。")
    application.entered_by_office = office
    signed(application, by=by, reason=f"代为发起：{reason.strip()}"[:100]).save()
    events.record(
        application, "taken_over", f"{office}代为发起：{reason.strip()}"[:500], actor=by,
        office=office, applicant_text=f"单位未按期提交，由{office}代为发起",
    )  # fmt: skip
    submission.submit(application, by=by, idempotency_key=uuid.uuid4(), despite=reason.strip())
    application.refresh_from_db()
    return application

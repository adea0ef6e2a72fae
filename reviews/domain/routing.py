"""改派: a case goes to another office, with a reason."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import events
from jurisdictions.models import Office
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import claiming
from reviews.domain.work import open_work
from reviews.enums import RunState
from reviews.models import Case, StageRun
from reviews.permissions import can_reroute


@transaction.atomic
def reroute(run: StageRun, office: Office, *, by: Any, reason: str) -> StageRun:
    """Send an open passage of a case to another office of the same jurisdiction.

    What was signed so far counts no more; the time limit goes on.

    Args:
        run: the passage.
        office: where it goes.
        by: an administrator, or an approver of the office that has it.
        reason: kept in the record.

    Raises:
        DomainError: no right, no reason, or an office of another jurisdiction.
    """
    work = open_work(run, by=by)
    verdict = can_reroute(by, work.run)
    if not verdict:
        raise DomainError(verdict.reason, status=403)
    if not reason.strip():
        raise DomainError("请写明改派的理由。", field="reason", status=422)
    case = work.case
    if case is None or office.jurisdiction_id != case.jurisdiction_id or not office.is_active:
        raise DomainError("只能改派给本地区在用的机构。", field="office", status=422)
    before = work.run.office
    if before.pk == office.pk:
        raise DomainError("该件已在此机构。", field="office", status=422)
    work.run.signatures.filter(recalled_at=None).update(recalled_at=timezone.now())
    work.run.office, work.run.state = office, RunState.OPEN
    work.run.waiting_for = work.stage.signoff[0]
    work.run.version += 1
    signed(work.run, by=by, reason=f"改派：{reason.strip()}"[:100]).save()
    _move_case(case, work.run, by, reason.strip())
    events.record(
        case.application, "rerouted", f"由{before}改派至{office}：{reason.strip()}",
        actor=by, office=office, applicant_text=f"转由{office}办理",
        data={"from": str(before.public_id), "to": str(office.public_id)},
    )  # fmt: skip
    return work.run


def _move_case(case: Case, run: StageRun, by: Any, reason: str) -> None:
    case.office, case.waiting_for = run.office, run.waiting_for
    claiming.drop(case)
    case.version += 1
    signed(case, by=by, reason=f"改派：{reason}"[:100]).save()

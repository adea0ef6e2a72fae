"""共同审定: a body that cannot approve the list as it stands says why."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jurisdictions.enums import PostKind
from portal.common.errors import DomainError
from reviews.domain import road
from reviews.domain.notices import tell_post
from reviews.domain.work import need, open_work, tell
from reviews.enums import RunState
from reviews.models import StageRun
from reviews.permissions import can_approve_for


@transaction.atomic
def remark(run: StageRun, role: str, text: str, *, by: Any) -> StageRun:
    """Keep what a body wants changed in list or filing; the office in charge is told.

    Args:
        run: the passage of a list, or of one case.
        role: office role of the body.
        text: what is to be changed and why.
        by: an approver of the body.

    Raises:
        DomainError: no text, no right, or the passage is over.
    """
    work = open_work(run, by=by)
    if work.run.state not in (RunState.OPEN, RunState.SIGNING):
        raise DomainError("本环节已办结。")
    if role not in getattr(work.stage, "bodies", ()):
        raise DomainError("该机构不参与本环节审定。", status=404)
    office = road.body_office(work.policy, role, work.run.office.jurisdiction)
    if office is None or not can_approve_for(by, office):
        raise DomainError("只有该机构的审批人员可以提出意见。", status=403)
    need(text.strip(), "请写明修改意见。", "remark")
    line = {"role": role, "office": office.name, "by": str(by), "text": text.strip()[:1000],
            "at": timezone.localtime().isoformat(timespec="minutes")}  # fmt: skip
    work.run.data = {**work.run.data, "remarks": [*work.run.data.get("remarks", []), line]}
    work.run.save(update_fields=["data"])
    tell(work, "body_remark", f"{work.stage.label}：{office}提出修改意见，{text.strip()}")
    what = "名单" if work.case is None else "该件"
    address = "reviews:list" if work.case is None else "reviews:case"
    tell_post(work.run.office, [PostKind.HANDLER], "office", f"{office}对{what}提出修改意见",
              f"{office}对{what}提出修改意见，请登录门户查看并处理。", about=work.run,
              link=reverse(address, args=[work.subject.public_id]),
              key=f"remark:{run.public_id}:{len(work.run.data['remarks'])}")  # fmt: skip
    return work.run

"""征求意见: every required office has replied, and what is against is dealt with."""

from datetime import date

from portal.common.errors import DomainError
from reviews.domain import consulting
from reviews.domain.work import PASS, Kind, Work

CLEAR, AGAINST = "clear", "against"


def check(work: Work) -> None:
    """All required replies are in; whoever was dropped or held is proposed so.

    Raises:
        DomainError: names the office or the reply that is missing or not dealt with.
    """
    consulting.require_all(work)
    results = consulting.results(work)
    work.run.data |= consulting.summary(work)
    if work.case is not None:
        result, text = results[work.case.pk]
        if work.run.outcome != result:
            raise DomainError("结论与不同意见的处理结果不符，请从本环节页面提交。",
                              field="outcome", status=422)  # fmt: skip
        work.run.opinion = work.run.opinion.strip() or text
        return
    if work.run.outcome != PASS:
        raise DomainError("名单不能整体不予通过，请逐件处理不同意见。",
                          field="outcome", status=422)  # fmt: skip
    work.run.data["items"] = {
        str(item.pk): dict(zip(("result", "text"), results[item.case_id], strict=True))
        for item in work.present
    }


def check_paper(work: Work) -> None:
    """Replies of the required offices with their days; a reply against needs a text.

    Raises:
        DomainError: names the office that has not replied, or what is not dealt with.
    """
    replies = work.data.get("replies", {})
    against = []
    for consulted in work.stage.offices:
        label = work.policy.ruleset.offices[consulted.office].label
        reply = replies.get(consulted.office, {})
        if not reply.get("result") or not reply.get("on"):
            if consulted.required:
                raise DomainError(f"{label}尚未回复，请填写回复日期和意见。",
                                  field=f"reply-{consulted.office}", status=422)  # fmt: skip
            continue
        date.fromisoformat(str(reply["on"]))
        if reply["result"] == AGAINST:
            against.append(label)
            if not str(reply.get("text") or "").strip():
                raise DomainError(f"请写明{label}的意见。",
                                  field=f"text-{consulted.office}", status=422)  # fmt: skip
    if against:
        _dealt_with(work, against)


def _dealt_with(work: Work, against: list[str]) -> None:
    """Somebody was objected to: an item must be held or refused, or the opinion must answer."""
    results = [work.result_of(item) for item in work.present] or [work.run.outcome]
    if all(result == PASS for result in results) and not work.run.opinion.strip():
        raise DomainError(
            f"{'、'.join(against)}有不同意见：请暂缓或移出有关项目，或在意见中写明处理情况。",
            field="opinion", status=422,
        )  # fmt: skip


KIND = Kind("consult", interactive=True, own_page=True, check=check, check_paper=check_paper)

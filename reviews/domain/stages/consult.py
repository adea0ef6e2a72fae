"""征求意见: every required office has replied, and what is against is dealt with."""

from datetime import date

from portal.common.errors import DomainError
from reviews.domain.work import PASS, Kind, Work

CLEAR, AGAINST = "clear", "against"


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


KIND = Kind("consult", check_paper=check_paper)

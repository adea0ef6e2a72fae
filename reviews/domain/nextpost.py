"""Whether anybody may sign next: in a small office everybody left may have to keep out of it."""

from jurisdictions.enums import PostKind
from jurisdictions.permissions import GRANT_OF_POST
from reviews.domain.deputies import standing_in
from reviews.domain.notices import people_at
from reviews.models import StageRun
from reviews.permissions import OPEN_STATES, can_sign


def stuck(run: StageRun) -> str:
    """Why a passage cannot go on and what to do; empty where it has ended or somebody may sign.

    Who has to keep out of a list is not shown it, so nobody else would ever say so.

    Args:
        run: the passage, after it was acted on.
    """
    now = StageRun.objects.select_related("office__jurisdiction").get(pk=run.pk)
    if now.state not in OPEN_STATES or not now.waiting_for:
        return ""
    office, post = now.office, now.waiting_for
    people = people_at(office, GRANT_OF_POST[post]) | set(standing_in().get((office.pk, post), {}))
    if any(can_sign(person, now) for person in people):
        return ""
    return (
        f"下一步由{office}的{PostKind(post).label}人员办理，但目前没有可以办理的人员："
        "不在岗、应当回避，或已签过其他岗位。请联系管理员任岗或指定代理人。"
    )

"""What is still under way when a studio has ended lapses: nobody can decide it any more.

Each filing lapses in a transaction of its own, so that a decision never waits for another case
while it holds the studio; what a broken run left over is found by the hourly sweep.
"""

from django.db import transaction
from django.urls import reverse

from applications.domain import lifecycle
from applications.enums import Status, StudioStatus
from applications.models import Application
from jurisdictions.queries import policy_of
from portal.accounts.queries import MANAGING_ROLES, members_of
from portal.common.notifying import notify

UNDER_WAY = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)
NOTICE = "lapsed"


def lapse_left(studio_id: int | None = None) -> int:
    """Let lapse what is under way on studios that have ended.

    Args:
        studio_id: one studio; all of them without it.

    Returns:
        How many filings lapsed now.
    """
    left = Application.objects.filter(studio__status=StudioStatus.ENDED, status__in=UNDER_WAY)
    if studio_id is not None:
        left = left.filter(studio=studio_id)
    rows = left.select_related("studio", "ruleset", "enterprise").order_by("pk")
    return sum(_lapse(row) for row in rows)


@transaction.atomic
def _lapse(application: Application) -> int:
    studio = application.studio
    label = policy_of(application.ruleset).procedure(application.procedure).label
    if studio is None or studio.ended_on is None:
        return 0
    day = f"{studio.ended_on:%Y年%-m月%-d日}"
    now = lifecycle.lapse(application, reason=f"工作室已于{day}终止，办理中的“{label}”自行失效")
    if now.shown_to_unit:
        _tell(now, label, f"{studio.name}已于{day}终止，办理中的“{label}”自行失效，无须再办理。")
    return 1


def _tell(application: Application, label: str, text: str) -> None:
    units = [party.enterprise for party in application.parties.select_related("enterprise")]
    people = [member.user for unit in units
              for member in members_of(unit).filter(role__in=MANAGING_ROLES)]  # fmt: skip
    if application.created_by is not None and application.entered_by_office is None:
        people.append(application.created_by)
    notify(people, NOTICE, f"{label}已失效：{application.studio_name}", text,
           link=reverse("applications:timeline", args=[application.public_id]),
           key=f"lapsed:{application.public_id}")  # fmt: skip

"""What is still under way when a studio has ended lapses: nobody can decide it any more.

Each filing lapses in a transaction of its own, so that a decision never waits for another case
while it holds the studio; what a broken run left over is found by the hourly sweep.
"""

import logging
from collections.abc import Callable

from django.db import transaction
from django.urls import reverse

from applications.domain import lifecycle
from applications.enums import Status, StudioStatus
from applications.models import Application
from jurisdictions.queries import colleagues_at, policy_of
from portal.accounts.queries import MANAGING_ROLES, members_of
from portal.common.errors import DomainError
from portal.common.notifying import notify

#: Who reviews filings says here where an office reads one.
_pages: list[Callable[[Application], str]] = []


def register_page(page: Callable[[Application], str]) -> None:
    """Let the app that reviews filings say on which page its office reads one, empty for none."""
    if page not in _pages:
        _pages.append(page)


log = logging.getLogger(__name__)

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
    return sum(_lapse_alone(row) for row in rows)


def _lapse_alone(application: Application) -> int:
    """One that cannot lapse now, because it was decided meanwhile, does not keep up the others."""
    try:
        return _lapse(application)
    except DomainError as error:
        log.warning("filing %s does not lapse: %s", application.public_id, error)
        return 0


@transaction.atomic
def _lapse(application: Application) -> int:
    studio = application.studio
    if studio is not None:
        # The studio may be in the register again since the list was drawn up.
        studio.refresh_from_db(fields=["ended_on", "name"])
    label = policy_of(application.ruleset).procedure(application.procedure).label
    if studio is None or studio.ended_on is None:
        return 0
    day = f"{studio.ended_on:%Y年%-m月%-d日}"
    now = lifecycle.lapse(application, reason=f"工作室已于{day}终止，办理中的“{label}”自行失效")
    _tell_officers(now, label, day)
    if now.shown_to_unit:
        _tell(now, label, f"{studio.name}已于{day}终止，办理中的“{label}”自行失效，无须再办理。")
    return 1


def _tell_officers(application: Application, label: str, day: str) -> None:
    """The office that began it, and the one that has it by the record, hear that it is over."""
    last = application.events.exclude(office=None).order_by("-pk").first()
    began, has = application.entered_by_office, last.office if last else None
    own = reverse("applications:timeline", args=[application.public_id])
    subject = f"{label}已失效：{application.studio_name}"
    text = (f"{application.studio_name}已于{day}终止，{application.unit_name}的“{label}”自行失效，"
            "不再办理。")  # fmt: skip
    told: set[int] = set()
    for office, link in ((began, own), (has, _review_of(application))):
        people = [user for user in colleagues_at(office) if user.pk not in told] if office else []
        told |= {user.pk for user in people}
        notify(people, NOTICE, subject, text, link=link,
               key=f"lapsed-office:{application.public_id}")  # fmt: skip


def _review_of(application: Application) -> str:
    """Where the office that has a filing reads it; empty while nobody reviews it."""
    return next((link for page in _pages if (link := page(application))), "")


def _tell(application: Application, label: str, text: str) -> None:
    units = [party.enterprise for party in application.parties.select_related("enterprise")]
    people = [member.user for unit in units
              for member in members_of(unit).filter(role__in=MANAGING_ROLES)]  # fmt: skip
    if application.created_by is not None and application.entered_by_office is None:
        people.append(application.created_by)
    notify(people, NOTICE, f"{label}已失效：{application.studio_name}", text,
           link=reverse("applications:timeline", args=[application.public_id]),
           key=f"lapsed:{application.public_id}")  # fmt: skip

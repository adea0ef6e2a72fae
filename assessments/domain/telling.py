"""Telling an office what a unit put into its books, and a unit what it has to do."""

from django.urls import reverse

from applications.models import Studio
from applications.queries import studio_answers
from assessments.models import Obligation
from assessments.queries.policies import living_policy
from jurisdictions.queries import colleagues_at, office_for
from portal.accounts.queries import MANAGING_ROLES, members_of
from portal.common.errors import DomainError
from portal.common.notifying import notify


def tell_office(studio: Studio, role: str, kind: str, title: str, text: str, *, key: str) -> None:
    """Give a notice to everybody at the office that fills a role for a studio.

    Args:
        studio: of which studio.
        role: office role of the policy.
        kind: a registered kind of notice.
        title: one line.
        text: what was entered.
        key: names the occasion, so that each is told once.
    """
    policy = living_policy(studio, "registers")
    try:
        office = office_for(policy, role, studio_answers(studio), studio.jurisdiction)
    except DomainError:
        # Nobody fills the role yet; the page of the studio shows it to whoever will.
        return
    link = reverse("assessments:desk_studio", args=[studio.public_id])
    notify(colleagues_at(office), kind, title, text, link=link, key=key)


def tell_unit(due: Obligation, title: str, text: str, *, key: str) -> int:
    """Tell the managers of the units that host a studio what they have to do.

    Args:
        due: what is asked for; the notice leads to its page.
        title: one line; the name of the studio is added.
        text: what is to be done, and by when.
        key: names the occasion, so that each is told once.

    Returns:
        How many people were told now.
    """
    studio = due.studio
    people = [
        member.user
        for host in studio.hosts.filter(until__isnull=True).select_related("enterprise")
        for member in members_of(host.enterprise).filter(role__in=MANAGING_ROLES)
    ]
    link = reverse("assessments:obligation", args=[studio.public_id, due.public_id])
    return notify(people, "studio_due", f"{title}：{studio.name}", text, link=link, key=key)

"""Telling an office of something a unit put into its books."""

from django.urls import reverse

from applications.models import Studio
from applications.queries import studio_answers
from assessments.queries.policies import living_policy
from jurisdictions.queries import colleagues_at, office_for
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

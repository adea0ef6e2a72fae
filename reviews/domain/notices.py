"""What people are told of a review: the unit of its filing, officers of what is theirs to do."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from applications.models import Application, Statement
from jurisdictions.enums import PostKind
from jurisdictions.permissions import GRANT_OF_POST
from jurisdictions.queries import policy_of
from portal.accounts.queries import MANAGING_ROLES, members_of
from portal.common.doors import holders
from portal.common.notifying import notify
from portal.common.queue import post_mail
from reviews.domain.deputies import Lent, in_words, standing_in
from reviews.models import StageRun
from reviews.permissions import is_impartial


def people_of_unit(application: Application) -> list[Any]:
    """Whoever filed, and who manages the unit; nobody while it is kept from the unit."""
    if not application.shown_to_unit:
        return []
    # Where an office began it on its own, whoever filed is nobody of the unit.
    own = policy_of(application.ruleset).procedure(application.procedure).by_office
    filed = [application.created_by] if application.created_by is not None and not own else []
    members = members_of(application.enterprise).filter(role__in=MANAGING_ROLES)
    return [*filed, *(member.user for member in members)]


def mail_unit(
    application: Application,
    subject: str,
    body: str,
    *,
    key: str,
    kind: str = "filing",
    page: str = "applications:timeline",
) -> int:
    """Tell whoever filed, the managers of the unit, and the unit's contact address.

    A filing that an office keeps from the unit for now is not mentioned to it.

    Args:
        application: the filing.
        subject: one line; the number is added.
        body: what happened and what to do.
        key: names the occasion.
        kind: kind of notice.
        page: name of the page of the filing to look at.

    Returns:
        How many people were told now.
    """
    people = people_of_unit(application)
    if not people:
        return 0
    title, text = f"{subject}：{application.number}", f"{application.unit_name}：\n{body}"
    link = reverse(page, args=[application.public_id])
    told = notify(people, kind, title, text, link=link, key=key)
    contact = application.enterprise.contact_email
    if contact and contact not in {person.email for person in people}:
        post_mail(contact, title, f"{text}\n（本邮件由系统发出，请勿直接回复）",
                  key=f"{key}:contact")  # fmt: skip
    return told


def people_at(office: Any, *perms: str) -> set[Any]:
    """Whoever holds one of these grants on an office."""
    return {person for perm in perms for person in holders(perm, office)}


def _who_may_hear(people: Iterable[Any], about: StageRun | None) -> list[Any]:
    """Those of the people who need not keep out of a passage."""
    return [person for person in people if about is None or is_impartial(person, about)]


def tell_post(
    office: Any,
    posts: Iterable[str],
    kind: str,
    subject: str,
    text: str,
    *,
    lent: Lent | None = None,
    about: StageRun | None = None,
    **where: str,
) -> int:
    """Tell whoever holds one of the posts of an office, and whoever stands in for one who does.

    Args:
        office: the office.
        posts: kinds of posts.
        kind: kind of notice.
        subject: one line.
        text: what happened and what to do.
        lent: posts that are lent today; asked for unless given.
        about: passage of which nobody hears who has to keep out of it (回避).
        where: ``link`` and ``key`` of the notice.

    Returns:
        How many people were told now.
    """
    wanted, turns = list(posts), standing_in() if lent is None else lent
    people = people_at(office, *[GRANT_OF_POST[post] for post in wanted])
    told = notify(_who_may_hear(people, about), kind, subject, text, **where)
    for post in wanted:
        lent_to = turns.get((office.pk, post), {})
        for deputy in _who_may_hear(lent_to, about):
            if deputy not in people:
                words = in_words(lent_to[deputy])
                told += notify([deputy], kind, f"{subject}（{words}）",
                               f"{text}\n请您{words}办理。", **where)  # fmt: skip
    return told


def tell_stated(application: Application, statement: Statement) -> int:
    """Tell the handlers of the office that hears a unit that it has spoken.

    Args:
        application: the procedure the unit is heard in.
        statement: what it said.

    Returns:
        How many people were told now.
    """
    run = StageRun.objects.filter(case__application=application).select_related("case").last()
    if run is None or run.case is None:
        return 0
    return tell_post(
        statement.office, [PostKind.HANDLER], "office", f"单位已陈述申辩：{application.number}",
        f"{application.unit_name}已提交陈述申辩，请复核其理由和证据后继续办理。",
        link=reverse("reviews:heard", args=[run.case.public_id]),
        key=f"stated:{application.public_id}", about=run,
    )  # fmt: skip

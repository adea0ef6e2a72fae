"""What people are told of a review: the unit of its filing, officers of what is theirs to do."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from applications.models import Application, Statement
from jurisdictions.enums import PostKind
from jurisdictions.permissions import GRANT_OF_POST
from jurisdictions.queries import administrators_of, policy_of
from portal.accounts.queries import MANAGING_ROLES, members_of
from portal.common.doors import holders
from portal.common.notifying import notify
from portal.common.queue import post_mail
from reviews.domain.deputies import Lent, in_words, standing_in
from reviews.models import Case, List, StageRun
from reviews.permissions import concerns_own_unit, is_impartial, may_list

#: What officers are told of; whoever belongs to a unit concerned keeps out of it.
About = StageRun | Case | List


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


def keeps_out(person: Any, about: About) -> bool:
    """Whether what a notice is about concerns a unit of the person: he hears of it as the unit."""
    if isinstance(about, StageRun):
        return not is_impartial(person, about)
    if isinstance(about, Case):
        return concerns_own_unit(person, about.application_id)
    filings = about.items.values_list("case__application", flat=True)
    return not may_list(person, list(filings))


def tell_officers(
    office: Any, people: Iterable[Any], kind: str, subject: str, text: str, *, about: About,
    **where: str,
) -> int:  # fmt: skip
    """Tell those officers who need not keep out (回避); where all must, the administrators.

    Args:
        office: whose officers they are.
        people: the officers.
        kind: kind of notice.
        subject: one line.
        text: what happened and what to do.
        about: passage, case or list of which nobody hears at work who belongs to a unit concerned.
        where: ``link`` and ``key`` of the notice.

    Returns:
        How many people were told now.
    """
    known = list(people)
    free = [person for person in known if not keeps_out(person, about)]
    if free or not known:
        return notify(free, kind, subject, text, **where)
    return _tell_administrators(office, kind, subject, text, about=about, **where)


def _tell_administrators(
    office: Any, kind: str, subject: str, text: str, *, about: About, **where: str
) -> int:
    """Nobody who could act may hear of it: who gives out the posts sees to it."""
    people = [person for person in administrators_of(office.jurisdiction)
              if not keeps_out(person, about)]  # fmt: skip
    return notify(people, kind, f"没有可以办理的人员：{subject}",
                  f"{office}在岗的人员均应当回避，请任岗或指定代理人办理。\n{text}",
                  **where)  # fmt: skip


def tell_post(
    office: Any,
    posts: Iterable[str],
    kind: str,
    subject: str,
    text: str,
    *,
    about: About,
    lent: Lent | None = None,
    escalates: bool = True,
    **where: str,
) -> int:
    """Tell whoever holds one of the posts of an office, and whoever stands in for one who does.

    Args:
        office: the office.
        posts: kinds of posts.
        kind: kind of notice.
        subject: one line.
        text: what happened and what to do.
        about: passage, case or list of which nobody hears who has to keep out of it (回避).
        lent: posts that are lent today; asked for unless given.
        escalates: where all of them have to, the administrators of the place are told.
        where: ``link`` and ``key`` of the notice.

    Returns:
        How many people were told now.
    """
    wanted, turns = list(posts), standing_in() if lent is None else lent
    people = people_at(office, *[GRANT_OF_POST[post] for post in wanted])
    free = [person for person in people if not keeps_out(person, about)]
    lent_to = [pair for post in wanted for pair in turns.get((office.pk, post), {}).items()]
    deputies = [(deputy, in_words(absent)) for deputy, absent in lent_to
                if deputy not in people and not keeps_out(deputy, about)]  # fmt: skip
    if people and escalates and not free and not deputies:
        return _tell_administrators(office, kind, subject, text, about=about, **where)
    return notify(free, kind, subject, text, **where) + sum(
        notify([deputy], kind, f"{subject}（{words}）", f"{text}\n请您{words}办理。", **where)
        for deputy, words in deputies
    )


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

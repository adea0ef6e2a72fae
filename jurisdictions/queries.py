"""Shared reads of policies, calls, offices, posts and the calendar."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from jurisdictions.engine.dates import WorkCalendar, make_calendar
from jurisdictions.engine.policy import Policy, build_policy
from jurisdictions.enums import DayKind, RoundState
from jurisdictions.models import (
    Delegation,
    Holiday,
    Jurisdiction,
    Office,
    OfficeBinding,
    Post,
    Round,
    Ruleset,
    StaffInvitation,
)
from jurisdictions.permissions import was_lent_a_post
from portal.accounts.models import User
from portal.common.doors import granted, holders
from portal.common.errors import DomainError
from portal.common.memory import recall

#: The bulky columns of a ruleset; lists leave them out.
BULKY = ("document", "inventory", "source")
_DAY_END = dt.timedelta(microseconds=1)


def policy_of(ruleset: Ruleset) -> Policy:
    """The policy of a published version, built once per process.

    Args:
        ruleset: the row; its bulky columns may be deferred.
    """
    # The time of publishing is part of the key: after a restored backup a number may return.
    return _policy(ruleset.pk, ruleset.sha256, ruleset.published_at)


@lru_cache(maxsize=64)
def _policy(pk: int, sha256: str, published_at: dt.datetime) -> Policy:
    row = Ruleset.objects.defer(None).select_related("basis").get(pk=pk)
    return build_policy(row.document, row.inventory, row.basis.catalogue, row.basis.national)


def slim(rulesets: QuerySet[Ruleset]) -> QuerySet[Ruleset]:
    """Versions without their bulky columns."""
    return rulesets.defer(*BULKY)


def bulky(*ways: str) -> tuple[str, ...]:
    """The bulky columns of versions that rows reach, to be deferred where the rows are read.

    Args:
        ways: how the rows reach their version, such as ``application__ruleset``.
    """
    return tuple(f"{way}__{name}" for way in ways for name in BULKY)


def newest_ruleset(jurisdiction: Jurisdiction) -> Ruleset | None:
    """The version published last, in force or not yet."""
    return slim(jurisdiction.rulesets.order_by("-version")).first()


def current_ruleset(jurisdiction: Jurisdiction, on: dt.date | None = None) -> Ruleset | None:
    """The newest version in force on a day (today); the newest of all when none is.

    Args:
        jurisdiction: whose policy.
        on: the day; a version without a day of its own takes the day the administrator entered.
    """
    versions = list(slim(jurisdiction.rulesets.order_by("-version")))
    return _in_force(versions, jurisdiction, on or timezone.localdate())


def current_rulesets(jurisdictions: Iterable[Jurisdiction]) -> dict[int, Ruleset | None]:
    """The version in force today of several places, by the key of the place, read at once."""
    places = list(jurisdictions)
    versions: dict[int, list[Ruleset]] = {place.pk: [] for place in places}
    found = Ruleset.objects.filter(jurisdiction__in=versions).order_by("-version")
    for row in slim(found):
        versions[row.jurisdiction_id].append(row)
    today = timezone.localdate()
    return {place.pk: _in_force(versions[place.pk], place, today) for place in places}


def _in_force(versions: list[Ruleset], jurisdiction: Jurisdiction, day: dt.date) -> Ruleset | None:
    """The first of these versions, newest first, that is in force; else the newest."""
    entered = jurisdiction.effective_from_entered
    for version in versions:
        start = version.effective_from or entered
        if start is not None and start <= day:
            return version
    return versions[0] if versions else None


def office_for(
    policy: Policy, role: str, answers: Mapping[str, Any], jurisdiction: Jurisdiction
) -> Office:
    """The live office that fills a role for a filing.

    Args:
        policy: the version the filing is pinned to.
        role: an office role of the ruleset.
        answers: the filing's answers; the role's ``covers_by`` picks among several offices.
        jurisdiction: whose offices.

    Raises:
        DomainError: nobody fills the role for this district or department.
    """
    shape = policy.ruleset.offices[role]
    wanted = str(answers.get(shape.covers_by) or "") if shape.covers_by else ""
    bindings = list(
        OfficeBinding.objects.filter(
            Q(covers=wanted) | Q(covers=""),
            role=role,
            office__jurisdiction=jurisdiction,
            office__is_active=True,
        )
        .select_related("office")
        .order_by("pk")
    )
    # An office named for the district goes before one that covers the whole place.
    bindings.sort(key=lambda binding: binding.covers != wanted)
    if not bindings:
        where = f"（{wanted}）" if wanted else ""
        raise DomainError(
            f"还没有机构承担“{shape.label}”{where}的职责。请联系{jurisdiction}管理员设置。"
        )
    return bindings[0].office


def offers_of(policy: Policy, jurisdiction: Jurisdiction) -> dict[str, tuple[str, ...]]:
    """Answers that pick among offices, each with the names that live offices cover.

    An answer is left out where nobody is bound to a name, or where an office covers everything:
    then any name will do.

    Args:
        policy: the version the filing is pinned to.
        jurisdiction: whose offices.
    """
    picks = {code: role.covers_by for code, role in policy.ruleset.offices.items()}
    rows = OfficeBinding.objects.filter(
        role__in=[code for code, path in picks.items() if path],
        office__jurisdiction=jurisdiction,
        office__is_active=True,
    )
    covered: dict[str, list[str]] = {}
    for role, covers in rows.order_by("pk").values_list("role", "covers"):
        covered.setdefault(role, []).append(covers)
    found: dict[str, tuple[str, ...]] = {}
    for role, names in covered.items():
        path = picks[role]
        if path is None or "" in names:
            continue
        # Two roles picked by one answer: the name must do for both.
        both = [name for name in found.get(path, names) if name in names]
        found[path] = tuple(dict.fromkeys(both))
    return found


def active_at(moment: dt.datetime | None = None) -> Q:
    """Return the condition under which a post counts at ``moment`` (default: now)."""
    at = moment or timezone.now()
    return Q(active_from__lte=at) & (Q(active_until__isnull=True) | Q(active_until__gt=at))


def posts_of(user: Any) -> QuerySet[Post]:
    """Return the posts a person holds now, with office and jurisdiction."""
    return (
        Post.objects.filter(active_at(), user_id=user.pk)
        .select_related("office", "office__jurisdiction")
        .order_by("office__jurisdiction", "office", "kind")
    )


def held_now(user: Any) -> list[Post]:
    """Return the posts a person holds now; a page asks once."""
    key = ("jurisdictions.posts", user.pk)
    found: list[Post] = recall(key, lambda: list(posts_of(user)))
    return found


def deputyships_of(user: Any) -> list[Delegation]:
    """Return where a person acts for somebody else today; a page asks once."""
    key = ("jurisdictions.deputyships", user.pk)
    found: list[Delegation] = recall(key, lambda: _deputyships_of(user))
    return found


def _deputyships_of(user: Any) -> list[Delegation]:
    if not was_lent_a_post(user):
        return []
    return list(running_delegations().filter(deputy_id=user.pk, deputy__is_active=True))


def running_delegations() -> QuerySet[Delegation]:
    """Return who acts for whom today; it ends by itself with its days, or with the post."""
    today = timezone.localdate()
    return Delegation.objects.filter(
        starts_on__lte=today, ends_on__gte=today, ended_at=None,
        post__active_until=None, post__user__is_active=True,
    ).select_related("post__user", "post__office__jurisdiction", "deputy")  # fmt: skip


def delegations_in(place: Jurisdiction) -> QuerySet[Delegation]:
    """Every delegation of a jurisdiction's posts, past ones too, the newest first."""
    return Delegation.objects.filter(post__office__jurisdiction=place).select_related(
        "post__user", "post__office", "deputy", "made_by"
    )


def delegations_of(user: Any) -> QuerySet[Delegation]:
    """Delegations of a person's own posts, and those by which the person acts for others."""
    return Delegation.objects.filter(Q(post__user=user) | Q(deputy=user)).select_related(
        "post__user", "post__office__jurisdiction", "deputy", "made_by"
    )


def colleagues_at(office: Office) -> QuerySet[User]:
    """People at a post of an office now, each once."""
    held = Post.objects.filter(active_at(), office=office)
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("pk")


def colleagues_of(posts: QuerySet[Post]) -> QuerySet[User]:
    """Return everybody at a post of the same offices now."""
    held = Post.objects.filter(active_at(), office__in=posts.values("office_id"))
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("pk")


def administered_by(user: Any) -> QuerySet[Jurisdiction]:
    """Return the jurisdictions a person administers."""
    return Jurisdiction.objects.filter(pk__in=administered_ids(user))


def administered_ids(user: Any) -> frozenset[int]:
    """Return the keys of the jurisdictions a person administers."""
    return granted(user, "administer", Jurisdiction)


def places_of(user: Any) -> list[Jurisdiction]:
    """Return the jurisdictions a person administers; a page asks once."""
    key = ("jurisdictions.places", user.pk)
    found: list[Jurisdiction] = recall(key, lambda: list(administered_by(user)))
    return found


def rounds() -> QuerySet[Round]:
    """All calls with jurisdiction and version, bulky columns left out."""
    return Round.objects.select_related("jurisdiction", "ruleset").defer(*bulky("ruleset"))


def open_rounds(now: dt.datetime | None = None) -> QuerySet[Round]:
    """Calls that take filings at this moment, the earliest closing first."""
    at = now or timezone.now()
    return (
        rounds()
        .filter(
            state=RoundState.OPEN,
            opens_at__lte=at,
            closes_at__gt=at,
            jurisdiction__is_active=True,
        )
        .order_by("closes_at")
    )


def announced_rounds(now: dt.datetime | None = None) -> QuerySet[Round]:
    """Calls that are open or will open, the earliest closing first."""
    at = now or timezone.now()
    return (
        rounds()
        .filter(state=RoundState.OPEN, closes_at__gt=at, jurisdiction__is_active=True)
        .order_by("closes_at")
    )


def public_rounds() -> QuerySet[Round]:
    """Calls that anybody may see: announced ones, whatever became of them."""
    return rounds().filter(jurisdiction__is_active=True).exclude(state=RoundState.PLANNED)


def is_taking_filings(call: Round, now: dt.datetime | None = None) -> bool:
    """Whether a call takes filings at this moment."""
    at = now or timezone.now()
    return call.state == RoundState.OPEN and call.opens_at <= at < call.closes_at


def closing_day(policy: Policy, closes_at: dt.datetime) -> dt.date:
    """The last day inside a closing moment, in the city's time: 24:00 belongs to its own day."""
    zone = ZoneInfo(policy.ruleset.identity.timezone)
    return (closes_at - _DAY_END).astimezone(zone).date()


def rounds_in_year(jurisdiction: Jurisdiction, procedure: str, year: int) -> int:
    """How many calls of a procedure a year has had; cancelled ones do not count."""
    return (
        Round.objects.filter(jurisdiction=jurisdiction, procedure=procedure, year=year)
        .exclude(state=RoundState.CANCELLED)
        .count()
    )


def work_calendar() -> WorkCalendar:
    """Working days as the administrators keep them."""
    days = list(Holiday.objects.values_list("day", "kind"))
    return make_calendar(
        [day for day, kind in days if kind == DayKind.OFF],
        [day for day, kind in days if kind == DayKind.WORK],
    )


def roles_without_office(policy: Policy, jurisdiction: Jurisdiction) -> list[tuple[str, str]]:
    """Roles of the ruleset (code, label) that no active office fills."""
    filled = set(
        OfficeBinding.objects.filter(
            office__jurisdiction=jurisdiction, office__is_active=True
        ).values_list("role", flat=True)
    )
    return [
        (code, role.label) for code, role in policy.ruleset.offices.items() if code not in filled
    ]


def places(**conditions: Any) -> QuerySet[Jurisdiction]:
    """Jurisdictions that take part, by further conditions."""
    return Jurisdiction.objects.filter(is_active=True, **conditions)


def posts_in(place: Jurisdiction) -> QuerySet[Post]:
    """Every post of a jurisdiction's offices, ended ones too."""
    return Post.objects.filter(office__jurisdiction=place).select_related("user", "office")


def repliers_of(office: Office) -> list[Any]:
    """People who answer consultations for an office by a right of their own, by name."""
    return sorted(holders("consult", office), key=lambda person: (str(person), person.pk))


def administrators_of(place: Jurisdiction) -> list[Any]:
    """People who administer a place, by name."""
    return sorted(holders("administer", place), key=lambda person: (str(person), person.pk))


def overseers_of(place: Jurisdiction) -> list[Any]:
    """People who read everything of a place by a right of their own, by name."""
    return sorted(holders("oversee", place), key=lambda person: (str(person), person.pk))


def open_staff_invitations() -> QuerySet[StaffInvitation]:
    """Invitations to work here that may still be accepted."""
    return StaffInvitation.objects.filter(
        accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
    ).select_related("jurisdiction", "office", "invited_by")


def staff_invitations_of(place: Jurisdiction) -> QuerySet[StaffInvitation]:
    """The same of one place."""
    return open_staff_invitations().filter(jurisdiction=place)


def holidays_of(year: int) -> QuerySet[Holiday]:
    """Days off and make-up days of a year."""
    return Holiday.objects.filter(day__year=year)


def accounts(text: str = "") -> QuerySet[User]:
    """Accounts with their present posts, by name or sign-in name, the newest first."""
    held = Prefetch(
        "posts", Post.objects.filter(active_at()).select_related("office"), to_attr="held"
    )
    found = User.objects.prefetch_related(held).order_by("-pk")
    word = text.strip()
    if not word:
        return found
    named = Q(name__icontains=word) | Q(email__icontains=word) | Q(mobile__icontains=word)
    return found.filter(named)

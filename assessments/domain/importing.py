"""Studios named before the portal: entered with host, leader and the rights they hold."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.domain import events, shown
from applications.domain.claims import EVERYWHERE, FOUNDING, wanted_by_studio
from applications.domain.sealing import seal_number
from applications.enums import StudioStatus
from applications.models import Claim, Studio, StudioHost, StudioLeader
from applications.queries import claim_key, primary_key_id
from assessments.domain import calendar
from assessments.domain.brought import Named, bring
from assessments.domain.partners import knows_partners, partners_of
from jurisdictions.engine.claims import Wanted
from jurisdictions.engine.dates import period_end
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Jurisdiction, Ruleset
from jurisdictions.queries import policy_of
from portal.accounts.models import Enterprise
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.personal import refuse_numbers


@transaction.atomic
def import_studio(
    jurisdiction: Jurisdiction, ruleset: Ruleset, row: Named, *, by: Any, today: dt.date
) -> Studio:
    """Enter one studio with its host, leader, claims and money, and open what is due.

    What fell due before today was settled without the portal and is not opened. A studio that
    ended before the portal holds no rights and owes nothing; a ban may still run.

    Raises:
        DomainError: the number is taken, it ended before it was named, the leader's ID number is
            not well formed, a public column holds a personal number, one of the rights is held by
            somebody else, or what it brings does not fit; ``field`` names the column.
    """
    if Studio.objects.filter(number=row.number).exists():
        raise DomainError(f"编号“{row.number}”已在册。", field="number")
    if row.ended_on is not None and row.ended_on < row.founded_on:
        raise DomainError("终止日期不得早于命名日期。", field="ended_on")
    _require_no_numbers(row)
    policy = policy_of(ruleset)
    leader = _sealed(row.leader_id)
    studio = _row(jurisdiction, ruleset, row, policy, today)
    signed(studio, by=by, reason="补录上线前命名的工作室").save()
    _host(studio, row, by)
    StudioLeader.objects.create(
        studio=studio, name=row.leader_name, id_number=leader, since=row.founded_on,
        until=row.ended_on,
    )  # fmt: skip
    bring(studio, row, leader, policy, by=by)
    if row.ended_on is None:
        _take(studio)
        calendar.open_for(studio, today)
    events.record(
        jurisdiction, "studio_imported", f"补录工作室：{studio.name}（{studio.number}）",
        actor=by, data={"studio": str(studio.public_id)},
    )  # fmt: skip
    return studio


def _require_no_numbers(row: Named) -> None:
    columns = (*shown.REGISTER, ("unit_name", "单位名称"), ("leader_name", "领办人姓名"),
               ("partner_names", "共建单位名称"))  # fmt: skip
    refuse_numbers((label, str(getattr(row, name)), name) for name, label in columns)


def _row(
    jurisdiction: Jurisdiction, ruleset: Ruleset, row: Named, policy: Policy, today: dt.date
) -> Studio:
    return Studio(
        jurisdiction=jurisdiction,
        founding_ruleset=ruleset,
        number=row.number,
        name=row.name,
        occupation=row.occupation,
        industry=row.industry,
        district=row.district,
        department=row.department,
        address=row.address,
        area=row.area,
        status=StudioStatus.ENDED if row.ended_on else StudioStatus.ACTIVE,
        founded_on=row.founded_on,
        ended_on=row.ended_on,
        entered_on=today,
        decision_number=row.decision_number,
        term_until=row.term_until or _term(policy, row.founded_on),
        title=row.title,
        plaque_number=row.plaque_number,
    )


def _sealed(number: str) -> dict[str, Any]:
    try:
        return seal_number(number)
    except DomainError as error:
        raise DomainError(error.message, field="leader_id", status=422) from error


def _host(studio: Studio, row: Named, by: Any) -> None:
    """The unit that hosts it, and those that host it together with the first.

    The last hosts of a studio that ended stay its hosts, as where it ends in the portal: they
    read what they owe and hand back.
    """
    first = _unit(row.unit_name, row.unit_uscc, by)
    StudioHost.objects.create(
        studio=studio, enterprise=first, name=row.unit_name, since=row.founded_on
    )
    partners = partners_of(row)
    if not partners:
        return
    if not knows_partners(policy_of(studio.founding_ruleset)):
        raise DomainError("本地区文件没有规定合作共建，请留空。", field="partner_names")
    since = row.partner_since or row.founded_on
    if since < row.founded_on or (row.ended_on and since > row.ended_on):
        raise DomainError("共建起始日应在命名以后、终止以前。", field="partner_since")
    for name, code in partners:
        unit = _unit(name, code, by)
        StudioHost.objects.create(studio=studio, enterprise=unit, name=name, since=since)


def _unit(name: str, uscc: str, by: Any) -> Enterprise:
    found = Enterprise.objects.filter(uscc=uscc).first()
    if found is not None:
        return found
    unit = Enterprise(name=name, uscc=uscc)
    signed(unit, by=by, reason="补录上线前命名的工作室").save()
    return unit


def _term(policy: Policy, founded_on: dt.date) -> dt.date | None:
    """The construction period of the present policy, where it has one."""
    for result in policy.procedure(FOUNDING).results.values():
        for item in result.effects:
            if item.kind == "found_studio" and item.term_months:
                return period_end(founded_on, months=item.term_months)
    return None


def _take(studio: Studio) -> None:
    """Take the rights the studio holds, under the same keys as a filing would."""
    wanted = {(w.claim.id, claim_key(w)): w for w in wanted_by_studio(studio)}
    for (_, key), want in sorted(wanted.items()):
        _take_one(studio, want, key)


def _take_one(studio: Studio, want: Wanted, key: str) -> None:
    place = studio.jurisdiction.code
    try:
        with transaction.atomic():
            Claim.objects.create(
                jurisdiction=studio.jurisdiction,
                studio=studio,
                kind=want.claim.id,
                scope=EVERYWHERE if want.claim.scope == EVERYWHERE else place,
                key=key,
                key_id=primary_key_id(),
                exclusive=want.exclusive,
                taken_at=timezone.now(),
            )
    except IntegrityError as error:
        column = "leader_id" if want.claim.key == ("leader.id_number",) else "occupation"
        raise DomainError(
            f"{want.claim.title}：已有在册工作室或在办申报。", field=column
        ) from error

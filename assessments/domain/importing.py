"""Studios named before the portal: entered with host, leader and the rights they hold.

A whole list is read, tried and saved with the same number of queries as one studio.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from applications.domain import events, shown
from applications.domain.claims import EVERYWHERE, FOUNDING, wanted_with
from applications.domain.sealing import seal_number
from applications.enums import StudioStatus
from applications.models import Ban, Claim, Event, Studio, StudioHost, StudioLeader
from applications.queries import claim_key, claim_keys, primary_key_id
from assessments.domain import calendar
from assessments.domain.brought import Named, bring
from assessments.domain.partners import codes_of, knows_partners, partners_of
from assessments.models import (
    Clawback,
    ClawbackPayment,
    GradeRecord,
    GrantDue,
    LedgerEntry,
    Obligation,
)
from assessments.queries import dues
from jurisdictions.engine.claims import Wanted
from jurisdictions.engine.dates import period_end
from jurisdictions.engine.policy import Policy
from jurisdictions.models import Jurisdiction, Ruleset
from jurisdictions.queries import current_ruleset, policy_of
from portal.accounts.models import Enterprise
from portal.common.bulk import Gathered, fits
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.memory import remembering
from portal.common.models import SealedValue
from portal.common.personal import refuse_numbers
from portal.common.sealed import sealed_row

_TABLES = (
    SealedValue, Enterprise, Studio, StudioHost, StudioLeader, Claim, Obligation, Ban,
    LedgerEntry, GrantDue, GradeRecord, Clawback, ClawbackPayment, Event,
)  # fmt: skip
_REASON = "补录上线前命名的工作室"
_CARRIED_OUT = "studios_imported"


def import_studio(
    jurisdiction: Jurisdiction, ruleset: Ruleset, row: Named, *, by: Any, today: dt.date
) -> Studio:
    """Enter one studio.

    Raises:
        DomainError: as ``Intake.add`` and ``Intake.save``.
    """
    intake = Intake(jurisdiction, ruleset, [row], by=by, today=today)
    studio = intake.add(row)
    intake.save()
    return studio


def note_workbook(place: Jurisdiction, sha256: str, count: int, *, by: Any) -> None:
    """Put on record that a workbook was carried out, so that it is known when it comes again."""
    events.record(
        place, _CARRIED_OUT, f"补录 {count} 个工作室，表格摘要 {sha256[:12]}", actor=by,
        data={"sha256": sha256, "count": count},
    )  # fmt: skip


def entered_with(place: Jurisdiction, sha256: str) -> int:
    """How many studios a workbook has entered already; 0 while it was not carried out."""
    known = Event.objects.filter(jurisdiction=place, kind=_CARRIED_OUT, data__sha256=sha256)
    row = known.first()
    return int(row.data["count"]) if row else 0


class Intake:
    """Studios that enter together: each is tried beside those before it, then all are saved.

    What fell due before today was settled without the portal and is not opened. A studio that
    ended before the portal holds no rights and owes nothing; a ban may still run.
    """

    def __init__(
        self,
        jurisdiction: Jurisdiction,
        ruleset: Ruleset,
        rows: Sequence[Named],
        *,
        by: Any,
        today: dt.date,
    ) -> None:
        """Read what the register holds already of a list of studios."""
        self._place, self._ruleset, self._by, self._today = jurisdiction, ruleset, by, today
        self._policy = policy_of(ruleset)
        self._newest = current_ruleset(jurisdiction)
        self._days = dues.days_set(jurisdiction)
        known = Studio.objects.filter(number__in={row.number for row in rows})
        self._numbers = set(known.values_list("number", flat=True))
        codes = {code for row in rows for code in (row.unit_uscc, *codes_of(row))}
        self._units = {unit.uscc: unit for unit in Enterprise.objects.filter(uscc__in=codes)}
        # All of them at once: which keys a row needs is known only when it has been read.
        held = Claim.objects.filter(exclusive=True, released_at=None)
        scopes = (EVERYWHERE, jurisdiction.code)
        self._held = set(held.filter(scope__in=scopes).values_list("scope", "kind", "key"))
        self._gathered, self._claims = Gathered(*_TABLES), list[Claim]()

    def add(self, row: Named) -> Studio:
        """Make a studio ready with its host, leader, claims and money, and with what is due.

        Nothing stays of a studio that is refused.

        Raises:
            DomainError: the number is taken, it ended before it was named, the leader's ID number
                is not well formed, a public column holds a personal number, one of the rights is
                held by somebody else, or what it brings does not fit; ``field`` names the column.
        """
        if row.number in self._numbers:
            raise DomainError(f"编号“{row.number}”已在册。", field="number")
        _require_sense(row)
        _require_no_numbers(row)
        studio = _row(self._place, self._ruleset, row, self._policy, self._today)
        fits(studio, "jurisdiction", "founding_ruleset")
        with remembering():
            rows = [signed(studio, by=self._by, reason=_REASON), *self._beside(studio, row)]
        self._numbers.add(row.number)
        for one in rows:
            if isinstance(one, Enterprise):
                self._units[one.uscc] = one
            elif isinstance(one, Claim) and one.exclusive:
                self._held.add((one.scope, one.kind, one.key))
        self._claims += [one for one in rows if isinstance(one, Claim)]
        self._gathered.add(*(one for one in rows if not isinstance(one, Claim)))
        return studio

    def save(self) -> None:
        """Enter all studios that were made ready, or none.

        Raises:
            DomainError: meanwhile somebody else entered a number, a unit or a right of theirs.
        """
        # In the order in which everybody takes them, so that nobody waits for each other.
        self._gathered.add(*sorted(self._claims, key=lambda claim: (claim.kind, claim.key)))
        try:
            with transaction.atomic():
                self._gathered.save()
        except IntegrityError as error:
            raise DomainError(
                "刚才有其他人登记了表格中的编号、单位或占用，没有导入任何工作室。请重新检查。"
            ) from error

    def _beside(self, studio: Studio, row: Named) -> Iterator[Model]:
        """Everything that is saved with a studio."""
        leader, sealed = _leader(studio, row)
        hosts = self._hosts(studio, row)
        fresh = [host.enterprise for host in hosts if host.enterprise.uscc not in self._units]
        yield from (sealed, leader, *fresh, *hosts)
        yield from bring(studio, row, leader.id_number, newest=self._newest, by=self._by)
        if row.ended_on is None:
            yield from self._rights(studio, leader, hosts)
            yield from calendar.fallen_open(
                studio, self._today, entered=self._days, newest=self._newest
            )
        yield Event(
            jurisdiction=self._place, kind="studio_imported", actor=self._by,
            text=f"补录工作室：{studio.name}（{studio.number}）",
            data={"studio": str(studio.public_id)},
        )  # fmt: skip

    def _hosts(self, studio: Studio, row: Named) -> list[StudioHost]:
        """The unit that hosts it, and those that host it together with the first.

        The last hosts of a studio that ended stay its hosts, as where it ends in the portal: they
        read what they owe and hand back.
        """
        partners = partners_of(row)
        since = row.partner_since or row.founded_on
        if partners and not knows_partners(self._policy):
            raise DomainError("本地区文件没有规定合作共建，请留空。", field="partner_names")
        if since < row.founded_on or (row.ended_on and since > row.ended_on):
            raise DomainError("共建起始日应在命名以后、终止以前。", field="partner_since")
        told = [(row.unit_name, row.unit_uscc, row.founded_on)]
        told += [(name, code, since) for name, code in partners]
        return [
            StudioHost(studio=studio, enterprise=self._unit(name, code), name=name, since=day)
            for name, code, day in told
        ]

    def _unit(self, name: str, uscc: str) -> Enterprise:
        known = self._units.get(uscc)
        return known or signed(Enterprise(name=name, uscc=uscc), by=self._by, reason=_REASON)

    def _rights(
        self, studio: Studio, leader: StudioLeader, hosts: list[StudioHost]
    ) -> Iterator[Claim]:
        """The rights the studio holds, under the same keys as a filing would."""
        wanted = {(w.claim.id, claim_key(w)): w for w in wanted_with(studio, leader, hosts)}
        for (kind, key), want in sorted(wanted.items(), key=lambda pair: pair[0]):
            scope = EVERYWHERE if want.claim.scope == EVERYWHERE else self._place.code
            # A right may still stand under an older key of the ring.
            same = {(scope, kind, each) for each in claim_keys(want)}
            if want.exclusive and same & self._held:
                raise _held(want)
            yield Claim(
                jurisdiction=self._place, studio=studio, kind=kind, scope=scope, key=key,
                key_id=primary_key_id(), exclusive=want.exclusive, taken_at=timezone.now(),
            )  # fmt: skip


def _held(want: Wanted) -> DomainError:
    column = "leader_id" if want.claim.key == ("leader.id_number",) else "occupation"
    return DomainError(f"{want.claim.title}：已有在册工作室或在办申报。", field=column)


def _require_sense(row: Named) -> None:
    if row.ended_on is not None and row.ended_on < row.founded_on:
        raise DomainError("终止日期不得早于命名日期。", field="ended_on")
    if row.term_until is not None and row.term_until <= row.founded_on:
        raise DomainError("建设期满日期须晚于命名日期。", field="term_until")
    if row.area is not None and row.area <= 0:
        raise DomainError("面积须大于零。", field="area")


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


def _leader(studio: Studio, row: Named) -> tuple[StudioLeader, SealedValue]:
    """The leader, and the seal of his number."""
    sealed: list[SealedValue] = []

    def kept(kind: str, plain: str) -> str:
        sealed.append(sealed_row(kind, plain))
        return str(sealed[0].token)

    try:
        number = seal_number(row.leader_id, keep=kept)
    except DomainError as error:
        raise DomainError(error.message, field="leader_id", status=422) from error
    leader = StudioLeader(
        studio=studio, name=row.leader_name, id_number=number, since=row.founded_on,
        until=row.ended_on,
    )  # fmt: skip
    return leader, sealed[0]


def _term(policy: Policy, founded_on: dt.date) -> dt.date | None:
    """The construction period of the present policy, where it has one."""
    for result in policy.procedure(FOUNDING).results.values():
        for item in result.effects:
            if item.kind == "found_studio" and item.term_months:
                return period_end(founded_on, months=item.term_months)
    return None

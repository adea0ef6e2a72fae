"""Sample studios with a past, made by the same domain functions as the pages use."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from applications.interfaces.samples import sample_file
from applications.models import Studio
from assessments.domain import assessing, calendar, importing, keeping, ledger, records, registers
from assessments.domain.brought import Named
from assessments.domain.handing_in import hand_in, paper_of
from assessments.enums import Direction, DueKind, Holder, Party, RecordKind
from assessments.interfaces.demo.plan import PlannedRecord, PlannedStudio, StudiosPlan, Unit
from assessments.models import Obligation
from assessments.queries import dues
from jurisdictions.domain.offices import mark_staff
from jurisdictions.enums import PostKind
from jurisdictions.models import Jurisdiction, Office, Ruleset
from jurisdictions.queries import current_ruleset, policy_of
from portal.accounts import demo
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, Membership, User
from portal.common.doors import grant
from portal.common.errors import DomainError
from portal.common.history import signed

_BEFORE, _AFTER = 10, 12


@transaction.atomic
def seed_studios(plan: StudiosPlan, password: str) -> int:
    """Make the sample studios of one city; what is there stays as it is.

    Args:
        plan: what to make.
        password: of every sample account.

    Returns:
        How many studios were made.

    Raises:
        DomainError: the portal's own rules refuse something of the plan.
    """
    city = Jurisdiction.objects.get(code=plan.city)
    ruleset = current_ruleset(city)
    if ruleset is None:
        raise DomainError(f"{city}还没有发布政策，请先运行 load_cities。")
    overseer = _person(plan.overseer.name, plan.overseer.login, password)
    grant(overseer, "oversee", city)
    mark_staff(overseer)
    demo.register(f"{city.short_name} · 分管领导", plan.overseer.login, password, "查看统计分析")
    story = _Story(city, ruleset, overseer, password)
    fresh = [row for row in plan.studios if not Studio.objects.filter(number=row.number).exists()]
    if fresh:
        story.set_days(plan)
        story.pay_named()
    for row in fresh:
        story.tell(row)
    if fresh:
        # The clock has run: assessments that are due wait for the self-score of the unit.
        assessing.open_all(timezone.localdate())
    return len(fresh)


def _person(name: str, login: str, password: str) -> User:
    known = User.objects.filter(email=login).first()
    return known or User.objects.create_user(login, password, name=name)


class _Story:
    """Studios of a city one after the other.

    Args:
        city: where.
        ruleset: the version they are entered under.
        by: who enters what offices enter.
        password: of the sample accounts.
    """

    def __init__(self, city: Jurisdiction, ruleset: Ruleset, by: User, password: str) -> None:
        self.city, self.ruleset, self.by, self.password = city, ruleset, by, password
        self.today = timezone.localdate()

    def day(self, offset: int) -> dt.date:
        """A day counted from today."""
        return self.today + dt.timedelta(days=offset)

    def set_days(self, plan: StudiosPlan) -> None:
        """The days an office sets for a yearly paper, since the oldest studio."""
        first = min(self.day(row.founded) for row in plan.studios).year
        policy = policy_of(self.ruleset)
        for asked in plan.set_days:
            for year in range(first, self.today.year + 1):
                day = dt.date(year, asked.month, asked.day)
                calendar.set_day(self.city, policy, asked.item, year, day, by=self.by)

    def pay_named(self) -> None:
        """Public money of studios named in the portal is paid, where its sum is fixed."""
        due = dues.grants_open(Studio.objects.filter(jurisdiction=self.city)).filter(
            amount__isnull=False, may=False
        )
        for row in due:
            on = min(row.decided_on + dt.timedelta(days=_AFTER), self.today)
            if row.amount is not None:
                ledger.pay_grant(row, by=self.by, on=on, amount=row.amount)

    def tell(self, row: PlannedStudio) -> None:
        """One studio from its naming to now."""
        unit, handler = self._unit(row.unit)
        studio = importing.import_studio(
            self.city, self.ruleset, self._named(row, unit), by=self.by, today=self.day(row.founded)
        )
        if row.ended is not None:
            return
        calendar.open_for(studio, self.today)
        self._registers(studio, row, handler)
        self._ledger(studio, row, handler)
        for record in row.records:
            self._record(studio, record, handler)
        self._papers(studio, row, handler)

    def _named(self, row: PlannedStudio, unit: Enterprise) -> Named:
        return Named(
            name=row.name, number=row.number, occupation=row.occupation, industry=row.industry,
            district=row.district, department=row.department, address=row.address, area=row.area,
            title=row.title, founded_on=self.day(row.founded),
            ended_on=self.day(row.ended) if row.ended is not None else None,
            decision_number=row.decision_number, plaque_number=f"{row.number}-P",
            unit_name=unit.name, unit_uscc=unit.uscc, leader_name=row.leader,
            leader_id=row.leader_id,
        )  # fmt: skip

    def _unit(self, planned: Unit) -> tuple[Enterprise, User]:
        unit = Enterprise.objects.filter(uscc=planned.uscc).first()
        if unit is None:
            unit = Enterprise(name=planned.name, uscc=planned.uscc)
            signed(unit, by=self.by, reason="补录上线前命名的工作室").save()
        for person in planned.people:
            user = _person(person.name, person.login, self.password)
            if not unit.memberships.filter(user=user).exists():
                row = Membership(
                    user=user, enterprise=unit, role=person.role, active_from=timezone.now()
                )
                signed(row, by=user, reason="单位注册").save()
            if planned.listed:
                label = f"{self.city.short_name} · 工作室所在单位{MemberRole(person.role).label}"
                demo.register(label, person.login, self.password, "维护工作室台账和登记簿")
        members = unit.memberships.select_related("user")
        handler = members.filter(role=MemberRole.HANDLER).first()
        return unit, handler.user if handler else self.by

    def _registers(self, studio: Studio, row: PlannedStudio, by: User) -> None:
        for member in row.members:
            registers.save_row(
                studio, "members", by=by, name=member.name, post=member.post,
                skill_level=member.level, phone=member.phone, years=member.years,
                joined_on=self.day(member.joined),
                left_on=self.day(member.left) if member.left is not None else None,
            )  # fmt: skip
        for learner in row.apprentices:
            registers.save_row(
                studio, "apprentices", by=by, name=learner.name, master=row.leader,
                occupation=row.occupation, since=self.day(learner.since),
                agreement_on=self.day(learner.since), level=learner.level,
                certified_on=self.day(learner.certified) if learner.certified is not None else None,
            )  # fmt: skip
        for done in row.activities:
            line: Any = registers.save_row(
                studio, "activities", by=by, category=done.category, title=done.title,
                on=self.day(done.day), people=done.people, effect="示例：按计划完成。",
            )  # fmt: skip
            if done.paper:
                keeping.keep(studio, Holder.ACTIVITIES, _paper("活动签到表.pdf"), by=by,
                             title="活动签到表", row=line.public_id)  # fmt: skip

    def _ledger(self, studio: Studio, row: PlannedStudio, by: User) -> None:
        if row.account:
            ledger.name_account(studio, row.account, by=by)
        for line in row.ledger:
            ledger.enter(
                studio, by=by, direction=Direction.OUT if line.purpose else Direction.IN,
                source=line.source, purpose=line.purpose, amount=line.amount,
                on=self.day(line.day), text=line.text, reason=line.reason, marked=True,
            )  # fmt: skip

    def _record(self, studio: Studio, planned: PlannedRecord, handler: User) -> None:
        office, by = None, handler
        if planned.office:
            office = Office.objects.get(jurisdiction=self.city, code=planned.office)
            post = office.posts.filter(kind=PostKind.HANDLER).select_related("user").first()
            by = post.user if post else self.by
        kept = policy_of(self.ruleset).ruleset.registers
        is_report = planned.item in {entry.id for entry in kept.reports}
        kind = RecordKind.REPORT if is_report else RecordKind.RECORD
        records.write(
            studio, kind, planned.item, by=by, office=office,
            title=planned.title, text=planned.text, category=planned.category,
            on=self.day(planned.day),
            mend_by=self.day(planned.mend) if planned.mend is not None else None,
        )  # fmt: skip

    def _papers(self, studio: Studio, row: PlannedStudio, by: User) -> None:
        """Papers of the past come in: the last ``missing`` do not, those before late."""
        papers = list(
            Obligation.objects.filter(
                studio=studio, party=Party.UNIT, due_on__lt=self.today,
                kind__in=[DueKind.PAPER, DueKind.AGREEMENT],
            ).order_by("due_on", "pk")
        )  # fmt: skip
        kept = papers[: len(papers) - row.missing]
        for number, paper in enumerate(kept):
            late = number >= len(kept) - row.late
            self._hand_in(paper, by, late=late)

    def _hand_in(self, row: Obligation, by: User, *, late: bool) -> None:
        due = row.due_on or self.today
        on = due + dt.timedelta(days=_AFTER) if late else due - dt.timedelta(days=_BEFORE)
        on = min(max(on, row.opens_on), self.today)
        paper = paper_of(row)
        parts = {part.id: f"示例：{part.text}。" for part in paper.parts} if paper else {}
        upload = _paper("责任书.pdf") if row.kind == DueKind.AGREEMENT else None
        hand_in(row, by=by, on=on, text="示例内容。", parts=parts, upload=upload)


def _paper(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sample_file("pdf", None).content)

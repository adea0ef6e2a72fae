"""Everything that happened to a studio, from the naming to the end."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from applications.domain.claims import FOUNDING
from applications.enums import Status
from applications.models import Application, Ban, EffectRun, Studio
from assessments.enums import DueKind, Outcome
from assessments.models import (
    Activity,
    Apprentice,
    Clawback,
    ClawbackPayment,
    GradeRecord,
    GrantDue,
    LedgerEntry,
    Member,
    Obligation,
    Permit,
    PlaqueHandover,
    Recommendation,
    Record,
)
from assessments.queries.policies import assesses, living_policy
from jurisdictions.queries import bulky, policy_of

NAMING, PAPER, ASSESSMENT, CHANGE, MONEY, PEOPLE, WORK, END = (
    "naming", "paper", "assessment", "change", "money", "people", "work", "end",
)  # fmt: skip
#: Kinds in the order in which they are drawn.
KINDS = (
    (NAMING, "命名"), (PAPER, "年度材料"), (ASSESSMENT, "考核"), (CHANGE, "变更"),
    (MONEY, "经费"), (PEOPLE, "人员"), (WORK, "活动和记录"), (END, "撤销和终止"),
)  # fmt: skip


@dataclass(frozen=True)
class LifeEvent:
    """Something that happened.

    Attributes:
        on: the day.
        kind: one of ``KINDS``.
        title: what.
        says: particulars.
        state: good, bad, now or empty.
    """

    on: dt.date
    kind: str
    title: str
    says: str = ""
    state: str = ""


def events(studio: Studio, *, for_unit: bool) -> list[LifeEvent]:
    """What happened to a studio, the newest first.

    Args:
        studio: the studio.
        for_unit: leave out procedures that are kept from the unit. Nobody reads here a result
            that was not told yet.
    """
    found = [event for tell in _SOURCES for event in tell(studio)]
    found += _procedures(studio, for_unit=for_unit)
    found += _bans(studio, for_unit=for_unit)
    found.sort(key=lambda event: event.on, reverse=True)
    return found


def _naming(studio: Studio) -> Iterator[LifeEvent]:
    yield LifeEvent(studio.founded_on, NAMING, "命名", studio.decision_number, "good")
    if studio.entered_on and studio.entered_on > studio.founded_on:
        says = "此前到期的材料和考核在平台启用前办理，平台不作记载"
        yield LifeEvent(studio.entered_on, NAMING, "补录入册", says)
    if studio.term_until and not (studio.ended_on and studio.ended_on < studio.term_until):
        yield LifeEvent(studio.term_until, NAMING, "建设期满")
    if studio.ended_on:
        yield LifeEvent(studio.ended_on, END, "终止", "", "bad")


def _obligations(studio: Studio) -> Iterator[LifeEvent]:
    done = Obligation.objects.filter(studio=studio, done_on__isnull=False)
    for row in done:
        if row.done_on is None:
            continue
        late = row.due_on is not None and row.done_on > row.due_on
        kind = {DueKind.ASSESSMENT: ASSESSMENT, DueKind.RECALL: END}.get(DueKind(row.kind), PAPER)
        says = "逾期办理" if late else ""
        yield LifeEvent(row.done_on, kind, row.title, says, "bad" if late else "good")


def _graded_before(studio: Studio) -> Iterator[LifeEvent]:
    """Grades of before the portal; later ones are told as procedures."""
    for row in GradeRecord.objects.filter(studio=studio, application__isnull=True):
        state = "good" if row.passed else "bad"
        yield LifeEvent(row.decided_on, ASSESSMENT, f"{row.label}：{row.grade}", row.reason, state)


def _money(studio: Studio) -> Iterator[LifeEvent]:
    for grant in GrantDue.objects.filter(studio=studio):
        if grant.paid_on is None:
            says = "工作室终止，不再拨付" if studio.ended_on else "尚未拨付"
            state = "" if studio.ended_on else "now"
            yield LifeEvent(grant.decided_on, MONEY, f"{grant.title}：决定给予", says, state)
        else:
            says = f"{_yuan(grant.paid_amount)} 元"
            yield LifeEvent(grant.paid_on, MONEY, f"拨付{grant.title}", says, "good")
    for claw in Clawback.objects.filter(studio=studio):
        owed = f"应追回 {_yuan(claw.amount)} 元"
        yield LifeEvent(claw.decided_on, MONEY, "追回资助", owed, "bad")
    for back in ClawbackPayment.objects.filter(clawback__studio=studio):
        yield LifeEvent(back.on, MONEY, "追回到账", f"{_yuan(back.amount)} 元", "good")
    yield from _matching(studio)


def _matching(studio: Studio) -> Iterator[LifeEvent]:
    rules = living_policy(studio, "ledger").ruleset.ledger
    labels = {s.id: s.label for s in rules.sources if s.kind != "grant"} if rules else {}
    lines = LedgerEntry.objects.filter(
        studio=studio, struck_at__isnull=True, direction="in", source__in=labels
    )
    for line in lines:
        says = f"{labels[line.source]} {_yuan(line.amount)} 元"
        yield LifeEvent(line.on, MONEY, line.text, says, "good")


def _people(studio: Studio) -> Iterator[LifeEvent]:
    for leader in studio.leaders.all():
        if leader.since > studio.founded_on:
            yield LifeEvent(leader.since, PEOPLE, f"{leader.name}任领办人", "", "good")
        if leader.until and leader.until != studio.ended_on:
            yield LifeEvent(leader.until, PEOPLE, f"{leader.name}不再任领办人")
    for member in Member.objects.filter(studio=studio, struck_at__isnull=True):
        yield LifeEvent(member.joined_on, PEOPLE, f"{member.name}加入")
        if member.left_on:
            yield LifeEvent(member.left_on, PEOPLE, f"{member.name}离开", member.left_reason)
    for row in Apprentice.objects.filter(
        Q(certified_on__isnull=False), studio=studio, struck_at__isnull=True
    ):
        if row.certified_on:
            yield LifeEvent(row.certified_on, PEOPLE, f"{row.name}取得{row.level}", "", "good")


def _work(studio: Studio) -> Iterator[LifeEvent]:
    for row in Activity.objects.filter(studio=studio, struck_at__isnull=True):
        yield LifeEvent(row.on, WORK, row.title, row.place)
    for record in Record.objects.filter(studio=studio, struck_at__isnull=True):
        yield LifeEvent(record.on, WORK, record.title, record.category)


def _recommended(studio: Studio) -> Iterator[LifeEvent]:
    for row in Recommendation.objects.filter(studio=studio):
        stands = row.struck_at is None
        says = row.document_number if stands else f"已撤回：{row.struck_reason}"
        title = f"推荐{row.person}为{row.level}" if row.person else f"推荐至{row.level}"
        kind = PEOPLE if row.person else ASSESSMENT
        yield LifeEvent(row.on, kind, title, says, "good" if stands else "")
        if row.outcome_on is not None and stands:
            won = row.outcome == Outcome.ACCEPTED
            yield LifeEvent(row.outcome_on, kind, title, row.get_outcome_display(),
                            "good" if won else "")  # fmt: skip


def _handed(studio: Studio) -> Iterator[LifeEvent]:
    """Plaque and permits as they went out and came back; a recall tells of its own return."""
    recalls = Obligation.objects.filter(studio=studio, kind=DueKind.RECALL, done_on__isnull=False)
    recalled = set(recalls.values_list("item", "done_on"))
    for row in PlaqueHandover.objects.filter(studio=studio):
        if row.handed_on:
            yield LifeEvent(row.handed_on, NAMING, "牌匾交付", f"领取人：{row.handed_to}", "good")
        if row.returned_on and ("plaque", row.returned_on) not in recalled:
            yield LifeEvent(row.returned_on, END, "牌匾收回", row.returned_note)
    for permit in Permit.objects.filter(studio=studio):
        said = f"{permit.number} {permit.holder}"
        if permit.issued_on:
            yield LifeEvent(permit.issued_on, PEOPLE, "工作证领取", said, "good")
        if permit.returned_on and ("permits", permit.returned_on) not in recalled:
            yield LifeEvent(permit.returned_on, PEOPLE, "工作证交回", said)


_SOURCES: tuple[Callable[[Studio], Iterator[LifeEvent]], ...] = (
    _naming, _obligations, _graded_before, _money, _people, _work, _recommended,
    _handed,
)  # fmt: skip


def _procedures(studio: Studio, *, for_unit: bool) -> Iterator[LifeEvent]:
    """Assessments, changes and revocations that went their way as procedures."""
    rows = Application.objects.filter(studio=studio).exclude(procedure=FOUNDING)
    if for_unit:
        rows = rows.filter(shown_to_unit=True)
    for row in rows.select_related("ruleset").defer(*bulky("ruleset")):
        policy = policy_of(row.ruleset)
        shape = policy.procedures.get(row.procedure)
        label = shape.label if shape else row.procedure
        kind = CHANGE
        if assesses(policy, row.procedure):
            kind = ASSESSMENT
        elif shape and shape.visible_to_unit_from is not None:
            kind = END
        if row.status == Status.DECIDED and row.result_released_at is not None:
            meaning = shape.results.get(row.result) if shape else None
            says = meaning.label if meaning else row.result
            good = "good" if meaning and meaning.favourable else "bad"
            yield LifeEvent(timezone.localdate(row.status_changed_at), kind, label, says, good)
        else:
            says = row.status_words(for_unit=for_unit)
            yield LifeEvent(timezone.localdate(row.created_at), kind, label, says, "now")


def _bans(studio: Studio, *, for_unit: bool) -> Iterator[LifeEvent]:
    """Who may not apply, and until when, by decisions on this studio, and by those of before."""
    runs = EffectRun.objects.filter(application__studio=studio, kind="ban", undone__isnull=True)
    if for_unit:
        runs = runs.filter(application__result_released_at__isnull=False)
    keys = [key for run in runs for key in run.data.get("bans", ())]
    brought = Q(studio=studio, copy_of__isnull=True)
    rows = Ban.objects.filter(Q(pk__in=keys) | brought, lifted_at__isnull=True)
    for row in rows.order_by("pk"):
        says = f"至{row.ends_on}，当日仍在期内"
        yield LifeEvent(row.starts_on, END, f"{row.label}禁止申办", says, "bad")


def _yuan(amount: Decimal | None) -> str:
    value = amount or Decimal(0)
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"

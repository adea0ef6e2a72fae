"""The ledger, grants that follow a naming, and money that comes back."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from applications.domain import lifecycle, procedures
from applications.domain.effects import DecisionContext
from applications.domain.undoing import AmendContext
from applications.models import Application, Studio
from assessments.domain import effects, ledger
from assessments.interfaces import grants
from assessments.models import Clawback, GrantDue, LedgerEntry, MatchingDue, Obligation, Permit
from assessments.queries import dues, life
from jurisdictions.engine.derived.revocation import REVOKE
from jurisdictions.schema.effects import Clawback as ClawbackRule
from jurisdictions.schema.effects import FileWith, RecallPermits, RecallPlaque
from portal.common.errors import DomainError
from tests.applications.studios import complete, hand_in, named
from tests.assessments.factories import member_of, named_studio, old_studio
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 10)


def entry(studio: Studio, by: Any, **changes: Any) -> LedgerEntry:
    given = {
        "direction": "in", "source": "match", "amount": Decimal("50000.00"),
        "on": dt.date(2024, 5, 1), "text": "单位配套",
    }  # fmt: skip
    return ledger.enter(studio, by=by, **{**given, **changes})


@pytest.mark.clause("yuzhong-16-1", "yuzhong-16-2", "yuzhong-16-5", "yuzhong-10-2-b")
def test_a_naming_leaves_grant_match_agreement_and_permits() -> None:
    studio = named_studio("yuzhong", ON)
    grant = GrantDue.objects.get(studio=studio)
    assert (grant.amount, grant.due_on, grant.may) == (50_000, dt.date(2026, 12, 31), False)
    found = list(MatchingDue.objects.filter(studio=studio).values_list("minimum", "yearly"))
    assert found == [(Decimal(50_000), False), (None, True)]
    agreement = Obligation.objects.get(studio=studio, kind="agreement")
    assert (agreement.title, agreement.receiver, agreement.due_on) == (
        "责任书",
        "区人力社保局",
        None,
    )
    permits = Permit.objects.filter(studio=studio)
    team = studio.founding_application.submissions.get().answers["team"]
    assert permits.count() == 1 + len(team)
    assert permits.first().number == f"{studio.number}-W01"


@pytest.mark.clause("urumqi-13-b", "urumqi-13-d", "urumqi-17-1")
def test_a_yearly_agreement_is_opened_by_the_calendar() -> None:
    studio = named_studio("urumqi", ON)
    rows = Obligation.objects.filter(studio=studio, kind="agreement")
    assert [(row.item, row.period, row.due_on) for row in rows] == [
        ("target", 2026, dt.date(2026, 12, 31))
    ]
    assert GrantDue.objects.get().due_on == dt.date(2028, 3, 10)


@pytest.mark.clause("yuzhong-16-1")
def test_a_grant_is_paid_once_for_its_own_sum_and_enters_the_ledger() -> None:
    studio = named_studio("yuzhong", ON)
    officer, grant = member_of(studio, "o@example.gov.cn"), GrantDue.objects.get(studio=studio)
    with pytest.raises(DomainError, match="50000"):
        ledger.pay_grant(grant, by=officer, on=ON, amount=Decimal("49999.99"))
    with pytest.raises(DomainError, match="不得早于决定日期"):
        ledger.pay_grant(grant, by=officer, on=dt.date(2026, 3, 9), amount=Decimal(50_000))
    paid = ledger.pay_grant(grant, by=officer, on=ON, amount=Decimal(50_000))
    assert paid.entry is not None
    assert (paid.entry.source, paid.entry.amount) == ("grant", 50_000)
    with pytest.raises(DomainError, match="不能重复拨付"):
        ledger.pay_grant(grant, by=officer, on=ON, amount=Decimal(50_000))
    with pytest.raises(DomainError, match="单位不能冲销"):
        ledger.strike(paid.entry, by=officer, reason="登记错误")


def test_the_ledger_tells_balances_and_warnings_by_the_policy() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    entry(studio, user, amount=Decimal("49999.99"))
    entry(
        studio, user, direction="out", purpose="equipment", amount=Decimal("100.01"), text="工具柜"
    )
    found = dues.money(studio, dt.date(2024, 12, 1))
    assert [(code, left) for code, _, left in found.left] == [
        ("grant", 0), ("match", Decimal("49899.98")), ("other", 0),
    ]  # fmt: skip
    assert [notice.id for notice in found.notices] == ["matching.total"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": "nothing"}, "选择资金来源"),
        ({"direction": "out"}, "规定范围内的用途"),
        ({"direction": "out", "purpose": "banquet"}, "规定范围内的用途"),
        ({"direction": "out", "purpose": "other"}, "写明理由"),
        ({"amount": Decimal(0)}, "金额须大于零|大于或等于"),
        ({"amount": Decimal("1.005")}, "小数"),
        ({"on": dt.date(2024, 3, 9)}, "不得早于命名日期"),
        ({"on": dt.date(9999, 12, 31)}, "不得晚于今天"),
    ],
)
def test_a_line_that_does_not_fit_is_refused(changes: dict[str, Any], message: str) -> None:
    studio = old_studio("yuzhong")
    with pytest.raises(DomainError, match=message):
        entry(studio, member_of(studio), **changes)


def test_a_unit_enters_what_it_spends_of_public_money_and_never_that_it_came_in() -> None:
    studio = old_studio("yuzhong")
    given = {"by": member_of(studio), "source": "grant", "amount": Decimal(9), "text": "补助",
             "on": dt.date(2025, 5, 1)}  # fmt: skip
    with pytest.raises(DomainError, match="由主管部门登记拨付后自动记入台账"):
        ledger.enter_own(studio, direction="in", **given)
    ledger.enter_own(studio, direction="out", purpose="equipment", **given)
    assert list(LedgerEntry.objects.values_list("direction", "source")) == [("out", "grant")]


def test_an_expense_left_as_income_is_noticed() -> None:
    studio = old_studio("yuzhong")
    with pytest.raises(DomainError, match="请把“收支”改为“支出”") as refusal:
        entry(studio, member_of(studio), purpose="training")
    assert refusal.value.field == "purpose"


def test_the_very_same_line_counts_once() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    first = entry(studio, user)
    with pytest.raises(DomainError, match="完全相同的一笔，没有重复登记"):
        entry(studio, user)
    entry(studio, user, voucher="记-2")
    ledger.strike(first, by=user, reason="登记有误")
    entry(studio, user)
    assert LedgerEntry.objects.filter(struck_at=None).count() == 2


def test_a_struck_line_leaves_the_sums_and_keeps_its_reason() -> None:
    studio = old_studio("yuzhong")
    user = member_of(studio)
    row = entry(studio, user)
    with pytest.raises(DomainError, match="写明冲销的理由"):
        ledger.strike(row, by=user, reason=" ")
    ledger.strike(row, by=user, reason="重复登记")
    assert dues.money(studio, dt.date(2024, 6, 1)).lines == []
    with pytest.raises(DomainError, match="已经冲销"):
        ledger.strike(row, by=user, reason="重复登记")
    assert row.history.count() == 2


def test_a_city_without_a_ledger_takes_no_line() -> None:
    studio = old_studio("rongchang")
    with pytest.raises(DomainError, match="没有规定经费台账"):
        entry(studio, member_of(studio))
    assert dues.money(studio, ON).rules is None


def test_the_account_gets_a_name() -> None:
    studio = old_studio("chaoyang")
    user = member_of(studio)
    with pytest.raises(DomainError, match="账目"):
        ledger.name_account(studio, " ", by=user)
    ledger.name_account(studio, "其他应付款—工作室", by=user)
    book = ledger.name_account(studio, "专项应付款—工作室", by=user)
    assert (book.account, book.history.count()) == ("专项应付款—工作室", 2)


@pytest.mark.clause("urumqi-19-2-c3", "urumqi-20-0-c")
def test_a_payback_closes_when_all_of_it_is_there() -> None:
    studio = named_studio("urumqi", ON)
    officer = member_of(studio, "o@example.gov.cn")
    ledger.pay_grant(GrantDue.objects.get(), by=officer, on=ON, amount=Decimal(100_000))
    application = Application.objects.get(studio=studio)
    first, last = dt.date(2026, 6, 1), dt.date(2026, 7, 1)
    context = DecisionContext(on=dt.date(2026, 5, 1), document_number="示例〔2026〕1号")
    rule = ClawbackRule(kind="clawback", what="all_grants")
    assert effects.clawback(application, rule, context)["amount"] == "100000.00"
    owed = Clawback.objects.get()
    ledger.pay_back(owed, by=officer, on=first, amount=Decimal(40_000), note="收据1号")
    for amount, on, says in (
        ("60000.01", last, r"尚欠 60000\.00 元"),
        ("1", dt.date(2026, 4, 30), "不得早于决定日期2026-05-01"),
        ("1", timezone.localdate() + dt.timedelta(days=1), "不得晚于今天"),
    ):
        with pytest.raises(DomainError, match=says):
            ledger.pay_back(owed, by=officer, on=on, amount=Decimal(amount))
    with pytest.raises(DomainError, match="又登记过到账"):
        ledger.pay_back(owed, by=officer, on=first, amount=Decimal(40_000), known=0)
    ledger.pay_back(owed, by=officer, on=last, amount=Decimal(60_000), known=1)
    owed.refresh_from_db()
    assert owed.closed_on == last


def test_nothing_paid_means_nothing_to_pay_back() -> None:
    studio = named_studio("urumqi", ON)
    application = Application.objects.get(studio=studio)
    rule = ClawbackRule(kind="clawback", what="all_grants")
    effects.clawback(application, rule, DecisionContext(on=dt.date(2027, 1, 1)))
    assert Clawback.objects.get().closed_on == dt.date(2027, 1, 1)


def test_a_grant_given_once_is_refused_a_second_time() -> None:
    studio = named_studio("yuzhong", ON)
    application = Application.objects.get(studio=studio)
    from jurisdictions.schema.effects import Grant

    again = Grant(kind="grant", id="district_grant", title="区级一次性补助")
    with pytest.raises(DomainError, match="只能给予一次"):
        effects.grant(application, again, DecisionContext(on=ON))


@pytest.mark.clause("yuzhong-11-9", "urumqi-20-0-d")
def test_recalls_and_filings_wait_for_an_office() -> None:
    studio = named_studio("yuzhong", ON)
    application = Application.objects.get(studio=studio)
    context = DecisionContext(on=dt.date(2028, 9, 1))
    effects.recall_plaque(application, RecallPlaque(kind="recall_plaque"), context)
    effects.recall_permits(application, RecallPermits(kind="recall_permits"), context)
    effects.file_with(application, FileWith(kind="file_with", body="示例办公室"), context)
    rows = Obligation.objects.filter(studio=studio, party="office").order_by("pk")
    plaque = f"收回牌匾（{studio.plaque_number}）"
    out = Permit.objects.filter(studio=studio).count()
    assert [row.title for row in rows] == [
        plaque, f"收回工作证 {out} 本", "决定报示例办公室备案",
    ]  # fmt: skip


def test_a_plaque_given_again_is_recalled_again() -> None:
    studio = named_studio("yuzhong", ON)
    first = Application.objects.get(studio=studio)
    context = DecisionContext(on=dt.date(2028, 9, 1))
    effects.recall_plaque(first, RecallPlaque(kind="recall_plaque"), context)
    Obligation.objects.filter(item="plaque").update(done_on=context.on)
    again = Application.objects.get(pk=first.pk)
    again.pk, again.public_id, again.number = None, uuid.uuid4(), "示例-2"
    again.save()
    effects.recall_plaque(again, RecallPlaque(kind="recall_plaque"), context)
    rows = Obligation.objects.filter(studio=studio, item="plaque").order_by("pk")
    assert [row.done_on for row in rows] == [context.on, None]


@pytest.mark.clause("urumqi-20-0-c")
def test_the_end_of_a_studio_stops_what_is_not_paid_until_it_is_taken_back() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    office = city.office("city_bureau")
    clerk = city.person(office)
    case = procedures.open_on_studio(
        studio, REVOKE, by=clerk, office=office, answers={"revoke.grounds": ["违规挪用资金的"]}
    )
    complete(case, {"revoke.facts": "查明的事实。"}, by=clerk)
    hand_in(case, by=clerk)
    grant, today = GrantDue.objects.get(studio=studio), timezone.localdate()
    assert list(dues.grants_open([studio])) == [grant]
    lifecycle.decide(case, "revoked", context=DecisionContext(on=today, by=clerk, office=office))
    studio.refresh_from_db()
    assert list(dues.grants_open([studio])) == []
    gone = f"工作室已于 {today} 终止，未拨付的资助不再拨付"
    assert [row["gone"] for row in grants.grant_rows(studio)] == [gone]
    with pytest.raises(DomainError) as refused:
        ledger.pay_grant(grant, by=clerk, on=today, amount=Decimal(100_000))
    assert refused.value.message == f"{gone}；终止决定有误的，先更正该决定，再登记拨付。"
    told = {event.title: event.says for event in life.events(studio, for_unit=False)}
    assert told["市级一次性经费补助：决定给予"] == "工作室终止，不再拨付"
    amendment = AmendContext(today, clerk, "复核后认定事实不清", "示例〔2026〕9号")
    lifecycle.amend_result(case, "dropped", amendment=amendment, office=office)
    assert list(dues.grants_open([studio])) == [grant]
    paid = ledger.pay_grant(grant, by=clerk, on=today, amount=Decimal(100_000))
    assert (paid.paid_on, paid.paid_amount) == (today, 100_000)

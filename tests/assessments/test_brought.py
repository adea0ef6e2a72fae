"""What an old studio brings along: bans that still run, money paid before, the last grade."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from applications.domain import claims, procedures
from applications.domain.submission import SubmitBlockedError
from applications.models import Application, Ban, Claim, Studio
from assessments.domain import calendar
from assessments.domain.brought import Named
from assessments.domain.importing import import_studio
from assessments.domain.ledger import pay_back
from assessments.models import Clawback, GradeRecord, GrantDue, LedgerEntry, Obligation
from assessments.queries import dues, life, reach
from assessments.queries.risks import risks, seen_of
from jurisdictions.domain.offices import save_office
from jurisdictions.engine.dates import add_years, period_end
from jurisdictions.engine.derived.revocation import REVOKE
from jurisdictions.models import Ruleset
from portal.accounts.models import Enterprise, User
from portal.common.errors import DomainError
from tests.applications.factories import call, filled, publish_city, sample, staff, submit
from tests.applications.studios import complete, hand_in, reasons
from tests.applications.test_changing import banned_on, decided
from tests.assessments.factories import id_number, member_of, named, old_studio
from tests.factories import make_uscc, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
OTHER = id_number("65010219750307001")
PARTNER, THIRD = make_uscc("91500103MA5000002"), make_uscc("91500103MA5000003")


def entered(ruleset: Ruleset, row: Named) -> Studio:
    """A studio entered today."""
    by = User.objects.filter(email="importer@example.gov.cn").first()
    by = by or make_user("importer@example.gov.cn", name="示例管理员", staff=True)
    return import_studio(ruleset.jurisdiction, ruleset, row, by=by, today=TODAY())


def ended(**changes: Any) -> Named:
    """A studio that was revoked a year ago and whose unit and leader are kept out for three."""
    on = add_years(TODAY(), -1)
    given: dict[str, Any] = {
        "founded_on": add_years(TODAY(), -4), "ended_on": on, "ban_ground": "期满考核不合格",
        "banned_until": period_end(on, years=3),
    }  # fmt: skip
    return named(**{**given, **changes})


@pytest.mark.clause("urumqi-19-2-d")
@pytest.mark.parametrize("who", ["unit", "leader"])
def test_whom_an_old_ban_keeps_out_files_again_when_its_last_day_is_over(who: str) -> None:
    ruleset = publish_city("urumqi")
    filing = filled("urumqi", call(ruleset))
    leader = str(sample("urumqi")["answers"]["leader"]["id_number"])
    row = {"unit_uscc": filing.enterprise.uscc} if who == "unit" else {"leader_id": leader}
    studio = entered(ruleset, ended(**row))
    last = period_end(add_years(TODAY(), -1), years=3)
    assert set(Ban.objects.values_list("subject", "label", "starts_on", "ends_on")) == {
        ("unit", studio.hosts.get().name, studio.ended_on, last),
        ("leader", studio.leaders.get().name, studio.ended_on, last),
    }  # fmt: skip
    assert set(Ban.objects.values_list("ground", flat=True)) == {
        f"期满考核不合格（平台启用前，{studio.number} {studio.name}）"
    }
    told = [event for event in life.events(studio, for_unit=True) if event.title.endswith("申办")]
    assert [(event.on, event.title, event.says, event.state) for event in told] == [
        (studio.ended_on, f"{name}禁止申办", f"至{last}，当日仍在期内", "bad")
        for name in (studio.hosts.get().name, studio.leaders.get().name)
    ]
    with pytest.raises(SubmitBlockedError):
        submit(filing, reasons(filing))
    days = (last, last + dt.timedelta(days=1))
    assert [banned_on(filing, day) for day in days] == ["fail", "pass"]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"ended_on": None}, "ended_on", "只有已终止的工作室登记禁申，请填写终止日期。"),
        ({"ban_ground": ""}, "ban_ground", "登记禁申的，须写明处罚事由。"),
        ({"banned_until": None}, "banned_until", "写了处罚事由的，须填写禁申至哪一天。"),
        ({"ended_on": dt.date(2025, 3, 1), "banned_until": dt.date(2028, 3, 2)}, "banned_until",
         "禁申自终止之日起不超过3年，应在2025-03-01至2028-03-01之间。"),
        ({"ended_on": dt.date(2025, 3, 1), "banned_until": dt.date(2025, 2, 28)}, "banned_until",
         "禁申自终止之日起不超过3年，应在2025-03-01至2028-03-01之间。"),
    ],
)  # fmt: skip
def test_a_ban_that_does_not_fit_is_refused(
    changes: dict[str, Any], field: str, message: str
) -> None:
    ruleset = publish_city("urumqi")
    with pytest.raises(DomainError) as refused:
        entered(ruleset, ended(**changes))
    assert (refused.value.field, refused.value.message) == (field, message)


def test_a_city_whose_text_bans_nobody_takes_no_ban() -> None:
    ruleset = publish_city("yuzhong")
    with pytest.raises(DomainError, match="本地区文件没有规定禁申，不能登记。"):
        entered(ruleset, ended())


def revoked(studio: Studio, ground: str) -> Application:
    """The studio is revoked today on a ground."""
    staff(studio.founding_ruleset)
    clerk = make_user("clerk@example.gov.cn", name="示例经办", staff=True)
    office = save_office(studio.jurisdiction, code="clerks", name="示例科", by=clerk)
    case = procedures.open_on_studio(
        studio, REVOKE, by=clerk, office=office, answers={"revoke.grounds": [ground]}
    )
    complete(case, {"revoke.facts": "查明的事实。"}, by=clerk)
    hand_in(case, by=clerk)
    decided(case, "revoked")
    return case


@pytest.mark.clause("urumqi-20-0-c")
@pytest.mark.parametrize("paid", [Decimal(100_000), None])
def test_money_paid_before_the_portal_comes_back_when_an_old_studio_is_revoked(
    paid: Decimal | None,
) -> None:
    ruleset = publish_city("urumqi")
    founded = add_years(TODAY(), -3)
    given = {"grant_paid": paid, "grant_paid_on": founded} if paid else {}
    studio = entered(ruleset, named(founded_on=founded, **given))
    revoked(studio, "违规挪用资金的")
    owed = Clawback.objects.get(studio=studio)
    assert (owed.amount, owed.closed_on) == ((paid, None) if paid else (0, TODAY()))


@pytest.mark.clause("ziyang-10-0", "ziyang-10-4")
def test_a_text_that_claims_nothing_back_on_a_ground_leaves_the_money_where_it_is() -> None:
    ruleset = publish_city("ziyang")
    founded = add_years(TODAY(), -1)
    given = {"grant_paid": Decimal(30_000), "grant_paid_on": founded}
    studio = entered(ruleset, named(founded_on=founded, **given))
    revoked(studio, "弄虚作假、骗取建设项目资金的")
    studio.refresh_from_db()
    assert (studio.ended_on, Clawback.objects.count()) == (TODAY(), 0)


def test_money_paid_before_enters_the_ledger_and_is_not_paid_a_second_time() -> None:
    ruleset = publish_city("ziyang")
    day = dt.date(2024, 6, 1)
    studio = entered(ruleset, named(grant_paid=Decimal(100_000), grant_paid_on=day))
    row = GrantDue.objects.get(studio=studio)
    assert (row.grant, row.application, row.paid_amount, row.paid_on, row.extra) == (
        "city_grant", None, 100_000, day, False,
    )  # fmt: skip
    line = LedgerEntry.objects.get(studio=studio)
    assert (line.source, line.amount, line.on, row.entry) == ("grant", 100_000, day, line)
    assert line.text == "市级工作室一次性资金补助（平台启用前拨付）"


@pytest.mark.clause("chaoyang-13-0-b", "chaoyang-15-2")
def test_the_second_grant_begins_the_cycle_whose_money_comes_back() -> None:
    ruleset = publish_city("chaoyang")
    founded, again = add_years(TODAY(), -5), add_years(TODAY(), -1)
    studio = entered(
        ruleset,
        named(founded_on=founded, grant_paid=Decimal(90_000), grant_paid_on=founded,
              second_paid=Decimal(80_000), second_paid_on=again),
    )  # fmt: skip
    assert list(GrantDue.objects.values_list("grant", "extra")) == [
        ("first_grant", False), ("extra_grant", True),
    ]  # fmt: skip
    revoked(studio, "出现违规违纪情况的")
    assert Clawback.objects.get(studio=studio).amount == 80_000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"grant_paid": Decimal(1)}, "grant_paid_on"),
        ({"grant_paid_on": dt.date(2024, 6, 1)}, "grant_paid"),
        ({"grant_paid": Decimal(0), "grant_paid_on": dt.date(2024, 6, 1)}, "grant_paid"),
        ({"grant_paid": Decimal("0.001"), "grant_paid_on": dt.date(2024, 6, 1)}, "grant_paid"),
        ({"grant_paid": Decimal(1), "grant_paid_on": dt.date(2024, 3, 9)}, "grant_paid_on"),
        ({"second_paid": Decimal(1), "second_paid_on": dt.date(2024, 6, 1)}, "second_paid"),
        ({"grade": "合格"}, "graded_on"),
        ({"grade": "甲等", "graded_on": dt.date(2026, 3, 10)}, "grade"),
        ({"grade": "合格", "graded_on": dt.date(2024, 3, 9)}, "graded_on"),
    ],
)
def test_money_or_a_grade_that_does_not_fit_is_refused_at_its_column(
    changes: dict[str, Any], field: str
) -> None:
    ruleset = publish_city("yuzhong")
    with pytest.raises(DomainError) as refused:
        entered(ruleset, named(**changes))
    assert refused.value.field == field


def test_the_last_grade_stands_in_the_record_and_in_the_life_of_the_studio() -> None:
    ruleset = publish_city("yuzhong")
    day = dt.date(2026, 3, 20)
    studio = entered(ruleset, named(grade="合格", graded_on=day))
    row = GradeRecord.objects.get(studio=studio)
    assert (row.assessment, row.grade, row.passed, row.public) == ("biennial", "合格", True, False)
    found = [(e.on, e.title, e.says) for e in life.events(studio, for_unit=True)]
    assert found[:2] == [
        (TODAY(), "补录入册", "此前到期的材料和考核在平台启用前办理，平台不作记载"),
        (day, "两年考核评估：合格", "平台启用前认定"),
    ]


def test_years_before_the_portal_are_not_missed_and_the_next_assessment_is_the_next_number() -> (
    None
):
    ruleset = publish_city("yuzhong")
    studio = import_studio(
        ruleset.jurisdiction, ruleset, named(founded_on=dt.date(2019, 3, 10)), by=None,
        today=dt.date(2026, 11, 21),
    )  # fmt: skip
    assert risks(studio, dt.date(2026, 11, 22)) == []
    calendar.open_for(studio, dt.date(2027, 3, 1))
    rows = Obligation.objects.filter(studio=studio).order_by("due_on")
    assert list(rows.values_list("item", "period", "due_on")) == [
        ("plan", 2026, dt.date(2026, 12, 31)), ("biennial", 4, dt.date(2027, 3, 10)),
    ]  # fmt: skip


def test_what_falls_due_on_the_day_of_entering_is_opened() -> None:
    ruleset = publish_city("yuzhong")
    days = (dt.date(2026, 12, 31), dt.date(2027, 1, 1))
    found = []
    for number, day in enumerate(days, 1):
        row = named(number=f"OLD-{number}", occupation=f"钳工{number}",
                    leader_id=id_number(f"5001031975030700{number}"))  # fmt: skip
        studio = import_studio(ruleset.jurisdiction, ruleset, row, by=None, today=day)
        rows = studio.obligations.filter(item="plan")
        found.append(list(rows.values_list("period", flat=True)))
    assert found == [[2026], []]


def test_a_unit_known_already_is_not_entered_twice() -> None:
    studio = old_studio("urumqi")
    entered(studio.founding_ruleset, ended(number="OLD-2", leader_id=OTHER))
    assert Enterprise.objects.count() == 1


@pytest.mark.clause("chaoyang-13-2-b")
def test_a_failing_grade_of_before_the_portal_counts_among_those_failed_in_a_row() -> None:
    day = add_years(TODAY(), -1)
    studio = old_studio(
        "chaoyang", founded_on=add_years(TODAY(), -2), grade="不合格", graded_on=day
    )
    assert seen_of(studio, TODAY()).failed_assessments == 1
    given = {"studio": studio, "assessment": "biennial", "label": "考核评估"}
    GradeRecord.objects.create(**given, grade="不合格", passed=False, mending=True,
                               decided_on=TODAY())  # fmt: skip
    assert "考核评估不合格，经整改后仍不合格的" in risks(studio, TODAY())
    GradeRecord.objects.create(**given, grade="合格", passed=True, decided_on=TODAY())
    assert seen_of(studio, TODAY()).failed_assessments == 0


def clawed(**changes: Any) -> Named:
    """A studio that ended before the portal, with money on its way back."""
    on = add_years(TODAY(), -1)
    given: dict[str, Any] = {
        "founded_on": add_years(TODAY(), -3), "ended_on": on, "clawback": Decimal(100_000),
        "clawed_back": Decimal(40_000), "clawed_back_on": on,
    }  # fmt: skip
    return named(**{**given, **changes})


def test_a_payback_under_way_goes_on_in_the_portal() -> None:
    studio = entered(publish_city("urumqi"), clawed())
    owed = Clawback.objects.get(studio=studio)
    assert (owed.amount, dues.paid_back(owed), owed.decided_on) == (
        100_000,
        40_000,
        studio.ended_on,
    )
    assert [row.pk for row in dues.clawbacks_open([studio.pk])] == [owed.pk]
    # The unit that owes reads it, as after an end in the portal.
    assert [row.pk for row in reach.of_units(member_of(studio))] == [studio.pk]
    by = make_user("o@example.gov.cn", name="示例经办", staff=True)
    pay_back(owed, by=by, on=TODAY(), amount=Decimal(60_000))
    owed.refresh_from_db()
    assert owed.closed_on == TODAY()


def test_a_payback_that_was_done_before_the_portal_is_closed() -> None:
    studio = entered(publish_city("urumqi"), clawed(clawed_back=Decimal(100_000)))
    assert Clawback.objects.get().closed_on == studio.ended_on


@pytest.mark.parametrize(
    ("city", "changes", "field"),
    [
        ("urumqi", {"clawback": None}, "clawback"),
        ("urumqi", {"ended_on": None}, "ended_on"),
        ("urumqi", {"clawback": Decimal(0)}, "clawback"),
        ("urumqi", {"clawback_on": dt.date(1999, 1, 1)}, "clawback_on"),
        ("urumqi", {"clawed_back": Decimal(100_001)}, "clawed_back"),
        ("urumqi", {"clawed_back": None}, "clawed_back"),
        ("urumqi", {"clawed_back_on": None}, "clawed_back_on"),
        ("yuzhong", {}, "clawback"),
        ("urumqi", {"partner_names": "示例二厂", "partner_usccs": PARTNER}, "partner_names"),
        ("ziyang", {"partner_names": "示例二厂"}, "partner_usccs"),
        ("ziyang", {"partner_names": "示例二厂", "partner_usccs": "123"}, "partner_usccs"),
        ("ziyang", {"partner_since": dt.date(2025, 1, 1)}, "partner_names"),
    ],
)
def test_a_payback_or_partner_that_does_not_fit_is_refused_at_its_column(
    city: str, changes: dict[str, Any], field: str
) -> None:
    ruleset = publish_city(city)
    with pytest.raises(DomainError) as refused:
        entered(ruleset, clawed(**changes) if city != "ziyang" else named(**changes))
    assert refused.value.field == field


@pytest.mark.clause("yuzhong-13-4", "yuzhong-7-2")
def test_a_studio_of_several_units_is_entered_with_all_and_the_trade_is_taken_at_each() -> None:
    ruleset = publish_city("yuzhong")
    row = named(partner_names="示例二厂；示例三厂", partner_usccs=f"{PARTNER}；{THIRD}",
                partner_since=dt.date(2025, 1, 1))  # fmt: skip
    studio = entered(ruleset, row)
    hosts = studio.hosts.order_by("since", "pk").values_list("enterprise__uscc", flat=True)
    assert list(hosts) == [row.unit_uscc, PARTNER, THIRD]
    kinds = studio.claims.filter(released_at=None).order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["leader", *["unit_occupation"] * 3]
    Claim.objects.update(key_id="old")
    keys = set(Claim.objects.values_list("key", flat=True))
    assert claims.rekey_all() == 4
    assert set(Claim.objects.values_list("key", flat=True)) == keys

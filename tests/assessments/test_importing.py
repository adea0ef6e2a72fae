"""Studios named before the portal: every fault by cell, all rows or none, rights taken."""

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.domain import claims, submission
from applications.domain.claims import ClaimHeldError
from applications.models import Claim, Studio
from assessments.domain.importing import Intake
from assessments.interfaces import studio_entering, studio_import
from assessments.models import Obligation
from jurisdictions.models import Ruleset
from jurisdictions.queries import policy_of
from portal.accounts.models import Enterprise, User
from portal.common.errors import DomainError
from portal.common.xlsx import write_xlsx
from tests.applications.factories import call, filled, publish_city, sample, submit
from tests.applications.test_rotation import turn_keys
from tests.assessments.factories import id_number, named, old_studio
from tests.factories import make_uscc, make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


def workbook(*rows: dict[str, Any]) -> SimpleUploadedFile:
    columns = [(column.key, column.label, 20) for column in studio_import.COLUMNS]
    return SimpleUploadedFile("补录.xlsx", write_xlsx("工作室", columns, rows))


def row(nth: int, **changes: Any) -> dict[str, Any]:
    plain = vars(named(number=f"OLD-{nth}")).copy()
    plain["leader_id"] = id_number(f"500103197503{7 + nth // 900:02d}{nth % 900:03d}")
    plain["occupation"] = f"钳工{nth}"
    return {**plain, **changes}


def admin() -> User:
    return make_user(f"{uuid.uuid4()}@example.gov.cn")


def checked(ruleset: Ruleset, *rows: dict[str, Any]) -> studio_import.Checked:
    return studio_import.check(ruleset.jurisdiction, ruleset, workbook(*rows), by=None, today=TODAY)


def test_every_fault_is_named_by_its_cell_and_nothing_is_kept() -> None:
    ruleset = publish_city("yuzhong")
    found = checked(
        ruleset,
        row(1, name="", founded_on="昨天"),
        row(2, unit_uscc="123"),
        row(3, founded_on=dt.date(2027, 1, 1)),
        row(4, leader_id="500103197503070011"),
        row(5, number="OLD-6"),
        row(6),
        row(7, banned_until=dt.date(2027, 1, 1), ban_ground="弄虚作假"),
        row(8, grant_paid="五万", grant_paid_on=dt.date(2027, 1, 1)),
        row(9, second_paid=Decimal(1), second_paid_on=dt.date(2025, 1, 1)),
        row(0, address="示例路1号 13800000009"),
        row(10, area=Decimal(-3)),
        row(11, term_until=dt.date(2020, 1, 1)),
    )
    told = {error.address: error.message for error in found.errors}
    cells = ["A2", "D2", "H3", "D4", "J5", "B7", "R8", "U9", "V9", "W10", "N11", "O12", "F13"]
    # Row by row, as people go through the sheet.
    assert list(told) == cells
    assert told["D2"] == "“命名日期”应为日期，如 2025-07-31；现为“昨天”。"
    assert told["W10"] == "本地区文件没有规定这项资助，请留空。"
    assert told["B7"] == "编号“OLD-6”与第 6 行重复。"
    assert told["D4"] == "命名日期不得晚于今天。"
    assert told["N11"].startswith("地点含有疑似身份证号或手机号码（138…09）")
    assert (Studio.objects.count(), Claim.objects.count(), Enterprise.objects.count()) == (0, 0, 0)


@pytest.mark.clause("yuzhong-7-2")
def test_two_studios_of_one_leader_clash_within_the_workbook() -> None:
    ruleset = publish_city("yuzhong")
    found = checked(ruleset, row(1), row(2, leader_id=row(1)["leader_id"]))
    assert [error.address for error in found.errors] == ["J3"]
    assert "已有在册工作室或在办申报" in found.errors[0].message


def test_a_sound_workbook_enters_studios_with_host_leader_and_dues() -> None:
    ruleset = publish_city("yuzhong")
    book = workbook(row(1), row(2))
    first = studio_import.check(ruleset.jurisdiction, ruleset, book, by=None, today=TODAY)
    assert first.errors == ()
    book.seek(0)
    done = studio_entering.carry_out(
        ruleset.jurisdiction, ruleset, book, sha256=first.sha256, by=admin(), today=TODAY
    )
    assert (done.count, done.again) == (2, False)
    studio = Studio.objects.get(number="OLD-1")
    assert studio.leaders.get().id_number["shown"].count("*") == 8
    assert studio.hosts.get().enterprise.uscc == row(1)["unit_uscc"]
    assert Enterprise.objects.count() == 1
    dues = Obligation.objects.filter(studio=studio).values_list("item", "period")
    # Plans of 2024 and 2025 and the assessment of March 2026 fell due before the portal.
    assert list(dues) == [("plan", 2026)]


def test_another_file_than_the_one_checked_is_refused() -> None:
    ruleset = publish_city("yuzhong")
    first = checked(ruleset, row(1))
    with pytest.raises(DomainError, match="与检查过的不同"):
        studio_entering.carry_out(
            ruleset.jurisdiction, ruleset, workbook(row(2)), sha256=first.sha256, by=admin(),
            today=TODAY,
        )  # fmt: skip
    assert Studio.objects.count() == 0


def test_a_workbook_with_faults_is_not_carried_out() -> None:
    ruleset = publish_city("yuzhong")
    faulty = workbook(row(1), row(2, unit_uscc="123"))
    first = studio_import.check(ruleset.jurisdiction, ruleset, faulty, by=None, today=TODAY)
    faulty.seek(0)
    with pytest.raises(DomainError, match="还有 1 处问题，请重新检查并改正。第一处在H3："):
        studio_entering.carry_out(
            ruleset.jurisdiction, ruleset, faulty, sha256=first.sha256, by=admin(), today=TODAY
        )
    assert Studio.objects.count() == 0


def asked(ruleset: Ruleset, rows: list[dict[str, Any]]) -> tuple[int, set[str]]:
    """Queries of the check, and kinds of statement of the import: SQLite splits long ones."""
    given: dict[str, Any] = {"by": admin(), "today": TODAY}
    place, book = ruleset.jurisdiction, workbook(*rows)
    with CaptureQueriesContext(connection) as told:
        found = studio_import.check(place, ruleset, book, **given)
    checking = len(told)
    assert found.errors == ()
    book.seek(0)
    with CaptureQueriesContext(connection) as told:
        studio_entering.carry_out(place, ruleset, book, sha256=found.sha256, **given)
    texts = (query["sql"] for query in told.captured_queries)
    # PostgreSQL writes one row by VALUES and several by UNNEST.
    return checking, {re.split(r" VALUES | SELECT \* FROM UNNEST", text)[0] for text in texts
                      if "SAVEPOINT" not in text}  # fmt: skip


def test_fifty_studios_take_as_many_queries_as_five() -> None:
    ruleset = publish_city("urumqi")
    day = dt.date(2025, 3, 1)
    ended = {
        "ended_on": day, "banned_until": dt.date(2026, 3, 1), "ban_ground": "弄虚作假",
        "clawback": Decimal(100), "clawed_back": Decimal(9), "clawed_back_on": day,
    }  # fmt: skip
    living = {"grant_paid": Decimal(100), "grant_paid_on": day}

    def rows(first: int, last: int) -> list[dict[str, Any]]:
        return [
            row(nth, unit_uscc=make_uscc(f"91500103MA5{nth:06d}"), **(ended if nth % 2 else living))
            for nth in range(first, last)
        ]

    policy_of(ruleset)
    (checking, entering), (checking_all, entering_all) = (
        asked(ruleset, rows(*span)) for span in ((10, 15), (100, 150))
    )
    assert checking == checking_all == 5
    # What is asked before is asked with other numbers; what is written is the same.
    assert [len(entering), len(entering_all)] == [25, 25]
    assert Studio.objects.count() == 55


def test_what_has_no_room_in_the_register_is_told_by_its_cell() -> None:
    ruleset = publish_city("yuzhong")
    found = checked(ruleset, row(1, area=Decimal("123456789.5")))
    assert [error.address for error in found.errors] == ["O2"]


@pytest.mark.clause("yuzhong-7-2")
def test_a_right_that_stands_under_an_older_key_is_held(settings: Any) -> None:
    ruleset = publish_city("yuzhong")
    old_studio("yuzhong", ruleset, leader_id=row(1)["leader_id"])
    turn_keys(settings)
    assert [error.address for error in checked(ruleset, row(1)).errors] == ["J2"]


def test_who_was_first_meanwhile_leaves_nothing_of_the_others_list() -> None:
    ruleset = publish_city("yuzhong")
    first, second = (
        Intake(ruleset.jurisdiction, ruleset, rows, by=None, today=TODAY)
        for rows in ([named(number="OLD-1")], [named(number="OLD-2"), named(number="OLD-1")])
    )
    second.add(named(number="OLD-2", leader_id=row(2)["leader_id"], occupation="车工"))
    for intake in (first, second):
        intake.add(named(number="OLD-1"))
    first.save()
    with pytest.raises(DomainError, match="没有导入任何工作室"):
        second.save()
    assert list(Studio.objects.values_list("number", flat=True)) == ["OLD-1"]


@pytest.mark.clause("yuzhong-7-2")
def test_the_leader_of_an_old_studio_cannot_file_again() -> None:
    ruleset = publish_city("yuzhong")
    number = sample("yuzhong")["answers"]["leader"]["id_number"]
    old_studio("yuzhong", ruleset, leader_id=str(number))
    application = filled("yuzhong", call(ruleset))
    with pytest.raises((ClaimHeldError, submission.SubmitBlockedError)):
        submit(application)


def test_the_template_has_the_headings_that_are_read() -> None:
    ruleset = publish_city("yuzhong")
    book = SimpleUploadedFile("模板.xlsx", studio_import.template())
    found = studio_import.check(ruleset.jurisdiction, ruleset, book, by=None, today=TODAY)
    assert (found.rows, found.errors) == ((), ())


def test_rights_of_an_old_studio_survive_a_change_of_keys() -> None:
    studio = old_studio("yuzhong")
    before = dict(Claim.objects.filter(studio=studio).values_list("kind", "key"))
    assert len(before) == 2
    Claim.objects.filter(studio=studio).update(key_id="t1", key="0" * 64, exclusive=False)
    assert claims.rekey_all() == 2
    assert dict(Claim.objects.filter(studio=studio).values_list("kind", "key")) == before

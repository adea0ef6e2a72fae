"""The members register begins with the team of the naming and grows with that of a new leader."""

import datetime as dt
from typing import Any

import pytest

from applications.domain.effects import DecisionContext
from applications.domain.undoing import AmendContext
from applications.models import EffectRun, Studio
from assessments.domain import enrolling, registers
from assessments.models import Member
from assessments.queries.computed import Span, said_of
from jurisdictions.engine.derived.changeparts import GO_ON, LEAVE, OTHERS
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from tests.applications.factories import call, publish_city
from tests.applications.studios import named
from tests.applications.test_changing import TODAY, begun, decided, owner, taken
from tests.applications.test_reverting import take_back
from tests.assessments.factories import named_studio, old_studio

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 10)
NEW_LEADER = "change_leader_unable_new_leader"


def team_of(studio: Studio) -> list[dict[str, Any]]:
    """The team table of the naming."""
    assert studio.founding_application is not None
    submission = studio.founding_application.submissions.get()
    found: list[dict[str, Any]] = submission.answers["team"]
    return found


def there(studio: Studio) -> list[str]:
    """Who is in the register now."""
    rows = Member.objects.filter(studio=studio, struck_at=None, left_on=None)
    return list(rows.order_by("pk").values_list("name", flat=True))


def computed(studio: Studio, table: str, line: str, on: dt.date) -> Any:
    """What the books say of a line of a score table."""
    span = Span(studio, policy_of(studio.founding_ruleset), studio.founded_on, on)
    return said_of(span, table)[line].value


@pytest.mark.clause("urumqi-7-2-a", "urumqi-a2-09")
def test_the_team_of_the_naming_stands_in_the_register_and_is_counted() -> None:
    studio = named_studio("urumqi", ON)
    team = team_of(studio)
    rows = list(Member.objects.filter(studio=studio).order_by("pk"))
    assert [(row.name, row.skill_level, row.professional_title, row.joined_on) for row in rows] == [
        (line["name"], line.get("skill_level") or "", line.get("title_level") or "", ON)
        for line in team
    ]  # fmt: skip
    formal = sum(line["is_formal"] is True for line in team)
    assert computed(studio, "annex2", "formal_team", ON) == formal
    assert rows[0].history.get().history_change_reason == "按申报的工作室人员登记"


@pytest.mark.clause("yuzhong-10-3-a", "yuzhong-10-4-a")
def test_the_leader_holds_the_post_that_usually_is_his() -> None:
    studio = named_studio("yuzhong", ON)
    head = Member.objects.get(studio=studio, post="head")
    assert head.name == studio.leaders.get().name
    assert there(studio) == [head.name, *(line["name"] for line in team_of(studio))]
    registers.save_row(studio, "members", by=None, name="联系甲", post="contact",
                       phone="13800000000", joined_on=ON)  # fmt: skip
    assert computed(studio, "biennial", "people", ON) is True


def test_nobody_is_entered_twice_when_a_naming_comes_into_force_again() -> None:
    studio = named_studio("urumqi", ON)
    before = there(studio)
    assert studio.founding_application is not None
    context = DecisionContext(on=ON)
    assert enrolling.enrol(studio.founding_application, None, context) == {"members": []}
    assert there(studio) == before


@pytest.mark.clause("urumqi-18-1-c")
def test_a_new_leaders_team_joins_and_an_amendment_strikes_it() -> None:
    studio = named("urumqi", call(publish_city("urumqi")))
    before = there(studio)
    gone = Member.objects.filter(studio=studio, name=before[0]).get()
    registers.save_row(studio, "members", by=owner(studio), row=gone, left_on=gone.joined_on)
    change = begun(studio, NEW_LEADER)
    taken(change, studio)
    decided(change, "named")
    assert sorted(there(studio)) == sorted(before)
    take_back(change)
    assert there(studio) == before[1:]


@pytest.mark.parametrize(("said", "stays"), [(LEAVE, False), (GO_ON, True), ("", True)])
def test_whom_a_later_team_does_not_name_leaves_where_the_change_says_so(
    said: str, stays: bool
) -> None:
    studio = named("urumqi", call(publish_city("urumqi")))
    gone = registers.save_row(studio, "members", by=None, name="示例离队", joined_on=TODAY())
    change = begun(studio, NEW_LEADER)
    taken(change, studio, **{OTHERS: said})
    decided(change, "named")
    row = Member.objects.get(pk=gone.pk)
    left = (None, "") if stays else (TODAY(), "更换领办人，未列入新的工作室人员名单")
    assert (row.left_on, row.left_reason, "示例离队" in there(studio)) == (*left, stays)
    assert row.history.count() == (1 if stays else 2)
    take_back(change)
    row.refresh_from_db()
    assert (row.left_on, row.left_reason) == (None, "")


def test_a_reason_for_leaving_needs_its_day() -> None:
    studio = old_studio("yuzhong")
    with pytest.raises(DomainError, match="须填写离开日期"):
        registers.save_row(studio, "members", by=None, name="示例离队", joined_on=ON,
                           left_reason="调离")  # fmt: skip


@pytest.mark.clause("yuzhong-10-3-a")
def test_the_post_goes_over_with_the_lead_and_comes_back_with_an_amendment() -> None:
    studio = named_studio("yuzhong", ON)
    former, new = studio.leaders.get(), there(studio)[1]
    assert studio.founding_application is not None
    change = studio.founding_application
    former.until = ON
    former.save()
    studio.leaders.create(name=new, since=ON)
    done = enrolling.enrol(change, None, DecisionContext(on=ON))
    assert Member.objects.get(studio=studio, post="head", left_on=None).name == new
    assert [len(done[what]) for what in ("members", "posted", "departed")] == [0, 1, 1]
    effect = EffectRun(application=change, kind="change_leader", data=done)
    enrolling.unenrol(effect, AmendContext(ON, owner(studio), "复核"))
    head = Member.objects.get(studio=studio, post="head")
    assert (head.name, head.left_on) == (former.name, None)

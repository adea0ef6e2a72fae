"""What changes do to a studio, its dates, its rights; who sees and confirms them."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from applications.domain import lifecycle, parties, procedures
from applications.domain.effects import DecisionContext
from applications.models import Application, Ban, Claim, EffectRun, Studio
from applications.queries import answers_of, filing_of, studio_answers, visible_to_unit
from jurisdictions.domain.offices import save_office
from jurisdictions.engine.derived.changeparts import NOTHING, UPDATES
from jurisdictions.engine.derived.revocation import REVOKE
from jurisdictions.engine.rules import evaluate
from jurisdictions.models import Ruleset
from jurisdictions.queries import policy_of
from portal.accounts.models import User
from portal.common.errors import DomainError
from tests.applications.factories import applicant, call, filled, publish_city
from tests.applications.studios import complete, hand_in, named
from tests.factories import make_uscc, make_user
from tests.reviews.factories import id_number

pytestmark = pytest.mark.django_db
RENAME, MOVE = "change_unit_changed_rename", "change_unit_changed_move"
TODAY = timezone.localdate


def owner(studio: Studio) -> User:
    """The handler who filed the naming."""
    founding = studio.founding_application
    assert founding is not None
    return founding.created_by


def begun(studio: Studio, code: str, **more: Any) -> Application:
    """A change begun by the unit."""
    return procedures.open_on_studio(studio, code, by=owner(studio), **more)


def happened(**more: Any) -> dict[str, Any]:
    """What every change asks."""
    day = TODAY() - dt.timedelta(days=3)
    return {"change.happened_on": day.isoformat(), "change.reason": "更名",
            "change.explanation": "情况属实。", "change.what": [NOTHING], **more}  # fmt: skip


def decided(application: Application, result: str = "approved") -> Studio:
    """The change carried."""
    context = DecisionContext(on=TODAY(), document_number="示人社发〔2026〕9号")
    lifecycle.decide(application, result, context=context)
    assert application.studio is not None
    return Studio.objects.get(pk=application.studio.pk)


@pytest.fixture
def urumqi(db: None) -> Ruleset:
    return publish_city("urumqi")


@pytest.mark.clause("urumqi-18-2-b")
def test_a_renamed_unit_ends_the_old_line_and_begins_a_new_one(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    change = begun(studio, RENAME)
    old = answers_of(change)["change.name_now"]
    complete(change, happened(**{"change.new_name": "示例重组集团有限公司"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    decided(change)
    lines = studio.hosts.order_by("pk").values_list("name", "until")
    assert list(lines) == [(old, TODAY()), ("示例重组集团有限公司", None)]
    assert studio_answers(studio)["unit.name"] == "示例重组集团有限公司"
    assert EffectRun.objects.filter(application=change, kind="rename_unit").count() == 1


@pytest.mark.clause("urumqi-18-2-b")
def test_a_moved_studio_has_its_new_address_and_its_history_the_old(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    old = studio.address
    change = begun(studio, MOVE)
    complete(change, happened(**{"change.new_address": "示例路9号"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    assert decided(change).address == "示例路9号"
    assert studio.history.earliest().address == old
    assert change.events.filter(kind="studio_moved").count() == 1


@pytest.mark.clause("urumqi-18-2-b", "urumqi-a2-07")
@pytest.mark.parametrize(("typed", "kept"), [("45.5", Decimal("45.50")), ("", Decimal("86.50"))])
def test_a_move_enters_the_area_of_the_new_premises(
    urumqi: Ruleset, typed: str, kept: Decimal
) -> None:
    studio = named("urumqi", call(urumqi))
    change = begun(studio, MOVE)
    assert answers_of(change)["change.area_now"] == "86.5"
    moved = {"change.new_address": "示例路9号", **({"change.new_area": typed} if typed else {})}
    complete(change, happened(**moved), by=owner(studio))
    hand_in(change, by=owner(studio))
    assert decided(change).area == kept
    said = change.events.get(kind="studio_moved").text
    assert said.endswith("，面积由86.5平方米变更为45.5平方米") == bool(typed)


def reported(studio: Studio, ticked: list[str], **answers: Any) -> Application:
    """A report of another change of a 资阳 studio that goes on, confirmed."""
    change = begun(studio, "change_other_confirm")
    what = [UPDATES[one] for one in ticked] or [NOTHING]
    complete(change, happened(**{"change.reason": "搬迁", "change.what": what, **answers}),
             by=owner(studio))  # fmt: skip
    hand_in(change, by=owner(studio))
    decided(change)
    return change


@pytest.mark.clause("ziyang-11-5", "ziyang-11-6")
def test_a_confirmed_report_enters_name_code_and_address() -> None:
    studio = named("ziyang", call(publish_city("ziyang")))
    code = make_uscc("91512002MA5007777")
    reported(studio, ["name", "code", "address"], **{
        "change.new_name": "示例重组有限公司", "change.new_uscc": code,
        "change.new_address": "示例路9号", "change.new_area": "88"})  # fmt: skip
    said = studio_answers(Studio.objects.get(pk=studio.pk))
    assert [said[f"unit.{name}"] for name in ("name", "uscc")] == ["示例重组有限公司", code]
    assert (said["studio.address"], said["studio.area"]) == ("示例路9号", "88.00")


@pytest.mark.clause("ziyang-11-6")
def test_a_confirmed_report_leaves_what_was_not_ticked() -> None:
    studio = named("ziyang", call(publish_city("ziyang")))
    before = studio_answers(studio)
    reported(studio, [])
    assert studio_answers(Studio.objects.get(pk=studio.pk)) == before
    reported(studio, ["address"], **{"change.new_address": "示例路9号"})
    after = studio_answers(Studio.objects.get(pk=studio.pk))
    assert {path for path in after if after[path] != before.get(path)} == {
        "studio.address", "change.address_now",
    }  # fmt: skip


def test_a_new_code_is_asked_only_where_it_was_ticked() -> None:
    studio = named("ziyang", call(publish_city("ziyang")))
    change = begun(studio, "change_other_confirm")
    given = happened(**{"change.reason": "单位更名", "change.what": [UPDATES["code"]]})
    complete(change, given, by=owner(studio))
    with pytest.raises(DomainError, match="还有 1 处问题"):
        hand_in(change, by=owner(studio))


def test_what_happens_ahead_of_time_is_not_handed_in(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    change = begun(studio, MOVE)
    later = (TODAY() + dt.timedelta(days=1)).isoformat()
    answers = happened(**{"change.new_address": "示例路9号", "change.happened_on": later})
    complete(change, answers, by=owner(studio))
    with pytest.raises(DomainError, match="还有 1 处问题"):
        hand_in(change, by=owner(studio))


@pytest.mark.clause("urumqi-18-1-c", "urumqi-3-3", "urumqi-3-4")
def test_another_leader_takes_over_and_the_old_one_is_free(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    before = studio.leaders.get()
    change = begun(studio, "change_leader_unable_new_leader")
    assert "leader.name" not in answers_of(change)
    assert answers_of(change)["unit.name"] == studio.hosts.get().name
    taken(change, studio)
    held = Claim.objects.filter(released_at__isnull=True, exclusive=True)
    assert sorted(held.values_list("kind", flat=True)) == ["leader", "leader", "unit_occupation"]
    after = decided(change, "named")
    lines = after.leaders.order_by("pk").values_list("name", "since", "until")
    assert list(lines) == [
        (before.name, before.since, TODAY()), ("示例李新", TODAY(), None),
    ]  # fmt: skip
    assert after.name == f"示例李新{after.occupation}技能大师工作室"
    assert set(held.values_list("kind", "studio")) == {
        ("leader", studio.pk), ("unit_occupation", studio.pk),
    }  # fmt: skip


def taken(change: Application, studio: Studio, **more: Any) -> None:
    """The change filled with the sample of the naming and another leader, and handed in."""
    founding = studio.founding_application
    assert founding is not None
    answers = {**founding.submissions.get().answers, "leader.name": "示例李新",
               "leader.id_number": id_number(7)}  # fmt: skip
    given = happened(**{"change.reason": "退休", **more})
    complete(change, {**answers, **given}, by=owner(studio))
    copy_files(founding, change)
    hand_in(change, by=owner(studio))


def copy_files(source: Application, target: Application) -> None:
    """The papers of one filing stand for those of another."""
    have = set(target.attachments.values_list("material", flat=True))
    kept = list(source.attachments.filter(removed_at__isnull=True))
    for file in kept:
        if file.material in have and not file.row:
            continue
        file.pk, file.application, file.public_id = None, target, uuid.uuid4()
        file.save()


def test_a_refused_change_frees_the_new_leader_and_leaves_all_else(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    change = begun(studio, "change_leader_unable_new_leader")
    taken(change, studio)
    after = decided(change, "refused")
    assert after.leaders.get().until is None
    held = Claim.objects.filter(released_at__isnull=True)
    assert set(held.values_list("studio", flat=True)) == {studio.pk}


@pytest.mark.clause("yuzhong-13-4")
def test_both_units_confirm_before_a_studio_is_built_together() -> None:
    studio = named("yuzhong", call(publish_city("yuzhong")))
    partner, other = applicant("示例共建有限公司")
    with pytest.raises(DomainError, match="请填写新单位"):
        begun(studio, "change_leader_moved_co_build")
    change = begun(studio, "change_leader_moved_co_build", partner=partner)
    assert change in visible_to_unit(other)
    complete(change, happened(**{"change.reason": "调离"}), by=owner(studio))
    with pytest.raises(DomainError, match="还须示例共建有限公司"):
        hand_in(change, by=owner(studio))
    party = parties.partner_of(change)
    assert party is not None
    parties.confirm(change, party, by=other)
    complete(change, happened(**{"change.reason": "调离", "change.explanation": "另有说明。"}),
             by=owner(studio))  # fmt: skip
    party.refresh_from_db()
    assert party.confirmed_at is None
    parties.confirm(change, party, by=other)
    hand_in(change, by=owner(studio))
    after = decided(change)
    hosts = after.hosts.filter(until__isnull=True).order_by("pk")
    assert [row.enterprise for row in hosts] == [change.enterprise, partner]


@pytest.mark.clause("ziyang-11-3", "ziyang-11-4")
def test_a_studio_goes_over_to_another_unit() -> None:
    studio = named("ziyang", call(publish_city("ziyang")))
    old = studio.hosts.get()
    partner, other = applicant("示例新单位有限公司")
    change = begun(studio, "change_leader_moved_new_host", partner=partner)
    complete(change, happened(**{"change.reason": "调离", "change.leader_consents": True}),
             by=owner(studio))  # fmt: skip
    party = parties.partner_of(change)
    assert party is not None
    parties.confirm(change, party, by=other)
    hand_in(change, by=owner(studio))
    decided(change)
    old.refresh_from_db()
    assert old.until == TODAY()
    assert studio.hosts.get(until__isnull=True).enterprise == partner


@pytest.mark.clause("ziyang-11-5")
@pytest.mark.parametrize(("days", "late"), [(30, False), (31, True)])
def test_a_late_report_needs_a_reason(days: int, *, late: bool) -> None:
    studio = named("ziyang", call(publish_city("ziyang")))
    change = begun(studio, "change_other_confirm")
    day = (TODAY() - dt.timedelta(days=days)).isoformat()
    complete(change, happened(**{"change.reason": "搬迁", "change.happened_on": day}),
             by=owner(studio))  # fmt: skip
    hand_in(change, by=owner(studio))
    given = change.submissions.get().reasons
    assert ("change_reported" in given) == late


@pytest.mark.clause("ziyang-11-6")
def test_the_office_may_end_the_studio_on_the_same_report() -> None:
    studio = named("ziyang", call(publish_city("ziyang")))
    change = begun(studio, "change_other_confirm")
    complete(change, happened(**{"change.reason": "搬迁"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    assert decided(change, "ended").ended_on == TODAY()
    with pytest.raises(DomainError, match="已终止"):
        begun(studio, "change_other_end")


@pytest.mark.clause("urumqi-18-3")
def test_a_kept_plaque_is_not_recalled(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    change = begun(studio, "change_leader_unable_keep_plaque")
    complete(change, happened(**{"change.reason": "退休"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    ended = decided(change)
    assert (ended.ended_on, ended.plaque_number) == (TODAY(), f"{studio.number}-P")
    assert list(ended.obligations.filter(kind="recall")) == []


def banning(document: dict[str, Any]) -> None:
    """The city as if a revocation kept unit and leader out for three years."""
    ban = {"kind": "ban", "subjects": ["unit", "leader"], "years": 3, "clause": "urumqi-19-2-d"}
    document["revocations"]["effects"].append(ban)


@pytest.mark.clause("urumqi-19-2-d")
def test_a_ban_reaches_into_later_calls_until_its_last_day_is_over() -> None:
    ruleset = publish_city("urumqi", banning)
    studio = named("urumqi", call(ruleset))
    clerk = make_user("clerk@example.gov.cn", name="示例经办", staff=True)
    office = save_office(ruleset.jurisdiction, code="clerks", name="示例科", by=clerk)
    case = procedures.open_on_studio(
        studio, REVOKE, by=clerk, office=office, answers={"revoke.grounds": ["违规挪用资金的"]}
    )
    complete(case, {"revoke.facts": "查明的事实。"}, by=clerk)
    hand_in(case, by=clerk)
    decided(case, "revoked")
    ban = Ban.objects.get(subject="leader")
    first, last = ban.starts_on, ban.ends_on
    assert set(Ban.objects.values_list("subject", "label")) == {
        ("unit", studio.hosts.get().name), ("leader", studio.leaders.get().name),
    }  # fmt: skip
    again = filled("urumqi", call(ruleset, title="下一批次", reason="示例需要，本年度再开放一次。"))
    day = dt.timedelta(days=1)
    # Handed in before the ban began, it may still be corrected.
    days = [first - day, first, last, last + day]
    assert [banned_on(again, on) for on in days] == ["pass", "fail", "fail", "pass"]


def banned_on(application: Application, day: dt.date) -> str:
    """How the ban turns out for somebody who applies on a day."""
    application.submitted_at = timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
    found = evaluate(policy_of(application.ruleset), "establish", filing_of(application))
    rule = found.find("banned")
    assert rule is not None
    return rule.outcome

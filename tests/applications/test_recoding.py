"""A merged unit: its new code is kept, filings, rights and bans follow, an amendment undoes it."""

import datetime as dt

import pytest
from django.utils import timezone

from applications.domain import claims, parties, procedures, recoding, submission
from applications.domain.undoing import redate_all
from applications.models import Application, Ban, Claim, Event, Studio
from applications.queries import answers_of, ban_keys, claim_keys, primary_key_id
from jurisdictions.domain.offices import save_office
from jurisdictions.engine.derived.revocation import REVOKE
from jurisdictions.models import Ruleset
from jurisdictions.queries import policy_of
from portal.accounts.models import Enterprise, User
from portal.common.errors import DomainError
from tests.applications.factories import applicant, call, filled, publish_city, submit
from tests.applications.studios import complete, hand_in, named, reasons
from tests.applications.test_changing import (
    RENAME,
    banned_on,
    banning,
    begun,
    decided,
    happened,
    owner,
)
from tests.applications.test_reverting import register, take_back
from tests.assessments.factories import old_studio
from tests.factories import make_uscc, make_user
from tests.reviews.factories import id_number

pytestmark = pytest.mark.django_db
NEW, NUMBER = make_uscc("91650103MA5009999"), id_number(7)
TODAY = timezone.localdate


@pytest.fixture
def urumqi(db: None) -> Ruleset:
    return publish_city("urumqi")


def own(application: Application) -> Enterprise:
    """The unit of a filing bears the code that the sample says."""
    unit: Enterprise = application.enterprise
    unit.uscc = str(answers_of(application)["unit.uscc"])
    unit.save()
    return unit


def hosted(ruleset: Ruleset) -> tuple[Studio, Enterprise]:
    """A studio of a unit that filed under its own code."""
    studio = named("urumqi", call(ruleset))
    assert studio.founding_application is not None
    return studio, own(studio.founding_application)


def second(ruleset: Ruleset, unit: Enterprise) -> Studio:
    """Another studio of the same unit, entered from the books."""
    return old_studio(
        "urumqi", ruleset, unit_uscc=unit.uscc, unit_name=unit.name, occupation="茶艺师",
        name="示例茶艺师工作室", number="OLD-2", leader_name="示例王五",
    )  # fmt: skip


def asked(studio: Studio, code: str, *, by: User | None = None) -> Application:
    """The unit reports that it was merged and hands it in."""
    person = by or owner(studio)
    change = procedures.open_on_studio(studio, RENAME, by=person)
    complete(
        change,
        happened(**{"change.new_name": "示例合并集团有限公司", "change.new_uscc": code,
                    "change.reason": "合并重组"}),
        by=person,
    )  # fmt: skip
    hand_in(change, by=person)
    return change


def merged(studio: Studio, code: str, *, by: User | None = None) -> Application:
    """The unit reports that it was merged; the change is decided."""
    change = asked(studio, code, by=by)
    decided(change)
    return change


def right(studio: Studio) -> Claim:
    """The right of unit and trade a studio holds."""
    return studio.claims.get(kind="unit_occupation", released_at=None)


def banned(unit: Enterprise, studio: Studio) -> Ban:
    """A ban on a unit that runs today."""
    return Ban.objects.create(
        jurisdiction=studio.jurisdiction, subject="unit",
        key=ban_keys({"unit.uscc": unit.uscc})["unit"], key_id=primary_key_id(), label=unit.name,
        starts_on=TODAY(), ends_on=TODAY(), ground="示例",
    )  # fmt: skip


@pytest.mark.clause("urumqi-18-2-b", "urumqi-3-4")
def test_a_merged_unit_bears_its_new_code_and_keeps_its_right(urumqi: Ruleset) -> None:
    studio, unit = hosted(urumqi)
    before, old, key = register(studio), unit.uscc, right(studio).key
    running = banned(unit, studio)
    change = merged(studio, NEW)
    unit.refresh_from_db()
    assert unit.uscc == NEW
    assert unit.history.latest().history_change_reason == "合并重组，变更统一社会信用代码"
    assert [row.uscc for row in unit.history.order_by("pk")][-2:] == [old, NEW]
    assert right(studio).key != key
    follows = Ban.objects.exclude(pk=running.pk).get()
    assert follows.key == ban_keys({"unit.uscc": NEW})["unit"]
    line = change.events.get(kind="unit_renamed")
    assert line.text.endswith(f"统一社会信用代码由{old}变更为{NEW}")
    take_back(change)
    unit.refresh_from_db()
    follows.refresh_from_db()
    assert (unit.uscc, follows.lifted_at is None) == (old, False)
    assert register(studio) == before


def test_the_officer_reads_the_old_code_and_the_new_one(urumqi: Ruleset) -> None:
    studio, unit = hosted(urumqi)
    change = asked(studio, NEW)
    found = change.submissions.get().findings.get(rule="change_recoded")
    assert (found.outcome, found.sentence) == ("pass", (
        f"统一社会信用代码由{unit.uscc}变更为{NEW}，由受理机构核对是否为同一单位合并重组所致。"
    ))  # fmt: skip
    stage = policy_of(change.ruleset).stages(RENAME)[0]
    assert [point.rules for point in stage.points if point.id == "recoded"] == [("change_recoded",)]


def test_a_rename_that_keeps_the_code_asks_nothing_of_it(urumqi: Ruleset) -> None:
    studio, unit = hosted(urumqi)
    change = asked(studio, unit.uscc)
    assert change.submissions.get().findings.get(rule="change_recoded").outcome == "not_applicable"


def test_the_code_of_a_registered_unit_is_not_handed_in(urumqi: Ruleset) -> None:
    studio, unit = hosted(urumqi)
    other, _ = applicant("示例合并集团有限公司")
    with pytest.raises(submission.SubmitBlockedError) as caught:
        asked(studio, other.uscc)
    assert [row.sentence.partition("，")[0] for row in caught.value.evaluation.stopping] == [
        f"{other.uscc}已由其他单位在本平台注册"
    ]
    assert studio.hosts.get().enterprise == unit


def test_a_code_registered_before_the_decision_takes_no_studio_over(urumqi: Ruleset) -> None:
    studio, unit = hosted(urumqi)
    change, old = asked(studio, NEW), unit.uscc
    Enterprise.objects.create(name="示例合并集团有限公司", uscc=NEW)
    with pytest.raises(DomainError, match="已由其他单位在本平台注册，不能登记为本单位的代码"):
        decided(change)
    unit.refresh_from_db()
    assert (unit.uscc, studio.hosts.get().enterprise) == (old, unit)


def revoked(studio: Studio) -> Application:
    """The studio is revoked, its unit and leader are kept out."""
    clerk = make_user("clerk@example.gov.cn", name="示例经办", staff=True)
    office = save_office(studio.jurisdiction, code="clerks", name="示例科", by=clerk)
    case = procedures.open_on_studio(
        studio, REVOKE, by=clerk, office=office, answers={"revoke.grounds": ["违规挪用资金的"]}
    )
    complete(case, {"revoke.facts": "查明的事实。"}, by=clerk)
    hand_in(case, by=clerk)
    decided(case, "revoked")
    return case


def test_a_ban_is_moved_and_lifted_under_every_code_it_was_entered_for() -> None:
    ruleset = publish_city("urumqi", banning)
    studio, unit = hosted(ruleset)
    other = second(ruleset, unit)
    case = revoked(studio)
    other.district = studio.district
    other.save()
    merged(other, NEW, by=owner(studio))
    unit.refresh_from_db()
    merged(other, make_uscc("91650103MA5008888"), by=owner(studio))
    day = TODAY() - dt.timedelta(days=10)
    redate_all(Application.objects.get(pk=case.pk), day)
    rows = Ban.objects.filter(subject="unit")
    assert (rows.count(), set(rows.values_list("starts_on", flat=True))) == (3, {day})
    assert take_back(case, "dropped")[0].count(studio.hosts.get().name) == 1
    assert rows.filter(lifted_at=None).count() == 0


def test_a_banned_unit_is_known_whatever_code_it_types(urumqi: Ruleset) -> None:
    draft = filled("urumqi", call(urumqi))
    assert answers_of(draft)["unit.uscc"] != draft.enterprise.uscc
    ban = banned(draft.enterprise, named("urumqi", draft.round, leader__id_number=NUMBER,
                                         leader__occupation="茶艺师"))  # fmt: skip
    assert banned_on(draft, ban.ends_on) == "fail"


def test_an_undone_code_gives_no_rights_to_a_studio_that_has_ended(urumqi: Ruleset) -> None:
    studio, unit = hosted(urumqi)
    other = second(urumqi, unit)
    before, old = right(studio).key, unit.uscc
    change = merged(studio, NEW)
    line = Event.objects.get(kind="unit_recoded")
    assert line.text == f"{other.number}：所在单位的统一社会信用代码由{old}变更为{NEW}"
    Studio.objects.filter(pk=other.pk).update(status="ended", ended_on=TODAY())
    claims.release_studio(other, "工作室终止")
    take_back(change)
    assert right(studio).key == before
    assert other.claims.filter(released_at=None).count() == 0


def test_an_undone_code_leaves_a_trade_that_changed_since(urumqi: Ruleset) -> None:
    studio, unit = hosted(urumqi)
    other = second(urumqi, unit)
    change = merged(studio, NEW)
    other.occupation = "钳工"
    other.save()
    claims.renew_studio(other)
    take_back(change)
    unit.refresh_from_db()
    now = {w.claim.id: claim_keys(w) for w in claims.wanted_by_studio(other)}
    assert right(other).key in now["unit_occupation"]


def test_drafts_and_filings_under_way_follow_the_code(urumqi: Ruleset) -> None:
    studio, unit = hosted(urumqi)
    other = call(urumqi, title="下一批次", reason="示例需要，本年度再开放一次。")
    filing = filled("urumqi", other, leader__id_number=NUMBER, leader__occupation="茶艺师")
    Application.objects.filter(pk=filing.pk).update(enterprise=unit)
    filing.parties.update(enterprise=unit)
    filing.refresh_from_db()
    submit(filing, reasons(filing))
    held = filing.claims.get(kind="unit_occupation", released_at=None)
    old, sections = unit.uscc, dict(filing.sections.values_list("section", "version"))
    merged(studio, NEW)
    filing.refresh_from_db()
    assert (answers_of(filing)["unit.uscc"], filing.unit_uscc) == (NEW, NEW)
    assert filing.submissions.get().answers["unit.uscc"] == old
    assert {
        s for s, v in filing.sections.values_list("section", "version") if v != sections[s]
    } == {s.section for s in filing.sections.all() if "unit.uscc" in s.answers}
    now = filing.claims.get(kind="unit_occupation", released_at=None)
    assert now.key != held.key
    wanted = [w for w in claims.wanted_again(now) if w.claim.id == now.kind]
    assert now.key in claim_keys(wanted[0])


def test_the_right_of_another_host_stays_under_its_own_code() -> None:
    studio = named("yuzhong", call(publish_city("yuzhong")))
    assert studio.founding_application is not None
    unit, (partner, other) = own(studio.founding_application), applicant("示例共建有限公司")
    change = begun(studio, "change_leader_moved_co_build", partner=partner)
    complete(change, happened(**{"change.reason": "调离"}), by=owner(studio))
    party = parties.partner_of(change)
    assert party is not None
    parties.confirm(change, party, by=other)
    hand_in(change, by=owner(studio))
    decided(change)
    first, second = studio.claims.filter(kind="unit_occupation", released_at=None).order_by("pk")
    old = partner.uscc
    again, _ = recoding.recode(partner, NEW, by=other)
    recoding.rights_follow(again, old, change, by=other)
    rows = studio.claims.filter(kind="unit_occupation", released_at=None)
    assert rows.filter(key=first.key).count() == 1
    assert rows.exclude(key__in=[first.key, second.key]).count() == 1
    assert unit.hosted.filter(until=None).count() == 1


def test_a_code_that_nobody_issues_is_refused(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    with pytest.raises(DomainError, match="还有 1 处问题"):
        merged(studio, "91650103MA500999XX")
    assert studio.hosts.count() == 1

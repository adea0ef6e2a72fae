"""Changes and endings of studios, walked through the one workflow engine."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.domain import parties
from applications.models import Application, Studio
from portal.accounts.models import User
from portal.common.errors import DomainError
from reviews.domain import decision, lists
from reviews.models import Case, Letter, List, StageRun
from tests.applications.factories import applicant
from tests.applications.studios import complete, hand_in, named
from tests.applications.test_changing import begun, happened, owner, taken
from tests.reviews import factories as make
from tests.reviews.test_walks import case_to_list, list_to_end

pytestmark = pytest.mark.django_db
CHANGE_LEADER = "change_leader_unable_new_leader"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def today() -> dt.date:
    """Today."""
    return timezone.localdate()


def as_(user: User) -> Client:
    """A client signed in as somebody."""
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.LoginBackend")
    return client


def case_of(application: Application) -> Case:
    """The case of a procedure."""
    return Case.objects.get(application=application)


def sign(city: make.City, run: StageRun, **proposal: Any) -> StageRun:
    """Every post of a stage signs, the first with the proposal."""
    return make.sign_all(city, run, **proposal)


def list_of(application: Application) -> List:
    """The list of one on which a procedure is decided."""
    return List.objects.get(items__case__application=application)


def issue(
    city: make.City, application: Application, result: str = "", *, on: dt.date | None = None,
    **more: Any,
) -> None:  # fmt: skip
    """All bodies approve, the office in charge signs the decision with a result."""
    listing = list_of(application)
    run = make.list_run(listing)
    for role in make.stage_shape(city, run).bodies:
        office = city.office(role)
        if office != run.office:
            decision.approve(listing, role, by=city.person(office, "approver"),
                             digest=lists.digest(listing), opinion="同意。")  # fmt: skip
    item = listing.items.get()
    text = {"text": "理由如下。"} if result else {}
    said = {str(item.pk): {"result": result or "pass", **text, **more}}
    data = {"document_number": "示人社发〔2026〕9号", "decided_on": (on or today()).isoformat(),
            "items": said}  # fmt: skip
    sign(city, run, outcome="pass", opinion="同意。", data=data)


def pass_check(city: make.City, application: Application) -> None:
    """The check the case is in passes."""
    make.pass_check(city, make.run_of(case_of(application)))


def fresh(studio: Studio) -> Studio:
    """The studio read again."""
    return Studio.objects.get(pk=studio.pk)


@pytest.mark.clause("urumqi-18-1-c")
def test_another_leader_walks_the_whole_road_of_the_naming() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    change = begun(studio, CHANGE_LEADER)
    taken(change, studio)
    case = case_to_list(city, case_of(change))
    assert case.state == "listed"
    list_to_end(city, list_of(change))
    after = fresh(studio)
    assert [row.name for row in after.leaders.filter(until__isnull=True)] == ["示例李新"]
    assert after.name.startswith("示例李新")
    assert list(change.effects.values_list("kind", flat=True)) == ["change_leader"]


@pytest.mark.clause("yuzhong-13-4", "yuzhong-13-5")
def test_building_together_takes_two_units_and_two_bodies() -> None:
    city = make.make_city("yuzhong")
    studio = named("yuzhong", city.round)
    partner, other = applicant("示例共建有限公司")
    change = begun(studio, "change_leader_moved_co_build", partner=partner)
    complete(change, happened(**{"change.reason": "调离"}), by=owner(studio))
    party = parties.partner_of(change)
    assert party is not None
    parties.confirm(change, party, by=other)
    hand_in(change, by=owner(studio))
    pass_check(city, change)
    with pytest.raises(DomainError, match="区委组织部"):
        alone(city, change)
    assert studio.hosts.count() == 1
    listing = list_of(change)
    decision.approve(listing, "party_org", by=city.person(city.office("party_org"), "approver"),
                     digest=lists.digest(listing))  # fmt: skip
    run = make.list_run(listing)
    make.take_action(run, make.SIGN, by=city.person(run.office, "approver"), version=run.version)
    assert studio.hosts.filter(until__isnull=True).count() == 2
    assert visible_studios(other) == [studio]


def alone(city: make.City, change: Application) -> None:
    """The office in charge signs the decision without the other bodies."""
    listing = list_of(change)
    data = {"document_number": "示人社发〔2026〕9号", "decided_on": today().isoformat(),
            "items": {str(listing.items.get().pk): {"result": "pass"}}}  # fmt: skip
    run = make.list_run(listing)
    sign(city, run, outcome="pass", opinion="同意。", data=data)


def visible_studios(user: User) -> list[Studio]:
    """Studios on a person's own page."""
    cards = as_(user).get(reverse("assessments:mine")).context["cards"]
    return [card["studio"] for card in cards]


@pytest.mark.clause("ziyang-11-3", "ziyang-11-4", "ziyang-11-6")
def test_another_host_passes_the_county_and_the_city_decides_by_its_day() -> None:
    city = make.make_city("ziyang")
    studio = named("ziyang", city.round)
    partner, other = applicant("示例新单位有限公司")
    change = begun(studio, "change_leader_moved_new_host", partner=partner)
    answers = happened(**{"change.reason": "调离", "change.leader_consents": True})
    complete(change, answers, by=owner(studio))
    party = parties.partner_of(change)
    assert party is not None
    parties.confirm(change, party, by=other)
    hand_in(change, by=owner(studio))
    assert make.run_of(case_of(change)).office == city.office("county_bureau")
    pass_check(city, change)
    assert make.list_run(list_of(change)).due_on == today() + dt.timedelta(days=30)
    issue(city, change)
    assert [row.enterprise for row in studio.hosts.filter(until__isnull=True)] == [partner]
    assert visible_studios(owner(studio)) == []


@pytest.mark.clause("ziyang-11-6")
def test_the_city_may_end_a_studio_instead_of_confirming_the_change() -> None:
    city = make.make_city("ziyang")
    studio = named("ziyang", city.round)
    change = begun(studio, "change_other_confirm")
    complete(change, happened(**{"change.reason": "其他变动"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    pass_check(city, change)
    issue(city, change, "ended")
    change.refresh_from_db()
    assert (change.result, fresh(studio).ended_on) == ("ended", today())


@pytest.mark.clause("chaoyang-12-4")
@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("rename", "change.new_name", "示例重组集团有限公司"),
        ("move", "change.new_address", "示例路9号"),
    ],
)
def test_name_and_address_change_by_the_bureaus_decision(path: str, field: str, value: str) -> None:
    city = make.make_city("chaoyang")
    studio = named("chaoyang", city.round)
    change = begun(studio, f"change_unit_changed_{path}")
    complete(change, happened(**{field: value}), by=owner(studio))
    hand_in(change, by=owner(studio))
    pass_check(city, change)
    issue(city, change)
    now = {"rename": studio.hosts.get(until__isnull=True).name, "move": fresh(studio).address}
    assert now[path] == value


@pytest.mark.clause("urumqi-18-2-a", "urumqi-18-2-c", "urumqi-18-2-d")
def test_a_verification_takes_effect_at_once_and_stays_open_until_filed() -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    change = begun(studio, "change_rehired_stay")
    complete(change, happened(**{"change.reason": "返聘"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    pass_check(city, change)
    change.refresh_from_db()
    assert (change.status, change.result) == ("decided", "approved")
    run = make.run_of(case_of(change))
    assert (run.kind, run.office) == ("filing", city.office("district_bureau"))
    make.sign_all(city, run, outcome="pass", data={"sent_on": today().isoformat()})
    assert case_of(change).state == "closed"
    assert fresh(studio).ended_on is None


def test_a_refused_change_is_decided_where_the_list_is_decided() -> None:
    city = make.make_city("chaoyang")
    studio = named("chaoyang", city.round)
    change = begun(studio, "change_unit_changed_move")
    complete(change, happened(**{"change.new_address": "示例路9号"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    pass_check(city, change)
    issue(city, change, "refuse")
    change.refresh_from_db()
    assert (change.result, fresh(studio).address) == ("refused", studio.address)
    assert Letter.objects.filter(case=case_of(change), kind="refusal").count() == 1

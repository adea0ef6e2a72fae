"""Nobody comes upon a change that was decided and is not told yet, wherever he looks."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.interfaces.sheets import box_entries
from applications.models import Application, Studio
from assessments.queries import figures, life
from assessments.urls import urlpatterns
from jurisdictions.domain.offices import mark_staff
from portal.accounts.models import User
from portal.common.doors import grant
from portal.common.models import Notice, OutboxMail
from reviews.domain import releasing
from reviews.models import Letter
from tests.applications.pages import at
from tests.applications.studios import complete, hand_in, named
from tests.applications.test_changing import RENAME, begun, happened, owner, taken
from tests.crawl import text_of
from tests.factories import make_user
from tests.reviews import factories as make
from tests.reviews.standing import list_at
from tests.reviews.test_life import case_of, issue, pass_check
from tests.reviews.test_walks import issue as issue_list

pytestmark = pytest.mark.django_db
LEADER = "change_leader_unable_new_leader"
#: The leader as the filing names him, and what the office wrote with its decision.
NEW, OPINION = "示例李新", "金丝雀决定意见"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def of_studio(studio: Studio, *names: str) -> Iterator[str]:
    """Addresses of every page about a studio as a whole; others by name."""
    for pattern in urlpatterns:
        wanted = set(pattern.pattern.converters)
        if wanted == {"studio_id"}:
            yield reverse(f"assessments:{pattern.name}", args=[studio.public_id])
        if wanted == {"studio_id", "register"}:
            yield reverse(f"assessments:{pattern.name}", args=[studio.public_id, "members"])
    yield from (reverse(name) for name in names)


def public(studio: Studio) -> Iterator[str]:
    """What anybody may look at of a studio."""
    register = reverse("assessments:register_public")
    yield reverse("assessments:verify", args=[studio.number])
    yield from (register, f"{register}?q={NEW}", reverse("assessments:results_public"))


def found(client: Client, addresses: Iterator[str], word: str) -> list[str]:
    """Addresses at which a word stands, files inside archives and links left aside."""
    return [address for address in addresses if word in shown(client, address)]


def shown(client: Client, address: str) -> str:
    text = text_of(client, address)
    return re.sub(r'value="[^"]*"', "", text).replace(f"q={NEW}", "")


def said_of(studio: Studio, change: Application, *, for_unit: bool = False) -> list[str]:
    """What the life of a studio says of a change, for an officer or for its unit."""
    name = make.policy_of(change.ruleset).procedure(change.procedure).label
    return [event.says for event in life.events(studio, for_unit=for_unit) if event.title == name]


def standing_of(unit: Client, change: Application) -> tuple[str, str, str]:
    """How far the unit reads that a filing is: its status, its last step, what it may look at."""
    page = unit.get(at("timeline", change)).context
    (line,) = [row for row in unit.get(reverse("applications:list")).context["others"]
               if row["application"] == change]  # fmt: skip
    return page["header"]["tags"][0]["label"], page["steps"][-1]["state"], line["action"]["label"]


def overseer(city: make.City) -> User:
    user = make_user("leader@example.gov.cn")
    grant(user, "oversee", city.jurisdiction)
    mark_staff(user)
    return user


def test_a_change_of_leader_is_nowhere_before_it_is_told_and_everywhere_after(
    as_user: Any,
) -> None:
    city = make.make_city("ziyang")
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    studio = named("ziyang", city.round)
    change = begun(studio, LEADER)
    taken(change, studio)
    pass_check(city, change)
    issue(city, change, "pass", text=OPINION)
    change.refresh_from_db()
    assert (change.status, change.result) == ("decided", "approved")
    unit, boss, anybody = as_user(owner(studio)), as_user(overseer(city)), Client()
    filing = [at("timeline", change), at("done", change)]
    assert found(unit, iter(filing), OPINION) == []
    assert found(unit, of_studio(studio, "assessments:mine"), NEW) == []
    assert found(anybody, public(studio), NEW) == []
    assert found(boss, of_studio(studio, "assessments:desk", "assessments:overview"), NEW) == []
    book, admin = reverse("applications:manage_workbook"), as_user(city.admin)
    label = make.policy_of(city.ruleset).procedure(LEADER).results["approved"].label
    assert label not in text_of(admin, book)
    assert said_of(studio, change) == ["已决定，待告知"]
    assert said_of(studio, change, for_unit=True) == ["办理中"]
    assert standing_of(unit, change) == ("办理中", "now", "查看进度")
    assert not OutboxMail.objects.filter(body__contains=NEW).exists()
    assert not Notice.objects.filter(text__contains=NEW).exists()
    releasing.release(Letter.objects.get(kind="result", case__application=change), by=city.admin)
    after = found(unit, of_studio(studio, "assessments:mine"), NEW)
    assert reverse("assessments:studio", args=[studio.public_id]) in after
    assert found(anybody, public(studio), NEW) == list(public(studio))[:3]
    assert label in text_of(admin, book)
    assert said_of(studio, change) == [label]


def renamed(city: make.City, studio: Studio) -> Application:
    """A new name of the unit that the check itself decides."""
    change = begun(studio, RENAME)
    complete(change, happened(**{"change.new_name": "示例重组集团有限公司"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    pass_check(city, change)
    return Application.objects.get(pk=change.pk)


def test_a_check_that_decides_tells_nothing_while_its_result_waits(as_user: Any) -> None:
    city = make.make_city("yuzhong")
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    studio = named("yuzhong", city.round)
    change = renamed(city, studio)
    unit = as_user(owner(studio))
    assert (change.result, change.result_released_at) == ("approved", None)
    assert "已通过" not in text_of(unit, at("timeline", change))
    assert studio.hosts.get().name != "示例重组集团有限公司"
    releasing.release(Letter.objects.get(kind="result", case__application=change), by=city.admin)
    assert studio.hosts.get(until=None).name == "示例重组集团有限公司"
    told = text_of(unit, at("timeline", change))
    assert [word in told for word in ("办理结果", "单位名称由")] == [True, True]


def test_results_of_a_list_take_effect_when_all_of_them_are_told() -> None:
    city = make.make_city("chaoyang")
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    studio = named("chaoyang", city.round)
    change = begun(studio, "change_unit_changed_move")
    complete(change, happened(**{"change.new_address": "示例路9号"}), by=owner(studio))
    hand_in(change, by=owner(studio))
    pass_check(city, change)
    issue(city, change)
    listing = case_of(change).items.get().listing
    assert Studio.objects.get(pk=studio.pk).address == studio.address
    assert releasing.release_list(listing, by=city.admin) == 1
    assert Studio.objects.get(pk=studio.pk).address == "示例路9号"


def test_a_naming_leaves_no_trace_on_sheet_record_and_figures_before_it_is_told(
    as_user: Any,
) -> None:
    city = make.make_city("chaoyang")
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    case = make.submitted(city)
    run = list_at(city, [case], "decision")
    issue_list(city, run.listing)
    filing = Application.objects.get(pk=case.application_id)
    box = make.stage_shape(city, run).box
    scope = figures.Scope((city.jurisdiction,))

    def known() -> tuple[Any, ...]:
        told = text_of(as_user(filing.created_by), at("timeline", filing))
        seen = {entry.box for entry in box_entries(filing, for_unit=True)}
        counted = figures.filings(scope)["year"], figures.studios(scope)["year"]
        named = [sum(sums.cells[key] for key in sums.cells if key[1] == "named")
                 for sums in counted]  # fmt: skip
        return "工作室已命名" in told, box in seen, *named

    assert box in {entry.box for entry in box_entries(filing)}
    assert known() == (False, False, 0, 0)
    releasing.release(Letter.objects.get(kind="result", case=case), by=city.admin)
    filing.refresh_from_db()
    assert known() == (True, True, 1, 1)

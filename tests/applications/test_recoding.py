"""A merged unit: its new code is kept, rights and bans follow, an amendment takes it back."""

import pytest
from django.utils import timezone

from applications.models import Application, Ban, Claim, Studio
from applications.queries import ban_keys, primary_key_id
from jurisdictions.models import Ruleset
from portal.accounts.models import Enterprise
from portal.common.errors import DomainError
from tests.applications.factories import applicant, call, publish_city
from tests.applications.studios import complete, hand_in, named
from tests.applications.test_changing import RENAME, begun, decided, happened, owner
from tests.applications.test_reverting import register, take_back
from tests.factories import make_uscc

pytestmark = pytest.mark.django_db
NEW = make_uscc("91650103MA5009999")


@pytest.fixture
def urumqi(db: None) -> Ruleset:
    return publish_city("urumqi")


def merged(studio: Studio, code: str) -> Application:
    """The unit reports that it was merged; the change is decided."""
    change = begun(studio, RENAME)
    complete(
        change,
        happened(**{"change.new_name": "示例合并集团有限公司", "change.new_uscc": code,
                    "change.reason": "合并重组"}),
        by=owner(studio),
    )  # fmt: skip
    hand_in(change, by=owner(studio))
    decided(change)
    return change


def right(studio: Studio) -> Claim:
    """The right of unit and trade a studio holds."""
    return studio.claims.get(kind="unit_occupation", released_at=None)


@pytest.mark.clause("urumqi-18-2-b", "urumqi-3-4")
def test_a_merged_unit_bears_its_new_code_and_keeps_its_right(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    before, unit = register(studio), studio.hosts.get().enterprise
    old, key = unit.uscc, right(studio).key
    running = Ban.objects.create(
        jurisdiction=studio.jurisdiction, subject="unit", key=ban_keys({"unit.uscc": old})["unit"],
        key_id=primary_key_id(), label=unit.name, starts_on=timezone.localdate(),
        ends_on=timezone.localdate(), ground="示例",
    )  # fmt: skip
    change = merged(studio, NEW)
    unit.refresh_from_db()
    assert unit.uscc == NEW
    assert unit.history.latest().history_change_reason == "合并重组，变更统一社会信用代码"
    assert unit.history.earliest().uscc == old
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


def test_a_unit_that_has_the_code_already_takes_the_studio_over(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    unit, before = studio.hosts.get().enterprise, register(studio)
    other, _ = applicant("示例合并集团有限公司")
    change = merged(studio, other.uscc)
    host = studio.hosts.get(until=None)
    assert (host.enterprise, host.name) == (other, "示例合并集团有限公司")
    assert Enterprise.objects.get(pk=unit.pk).uscc == unit.uscc
    take_back(change)
    assert register(studio) == before


def test_a_code_that_nobody_issues_is_refused(urumqi: Ruleset) -> None:
    studio = named("urumqi", call(urumqi))
    with pytest.raises(DomainError, match="还有 1 处问题"):
        merged(studio, "91650103MA500999XX")
    assert studio.hosts.count() == 1

"""Publishing versions of a policy."""

import copy
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from jurisdictions import queries
from jurisdictions.domain.publish import (
    ParentMovedError,
    enter_effective_day,
    parent_of_files,
)
from jurisdictions.engine.policy import digest
from jurisdictions.engine.problems import RulesetInvalidError
from jurisdictions.models import Basis, Jurisdiction, Ruleset
from portal.common.errors import DomainError
from tests.jurisdictions.factories import call, publish_shiyan, shiyan

pytestmark = pytest.mark.django_db


def changed(ruleset: Ruleset, **identity: Any) -> dict[str, Any]:
    document = copy.deepcopy(ruleset.document)
    document["identity"].update(identity)
    return document


def test_the_first_version_makes_the_place() -> None:
    row = publish_shiyan()
    place = Jurisdiction.objects.get()
    assert (place.code, place.name, place.region_code) == ("shiyan", "试验市", "999900")
    assert (row.version, row.parent, row.sha256) == (1, None, shiyan().digest)
    assert row.sha256 == digest(row.document)


def test_publishing_the_same_again_changes_nothing() -> None:
    assert publish_shiyan().pk == publish_shiyan().pk
    assert Ruleset.objects.count() == 1


def test_a_new_version_shares_the_basis_and_names_its_parent() -> None:
    first = publish_shiyan()
    second = publish_shiyan(changed(first, title="试验办法（修订）"), parent=first)
    assert (second.version, second.parent_id) == (2, first.pk)
    assert Basis.objects.count() == 1


def test_a_version_made_from_an_older_one_is_refused() -> None:
    first = publish_shiyan()
    publish_shiyan(changed(first, title="甲"), parent=first)
    with pytest.raises(ParentMovedError, match="另有第2版发布"):
        publish_shiyan(changed(first, title="乙"), parent=first)


def test_a_fault_publishes_nothing() -> None:
    first = publish_shiyan()
    wrong = copy.deepcopy(first.document)
    wrong["procedures"]["establish"]["rules"][0]["require"] = "leader.agee <= 55"
    with pytest.raises(RulesetInvalidError, match="agee"):
        publish_shiyan(wrong, parent=first)
    assert Ruleset.objects.count() == 1


def test_a_published_version_can_be_neither_changed_nor_deleted() -> None:
    row = publish_shiyan()
    row.title = "别的"
    with pytest.raises(ValidationError, match="不得修改"):
        row.save()
    with pytest.raises(ValidationError, match="不得删除"):
        row.delete()


def test_the_stored_row_gives_the_policy_of_the_files() -> None:
    row = publish_shiyan()
    assert queries.policy_of(row).digest == shiyan().digest
    assert queries.policy_of(row) is queries.policy_of(row)


def test_two_versions_stand_side_by_side() -> None:
    first = publish_shiyan()
    old = call(first)
    document = changed(first)
    document["procedures"]["establish"]["rules"][0]["require"] = "leader.age <= 60"
    second = publish_shiyan(document, parent=first)
    new = call(second, reason="政策修订后补开")
    limits = [
        queries.policy_of(item.ruleset).procedure("establish").rules[0].require
        for item in (old, new)
    ]
    assert limits == ["leader.age <= 55", "leader.age <= 60"]


def test_the_version_in_force_is_chosen_by_day() -> None:
    first = publish_shiyan()
    later = {"clause": "shiyan-9-1", "effective_from": "2099-01-01"}
    second = publish_shiyan(changed(first, validity=later), parent=first)
    assert queries.current_ruleset(first.jurisdiction) == first
    assert queries.current_ruleset(first.jurisdiction, second.effective_from) == second
    assert queries.newest_ruleset(first.jurisdiction) == second


def test_files_go_on_from_the_newest_version_made_of_files() -> None:
    first = publish_shiyan()
    publish_shiyan(changed(first, title="网页上改的"), parent=first)
    found = parent_of_files("shiyan", None)
    assert found == first
    assert parent_of_files("shiyan", first.sha256) == first
    assert parent_of_files("shiyan", "0" * 64) is None


def test_the_effective_day_is_only_entered_where_the_source_lacks_it() -> None:
    row = publish_shiyan()
    with pytest.raises(DomainError, match="已写明施行日期"):
        enter_effective_day(row.jurisdiction, row.effective_from, by=None)

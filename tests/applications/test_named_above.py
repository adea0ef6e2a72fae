"""Registers that look beyond the jurisdiction: higher-level names and studios elsewhere."""

from typing import Any

import pytest

from applications.domain import lifecycle, named_above
from applications.models import Application, Claim, NamedAbove
from applications.queries import filing_of
from jurisdictions.engine.rules import evaluate
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from tests.applications.factories import call, filled, publish_city, submit

CITY = "urumqi"
NUMBER = "650102197510203117"


def outcome(application: Application, rule: str) -> Any:
    found = evaluate(
        policy_of(application.ruleset), application.procedure, filing_of(application)
    ).find(rule)
    assert found is not None
    return found.outcome


def line(application: Application, **columns: str) -> NamedAbove:
    return named_above.save_line(
        application.jurisdiction,
        by=application.created_by,
        level="national",
        studio_name="示例国家级技能大师工作室",
        leader_name=columns.pop("leader_name", "示例张建疆"),
        **columns,
    )


@pytest.mark.django_db
def test_a_leader_on_the_list_by_number_may_not_apply() -> None:
    application = filled(CITY, call(publish_city(CITY)))
    assert outcome(application, "higher_register") == "pass"
    line(application, id_number=NUMBER)
    assert outcome(application, "higher_register") == "fail"


@pytest.mark.django_db
def test_a_line_without_a_number_matches_name_and_unit_together() -> None:
    application = filled(CITY, call(publish_city(CITY)))
    line(application, unit_uscc="91500103MA0000001X")
    assert outcome(application, "higher_register") == "pass"
    found = line(application, unit_uscc="91650100MA7EXAMP00")
    assert outcome(application, "higher_register") == "fail"
    named_above.remove_line(found, by=application.created_by, reason="名单有误")
    assert outcome(application, "higher_register") == "pass"


@pytest.mark.django_db
def test_the_number_on_the_list_is_sealed() -> None:
    application = filled(CITY, call(publish_city(CITY)))
    found = line(application, id_number=NUMBER)
    assert found.id_number["shown"] == "650102********3117"
    assert NUMBER not in str(NamedAbove.history.values())


@pytest.mark.django_db
def test_a_line_that_nothing_could_match_is_refused() -> None:
    application = filled(CITY, call(publish_city(CITY)))
    with pytest.raises(DomainError, match="至少填写一项"):
        line(application)


@pytest.mark.django_db
def test_an_open_filing_in_another_city_asks_for_a_reason() -> None:
    here = filled(CITY, call(publish_city(CITY)))
    there = filled("yuzhong", call(publish_city("yuzhong")))
    Claim.objects.create(
        jurisdiction=there.jurisdiction,
        application=there,
        kind="leader",
        scope="yuzhong",
        key=key_of(here),
        key_id="t2",
        exclusive=True,
        taken_at="2026-01-01T00:00:00Z",
    )
    assert outcome(here, "leads_elsewhere") == "fail"
    Claim.objects.update(released_at="2026-02-01T00:00:00Z")
    assert outcome(here, "leads_elsewhere") == "pass"


def key_of(application: Application) -> str:
    submit(application)
    key = Claim.objects.get(application=application, kind="leader").key
    lifecycle.withdraw(application, by=application.created_by, reason="另行申报")
    return key

"""Shared reads: which names live offices cover."""

import pytest

from jurisdictions.domain.offices import bind, save_office
from jurisdictions.queries import offers_of, policy_of
from tests.jurisdictions.factories import publish_shiyan

pytestmark = pytest.mark.django_db


def test_an_answer_offers_the_names_that_live_offices_cover() -> None:
    ruleset = publish_shiyan()
    place, policy = ruleset.jurisdiction, policy_of(ruleset)
    assert offers_of(policy, place) == {}
    for code, covers in (("east", "东区"), ("west", "西区"), ("closed", "南区")):
        office = save_office(place, code=code, name=f"{covers}人社局", phone="1", by=None)
        bind(office, "district", covers=covers, by=None)
    office.is_active = False
    office.save()
    assert offers_of(policy, place) == {"unit.district": ("东区", "西区")}
    whole = save_office(place, code="whole", name="市人社局", phone="1", by=None)
    bind(whole, "bureau", by=None)
    assert offers_of(policy, place) == {"unit.district": ("东区", "西区")}
    # An office that covers everything takes any name.
    bind(whole, "district", by=None)
    assert offers_of(policy, place) == {}

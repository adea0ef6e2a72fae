"""One leader, one studio: refused where the city's text says so, left alone where it is silent."""

import pytest

from applications.domain import claims
from applications.domain.claims import ClaimHeldError
from applications.models import Claim
from applications.queries import filing_of
from jurisdictions.engine.facts import build_facts
from jurisdictions.queries import policy_of
from tests.applications.factories import call, filled, publish_city, submit
from tests.applications.studios import named, reasons

pytestmark = pytest.mark.django_db


@pytest.mark.clause("yuzhong-7-2", "urumqi-3-3", "chaoyang-5-1")
@pytest.mark.parametrize("code", ["yuzhong", "urumqi", "chaoyang"])
def test_who_leads_a_living_studio_is_not_named_again(code: str) -> None:
    ruleset = publish_city(code)
    studio = named(code, call(ruleset))
    again = filled(code, call(ruleset, title="下一批次", reason="示例需要，再开放一次。"))
    facts = build_facts(policy_of(ruleset), "establish", filing_of(again))
    assert "leader" in {found.claim_id for found in claims.conflicts(again) if found.exclusive}
    with pytest.raises(ClaimHeldError) as refused:
        claims.take(again, facts)
    assert refused.value.conflict.claim_id == "leader"
    assert Claim.objects.get(kind="leader", released_at=None).studio == studio


@pytest.mark.parametrize("code", ["rongchang", "ziyang"])
def test_a_text_that_says_nothing_of_it_keeps_nobody_out(code: str) -> None:
    ruleset = publish_city(code)
    named(code, call(ruleset))
    again = filled(code, call(ruleset, title="下一批次", reason="示例需要，再开放一次。"))
    submit(again, reasons(again))
    assert Claim.objects.count() == 0
    again.refresh_from_db()
    assert again.status == "submitted"

"""A new key never lets a right or a ban lapse: rows are found under every key of the ring."""

import datetime as dt
import uuid
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from applications.domain import claims, drafts, submission
from applications.models import Ban, Claim
from applications.queries import ban_keys, filing_of, last_submission, registers
from jurisdictions.queries import policy_of
from tests.applications.factories import applicant, call, staff, submit
from tests.applications.test_office_procedure import LEADER, fill, publish_lantern

pytestmark = pytest.mark.django_db


def turn_keys(settings: Any) -> None:
    """Put the older key of the ring first, as a rotation does with a new one."""
    first, second = settings.PORTAL_KEYS.split(",")
    settings.PORTAL_KEYS = f"{second},{first}"


def test_a_right_under_the_older_key_still_excludes_others(settings: Any) -> None:
    ruleset = publish_lantern()
    staff(ruleset)
    round_ = call(ruleset)
    unit, user = applicant()
    first = drafts.start(round_, unit, by=user)
    fill(first, user, LEADER)
    submit(first)
    turn_keys(settings)
    other, person = applicant("另一示例单位")
    second = drafts.start(round_, other, by=person)
    fill(second, person, LEADER)
    with pytest.raises(claims.ClaimHeldError):
        submission.submit(second, by=person, idempotency_key=uuid.uuid4())
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "重写占用和名单键 1 项" in out.getvalue()
    assert list(Claim.objects.values_list("key_id", flat=True)) == ["t1"]
    with pytest.raises(claims.ClaimHeldError):
        submission.submit(second, by=person, idempotency_key=uuid.uuid4())


def test_a_ban_under_the_older_key_still_holds_and_the_command_says_so(settings: Any) -> None:
    ruleset = publish_lantern()
    staff(ruleset)
    round_ = call(ruleset)
    unit, user = applicant()
    draft = drafts.start(round_, unit, by=user)
    fill(draft, user, LEADER)
    submit(draft)
    frozen = last_submission(draft)
    assert frozen is not None
    ends = dt.date(2099, 1, 1)
    Ban.objects.create(
        jurisdiction=draft.jurisdiction, subject="leader", key=ban_keys(frozen.answers)["leader"],
        key_id="t2", label="示例", starts_on=dt.date(2026, 1, 1), ends_on=ends, ground="示例",
    )  # fmt: skip
    turn_keys(settings)
    found = registers(draft, policy_of(draft.ruleset), filing_of(draft))
    assert found["register.leader_banned"] is True
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "旧密钥“t2”须保留至 2099-01-01" in out.getvalue()

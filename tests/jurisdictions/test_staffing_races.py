"""One link of an invitation, followed twice at the same moment."""

from functools import partial

import pytest

from jurisdictions.domain import staffing
from jurisdictions.domain.offices import save_office
from jurisdictions.enums import StaffTask
from jurisdictions.models import Post, StaffInvitation
from portal.accounts.models import User
from portal.common.errors import DomainError
from tests.jurisdictions.factories import administrator, publish_shiyan
from tests.races import ROUNDS, all_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def _follow(token: str) -> User:
    return staffing.accept(token, name="新任人员", password="yi ju hen chang de hua")


def test_a_link_followed_twice_at_once_makes_one_account_and_one_post() -> None:
    place = publish_shiyan().jurisdiction
    office, admin = save_office(place, code="dq", name="东区人社局", by=None), administrator(place)
    for nth in range(1, ROUNDS + 1):
        _, link = staffing.invite(
            place, task=StaffTask.HANDLER, login=f"new{nth}@example.gov.cn", by=admin,
            reason="任免文件", office=office,
        )  # fmt: skip
        token = link.rstrip("/").rsplit("/", 1)[1]
        answers = all_at_once([partial(_follow, token)] * 2)
        assert {type(answer) for answer in answers} == {User, DomainError}
        assert (User.objects.count(), Post.objects.count()) == (nth + 1, nth)
    assert StaffInvitation.objects.filter(accepted_at__isnull=False).count() == ROUNDS

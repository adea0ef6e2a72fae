"""Rows made ready one by one are saved together, with their histories."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, Membership, User
from portal.common.bulk import Gathered, fits
from portal.common.errors import DomainError
from portal.common.history import signed
from tests.factories import make_uscc, make_user

pytestmark = pytest.mark.django_db


def unit(nth: int = 1) -> Enterprise:
    return Enterprise(name="示例单位", uscc=make_uscc(f"91500103MA500000{nth}"))


def test_a_row_may_refer_to_one_that_is_saved_before_it_and_the_history_says_who() -> None:
    person = make_user("clerk@example.gov.cn")
    found, gathered = signed(unit(), by=person, reason="登记"), Gathered(Enterprise, Membership)
    at = Membership(enterprise=found, user=person, role=MemberRole.HANDLER)
    at.active_from = timezone.now()
    gathered.add(at, found)
    gathered.save()
    assert Membership.objects.get().enterprise == found
    line = found.history.get()
    assert (line.history_user, line.history_change_reason, line.id) == (person, "登记", found.pk)


def test_one_row_that_cannot_be_saved_keeps_all_out() -> None:
    gathered = Gathered(Enterprise)
    gathered.add(unit(1), unit(2), unit(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        gathered.save()
    assert Enterprise.objects.count() == 0


def test_a_table_that_was_not_named_is_refused() -> None:
    with pytest.raises(KeyError):
        Gathered(Enterprise).add(User())


def test_what_has_no_room_is_refused_by_its_column() -> None:
    row = unit()
    fits(row)
    row.name = "长" * 201
    for column, named in (("", "name"), ("unit_name", "unit_name")):
        with pytest.raises(DomainError) as refused:
            fits(row, column=column)
        assert refused.value.field == named

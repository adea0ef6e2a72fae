"""portal.common.doors: object grants are closed tables."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Enterprise, User
from portal.common import doors
from portal.common.views import read_only
from tests.factories import make_enterprise

pytestmark = [pytest.mark.core, pytest.mark.django_db]


@pytest.fixture
def granted(monkeypatch: pytest.MonkeyPatch, enterprise: Enterprise) -> Enterprise:
    """A unit of a model that declares one grant."""
    kind = ContentType.objects.get_for_model(Enterprise)
    Permission.objects.create(content_type=kind, codename="inspect", name="查看")
    monkeypatch.setattr(Enterprise, "allowed_permissions", frozenset({"inspect"}), raising=False)
    return enterprise


def test_a_grant_opens_one_object_to_one_person(granted: Enterprise, dora: User, bob: User) -> None:
    other = make_enterprise("别的单位")
    doors.grant(dora, "inspect", granted)
    assert doors.holds(dora, "inspect", granted)
    assert not doors.holds(dora, "inspect", other)
    assert not doors.holds(bob, "inspect", granted)
    assert doors.holders("inspect", granted) == {dora}


def test_a_group_shares_its_grants_with_its_members(granted: Enterprise, dora: User) -> None:
    group = Group.objects.create(name="复核组")
    doors.grant(group, "inspect", granted)
    assert not doors.holds(dora, "inspect", granted)
    dora.groups.add(group)
    visible = Enterprise.objects.filter(pk__in=doors.visible_ids(dora, "inspect", Enterprise))
    assert list(visible) == [granted]


def test_a_revoked_grant_is_closed_at_once(granted: Enterprise, dora: User) -> None:
    doors.grant(dora, "inspect", granted)
    doors.revoke(dora, "inspect", granted)
    assert not doors.holds(dora, "inspect", granted)


def test_a_superuser_holds_nothing_by_being_one(granted: Enterprise) -> None:
    root = User.objects.create_superuser("root@example.com", "correct horse battery staple")
    assert not doors.holds(root, "inspect", granted)


def test_a_disabled_account_holds_nothing(granted: Enterprise, dora: User) -> None:
    doors.grant(dora, "inspect", granted)
    dora.is_active = False
    assert not doors.holds(dora, "inspect", granted)


def test_an_undeclared_grant_is_refused(granted: Enterprise, dora: User) -> None:
    with pytest.raises(doors.UnknownGrantError, match="knows no grant 'inspct'"):
        doors.grant(dora, "inspct", granted)
    with pytest.raises(doors.UnknownGrantError):
        doors.visible_ids(dora, "inspect", User)


def test_grants_are_read_once_where_nothing_may_change(granted: Enterprise, dora: User) -> None:
    doors.grant(dora, "inspect", granted)
    with CaptureQueriesContext(connection) as captured, read_only():
        for _ in range(3):
            assert doors.holds(dora, "inspect", granted)
            assert doors.granted(dora, "inspect", Enterprise) == {granted.pk}
    assert len(captured) == 1
    doors.revoke(dora, "inspect", granted)
    with read_only():
        assert not doors.holds(dora, "inspect", granted)

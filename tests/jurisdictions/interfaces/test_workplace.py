"""Where a person works, in the top bar of every page."""

from typing import Any

import pytest
from django.urls import reverse

from jurisdictions.domain.offices import appoint, make_administrator, save_office
from jurisdictions.interfaces.workplace import workplace_of
from jurisdictions.models import Office
from portal.accounts.models import User
from tests.applications.factories import publish_city
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(db: None) -> User:
    place = publish_city("urumqi").jurisdiction
    admin = make_user("admin@example.gov.cn", staff=True)
    make_administrator(admin, place, by=None)
    user = make_user("officer@example.gov.cn", name="示例经办", staff=True)
    for number in (1, 2):
        office = save_office(place, code=f"o{number}", name=f"示例{number}区人社局", by=admin)
        for post in ("handler", "reviewer")[:number]:
            appoint(user, office, post, by=admin, reason="分工安排")
    return user


def test_the_bar_names_city_and_office(officer: User) -> None:
    assert workplace_of(officer) == "乌鲁木齐 · 示例1区人社局等 2 个机构"
    officer.posts.filter(office__code="o2").delete()
    assert workplace_of(officer) == "乌鲁木齐 · 示例1区人社局"
    # What the name of the office says already is not said twice.
    Office.objects.filter(code="o1").update(name="乌鲁木齐市示例1区人社局")
    assert workplace_of(officer) == "乌鲁木齐市示例1区人社局"


def test_an_administrator_is_named_by_his_city(officer: User) -> None:
    assert workplace_of(User.objects.get(email="admin@example.gov.cn")) == "乌鲁木齐"


def test_only_people_of_offices_have_a_place(
    officer: User, alice: User, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    address = reverse("accounts:me")
    shown = as_user(officer).get(address).content.decode()
    assert '<span class="gj-place">乌鲁木齐 · 示例1区人社局等 2 个机构</span>' in shown
    assert "gj-place" not in as_user(alice).get(address).content.decode()

"""Who works here begins at his work; who files for a unit begins at the home page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from reviews.domain import seating
from tests.factories import PASSWORD, make_user
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def begins_at(user: User) -> str:
    """The page a person sees first after signing in."""
    client = Client()
    given = {"login": user.login_name, "password": PASSWORD}
    answer = client.post(reverse("account_login"), given, follow=True)
    assert answer.status_code == 200
    return str(answer.request["PATH_INFO"])


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def test_an_officer_begins_at_what_waits_for_him_and_finds_the_way_back() -> None:
    city = make.make_city("urumqi")
    case = make.submitted(city)
    assert case.office is not None
    officer = with_password(city.person(case.office))
    assert begins_at(officer) == reverse("reviews:worklist")
    client = Client()
    client.force_login(officer, backend="portal.accounts.backends.LoginBackend")
    home = client.get("/").content.decode()
    assert f'href="{reverse("common:workbench")}"' in home
    # He files for no unit.
    assert reverse("applications:list") not in home


def test_an_administrator_begins_at_the_worklist_and_an_expert_at_what_he_judges() -> None:
    city = make.make_city("urumqi")
    assert begins_at(with_password(city.admin)) == reverse("reviews:worklist")
    run = panels.at_panel(city, make.submitted(city))
    experts = panels.pool(city, 3)
    seats = seating.appoint(run, experts, by=panels.handler(city, run))
    assert begins_at(with_password(seats[0].expert.user)) == reverse("reviews:panel")


def test_who_works_nowhere_and_who_files_for_a_unit_begin_at_the_home_page(alice: User) -> None:
    assert begins_at(alice) == "/"
    assert begins_at(make_user("new@example.gov.cn", staff=True)) == "/"


def test_a_guest_is_asked_to_sign_in_first() -> None:
    answer = Client().get(reverse("common:workbench"))
    assert answer.headers["Location"].startswith(reverse("account_login"))

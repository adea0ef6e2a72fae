"""What shows a full number or changes who may do what wants the password again."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jurisdictions.domain.offices import make_administrator
from jurisdictions.models import Jurisdiction, Office, Post
from portal.accounts.domain.security import give_duty
from portal.accounts.enums import Duty
from portal.accounts.models import User
from portal.common.models import RevealLog
from tests.applications.studios import named
from tests.factories import PASSWORD, make_user
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db
AGAIN = reverse("account_reauthenticate")


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def stale(client: Client) -> Client:
    """Five minutes have passed since the password was typed."""
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= 301
    session.save()
    return client


def asked_again(answer: Any) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(AGAIN)


def test_a_full_number_is_shown_only_after_the_password(as_user: Any) -> None:
    city = make.make_city("urumqi")
    case = make.submitted(city)
    user = city.person(make.run_of(case).office)
    client, before = stale(as_user(user)), RevealLog.objects.count()
    address = reverse("reviews:reveal", args=[case.public_id]) + "?path=leader.id_number"
    said = {"reason": "与身份证复印件核对"}
    assert asked_again(client.post(address, said))
    assert RevealLog.objects.count() == before
    client.post(AGAIN, {"password": PASSWORD})
    assert "650102197510203117" in client.post(address, said).content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "reviews:list-objection-contact", "reviews:consult-number", "assessments:summary_full",
        "jurisdictions:manage_replier_add", "jurisdictions:manage_replier_end",
        "jurisdictions:manage_overseer_add", "jurisdictions:manage_overseer_end",
        "jurisdictions:manage_post_relieve", "jurisdictions:account", "reviews:letter-decide",
        "reviews:letters-send-all", "assessments:dossier_zip",
    ],
)  # fmt: skip
def test_other_sensitive_addresses_ask_before_they_look_at_anything(
    name: str, as_user: Any
) -> None:
    key = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    wanted = {
        "reviews:list-objection-contact": (key, key), "reviews:consult-number": (key, key),
        "assessments:summary_full": (key,), "jurisdictions:manage_replier_add": ("x", key),
        "jurisdictions:manage_replier_end": ("x", key, key),
        "jurisdictions:manage_overseer_add": ("x",),
        "jurisdictions:manage_overseer_end": ("x", key),
        "jurisdictions:manage_post_relieve": ("x", 1), "jurisdictions:account": (key,),
        "reviews:letter-decide": (key,), "reviews:letters-send-all": (key,),
        "assessments:dossier_zip": (key,),
    }  # fmt: skip
    client = as_user(make_user("x@example.gov.cn"))
    address = reverse(name, args=wanted[name])
    assert client.post(address).status_code == 404
    assert asked_again(stale(client).post(address))


def test_an_appointment_is_carried_out_once_the_password_is_given(as_user: Any) -> None:
    place = make.make_city("chaoyang").jurisdiction
    boss, fresh = make_user("boss@example.gov.cn"), make_user("new@example.gov.cn")
    make_administrator(boss, Jurisdiction.objects.get(pk=place.pk), by=None)
    office = Office.objects.filter(jurisdiction=place)[0]
    client = stale(as_user(boss))
    address = reverse("jurisdictions:manage_posts", args=[place.code])
    given = {"login": "new@example.gov.cn", "office": office.pk, "kind": "reviewer",
             "reason": "分工调整"}  # fmt: skip
    assert client.get(address).status_code == 200
    asked = client.post(address, given)
    assert asked_again(asked)
    assert not Post.objects.filter(user=fresh).exists()
    done = client.post(asked.headers["Location"], {"password": PASSWORD, "next": address})
    assert (done.status_code, Post.objects.get(user=fresh).office) == (302, office)


def test_a_worklist_and_a_register_are_exported_only_after_the_password(as_user: Any) -> None:
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    officer = stale(as_user(city.person(city.office("city_bureau"))))
    wanted = {"kind": "xlsx", "scope": "all", "tab": "todo"}
    assert asked_again(officer.post(reverse("reviews:export"), wanted))
    unit = stale(as_user(studio.founding_application.created_by))
    address = reverse("assessments:register_xlsx", args=[studio.public_id, "members"])
    asked = unit.get(address)
    assert asked_again(asked)
    unit.post(AGAIN, {"password": PASSWORD})
    assert unit.get(address).status_code == 200


def test_an_account_is_looked_at_freely_and_locked_after_the_password(as_user: Any) -> None:
    guard, other = make_user("guard@example.gov.cn", staff=True), make_user("o@example.gov.cn")
    give_duty(guard, Duty.SECURITY, reason="任免文件")
    client, address = (
        stale(as_user(guard)),
        reverse("jurisdictions:account", args=[other.public_id]),
    )
    assert client.get(address).status_code == 200
    asked = client.post(address, {"do": "off", "reason": "账号被盗用"})
    assert asked_again(asked)
    assert User.objects.get(pk=other.pk).is_active
    done = client.post(asked.headers["Location"], {"password": PASSWORD, "next": address})
    assert (done.status_code, User.objects.get(pk=other.pk).is_active) == (302, False)


def test_who_gives_the_password_in_the_other_of_two_tabs_is_led_back_to_work(as_user: Any) -> None:
    city = make.make_city("urumqi")
    client = stale(as_user(city.person(city.office("city_bureau"))))
    one, two = reverse("reviews:export"), reverse("reviews:letter-decide", args=[uuid.uuid4()])
    for address in (one, two):
        assert asked_again(client.post(address, {"kind": "xlsx", "scope": "all", "tab": "todo"}))
    back = client.post(AGAIN, {"password": PASSWORD, "next": one})
    assert (back.status_code, back.headers["Location"]) == (302, one)
    page = client.get(one, follow=True)
    assert page.redirect_chain[-1] == (reverse("reviews:worklist"), 302)
    assert "此前提交的内容没有保留" in page.content.decode()
    assert client.get(one).status_code == 405

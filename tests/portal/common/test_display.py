"""大字版 works by a cookie alone."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_large_type_is_remembered_and_the_reader_returns_to_the_page(client: Client) -> None:
    answer = client.get("/display/large/", headers={"referer": "http://testserver/me/?a=1"})
    assert answer.status_code == 302
    assert answer["Location"] == "http://testserver/me/?a=1"
    assert answer.cookies["display_size"].value == "large"


def test_normal_type_forgets_the_cookie(client: Client) -> None:
    answer = client.get("/display/normal/")
    assert answer["Location"] == "/"
    assert answer.cookies["display_size"]["max-age"] == 0


def test_nobody_is_sent_to_another_host(client: Client) -> None:
    answer = client.get("/display/large/", {"next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_other_sizes_do_not_exist(client: Client) -> None:
    assert client.get("/display/huge/").status_code == 404


def test_the_page_takes_the_size_from_the_cookie(client: Client) -> None:
    client.cookies["display_size"] = "large"
    assert '<html lang="zh-CN" class="gj-large">' in client.get("/").content.decode()

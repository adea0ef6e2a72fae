"""portal.common.views: what reads, writes and serves promise."""

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from portal.accounts.models import DemoAccount
from portal.common.views import WriteInReadViewError, public, reads, serves, writes

pytestmark = [pytest.mark.core, pytest.mark.django_db]


def make_row() -> DemoAccount:
    return DemoAccount.objects.create(label="一", login="one", password="x")


def test_a_read_view_cannot_insert(rf: RequestFactory) -> None:
    @reads
    def view(request: HttpRequest) -> HttpResponse:
        make_row()
        return HttpResponse()

    with pytest.raises(WriteInReadViewError, match="accounts_demoaccount"):
        view(rf.get("/"))


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_read_view_cannot_update_or_delete(rf: RequestFactory, change: str) -> None:
    row = make_row()

    @reads
    def view(request: HttpRequest) -> HttpResponse:
        rows = DemoAccount.objects.filter(pk=row.pk)
        rows.update(label="二") if change == "update" else rows.delete()
        return HttpResponse()

    with pytest.raises(WriteInReadViewError), transaction.atomic():
        view(rf.get("/"))
    assert DemoAccount.objects.get().label == "一"


def test_a_read_view_answers_only_safe_methods(rf: RequestFactory) -> None:
    view = reads(lambda request: HttpResponse("ok"))
    assert [view(rf.generic(m, "/")).status_code for m in ("GET", "HEAD", "POST", "DELETE")] == [
        200,
        200,
        405,
        405,
    ]


def test_a_write_view_keeps_nothing_when_it_fails(rf: RequestFactory) -> None:
    @writes
    def view(request: HttpRequest) -> HttpResponse:
        make_row()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        view(rf.post("/"))
    assert DemoAccount.objects.count() == 0


def test_a_write_view_that_shows_its_form_cannot_write_on_get(rf: RequestFactory) -> None:
    @writes(methods=("GET", "POST"))
    def view(request: HttpRequest) -> HttpResponse:
        make_row()
        return HttpResponse()

    with pytest.raises(WriteInReadViewError), transaction.atomic():
        view(rf.get("/"))
    assert view(rf.post("/")).status_code == 200
    assert DemoAccount.objects.count() == 1


def test_a_served_file_can_run_nothing(rf: RequestFactory) -> None:
    view = serves(lambda request: HttpResponse(b"x", content_type="image/png"))
    response = view(rf.get("/"))
    policy = "sandbox; default-src 'none'; frame-ancestors 'self'"
    assert response.headers["Content-Security-Policy"] == policy
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_view_carries_only_one_of_the_three_marks() -> None:
    with pytest.raises(TypeError, match="carries two"):
        reads(writes(lambda request: HttpResponse()))


def test_a_public_view_stays_public_under_either_order() -> None:
    outside = public(reads(lambda request: HttpResponse()))
    inside = reads(public(lambda request: HttpResponse()))
    for view in (outside, inside):
        assert (view.view_kind, view.is_public, view.login_required) == ("reads", True, False)

"""portal.common.jobs: long work survives its worker."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Enterprise, User
from portal.common import jobs
from portal.common.errors import DomainError
from portal.common.jobs import JobRun, job_kind
from portal.common.models import Job
from tests.factories import make_enterprise

pytestmark = [pytest.mark.core, pytest.mark.django_db]

LETTERS = "甲乙丙丁"
NEW = "新登记的单位"


class PowerCutError(BaseException):
    """The worker is gone: nothing after this line runs."""


@job_kind("letters")
def letters(run: JobRun) -> Iterator[tuple[int, int]]:
    """Write four letters, one a step; params may cut the power or refuse."""
    run.file_name = "字母.txt"
    for number in range(run.done, len(LETTERS)):
        if run.params.get("refuse_at") == number:
            raise DomainError("第三项没有材料。")
        if run.params.get("break_at") == number:
            raise ZeroDivisionError("secret detail")
        with run.path.open("a", encoding="utf-8") as out:
            out.write(LETTERS[number])
        yield number + 1, len(LETTERS)
        if run.params.get("cut_after") == number + 1 and not run.path.with_suffix(".cut").exists():
            run.path.with_suffix(".cut").touch()
            raise PowerCutError


@job_kind("pages")
def pages(run: JobRun) -> Iterator[tuple[int, int]]:
    """Save a row at the end; params may cancel before it, or cut the power in the middle of it."""
    yield 1, 1
    if run.params.get("cancel"):
        jobs.cancel(Job.objects.get(), by=run.owner)
    with run.ending():
        make_enterprise(NEW)
        if run.params.get("late"):
            with pytest.raises(DomainError, match="已经结束"):
                jobs.cancel(Job.objects.get(), by=run.owner)
        if run.params.get("cut") and Job.objects.get().attempts == 1:
            raise PowerCutError


def saved() -> int:
    return Enterprise.objects.filter(name=NEW).count()


def text_of(job: Job) -> str:
    with job.file.open("rb") as stored:
        return stored.read().decode()


@pytest.fixture
def start(alice: User) -> object:
    def begin(**params: object) -> Job:
        return jobs.start_job("letters", alice, params, "demo")

    return begin


def test_a_job_is_done_and_its_file_is_stored(start, alice: User) -> None:
    job = start()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent) == ("done", 4, 4, 100)
    assert (job.file_name, text_of(job)) == ("字母.txt", LETTERS)


def test_a_job_goes_on_where_a_dead_worker_left_it(start) -> None:
    job = start(cut_after=2)
    with pytest.raises(PowerCutError):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == ("running", 2)
    assert jobs.waiting_ids() == []  # the lease still protects it
    jobs.run(job.pk)
    assert Job.objects.get().attempts == 1
    Job.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert jobs.waiting_ids() == [job.pk]
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, text_of(job)) == ("done", 2, LETTERS)


@pytest.mark.parametrize(
    ("params", "state", "rows"),
    [({}, "done", 1), ({"late": True}, "done", 1), ({"cancel": True}, "cancelled", 0)],
)
def test_rows_are_saved_and_the_job_is_done_or_neither(
    alice: User, params: dict[str, bool], state: str, rows: int
) -> None:
    job = jobs.start_job("pages", alice, params)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, saved()) == (state, rows)


def test_rows_of_a_worker_that_died_are_saved_once_by_the_next(alice: User) -> None:
    job = jobs.start_job("pages", alice, {"cut": True})
    with pytest.raises(PowerCutError):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, saved()) == ("running", 0)
    Job.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    for _ in range(2):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, saved()) == ("done", 2, 1)


def test_a_cancelled_job_stops_and_cannot_be_cancelled_twice(start, alice: User) -> None:
    job = start()
    jobs.cancel(job, by=alice)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, bool(job.file)) == ("cancelled", 0, False)
    with pytest.raises(DomainError, match="已经结束"):
        jobs.cancel(job, by=alice)


def test_a_refusal_is_shown_and_a_fault_is_not(start) -> None:
    refused, broken = start(refuse_at=2), start(break_at=1)
    jobs.run(refused.pk)
    jobs.run(broken.pk)
    refused.refresh_from_db()
    broken.refresh_from_db()
    assert (refused.state, refused.error) == ("failed", "第三项没有材料。")
    assert broken.state == "failed"
    assert "secret" not in broken.error


def test_a_job_dies_with_the_account_of_its_owner(start, alice: User) -> None:
    job = start()
    User.objects.filter(pk=alice.pk).update(is_active=False)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "发起人账号已停用，任务终止。")


def test_an_unknown_kind_is_refused(alice: User) -> None:
    with pytest.raises(KeyError, match="no job kind"):
        jobs.start_job("nothing", alice, {})


def test_only_the_owner_sees_a_job_and_its_file(start, alice: User, bob: User, as_user) -> None:
    job = start()
    jobs.run(job.pk)
    mine: Client = as_user(alice)
    theirs: Client = as_user(bob)
    page, file = reverse("common:job", args=[job.pk]), reverse("common:job_file", args=[job.pk])
    cancel = reverse("common:job_cancel", args=[job.pk])
    assert mine.get(page).status_code == 200
    assert [theirs.get(page).status_code, theirs.get(file).status_code] == [404, 404]
    assert theirs.post(cancel).status_code == 404
    content = mine.get(file)
    assert b"".join(content.streaming_content).decode() == LETTERS
    assert content.headers["Content-Disposition"].startswith("attachment")


def test_polling_stops_when_the_job_ends(start, alice: User, as_user) -> None:
    job = start()
    client = as_user(alice)
    page = reverse("common:job", args=[job.pk])
    assert client.get(page, headers={"HX-Request": "true"}).status_code == 200
    assert "取消任务" in client.get(page).content.decode()
    jobs.run(job.pk)
    last = client.get(page, headers={"HX-Request": "true"})
    assert last.status_code == 286
    # What can be done while it runs goes with it, on the page that polled too.
    assert '<div id="job-acts" hx-swap-oob="true"></div>' in last.content.decode()
    assert "取消任务" not in client.get(page).content.decode()


def test_old_results_are_deleted(start) -> None:
    job = start()
    jobs.run(job.pk)
    Job.objects.update(finished_at=timezone.now() - dt.timedelta(days=8))
    assert jobs.delete_old_results() == 1
    assert Job.objects.get().file.name == ""

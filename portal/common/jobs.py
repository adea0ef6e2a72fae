"""Long work that survives its worker: a row with a lease, progress, resume and cancel.

A kind of work registers a generator::

    @job_kind("zip_forms")
    def zip_forms(run: JobRun) -> Iterator[tuple[int, int]]:
        run.file_name = "申报表.zip"
        for number, item in enumerate(items[run.done:], start=run.done + 1):
            ...append item to run.path...
            yield number, len(items)

Each ``yield`` renews the lease, stores the progress and notices cancelling. A worker that takes
over starts with ``run.done`` as it was stored, when the half-made file is still at hand.

Work whose result is rows makes them ready step by step and saves them inside ``run.ending()``.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal.common.errors import DomainError
from portal.common.models import Job
from portal.common.queue import enqueue

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
KEEP_RESULTS = dt.timedelta(days=7)
OPEN_STATES = (Job.State.QUEUED, Job.State.RUNNING)


class LeaseLostError(RuntimeError):
    """Another worker has taken the job over, or it was cancelled: stop without a trace."""


class JobRun:
    """What a kind of work sees of its job.

    Attributes:
        params: the parameters given to start_job.
        owner: the person who asked.
        jurisdiction_code: the jurisdiction the work is confined to, or "".
        done: how many parts are finished already (0 unless resumed).
        path: file to write the result into, local to this machine.
        file_name: name under which the result is downloaded; set it.
    """

    def __init__(self, job: Job, token: uuid.UUID) -> None:
        self.job_id = job.pk
        self._token = token
        self.params: dict[str, Any] = job.params
        self.owner = job.owner
        self.jurisdiction_code = job.jurisdiction_code
        self.file_name = job.file_name or f"{job.kind}.bin"
        folder = settings.VAR_DIR / "jobs"
        folder.mkdir(parents=True, exist_ok=True)
        self.path: Path = folder / f"{job.pk}.part"
        self.done = job.done if self.path.exists() else 0

    @contextmanager
    def ending(self) -> Iterator[None]:
        """One transaction in which rows are saved and the job is done, or neither.

        Nothing more is to be done after it. Who cancels before it keeps the rows out; who cancels
        during it is told that the job has ended; a worker that took over saves them once.

        Raises:
            LeaseLostError: the job was cancelled or taken over.
        """
        with transaction.atomic():
            held = Job.objects.filter(
                pk=self.job_id, lease_token=self._token, state=Job.State.RUNNING,
                owner__is_active=True,
            )  # fmt: skip
            now = timezone.now()
            if not held.update(
                state=Job.State.DONE, finished_at=now, lease_token=None, lease_until=None
            ):
                raise LeaseLostError(str(self.job_id))
            yield


Work = Callable[[JobRun], Iterator[tuple[int, int]]]
_kinds: dict[str, Work] = {}


def job_kind(name: str) -> Callable[[Work], Work]:
    """Register the generator that does jobs of kind ``name``; apps import theirs in ready()."""

    def register(work: Work) -> Work:
        if _kinds.get(name, work) is not work:
            raise ValueError(f"two pieces of work are called {name!r}")
        _kinds[name] = work
        return work

    return register


def start_job(kind: str, owner: Any, params: dict[str, Any], jurisdiction_code: str = "") -> Job:
    """Ask for long work; it starts once the present transaction is committed.

    Args:
        kind: a registered kind.
        owner: the person who asks; only they see the job, and it dies with their account.
        params: plain values, kept as JSON.
        jurisdiction_code: the jurisdiction the work is confined to, or "".

    Raises:
        KeyError: nobody registered ``kind``.
    """
    if kind not in _kinds:
        raise KeyError(f"no job kind {kind!r}; known: {sorted(_kinds)}")
    job = Job.objects.create(
        kind=kind, owner=owner, params=params, jurisdiction_code=jurisdiction_code
    )
    enqueue("portal.common.tasks.run_job", job_id=str(job.pk))
    return job


def jobs_of(user: Any) -> QuerySet[Job]:
    """Return the jobs ``user`` asked for, newest first."""
    return Job.objects.filter(owner_id=user.pk)


def waiting_ids() -> list[uuid.UUID]:
    """Return jobs without a living worker: queued for a while, or with a lease run out."""
    now = timezone.now()
    late = Q(state=Job.State.QUEUED, created_at__lt=now - dt.timedelta(seconds=30))
    orphan = Q(state=Job.State.RUNNING, lease_until__lt=now)
    return list(Job.objects.filter(late | orphan).values_list("pk", flat=True)[:100])


def cancel(job: Job, *, by: Any) -> None:
    """Stop a job; a worker at it notices at its next step.

    Raises:
        DomainError: the job is finished already, or is somebody else's.
    """
    changed = Job.objects.filter(pk=job.pk, owner_id=by.pk, state__in=OPEN_STATES).update(
        state=Job.State.CANCELLED, finished_at=timezone.now(), lease_token=None, lease_until=None
    )
    if not changed:
        raise DomainError("任务已经结束，无需取消。请刷新页面查看结果。")


def end_jobs(owner: Any, why: str, jurisdiction_code: str | None = None) -> int:
    """End the work of somebody who left: nothing runs on, and finished files are gone.

    Args:
        owner: who left.
        why: sentence shown with the job.
        jurisdiction_code: only work confined to this jurisdiction; None for all.

    Returns:
        How many jobs were stopped before they had finished.
    """
    jobs = Job.objects.filter(owner_id=owner.pk)
    if jurisdiction_code is not None:
        jobs = jobs.filter(jurisdiction_code=jurisdiction_code)
    stopped = jobs.filter(state__in=OPEN_STATES).update(
        state=Job.State.FAILED, finished_at=timezone.now(), lease_token=None, lease_until=None,
        error=why[:500],
    )  # fmt: skip
    for job in jobs.exclude(file=""):
        name, storage = str(job.file.name), job.file.storage
        Job.objects.filter(pk=job.pk).update(file="", error=why[:500])
        transaction.on_commit(partial(storage.delete, name))
    return stopped


def run(job_id: uuid.UUID) -> None:
    """Do a job, or go on with it; return at once when another worker is at it."""
    token = _take(job_id)
    if token is None:
        return
    job = Job.objects.select_related("owner").get(pk=job_id)
    if job.attempts > MAX_ATTEMPTS:
        _close(job, token, Job.State.FAILED, error="任务多次中断，请缩小范围后重新发起。")
        return
    if not job.owner.is_active:
        _close(job, token, Job.State.FAILED, error="发起人账号已停用，任务终止。")
        return
    try:
        _work(job, token)
    except LeaseLostError:
        logger.info("job %s: lease lost or cancelled, stopping", job_id)
    except DomainError as error:
        _close(job, token, Job.State.FAILED, error=error.message)
    except Exception:
        logger.exception("job %s failed", job_id)
        _close(
            job, token, Job.State.FAILED, error="任务执行出错，请重新发起；仍不成功请联系管理员。"
        )


def delete_old_results() -> int:
    """Delete result files of jobs that ended long ago; return how many."""
    old = Job.objects.filter(finished_at__lt=timezone.now() - KEEP_RESULTS).exclude(file="")
    count = 0
    for job in old.iterator():
        job.file.delete(save=False)
        Job.objects.filter(pk=job.pk).update(file="")
        count += 1
    return count


def _lease_end() -> dt.datetime:
    return timezone.now() + dt.timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _take(job_id: uuid.UUID) -> uuid.UUID | None:
    """Make the job ours in one statement, so that of two workers exactly one gets it."""
    now, token = timezone.now(), uuid.uuid4()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, pk=job_id).update(
        state=Job.State.RUNNING,
        lease_token=token,
        lease_until=_lease_end(),
        attempts=F("attempts") + 1,
        started_at=now,
    )
    return token if taken else None


def _work(job: Job, token: uuid.UUID) -> None:
    this = JobRun(job, token)
    for done, total in _kinds[job.kind](this):
        _heartbeat(job, token, done, total)
    _finish(job, token, this)


def _heartbeat(job: Job, token: uuid.UUID, done: int, total: int) -> None:
    held = Job.objects.filter(
        pk=job.pk, lease_token=token, state=Job.State.RUNNING, owner__is_active=True
    )
    if not held.update(done=done, total=total, lease_until=_lease_end()):
        if not job.owner.__class__.objects.filter(pk=job.owner_id, is_active=True).exists():
            raise DomainError("发起人账号已停用，任务终止。")
        raise LeaseLostError(str(job.pk))


def _finish(job: Job, token: uuid.UUID, this: JobRun) -> None:
    """Store the result under a new name, then point the row at it if the job is still ours."""
    stored = ""
    if this.path.exists():
        with this.path.open("rb") as content:
            suffix = Path(this.file_name).suffix
            stored = job.file.storage.save(f"jobs/{uuid.uuid4()}{suffix}", File(content))
    if _close(job, token, Job.State.DONE, file=stored, file_name=this.file_name[:200]):
        this.path.unlink(missing_ok=True)
    elif stored:
        job.file.storage.delete(stored)


def _close(job: Job, token: uuid.UUID, state: Job.State, **columns: Any) -> bool:
    changed = Job.objects.filter(pk=job.pk, lease_token=token).update(
        state=state, finished_at=timezone.now(), lease_token=None, lease_until=None, **columns
    )
    return bool(changed)

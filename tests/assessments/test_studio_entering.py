"""Many old studios enter in the background: seen, cancelled, refused as a whole, entered once."""

import hashlib
from base64 import b64encode
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Studio
from assessments.interfaces import studio_import
from jurisdictions.domain.offices import make_administrator
from jurisdictions.models import Ruleset
from portal.accounts.models import User
from portal.common import jobs
from portal.common.doors import revoke
from portal.common.models import Job, SealedValue
from portal.common.sealed import WORK
from tests.applications.factories import publish_city
from tests.assessments.factories import old_studio
from tests.assessments.test_importing import row, workbook
from tests.factories import make_user

pytestmark = pytest.mark.django_db
WHERE = "assessments:import_studios"
MANY = 12


@pytest.fixture
def ruleset(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Ruleset:
    """A city; a dozen studios are many here, so that the tests are quick."""
    settings.STAFF_MFA_REQUIRED = False
    monkeypatch.setattr(studio_import, "AT_ONCE", MANY - 1)
    return publish_city("yuzhong")


@pytest.fixture
def admin(ruleset: Ruleset) -> User:
    person = make_user("admin@example.gov.cn", name="示例管理员")
    make_administrator(person, ruleset.jurisdiction, by=None)
    return person


def many(count: int = MANY) -> bytes:
    return workbook(*(row(nth) for nth in range(10, 10 + count))).read()


def pressed(client: Client, content: bytes) -> Any:
    """The import of a workbook that was checked is asked for."""
    digest = hashlib.sha256(content).hexdigest()
    given = {"sha256": digest, "content": b64encode(content).decode()}
    return client.post(reverse(WHERE, args=["yuzhong"]), given)


def started(client: Client, content: bytes | None = None) -> Job:
    answer = pressed(client, content or many())
    return Job.objects.get(pk=answer["Location"].strip("/").split("/")[-1])


def said(client: Client, job: Job) -> str:
    return client.get(reverse("common:job", args=[job.pk])).content.decode()


def test_many_studios_enter_in_the_background_and_the_page_tells(as_user: Any, admin: User) -> None:
    client, content = as_user(admin), many()
    upload = SimpleUploadedFile("补录.xlsx", content)
    page = client.post(reverse(WHERE, args=["yuzhong"]), {"file": upload})
    assert "在后台导入" in page.content.decode()
    job = started(client, content)
    assert (Studio.objects.count(), SealedValue.objects.get().kind) == (0, WORK)
    waiting = said(client, job)
    assert f"即将导入 {MANY} 个工作室，完成前可以取消。" in waiting
    assert "刷新进度" in waiting
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.error) == ("done", MANY, MANY, "")
    assert (Studio.objects.count(), SealedValue.objects.filter(kind=WORK).count()) == (MANY, 0)
    done = said(client, job)
    assert f"已补录 {MANY} 个工作室。" in done
    assert f'href="{reverse("assessments:desk")}"' in done
    assert set(Studio.objects.values_list("entered_on", flat=True)) == {timezone.localdate()}


def test_a_few_studios_enter_at_once(as_user: Any, admin: User) -> None:
    answer = pressed(as_user(admin), many(2))
    assert answer["Location"] == reverse("assessments:desk")
    assert (Studio.objects.count(), Job.objects.count()) == (2, 0)


def test_a_few_studios_sent_again_are_told_to_be_entered(as_user: Any, admin: User) -> None:
    client, content = as_user(admin), many(2)
    desk = reverse("assessments:desk")
    told = "这份表格已经导入，2 个工作室均已在册，没有重复登记。"
    for sentence in ("已补录 2 个工作室。", told):
        assert pressed(client, content)["Location"] == desk
        assert [str(one) for one in client.get(desk).context["messages"]] == [sentence]
    assert Studio.objects.count() == 2
    upload = SimpleUploadedFile("补录.xlsx", content)
    page = client.post(reverse(WHERE, args=["yuzhong"]), {"file": upload})
    assert page.context["again"].says == told
    shown = page.content.decode()
    assert f'{told} <a href="{desk}">查看工作室管理</a>' in shown
    assert "已在册。" not in shown


def test_who_cancels_keeps_all_of_them_out(as_user: Any, admin: User) -> None:
    client, content = as_user(admin), many()
    job = started(client, content)
    assert client.post(reverse("common:job_cancel", args=[job.pk])).status_code == 302
    jobs.run(job.pk)
    assert Studio.objects.count() == 0
    assert "没有导入任何工作室。" in said(client, job)
    # The same workbook may be sent again.
    assert started(client, content) != job


def test_one_row_that_no_longer_fits_keeps_all_of_them_out(
    as_user: Any, admin: User, ruleset: Ruleset
) -> None:
    client = as_user(admin)
    job = started(client)
    old_studio("yuzhong", ruleset, number="OLD-15")
    jobs.run(job.pk)
    job.refresh_from_db()
    told = "表格中还有 1 处问题，请重新检查并改正。第一处在B7：编号“OLD-15”已在册。"
    assert (job.state, job.error) == ("failed", told)
    assert Studio.objects.count() == 1
    assert "没有导入任何工作室。" in said(client, job)


def test_a_workbook_sent_twice_leads_to_one_job_and_enters_once(as_user: Any, admin: User) -> None:
    client, content = as_user(admin), many()
    job = started(client, content)
    assert started(client, content) == job
    for _ in range(2):
        jobs.run(job.pk)
    assert started(client, content) == job
    assert Studio.objects.count() == MANY


def test_who_administers_the_place_no_longer_enters_nothing(
    as_user: Any, admin: User, ruleset: Ruleset
) -> None:
    job = started(as_user(admin))
    revoke(admin, "administer", ruleset.jurisdiction)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "您已不再管理本地区，任务终止。")
    assert Studio.objects.count() == 0

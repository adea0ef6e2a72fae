"""三员: system, security and audit administrators, kept apart; and what leaving means."""

from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.domain import events
from jurisdictions.domain.offices import (
    appoint,
    make_administrator,
    relieve,
    remove_administrator,
    save_office,
)
from jurisdictions.domain.overseeing import end_oversight, let_oversee
from jurisdictions.models import Jurisdiction
from portal.accounts.domain.security import (
    drop_second_factor,
    give_duty,
    switch_off,
    switch_on,
    take_duty,
)
from portal.accounts.enums import Duty
from portal.accounts.models import AccountEvent, User
from portal.common.errors import DomainError
from portal.common.jobs import JobRun, end_jobs, job_kind, run, start_job
from portal.common.models import Job
from tests.factories import make_enterprise, make_member, make_user
from tests.jurisdictions.factories import publish_shiyan

pytestmark = pytest.mark.django_db
WHY = "任免文件〔2026〕1号"


@job_kind("duties_test_export")
def export(this: JobRun) -> object:
    yield 1, 1


@pytest.fixture(autouse=True)
def no_second_factor(settings: object) -> None:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]  # pytest-django's settings


@pytest.fixture
def guard() -> User:
    return give_duty(make_user("an@example.gov.cn", name="安管"), Duty.SECURITY, reason=WHY)


@pytest.fixture
def auditor() -> User:
    return give_duty(make_user("shen@example.gov.cn", name="审管"), Duty.AUDIT, reason=WHY)


@pytest.fixture
def place() -> Jurisdiction:
    return publish_shiyan().jurisdiction


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.LoginBackend")
    return client


def test_one_person_holds_one_duty(guard: User) -> None:
    with pytest.raises(DomainError, match="已是安全管理员，三员不得兼任"):
        give_duty(guard, Duty.AUDIT, reason=WHY)
    take_duty(guard, reason=WHY)
    assert give_duty(guard, Duty.AUDIT, reason=WHY).duty == Duty.AUDIT
    assert list(AccountEvent.objects.values_list("kind", flat=True)) == [
        "duty_given", "duty_taken", "duty_given",
    ]  # fmt: skip


def test_the_database_keeps_others_out_of_the_console(guard: User) -> None:
    guard.is_staff = True
    with pytest.raises(IntegrityError), transaction.atomic():
        guard.save()


def test_who_has_a_duty_gets_no_post_and_the_reverse(guard: User, place: Jurisdiction) -> None:
    office = save_office(place, code="dong", name="东区人社局", by=None)
    with pytest.raises(DomainError, match="不得兼任业务岗位"):
        appoint(guard, office, "handler", by=None, reason=WHY)
    with pytest.raises(DomainError, match="不得兼任业务岗位"):
        make_administrator(guard, place, by=None)
    officer = make_user("jing@example.gov.cn")
    appoint(officer, office, "handler", by=None, reason=WHY)
    with pytest.raises(DomainError, match="有业务岗位或所属单位"):
        give_duty(officer, Duty.AUDIT, reason=WHY)
    member = make_user("m@example.com")
    make_member(member, make_enterprise())
    with pytest.raises(DomainError, match="有业务岗位或所属单位"):
        give_duty(member, Duty.SECURITY, reason=WHY)


def test_a_superuser_is_the_system_administrator_and_nothing_else() -> None:
    root = User.objects.create_superuser("root@example.gov.cn", "x" * 20)
    assert root.duty == Duty.SYSTEM
    client = client_of(root)
    assert client.get("/security/accounts/").status_code == 404
    assert client.get("/audit/").status_code == 404


def test_the_security_administrator_manages_accounts_and_sees_no_record(
    guard: User, as_user: Any
) -> None:
    officer = make_user("jing@example.gov.cn", name="经办")
    Authenticator.objects.create(user=officer, type="totp", data={})
    client = as_user(guard)
    shown = client.get("/security/accounts/?q=jing").content.decode()
    assert ("经办" in shown, "安管" in shown.split("<main", 1)[1]) == (True, False)
    page = f"/security/accounts/{officer.public_id}/"
    assert client.post(page, {"do": "off", "reason": ""}).status_code == 422
    assert client.post(page, {"do": "off", "reason": "已调离本单位"}).status_code == 302
    officer.refresh_from_db()
    assert not officer.is_active
    client.post(page, {"do": "on", "reason": "恢复工作"})
    client.post(page, {"do": "mfa", "reason": "手机遗失"})
    assert Authenticator.objects.count() == 0
    kinds = list(AccountEvent.objects.filter(user=officer).values_list("kind", flat=True))
    assert kinds == ["second_factor_dropped", "switched_on", "switched_off"]
    for address in ("/audit/", "/audit/accounts/"):
        assert client.get(address).status_code == 404


def test_nobody_but_the_security_administrator_switches_off(guard: User, auditor: User) -> None:
    officer = make_user("jing@example.gov.cn")
    for act in (switch_off, switch_on, drop_second_factor):
        with pytest.raises(DomainError, match="只有安全管理员可以办理"):
            act(officer, by=auditor, reason="已调离本单位")
    with pytest.raises(DomainError, match="不能办理自己的账号"):
        switch_off(guard, by=guard, reason="试一试看")


def test_the_audit_administrator_reads_the_record_and_nothing_else(
    auditor: User, place: Jurisdiction
) -> None:
    events.record(place, "tested", "试验记录一条", actor=auditor)
    client = client_of(auditor)
    assert "试验记录一条" in client.get("/audit/?q=试验记录").content.decode()
    assert "试验记录一条" not in client.get("/audit/?place=nowhere").content.decode()
    day = timezone.localdate().isoformat()
    assert "试验记录一条" in client.get(f"/audit/?first={day}&last={day}").content.decode()
    assert "审管任审计管理员" in client.get("/audit/accounts/").content.decode()
    assert client.get("/security/accounts/").status_code == 404
    assert client.get(reverse("reviews:worklist")).content.decode().count("gj-table__main") == 0


def test_an_appointment_is_in_the_record(place: Jurisdiction, auditor: User) -> None:
    office = save_office(place, code="dong", name="东区人社局", by=None)
    appoint(make_user("jing@example.gov.cn", name="经办人"), office, "handler", by=None,
            reason=WHY)  # fmt: skip
    shown = client_of(auditor).get("/audit/?q=post_appointed").content.decode()
    assert "经办人任东区人社局经办" in shown


def test_a_command_gives_and_ends_a_duty() -> None:
    make_user("gao@example.gov.cn", name="高某")
    said = StringIO()
    call_command("give_duty", "gao@example.gov.cn", "audit", "--reason", WHY, stdout=said)
    assert said.getvalue() == "高某：审计管理员\n"
    with pytest.raises(CommandError, match="三员不得兼任"):
        call_command("give_duty", "gao@example.gov.cn", "security", "--reason", WHY)
    call_command("give_duty", "gao@example.gov.cn", "none", "--reason", WHY, stdout=said)
    assert User.objects.get(email="gao@example.gov.cn").duty == ""
    with pytest.raises(CommandError, match="没有登录名为"):
        call_command("give_duty", "nobody@example.gov.cn", "audit", "--reason", WHY)


def test_a_switched_off_account_is_out_at_its_next_request(guard: User) -> None:
    officer = make_user("jing@example.gov.cn")
    client = client_of(officer)
    assert client.get("/me/").status_code == 200
    switch_off(officer, by=guard, reason="已调离本单位")
    assert client.get("/me/").headers["Location"].startswith("/accounts/login/")


def test_a_relieved_officer_is_out_at_his_next_request(place: Jurisdiction) -> None:
    office = save_office(place, code="dong", name="东区人社局", by=None)
    boss = make_user("gao@example.gov.cn", name="高管")
    make_administrator(boss, place, by=None)
    officer = make_user("jing@example.gov.cn")
    post = appoint(officer, office, "handler", by=boss, reason=WHY)
    client = client_of(officer)
    assert client.get("/deputies/").status_code == 200
    relieve(post, by=boss, reason=WHY)
    assert client.get("/deputies/").status_code == 404


def job(owner: User, code: str = "") -> Job:
    return Job.objects.create(kind="duties_test_export", owner=owner, jurisdiction_code=code)


def test_queued_exports_die_with_the_account(guard: User) -> None:
    officer = make_user("jing@example.gov.cn")
    waiting = job(officer)
    switch_off(officer, by=guard, reason="已调离本单位")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == ("failed", "账号已停用，任务终止。")
    run(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.file.name) == ("failed", "")


def test_queued_exports_die_with_the_last_post_in_the_place(place: Jurisdiction) -> None:
    office = save_office(place, code="dong", name="东区人社局", by=None)
    officer = make_user("jing@example.gov.cn")
    first = appoint(officer, office, "handler", by=None, reason=WHY)
    second = appoint(officer, office, "reviewer", by=None, reason=WHY)
    here, elsewhere = job(officer, place.code), job(officer, "elsewhere")
    relieve(first, by=None, reason=WHY)
    assert Job.objects.get(pk=here.pk).state == "queued"
    relieve(second, by=None, reason=WHY)
    assert Job.objects.get(pk=here.pk).error == "您已离岗，任务终止。"
    assert Job.objects.get(pk=elsewhere.pk).state == "queued"


def test_a_job_says_what_ended(place: Jurisdiction) -> None:
    guard = make_user("guan@example.gov.cn")
    leader = make_user("ling@example.gov.cn")
    make_administrator(guard, place, by=None)
    let_oversee(leader, place, by=guard, reason=WHY)
    seen = job(leader, place.code)
    end_oversight(leader, place, by=guard, reason=WHY)
    assert Job.objects.get(pk=seen.pk).error == "您的总览权限已收回，任务终止。"
    made = job(guard, place.code)
    remove_administrator(guard, place, by=None)
    assert Job.objects.get(pk=made.pk).error == "您已不再担任管理员，任务终止。"


def test_a_finished_export_is_gone_as_well(
    django_capture_on_commit_callbacks: object,
) -> None:
    from django.core.files.base import ContentFile

    officer = make_user("jing@example.gov.cn")
    done = Job(kind="duties_test_export", owner=officer, state="done", finished_at=timezone.now())
    done.file.save("result.txt", ContentFile(b"result"), save=True)
    name, storage = done.file.name, done.file.storage
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        assert end_jobs(officer, "账号已停用，任务终止。") == 0
    assert (Job.objects.get().file.name, storage.exists(name)) == ("", False)


def test_a_worker_in_the_middle_notices() -> None:
    officer = make_user("jing@example.gov.cn")
    seen: list[int] = []

    @job_kind("duties_test_long")
    def long(this: JobRun) -> object:
        for step in (1, 2, 3):
            seen.append(step)
            if step == 1:
                end_jobs(officer, "账号已停用，任务终止。")
            yield step, 3

    started = start_job("duties_test_long", officer, {})
    run(started.pk)
    assert (seen, Job.objects.get().state) == ([1], "failed")

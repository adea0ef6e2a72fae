"""Lets somebody administer a jurisdiction, or ends that."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from jurisdictions.domain import offices, staffing
from jurisdictions.enums import StaffTask
from jurisdictions.models import Jurisdiction
from jurisdictions.permissions import can_administer
from portal.accounts.domain.registration import person_with
from portal.accounts.models import User
from portal.common.errors import DomainError


class Command(BaseCommand):
    """``manage.py make_administrator CITY LOGIN [--end] [--reason …]``."""

    help = "任命或解除地区管理员；还没有账号的，发出邀请并打印链接"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the place, the sign-in name and the reason."""
        parser.add_argument("city", help="地区代码")
        parser.add_argument("login", help="登录邮箱或手机号码")
        parser.add_argument("--end", action="store_true", help="解除")
        parser.add_argument("--reason", default="系统管理员任命", help="任命依据，随邀请保存")

    def handle(self, *args: Any, **options: Any) -> None:
        """Appoint, invite or relieve.

        Raises:
            CommandError: unknown place or account, or the person cannot be appointed.
        """
        place = Jurisdiction.objects.filter(code=options["city"]).first()
        if place is None:
            known = "、".join(Jurisdiction.objects.values_list("code", flat=True)) or "无"
            raise CommandError(
                f"没有代码为 {options['city']} 的地区（已有：{known}）。请先执行 load_cities。"
            )
        try:
            said = self._act(place, options)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(said)

    @transaction.atomic
    def _act(self, place: Jurisdiction, options: dict[str, Any]) -> str:
        email, mobile = staffing.address_of(options["login"])
        user = person_with(email or None, mobile or None)
        if options["end"]:
            return self._end(user, place, options["login"])
        if user is None:
            row, link = staffing.invite(
                place, task=StaffTask.ADMINISTER, login=options["login"], by=None,
                reason=options["reason"],
            )  # fmt: skip
            how = "，邮件同时寄出" if row.email else ""
            return (
                f"{row.recipient} 还没有账号。请将下面的链接转给本人（七天内有效{how}）：\n{link}"
            )
        if not user.is_active:
            raise DomainError(f"{user}的账号已停用，不能任管理员。")
        if can_administer(user, place):
            return f"{user}已是{place}管理员。"
        offices.make_administrator(user, place, by=None)
        return f"{user}：{place}管理员。登录后须启用两步验证。"

    def _end(self, user: User | None, place: Jurisdiction, login: str) -> str:
        if user is None or not can_administer(user, place):
            raise DomainError(f"{login} 不是{place}管理员。")
        offices.remove_administrator(user, place, by=None)
        return f"{user}不再任{place}管理员。"

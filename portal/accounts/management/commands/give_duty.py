"""Makes somebody system, security or audit administrator, or ends that."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.domain.security import give_duty, take_duty
from portal.accounts.enums import Duty
from portal.accounts.models import User
from portal.common.errors import DomainError

NONE = "none"


class Command(BaseCommand):
    """``manage.py give_duty EMAIL system|security|audit|none --reason …``."""

    help = "任命或解除系统管理员、安全管理员、审计管理员（三员不得兼任）"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sign-in address, the duty and the reason."""
        parser.add_argument("login", help="登录邮箱")
        parser.add_argument("duty", choices=[*Duty.values, NONE], help="职责，none 为解除")
        parser.add_argument("--reason", required=True, help="任免依据")

    def handle(self, *args: Any, **options: Any) -> None:
        """Give or end the duty.

        Raises:
            CommandError: nobody signs in with the address, or the duty cannot be given.
        """
        user = User.objects.filter(email=options["login"].strip().lower()).first()
        if user is None:
            raise CommandError(f"没有登录名为 {options['login']} 的账号。")
        try:
            if options["duty"] == NONE:
                take_duty(user, reason=options["reason"])
            else:
                give_duty(user, options["duty"], reason=options["reason"])
        except DomainError as error:
            raise CommandError(error.message) from error
        user.refresh_from_db()
        self.stdout.write(f"{user}：{user.get_duty_display() or '无三员职责'}")

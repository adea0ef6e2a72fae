"""Mail to the unit about its filing."""

from applications.models import Application
from portal.accounts.queries import MANAGING_ROLES, members_of
from portal.common.queue import post_mail
from reviews.models import Case


def mail_unit(application: Application, subject: str, body: str, *, key: str) -> None:
    """Write to whoever filed and to the unit's contact, each once for an occasion.

    A filing that an office keeps from the unit for now is not mentioned to it.

    Args:
        application: the filing.
        subject: one line; the number is added.
        body: what happened and what to do.
        key: names the occasion.
    """
    if not application.shown_to_unit:
        return
    addresses: set[str | None] = {application.enterprise.contact_email}
    if application.created_by is not None:
        addresses.add(application.created_by.email)
    else:
        members = members_of(application.enterprise).filter(role__in=MANAGING_ROLES)
        addresses |= {member.user.email for member in members}
    for number, address in enumerate(sorted(filter(None, addresses))):
        post_mail(
            str(address),
            f"{subject}：{application.number}",
            f"{application.unit_name}：\n{body}\n（本邮件由系统发出，请勿直接回复）",
            key=f"{key}:{number}",
        )


def tell_result(case: Case) -> None:
    """Say that a filing is decided; the result itself is read in the portal."""
    application = case.application
    mail_unit(
        application,
        "办理结果通知",
        f"您单位的申报（{application.number}）已办结，结果和理由请登录门户查看。",
        key=f"decided:{case.public_id}",
    )

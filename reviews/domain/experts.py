"""专家库: who may be asked to judge in a jurisdiction."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from applications.domain import events
from applications.domain.sealing import seal_number
from jurisdictions.domain.offices import keep_staff_mark, mark_staff
from jurisdictions.models import Jurisdiction, Office
from jurisdictions.permissions import can_administer
from portal.accounts.models import User
from portal.accounts.validators import clean_mobile, validate_uscc
from portal.common.doors import grant, revoke
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.notifying import notify
from portal.common.queue import post_mail
from portal.common.sealed import ID_NUMBER, blind, blind_token
from reviews.domain.seating import LIVE, end, lock_seat, note, require_reason
from reviews.enums import SeatState
from reviews.models import Expert, Seat

_LONGEST_NAME, _LONGEST_UNIT = 60, 200


@dataclass(frozen=True)
class Profile:
    """What is entered of an expert.

    Attributes:
        name: as on the identity card.
        employer: full name of the employer.
        employer_uscc: its 统一社会信用代码.
        source: 院校, 行业, 企业, … as the ruleset calls it.
        login: e-mail address or mobile number.
        title: position or professional title.
        specialities: fields of work.
        office: the office he stands for, if any.
        id_number: plain identity number; empty leaves what is kept.
        related: codes of units with which he declared a relation.
        relatives: name and unit (empty when not known) of each relative.
    """

    name: str
    employer: str
    employer_uscc: str
    source: str
    login: str = ""
    title: str = ""
    specialities: str = ""
    office: Office | None = None
    id_number: str = ""
    related: tuple[str, ...] = field(default=())
    relatives: tuple[tuple[str, str], ...] = field(default=())


def _require_administrator(by: Any, jurisdiction: Jurisdiction) -> None:
    verdict = can_administer(by, jurisdiction)
    if not verdict:
        raise DomainError(verdict.reason, status=403)


@transaction.atomic
def add(jurisdiction: Jurisdiction, profile: Profile, *, by: Any) -> Expert:
    """Enter an expert; without an account one is made and the person is invited by mail.

    Args:
        jurisdiction: whose pool.
        profile: what is known.
        by: an administrator of the jurisdiction.

    Raises:
        DomainError: no right, an account that is switched off or in the pool already, or a
            value that does not fit (names its field).
    """
    _require_administrator(by, jurisdiction)
    user, is_new = _account(profile)
    expert = Expert(jurisdiction=jurisdiction, user=user)
    _fill(expert, profile)
    try:
        with transaction.atomic():
            signed(expert, by=by, reason="专家入库").save()
    except IntegrityError as error:
        raise DomainError("该账号已在本地区专家库中。", field="login", status=422) from error
    _admit(expert)
    events.record(jurisdiction, "expert_added", f"专家{expert.name}入库", actor=by,
                  data={"expert": str(expert.public_id)})  # fmt: skip
    _invite(expert, is_new)
    return expert


def _account(profile: Profile) -> tuple[User, bool]:
    """The account of a sign-in name; a new one has no password until the person sets it."""
    login = profile.login.strip().lower()
    if not login:
        raise DomainError("请填写专家的邮箱或手机号码。", field="login", status=422)
    try:
        names = {"email": login} if "@" in login else {"mobile": clean_mobile(login)}
    except ValidationError as error:
        raise DomainError("邮箱或手机号码不正确。", field="login", status=422) from error
    known = User.objects.filter(**names).first()
    if known is not None:
        if not known.is_active:
            raise DomainError("该账号已停用，不能入库。", field="login", status=422)
        return known, False
    if "email" not in names:
        raise DomainError("该手机号码还没有账号。请填写邮箱以便发送邀请，或请本人先注册。",
                          field="login", status=422)  # fmt: skip
    try:
        return User.objects.create_user(login, None, name=profile.name.strip()), True
    except ValidationError as error:
        raise DomainError("邮箱格式不正确。", field="login", status=422) from error


def _fill(expert: Expert, profile: Profile) -> None:
    for name in ("name", "employer", "source", "title", "specialities"):
        setattr(expert, name, str(getattr(profile, name)).strip())
    for name, label in (("name", "姓名"), ("employer", "工作单位"), ("source", "来源")):
        if not getattr(expert, name):
            raise DomainError(f"请填写{label}。", field=name, status=422)
    expert.employer_uscc = _code(profile.employer_uscc, "employer_uscc")
    expert.related = sorted({_code(code, "related") for code in profile.related})
    expert.relatives = _relatives(profile)
    if profile.office is not None and profile.office.jurisdiction_id != expert.jurisdiction_id:
        raise DomainError("只能选择本地区的机构。", field="office", status=422)
    expert.office = profile.office
    if profile.id_number.strip() and not _is_kept(expert, profile.id_number):
        sealed = seal_number(profile.id_number.strip())
        expert.id_token, expert.id_shown = sealed["sealed"], sealed["shown"]


def _relatives(profile: Profile) -> list[dict[str, str]]:
    rows = sorted({(name.strip(), unit.strip()) for name, unit in profile.relatives})
    for name, unit in rows:
        if not name or len(name) > _LONGEST_NAME or len(unit) > _LONGEST_UNIT:
            raise DomainError("亲属请一行填一人：姓名，单位（不清楚的可不填）。",
                              field="relatives", status=422)  # fmt: skip
    return [{"name": name, "unit": unit} for name, unit in rows]


def _code(text: str, name: str) -> str:
    code = text.strip().upper()
    try:
        validate_uscc(code)
    except ValidationError as error:
        raise DomainError(f"统一社会信用代码“{code}”不正确，请核对。",
                          field=name, status=422) from error  # fmt: skip
    return code


def _is_kept(expert: Expert, number: str) -> bool:
    """Whether it is the number that is under seal already."""
    return bool(expert.id_token) and blind(ID_NUMBER, number) == blind_token(expert.id_token)


def _admit(expert: Expert) -> None:
    grant(expert.user, "serve", expert)
    mark_staff(expert.user)


def _invite(expert: Expert, is_new: bool) -> None:
    how = (
        "您的账号已建立，请在登录页用“忘记密码”设置密码后登录，并按提示启用两步验证。"
        if is_new
        else "请用您已有的账号登录，并按提示启用两步验证。"
    )
    title = f"您已进入{expert.jurisdiction}专家库"
    text = f"{expert.name}：\n{expert.jurisdiction}已将您列入技能大师工作室评审专家库。{how}"
    key = f"expert:{expert.public_id}"
    if not is_new:
        notify([expert.user], "account", title, text, key=key)
        return
    # Who has never signed in reads nothing in the portal, and nothing may keep the mail back.
    post_mail(expert.user.email or "", title, f"{text}\n（本邮件由系统发出，请勿直接回复）",
              key=key)  # fmt: skip


@transaction.atomic
def change(expert: Expert, profile: Profile, *, by: Any, reason: str) -> Expert:
    """Correct what is known of an expert; the account stays.

    A new employer or relation counts at once: a seat that it forbids cannot be signed any more.

    Raises:
        DomainError: no right, no reason, or a value that does not fit.
    """
    _require_administrator(by, expert.jurisdiction)
    require_reason(reason)
    locked = Expert.objects.select_for_update(of=("self",)).get(pk=expert.pk)
    _fill(locked, profile)
    signed(locked, by=by, reason=reason.strip()[:100]).save()
    return locked


@transaction.atomic
def take_out(expert: Expert, *, by: Any, reason: str) -> Expert:
    """Take an expert out of the pool; seats he has not signed for end at once.

    Raises:
        DomainError: no right, no reason, or he is out already.
    """
    _require_administrator(by, expert.jurisdiction)
    require_reason(reason)
    open_seats = Seat.objects.filter(
        expert=expert, state__in=LIVE, sheet__signed_at=None, run__state__in=["open", "signing"]
    )
    # Passages before seats, as everywhere.
    for seat in [
        lock_seat(pk) for pk in open_seats.order_by("run_id", "pk").values_list("pk", flat=True)
    ]:
        note(seat, "expert_released", f"专家{seat.expert}出库，席位撤销", by=by)
        end(seat, SeatState.RELEASED, by=by, reason=f"专家出库：{reason.strip()}")
    locked = Expert.objects.select_for_update(of=("self",)).select_related("user").get(pk=expert.pk)
    if not locked.is_active:
        raise DomainError("该专家已不在库。")
    locked.is_active = False
    signed(locked, by=by, reason=f"出库：{reason.strip()}"[:100]).save()
    revoke(locked.user, "serve", locked)
    keep_staff_mark(locked.user)
    events.record(expert.jurisdiction, "expert_removed", f"专家{locked.name}出库：{reason.strip()}",
                  actor=by, data={"expert": str(locked.public_id)})  # fmt: skip
    return locked


@transaction.atomic
def bring_back(expert: Expert, *, by: Any, reason: str) -> Expert:
    """Put an expert back into the pool.

    Raises:
        DomainError: no right, no reason, he is in it, or his account is switched off.
    """
    _require_administrator(by, expert.jurisdiction)
    require_reason(reason)
    locked = Expert.objects.select_for_update(of=("self",)).select_related("user").get(pk=expert.pk)
    if locked.is_active or not locked.user.is_active:
        raise DomainError("该专家已在库，或其账号已停用。")
    locked.is_active = True
    signed(locked, by=by, reason=f"重新入库：{reason.strip()}"[:100]).save()
    _admit(locked)
    return locked

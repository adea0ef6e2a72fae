"""Offices, people at posts, units and their members, all named on the sign-in page."""

from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from jurisdictions.domain.offices import appoint, bind, make_administrator, save_office
from jurisdictions.models import Jurisdiction, Office
from portal.accounts import demo
from portal.accounts.enums import Duty, MemberRole
from portal.accounts.models import Enterprise, Membership, User
from portal.common.history import signed
from reviews.domain import experts
from reviews.domain.experts import Profile
from reviews.interfaces.demo.plan import (
    CityPlan,
    PlannedExpert,
    PlannedOffice,
    PlannedUnit,
    PortalPlan,
    Staff,
    UnitMember,
)
from reviews.models import Expert

_REASON = "演示环境初始设置"


def person(name: str, login: str, password: str, **columns: Any) -> tuple[User, bool]:
    """A person by sign-in name, and whether they were made just now."""
    known = User.objects.filter(email=login).first()
    if known is not None:
        return known, False
    user = User.objects.create_user(login, name=name, **columns)
    user.password = _hashed(password)
    user.save(update_fields=["password"])
    return user, True


@cache
def _hashed(password: str) -> str:
    """All sample accounts share one published password; its deliberately slow hash is made once."""
    return make_password(password)


def seed_system(portal: PortalPlan) -> None:
    """The people of the portal itself."""
    for staff in portal.system:
        console = staff.duty == Duty.SYSTEM
        person(
            staff.name, staff.login, portal.password, duty=staff.duty,
            is_staff=console, is_superuser=console, is_staff_member=True,
        )  # fmt: skip
        demo.register(f"平台 · {staff.name}", staff.login, portal.password, staff.note)


def seed_people(plan: CityPlan, city: Jurisdiction, password: str) -> User:
    """Administrator, offices with their people, units with theirs.

    Returns:
        The administrator of the city.
    """
    admin = _administrator(plan.administrator, city, password)
    for unit in plan.units:
        _unit(unit, city, password)
    for office in plan.offices:
        _office(office, city, password, by=admin)
    for expert in plan.experts:
        _expert(expert, city, password, by=admin)
    return admin


def _administrator(staff: Staff, city: Jurisdiction, password: str) -> User:
    user, made = person(staff.name, staff.login, password)
    if made:
        make_administrator(user, city, by=None)
    note = staff.note or "维护政策、批次、机构和岗位"
    demo.register(f"{city.short_name} · 地区管理员", staff.login, password, note)
    return user


def _office(planned: PlannedOffice, city: Jurisdiction, password: str, *, by: User) -> None:
    office = Office.objects.filter(jurisdiction=city, code=planned.code).first()
    if office is None:
        office = save_office(
            city, code=planned.code, name=planned.name, by=by, reason=_REASON,
            short_name=planned.short_name, phone=planned.phone,
        )  # fmt: skip
        for duty in planned.roles:
            bind(office, duty.role, covers=duty.covers, by=by)
    for staff in planned.people:
        user, made = person(staff.name, staff.login, password)
        if made:
            for post in staff.posts:
                appoint(user, office, post, by=by, reason=_REASON)
        if planned.listed:
            posts = "、".join(post.label for post in staff.posts)
            label = f"{city.short_name} · {planned.short_name}{posts}"
            demo.register(label, staff.login, password, staff.note)


def _expert(planned: PlannedExpert, city: Jurisdiction, password: str, *, by: User) -> None:
    """Into the pool as an administrator would; the sample person has a password at once."""
    user, _ = person(planned.name, planned.login, password)
    if not Expert.objects.filter(jurisdiction=city, user=user).exists():
        office = Office.objects.filter(jurisdiction=city, code=planned.office).first()
        experts.add(city, _profile(planned, office), by=by)
    if planned.listed:
        label = f"{city.short_name} · 评审专家"
        demo.register(label, planned.login, password, planned.note)


def _profile(planned: PlannedExpert, office: Office | None) -> Profile:
    return Profile(
        name=planned.name, employer=planned.employer, employer_uscc=planned.employer_uscc,
        source=planned.source, login=planned.login, title=planned.title,
        specialities=planned.specialities, office=office,
    )  # fmt: skip


def _unit(planned: PlannedUnit, city: Jurisdiction, password: str) -> None:
    enterprise = Enterprise.objects.filter(uscc=planned.uscc).first()
    for member in planned.people:
        user, made = person(member.name, member.login, password)
        if enterprise is None:
            enterprise = _register(planned, user)
        if made:
            _join(enterprise, user, member)
        if planned.listed:
            role = MemberRole(member.role).label
            note = "查看草稿、补正和已命名的申报" if member.role == "handler" else "确认并提交申报"
            label = f"{city.short_name} · 申报单位{role}"
            demo.register(label, member.login, password, note)


def _register(planned: PlannedUnit, by: User) -> Enterprise:
    row = Enterprise(
        name=planned.name, uscc=planned.uscc, nature=planned.nature,
        district_code=planned.district_code, address=planned.address,
        contact_name=by.name, contact_email=by.email or "",
    )  # fmt: skip
    row.full_clean()
    signed(row, by=by, reason="单位注册").save()
    return row


def _join(enterprise: Enterprise, user: User, member: UnitMember) -> None:
    row = Membership(
        user=user, enterprise=enterprise, role=member.role, active_from=timezone.now()
    )  # fmt: skip
    row.full_clean()
    signed(row, by=user, reason="单位注册").save()

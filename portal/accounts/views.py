"""Pages about one's own account and unit."""

import uuid

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode

from portal.accounts import queries
from portal.accounts.domain import members, people, registration
from portal.accounts.enums import MemberRole
from portal.accounts.forms import (
    EnterpriseForm,
    HandOverForm,
    InvitedPersonForm,
    InviteForm,
    PersonForm,
    ReasonForm,
    RegistrationForm,
)
from portal.accounts.models import Enterprise, Membership, User
from portal.accounts.permissions import can_manage
from portal.accounts.reauth import reauthenticated
from portal.common.errors import DomainError, add_to_form
from portal.common.limits import limited
from portal.common.views import public, reads, writes

REGISTERED = (
    "注册信息已受理，请用所填邮箱或手机号码登录。"
    "如登录不成功，可能此前已有账号，请使用原密码或找回密码。"
)


def _person(request: HttpRequest) -> User:
    """Return the signed-in person; the middleware let nobody else through."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - narrows the type only
    return user


def _unit(request: HttpRequest, public_id: uuid.UUID) -> Enterprise:
    """Return a unit the person acts for, else 404: others' units do not exist for them."""
    return get_object_or_404(queries.enterprises_of(_person(request)), public_id=public_id)


@public
@limited("register", amount=20, seconds=3600)
@writes(methods=("GET", "POST"))
def register(request: HttpRequest) -> HttpResponse:
    """Register a person together with their unit."""
    if request.user.is_authenticated:
        return redirect("accounts:me")
    form = RegistrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            registration.register(
                name=data["name"],
                email=data["email"] or None,
                mobile=data["mobile"] or None,
                password=data["password"],
                role=MemberRole(data["role"]),
                unit={"name": data["unit_name"], "uscc": data["uscc"]},
            )
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, REGISTERED)
            return redirect("account_login")
    return render(request, "me/register.html", {"form": form})


@reads
def me(request: HttpRequest) -> HttpResponse:
    """Show the person's account, the units they act for, and those that invite them."""
    person = _person(request)
    context = {
        "memberships": queries.memberships_of(person),
        "invitations": queries.invitations_for(person),
    }
    return render(request, "me/overview.html", context)


@writes
def accept_invitation(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Join the unit that invites the person."""
    person = _person(request)
    found = get_object_or_404(queries.invitations_for(person), public_id=invitation_id)
    members.accept_mine(found, by=person)
    messages.success(request, f"您已加入{found.enterprise}。")
    return redirect("accounts:me")


@reauthenticated
@writes(methods=("GET", "POST"))
def edit_person(request: HttpRequest) -> HttpResponse:
    """Change one's own name and sign-in names."""
    user = _person(request)
    initial = {"name": user.name, "email": user.email or "", "mobile": user.mobile or ""}
    form = PersonForm(request.POST or None, person=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            people.update_person(user, **form.cleaned_data)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "个人资料已保存。")
            return redirect("accounts:me")
    return render(
        request, "me/form.html", {"form": form, "title": "个人资料", "back": "accounts:me"}
    )


@reads
def unit(request: HttpRequest, unit_id: uuid.UUID) -> HttpResponse:
    """Show a unit, its members and open invitations."""
    enterprise = _unit(request, unit_id)
    context = {
        "enterprise": enterprise,
        "members": queries.members_of(enterprise).order_by("role", "active_from"),
        "invitations": queries.open_invitations(enterprise),
        "may_manage": can_manage(_person(request), enterprise),
    }
    return render(request, "me/unit.html", context)


@writes(methods=("GET", "POST"))
def edit_unit(request: HttpRequest, unit_id: uuid.UUID) -> HttpResponse:
    """Change the unit profile."""
    enterprise = _unit(request, unit_id)
    form = EnterpriseForm(request.POST or None, instance=enterprise)
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        members.update_profile(enterprise, by=_person(request), changes=changes, reason="")
        messages.success(request, "单位资料已保存。")
        return redirect("accounts:unit", unit_id=unit_id)
    context = {"form": form, "title": "单位资料", "enterprise": enterprise}
    return render(request, "me/form.html", context)


@limited("invite", amount=30, seconds=3600)
@writes(methods=("GET", "POST"))
def invite(request: HttpRequest, unit_id: uuid.UUID) -> HttpResponse:
    """Invite a colleague; the link is shown once."""
    enterprise = _unit(request, unit_id)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invitation, link = members.invite(
                enterprise,
                role=MemberRole(data["role"]),
                email=data["email"],
                mobile=data["mobile"],
                by=_person(request),
            )
        except DomainError as error:
            add_to_form(form, error)
        else:
            context = {"enterprise": enterprise, "invitation": invitation, "link": link}
            return render(request, "me/invited.html", context)
    context = {"form": form, "title": "邀请成员", "enterprise": enterprise}
    return render(request, "me/form.html", context)


@writes
def revoke_invitation(
    request: HttpRequest, unit_id: uuid.UUID, invitation_id: uuid.UUID
) -> HttpResponse:
    """Take an invitation back."""
    enterprise = _unit(request, unit_id)
    found = get_object_or_404(queries.open_invitations(enterprise), public_id=invitation_id)
    members.revoke_invitation(found, by=_person(request))
    messages.success(request, "邀请已撤销，链接不再有效。")
    return redirect("accounts:unit", unit_id=unit_id)


def _membership(request: HttpRequest, unit_id: uuid.UUID, membership_id: int) -> Membership:
    return get_object_or_404(queries.members_of(_unit(request, unit_id)), pk=membership_id)


@writes(methods=("GET", "POST"))
def hand_over(request: HttpRequest, unit_id: uuid.UUID, membership_id: int) -> HttpResponse:
    """Hand a role over to a colleague of the same unit."""
    membership = _membership(request, unit_id, membership_id)
    form = HandOverForm(request.POST or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            members.hand_over(membership, to=data["to"], by=_person(request), reason=data["reason"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "交接完成。")
            return redirect("accounts:unit", unit_id=unit_id)
    title = f"交接{membership.user}的{membership.get_role_display()}角色"
    context = {"form": form, "title": title, "enterprise": membership.enterprise}
    return render(request, "me/form.html", context)


@writes(methods=("GET", "POST"))
def end_membership(request: HttpRequest, unit_id: uuid.UUID, membership_id: int) -> HttpResponse:
    """End somebody's role for the unit."""
    membership = _membership(request, unit_id, membership_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            members.end_membership(
                membership, by=_person(request), reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "该成员的角色已结束。")
            return redirect("accounts:me")
    title = f"结束{membership.user}的{membership.get_role_display()}角色"
    context = {"form": form, "title": title, "enterprise": membership.enterprise}
    return render(request, "me/form.html", context)


@public
@limited("invitation", amount=60, seconds=3600)
@writes(methods=("GET", "POST"))
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; accept it with one's account, or make an account first."""
    found = members.find_invitation(token)
    signed_in = request.user.is_authenticated
    form = None if signed_in else InvitedPersonForm(request.POST or None)
    if request.method == "POST":
        if form is None:
            members.accept(token, by=_person(request))
            messages.success(request, f"您已加入{found.enterprise}。")
            return redirect("accounts:me")
        if form.is_valid():
            try:
                user = registration.create_invited_person(
                    email=found.email or None, mobile=found.mobile or None, **form.cleaned_data
                )
            except DomainError as error:
                add_to_form(form, error)
            else:
                members.accept(token, by=user)
                login(request, user, backend="portal.accounts.backends.LoginBackend")
                messages.success(request, f"账号已建立，您已加入{found.enterprise}。")
                return redirect("accounts:me")
    context = {"invitation": found, "form": form, "next": urlencode({"next": request.path})}
    return render(request, "me/invitation.html", context)

"""Pages of the security administrator: accounts and how they sign in. No filing is shown."""

import uuid
from typing import Any

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from jurisdictions import queries
from jurisdictions.interfaces.manage_forms import ReasonForm
from portal.accounts.domain import security
from portal.accounts.enums import Duty
from portal.accounts.models import User
from portal.accounts.permissions import has_duty
from portal.accounts.reauth import reauthenticated_to_change
from portal.common.errors import DomainError, add_to_form
from portal.common.templatetags.portal_ui import short_datetime
from portal.common.views import reads, writes

_PAGE, _LONGEST = 30, 60
_HEADS = ("姓名", "登录名", "岗位或职责", "最近登录", "状态")
_ACTS = {
    "off": (security.switch_off, "已停用，已打开的页面随即失效，排队的导出终止。"),
    "on": (security.switch_on, "已启用。"),
    "mfa": (security.drop_second_factor, "已解除两步验证，下次登录须重新设置。"),
}


def _demand(request: HttpRequest) -> None:
    """These pages do not exist for anybody else.

    Raises:
        Http404: no security administrator.
    """
    if not has_duty(request.user, Duty.SECURITY):
        raise Http404


@reads
def accounts(request: HttpRequest) -> HttpResponse:
    """Show accounts by name or sign-in name."""
    _demand(request)
    text = request.GET.get("q", "")[:_LONGEST]
    page = Paginator(queries.accounts(text), _PAGE).get_page(request.GET.get("page"))
    context = {
        "q": text, "page": page, "columns": [{"label": head} for head in _HEADS],
        "rows": [_line(user) for user in page],
    }  # fmt: skip
    return render(request, "jurisdictions/security/accounts.html", context)


def _line(user: Any) -> dict[str, Any]:
    url = reverse("jurisdictions:account", args=[user.public_id])
    label, tone = ("启用", "green") if user.is_active else ("停用", "gray")
    return {
        "id": str(user.public_id), "select_label": str(user),
        "cells": [
            {"text": str(user), "url": url, "main": True},
            {"th": "登录名", "text": user.login_name},
            {"th": "岗位或职责", "text": _posts(user)},
            {"th": "最近登录", "text": short_datetime(user.last_login) if user.last_login else "—"},
            {"th": "状态", "tag": {"label": label, "tone": tone}},
        ],
        "actions": [{"label": "办理", "url": url}],
    }  # fmt: skip


def _posts(user: Any) -> str:
    named = [f"{post.office}{post.get_kind_display()}" for post in user.held]
    return "、".join([*([user.get_duty_display()] if user.duty else []), *named]) or "—"


@reauthenticated_to_change
@writes(methods=("GET", "POST"))
def account(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """Show an account; switch it off or on, or take a lost second factor away."""
    _demand(request)
    user = get_object_or_404(queries.accounts(), public_id=user_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _act(request, user, form):
        return redirect("jurisdictions:account", user_id=user.public_id)
    context = {
        "account": user, "form": form, "posts": _posts(user),
        "second_factor": get_adapter().is_mfa_enabled(user),
        "own": user == request.user,
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "jurisdictions/security/account.html", context, status=status)


def _act(request: HttpRequest, user: User, form: ReasonForm) -> bool:
    act, said = _ACTS.get(request.POST.get("do", ""), (None, ""))
    if act is None:
        form.add_error(None, "请选择要办理的事项。")
        return False
    try:
        act(user, by=request.user, reason=form.cleaned_data["reason"])
    except DomainError as error:
        add_to_form(form, error)
        return False
    messages.success(request, said)
    return True

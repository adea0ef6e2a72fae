"""The administrator's pages about offices, their duties and the people at their posts."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from jurisdictions import queries
from jurisdictions.domain import offices, staffing
from jurisdictions.engine.policy import Policy
from jurisdictions.interfaces.manage_forms import (
    AppointForm,
    BindingForm,
    OfficeForm,
    ReasonForm,
    ReplierForm,
    person_by_login,
)
from jurisdictions.models import Jurisdiction, Office, OfficeBinding
from jurisdictions.views.manage import place_of, tabs
from jurisdictions.views.staffing import invite_from
from portal.accounts.reauth import reauthenticated_to_change
from portal.common.errors import DomainError, add_to_form
from portal.common.views import reads, writes

COLUMNS = ("code", "name", "short_name", "phone", "address", "office_hours", "is_active")


def _policy(place: Jurisdiction) -> Policy | None:
    ruleset = queries.current_ruleset(place)
    return queries.policy_of(ruleset) if ruleset else None


@reads
def office_list(request: HttpRequest, code: str) -> HttpResponse:
    """Show the offices of a jurisdiction and the roles nobody fills."""
    place = place_of(request, code)
    policy = _policy(place)
    labels = {name: role.label for name, role in policy.ruleset.offices.items()} if policy else {}
    lent = list(queries.running_delegations().filter(post__office__jurisdiction=place))
    rows = [
        {
            "office": office,
            "duties": [_duty(labels, binding) for binding in office.bindings.all()],
            "deputies": [str(row) for row in lent if row.post.office_id == office.pk],
        }
        for office in place.offices.prefetch_related("bindings")
    ]
    unfilled = queries.roles_without_office(policy, place) if policy else []
    context = {
        "place": place,
        "tabs": tabs(place, "offices"),
        "rows": rows,
        "unfilled": [label for _, label in unfilled],
    }
    return render(request, "jurisdictions/manage/offices.html", context)


def _duty(labels: dict[str, str], binding: OfficeBinding) -> str:
    label = labels.get(binding.role, binding.role)
    return f"{label}（{binding.covers}）" if binding.covers else label


@writes(methods=("GET", "POST"))
def office_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter an office."""
    place = place_of(request, code)
    form = OfficeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            office = offices.save_office(place, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"已新增{office}。")
            return redirect("jurisdictions:manage_office", code=code, public_id=office.public_id)
    return render(
        request, "jurisdictions/manage/office.html", {"place": place, "form": form, "office": None}
    )


@writes(methods=("GET", "POST"))
def office_detail(request: HttpRequest, code: str, public_id: uuid.UUID) -> HttpResponse:
    """Show and change an office."""
    place, office = office_of(request, code, public_id)
    initial = {name: getattr(office, name) for name in COLUMNS}
    form = OfficeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            offices.save_office(place, office=office, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "机构信息已保存。")
            return redirect("jurisdictions:manage_office", code=code, public_id=public_id)
    return office_page(request, place, office, form=form)


def office_of(request: HttpRequest, code: str, public_id: uuid.UUID) -> tuple[Jurisdiction, Office]:
    """An office of a jurisdiction the person administers.

    Raises:
        Http404: not his, or no such office there.
    """
    place = place_of(request, code)
    return place, get_object_or_404(Office, jurisdiction=place, public_id=public_id)


def office_page(
    request: HttpRequest, place: Jurisdiction, office: Office, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The page of an office; ``forms`` are those that could not be kept."""
    policy = _policy(place)
    labels = {name: role.label for name, role in policy.ruleset.offices.items()} if policy else {}
    context = {
        "place": place,
        "office": office,
        "bindings": [
            {"row": binding, "text": _duty(labels, binding)} for binding in office.bindings.all()
        ],
        "form": OfficeForm(initial={name: getattr(office, name) for name in COLUMNS}),
        "binding_form": BindingForm(policy=policy) if policy else None,
        "repliers": queries.repliers_of(office),
        "replier_form": ReplierForm(),
        **forms,
    }
    return render(request, "jurisdictions/manage/office.html", context, status=status)


@writes
def binding_add(request: HttpRequest, code: str, public_id: uuid.UUID) -> HttpResponse:
    """Let an office fill a role."""
    place, office = office_of(request, code, public_id)
    policy = _policy(place)
    if policy is None:
        raise DomainError("本地区还没有发布政策，不能设置职责。")
    form = BindingForm(request.POST, policy=policy)
    if form.is_valid():
        data = form.cleaned_data
        try:
            offices.bind(office, data["role"], covers=data["covers"], by=request.user)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "职责已设置。")
            return redirect("jurisdictions:manage_office", code=code, public_id=public_id)
    return office_page(request, place, office, status=422, binding_form=form)


@writes
def binding_remove(
    request: HttpRequest, code: str, public_id: uuid.UUID, binding_id: int
) -> HttpResponse:
    """End an office's filling of a role."""
    _, office = office_of(request, code, public_id)
    offices.unbind(get_object_or_404(office.bindings.all(), pk=binding_id), by=request.user)
    messages.success(request, "职责已解除。")
    return redirect("jurisdictions:manage_office", code=code, public_id=public_id)


@reauthenticated_to_change
@writes(methods=("GET", "POST"))
def post_list(request: HttpRequest, code: str) -> HttpResponse:
    """Show who sits where, and appoint."""
    place = place_of(request, code)
    active = place.offices.filter(is_active=True)
    form = AppointForm(request.POST or None, offices=active)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if "invite" in request.POST:
                return invite_from(request, place, data, task=data["kind"], office=data["office"])
            person = person_by_login(data["login"])
            offices.appoint(
                person, data["office"], data["kind"], by=request.user, reason=data["reason"]
            )
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{person}已任岗，首次登录须启用两步验证。")
            return redirect("jurisdictions:manage_posts", code=code)
    return posts_page(request, place, form=form)


def posts_page(
    request: HttpRequest, place: Jurisdiction, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The page of the posts; ``forms`` are those that could not be kept."""
    posts = queries.posts_in(place)
    context = {
        "place": place,
        "tabs": tabs(place, "posts"),
        "form": AppointForm(offices=place.offices.filter(is_active=True)),
        "overseer_form": ReplierForm(prefix="overseer"),
        "overseers": queries.overseers_of(place),
        "invitations": staffing.waiting(place),
        "posts": posts.filter(active_until__isnull=True).order_by("office", "kind"),
        "ended": posts.filter(active_until__isnull=False).order_by("-active_until")[:50],
        **forms,
    }
    return render(request, "jurisdictions/manage/posts.html", context, status=status)


@reauthenticated_to_change
@writes(methods=("GET", "POST"))
def post_relieve(request: HttpRequest, code: str, post_id: int) -> HttpResponse:
    """End a post, with the reason."""
    place = place_of(request, code)
    post = get_object_or_404(queries.posts_in(place), pk=post_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            offices.relieve(post, by=request.user, reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{post.user}已离岗，相应权限同时收回。")
            return redirect("jurisdictions:manage_posts", code=code)
    context = {"place": place, "post": post, "form": form}
    return render(request, "jurisdictions/manage/relieve.html", context)

"""The administrator's desk: calls with their contacts and attachments."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from jurisdictions import queries
from jurisdictions.domain import holidays, publish, rounds
from jurisdictions.enums import RoundState
from jurisdictions.interfaces.manage_forms import (
    AttachmentForm,
    ClosingForm,
    ContactForm,
    EffectiveDayForm,
    ReasonForm,
    RoundForm,
)
from jurisdictions.models import Jurisdiction, Round
from jurisdictions.permissions import can_administer
from portal.common.errors import DomainError, add_to_form
from portal.common.views import reads, writes

_TONES = {
    RoundState.OPEN: "green",
    RoundState.PLANNED: "blue",
    RoundState.CLOSED: "gray",
    RoundState.CANCELLED: "gray",
}


def place_of(request: HttpRequest, code: str) -> Jurisdiction:
    """A jurisdiction the person administers; others' do not exist for them.

    Raises:
        Http404: no such place, or not theirs.
    """
    place = get_object_or_404(Jurisdiction, code=code)
    if not can_administer(request.user, place):
        raise Http404
    return place


def tabs(place: Jurisdiction, current: str) -> list[dict[str, Any]]:
    """The pages of one jurisdiction."""
    names = (
        ("rounds", "批次"), ("offices", "机构与职责"), ("posts", "岗位"),
        ("deputies", "请假代理"), ("rules", "政策版本"),
    )  # fmt: skip
    return [
        {
            "label": label,
            "url": reverse(f"jurisdictions:manage_{name}", args=[place.code]),
            "current": name == current,
            "count": None,
        }
        for name, label in names
    ]


@reads
def desk(request: HttpRequest) -> HttpResponse:
    """Show the jurisdictions a person administers and what needs doing."""
    places = list(queries.administered_by(request.user))
    if not places:
        raise Http404
    return render(
        request,
        "jurisdictions/manage/desk.html",
        {"places": [_overview(place) for place in places], "missing": holidays.missing_year()},
    )


def _overview(place: Jurisdiction) -> dict[str, Any]:
    ruleset = queries.current_ruleset(place)
    policy = queries.policy_of(ruleset) if ruleset else None
    return {
        "place": place,
        "ruleset": ruleset,
        "open": queries.announced_rounds().filter(jurisdiction=place).count(),
        "unfilled": queries.roles_without_office(policy, place) if policy else [],
        "needs_day": bool(
            ruleset and not ruleset.effective_from and not place.effective_from_entered
        ),
    }


@reads
def round_list(request: HttpRequest, code: str) -> HttpResponse:
    """Show all calls of a jurisdiction."""
    place = place_of(request, code)
    ruleset = queries.current_ruleset(place)
    found = [
        {"call": call, "tone": _TONES[RoundState(call.state)]}
        for call in queries.rounds().filter(jurisdiction=place)
    ]
    needs_day = ruleset and not ruleset.effective_from and not place.effective_from_entered
    context = {
        "place": place,
        "tabs": tabs(place, "rounds"),
        "calls": found,
        "ruleset": ruleset,
        "day_form": EffectiveDayForm() if needs_day else None,
    }
    return render(request, "jurisdictions/manage/rounds.html", context)


@writes
def effective_day(request: HttpRequest, code: str) -> HttpResponse:
    """Enter the day from which the policy holds."""
    place = place_of(request, code)
    form = EffectiveDayForm(request.POST)
    if not form.is_valid():
        raise DomainError("请填写正确的施行日期，如 2026-07-31。", status=422)
    publish.enter_effective_day(place, form.cleaned_data["day"], by=request.user)
    messages.success(request, "施行日期已补录。")
    return redirect("jurisdictions:manage_rounds", code=code)


@writes(methods=("GET", "POST"))
def round_new(request: HttpRequest, code: str) -> HttpResponse:
    """Open a call."""
    place = place_of(request, code)
    newest = queries.current_ruleset(place)
    if newest is None:
        raise DomainError("本地区还没有发布政策，不能开放批次。")
    policy = queries.policy_of(newest)
    form = RoundForm(request.POST or None, policy=policy, initial=_suggested(policy))
    if request.method == "POST" and form.is_valid():
        try:
            call = _open(place, form, by=request.user)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"批次“{call.title}”已开放。")
            return redirect("jurisdictions:manage_round", code=code, public_id=call.public_id)
    procedure = next(iter(policy.ruleset.procedures))
    asked = rounds.asked_of_round(policy, procedure)
    context = {"place": place, "form": form, "ruleset": newest, "asked": asked}
    return render(request, "jurisdictions/manage/round_new.html", context)


def _suggested(policy: Any) -> dict[str, Any]:
    """What the text fixes, to start from."""
    contact = next(iter(policy.ruleset.identity.contacts), None)
    return {
        "opens_on": timezone.localdate(),
        "title": f"{timezone.localdate().year}年{policy.ruleset.identity.programme}申报",
        "contact_office": contact.office if contact else "",
        "contact_phone": contact.phone if contact else "",
    }


def _open(place: Jurisdiction, form: RoundForm, *, by: Any) -> Round:
    data = form.cleaned_data
    opens_at, closes_at = form.moments
    # The version in force on the opening day holds for the whole call.
    ruleset = queries.current_ruleset(place, on=data["opens_on"])
    if ruleset is None:
        raise DomainError("开始日期没有施行的政策版本。", field="opens_on")
    return rounds.open_round(
        jurisdiction=place,
        ruleset=ruleset,
        procedure=data["procedure"],
        title=data["title"],
        opens_at=opens_at,
        closes_at=closes_at,
        by=by,
        quota=data["quota"],
        publicity_days=data["publicity_days"],
        contact=form.contact(),
        notice=data["notice"],
        reason=data["reason"],
    )


def _call(request: HttpRequest, code: str, public_id: uuid.UUID) -> Round:
    place = place_of(request, code)
    return get_object_or_404(queries.rounds(), jurisdiction=place, public_id=public_id)


def _round_page(
    request: HttpRequest, call: Round, *, status: int = 200, **forms: Any
) -> HttpResponse:
    initial = {
        name: getattr(call, name)
        for name in ("contact_office", "contact_name", "contact_phone", "notice")
    }
    now = timezone.now()
    context = {
        "place": call.jurisdiction,
        "call": call,
        "tone": _TONES[RoundState(call.state)],
        "can_extend": call.state == RoundState.OPEN and now < call.closes_at,
        "attachments": call.attachments.all(),
        "history": call.history.select_related("history_user")[:50],
        "contact_form": ContactForm(initial=initial),
        "extend_form": ClosingForm(prefix="extend"),
        "close_form": ReasonForm(prefix="close"),
        "file_form": AttachmentForm(prefix="file"),
        **forms,
    }
    return render(request, "jurisdictions/manage/round.html", context, status=status)


@reads
def round_detail(request: HttpRequest, code: str, public_id: uuid.UUID) -> HttpResponse:
    """Show a call with all that can be done to it."""
    return _round_page(request, _call(request, code, public_id))


@writes
def round_extend(request: HttpRequest, code: str, public_id: uuid.UUID) -> HttpResponse:
    """Move the closing moment; the reference date stays."""
    call = _call(request, code, public_id)
    form = ClosingForm(request.POST, prefix="extend")
    if form.is_valid():
        try:
            moment = form.closes_at(queries.policy_of(call.ruleset))
            rounds.extend_round(call, moment, by=request.user, reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "截止时间已延期，计算基准日不变。")
            return redirect("jurisdictions:manage_round", code=code, public_id=public_id)
    return _round_page(request, call, status=422, extend_form=form)


@writes
def round_close(request: HttpRequest, code: str, public_id: uuid.UUID) -> HttpResponse:
    """End or cancel a call."""
    call = _call(request, code, public_id)
    form = ReasonForm(request.POST, prefix="close")
    if form.is_valid():
        try:
            rounds.close_round(call, by=request.user, reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "批次已结束。")
            return redirect("jurisdictions:manage_round", code=code, public_id=public_id)
    return _round_page(request, call, status=422, close_form=form)


@writes
def round_contact(request: HttpRequest, code: str, public_id: uuid.UUID) -> HttpResponse:
    """Change contacts and the text of a call."""
    call = _call(request, code, public_id)
    form = ContactForm(request.POST)
    if form.is_valid():
        notice = form.cleaned_data["notice"]
        rounds.change_contact(call, form.contact(), notice=notice, by=request.user)
        messages.success(request, "咨询方式和说明已更新。")
        return redirect("jurisdictions:manage_round", code=code, public_id=public_id)
    return _round_page(request, call, status=422, contact_form=form)


@writes
def attachment_add(request: HttpRequest, code: str, public_id: uuid.UUID) -> HttpResponse:
    """Publish a file with a call."""
    call = _call(request, code, public_id)
    form = AttachmentForm(request.POST, request.FILES, prefix="file")
    if form.is_valid():
        upload, title = form.cleaned_data["file"], form.cleaned_data["title"]
        try:
            rounds.add_attachment(call, upload, name=upload.name, title=title, by=request.user)
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, "附件已公布。")
            return redirect("jurisdictions:manage_round", code=code, public_id=public_id)
    return _round_page(request, call, status=422, file_form=form)


@writes
def attachment_remove(
    request: HttpRequest, code: str, public_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponse:
    """Take a published file back."""
    call = _call(request, code, public_id)
    rounds.remove_attachment(
        get_object_or_404(call.attachments.all(), public_id=file_id), by=request.user
    )
    messages.success(request, "附件已撤下。")
    return redirect("jurisdictions:manage_round", code=code, public_id=public_id)

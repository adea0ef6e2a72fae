"""Beginning a change of a studio, and beginning to end it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from applications.domain.procedures import open_on_studio
from applications.models import Studio
from applications.queries import reach as filings
from assessments.interfaces import changing, revoking
from assessments.queries import reach
from assessments.views.common import demand, frame, is_managing, is_mine, person, studio_of
from jurisdictions.engine.derived.revocation import REVOKE
from portal.accounts.models import Enterprise
from portal.common.errors import DomainError
from portal.common.verdict import ALLOW, deny
from portal.common.views import writes

_ONLY_UNIT = deny("变更由所在单位的经办人或负责人提出，或由受理、审定该项变更的机构发起。")


def _unit_of(request: HttpRequest, studio: Studio) -> Enterprise:
    """Which of the studio's hosts the person acts for."""
    mine = reach.managed_units(person(request), studio)
    return mine[0]


@writes(methods=("GET", "POST"))
def change_new(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Show what may be changed and how; a unit or an office begins the path that was chosen."""
    studio = studio_of(request, studio_id)
    managing = is_managing(request, studio)
    offices = [] if is_mine(request, studio) else filings.offices_of(person(request))
    deciders = changing.Deciders(studio)
    page = changing.change_page(deciders, "office" if offices else "unit",
                                request.GET.get("what", ""), offices or None)  # fmt: skip
    context = {
        **frame(request, studio, "变更和撤销"),
        **page,
        "nothing": not page["events"] and page["request_end"] is None,
        "managing": managing,
        "officer": bool(offices) and changing.begins_changes(studio, person(request), deciders),
    }
    if request.method != "POST":
        return render(request, "assessments/change_new.html", context)
    path = request.POST.get("path", "")
    office = changing.office_for_change(deciders, path, offices)
    demand(ALLOW if managing or office is not None else _ONLY_UNIT)
    try:
        if not path:
            raise DomainError("请选择发生了什么和办理方式。", field="path", status=422)
        application = open_on_studio(
            studio,
            path,
            by=person(request),
            office=office,
            unit=_unit_of(request, studio) if managing else None,
            partner=_partner(request.POST.get("partner", "")),
        )
    except DomainError as error:
        context |= {"error": error, "typed": request.POST}
        return render(request, "assessments/change_new.html", context, status=error.status)
    messages.success(request, "已新建申请。填写的内容会自动保存，可随时退出。")
    return redirect("applications:tasks", public_id=application.public_id)


def _partner(code: str) -> Enterprise | None:
    plain = "".join(code.split()).upper()
    found = filings.unit_with(plain) if plain else None
    if plain and found is None:
        raise DomainError(
            f"没有找到统一社会信用代码为“{plain[:18]}”的单位。请核对代码；新单位须先在本平台注册。",
            field="partner", status=422,
        )  # fmt: skip
    return found


@writes(methods=("GET", "POST"))
def revoke_new(request: HttpRequest, studio_id: uuid.UUID) -> HttpResponse:
    """Show the grounds with what the records say; begin an inquiry the unit does not see yet."""
    studio = reach.of_places(person(request)).filter(public_id=studio_id).first()
    if studio is None:
        raise Http404
    today = timezone.localdate()
    page = revoking.revoke_page(studio, today)
    if not page["grounds"]:
        raise Http404
    offices = revoking.offices_for(studio, filings.offices_of(person(request)))
    context = {**frame(request, studio, page["label"]), "frame": "staff.html", **page,
               "may": bool(offices)}  # fmt: skip
    if request.method != "POST":
        return render(request, "assessments/revoke_new.html", context)
    demand(ALLOW if offices else deny("只有作出决定的机构的在岗人员可以立案。"))
    chosen = revoking.chosen_texts(studio, request.POST.getlist("ground"))
    try:
        if not chosen:
            raise DomainError("请选择适用的情形。", field="grounds", status=422)
        application = open_on_studio(
            studio, REVOKE, by=person(request), office=offices[0],
            answers={"revoke.grounds": chosen,
                     "revoke.records": revoking.records_text(studio, today)},
        )  # fmt: skip
    except DomainError as error:
        context |= {"error": error, "ticked": request.POST.getlist("ground")}
        return render(request, "assessments/revoke_new.html", context, status=error.status)
    messages.success(request, "已立案。告知单位陈述申辩之前，单位看不到这件事项。")
    return redirect("applications:tasks", public_id=application.public_id)

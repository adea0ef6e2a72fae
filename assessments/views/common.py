"""What the studio pages share: finding the studio, its frame, showing a form."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from applications.models import Studio
from assessments.interfaces.nav import studio_tabs
from assessments.permissions import can_add, can_keep
from assessments.queries import reach
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.verdict import ALLOW, Verdict, deny


def person(request: HttpRequest) -> User:
    """Return the signed-in person; the middleware let nobody else through."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - narrows the type only
    return user


def studio_of(request: HttpRequest, studio_id: uuid.UUID) -> Studio:
    """The studio, for its units and the officers who answer for it; else 404."""
    user = person(request)
    mine = reach.of_units(user).filter(public_id=studio_id).first()
    return mine or get_object_or_404(reach.of_places(user), public_id=studio_id)


def is_mine(request: HttpRequest, studio: Studio) -> bool:
    """Whether the person acts for a unit that hosts the studio."""
    return reach.of_units(person(request)).filter(pk=studio.pk).exists()


def is_managing(request: HttpRequest, studio: Studio) -> bool:
    """Whether the person is handler or principal of a unit that hosts the studio."""
    return reach.managed_by(person(request)).filter(pk=studio.pk).exists()


def is_handling(request: HttpRequest, studio: Studio) -> bool:
    """Whether the person's office answers for the studio, or he administers its place."""
    return reach.handled_by(person(request)).filter(pk=studio.pk).exists()


def roles_at(request: HttpRequest, studio: Studio) -> list[reach.Share]:
    """The roles by which the person's offices answer for the studio."""
    return reach.roles_for(person(request), studio)


def may_add(request: HttpRequest, studio: Studio, record: Any) -> Verdict:
    """Whether the person adds papers to a record: its writer at an office, or the unit."""
    if record.office_id is None:
        return can_keep(studio, managing=is_managing(request, studio))
    offices = frozenset(share.office.pk for share in roles_at(request, studio))
    return can_add(record, by=person(request), offices=offices)


def desk_studio_of(request: HttpRequest, studio_id: uuid.UUID) -> Studio:
    """The studio, for officers who answer for it; else 404."""
    return get_object_or_404(reach.of_places(person(request)), public_id=studio_id)


def demand_handling(request: HttpRequest, studio: Studio) -> None:
    """Raise the reason where the person only reads.

    Raises:
        DomainError: he handles nothing of the studio.
    """
    handling = is_handling(request, studio)
    demand(ALLOW if handling else deny("只有本地区机构在岗人员或管理员可以办理。"))


def demand(verdict: Verdict) -> None:
    """Raise the reason of a refusal as a page.

    Raises:
        DomainError: the verdict is a refusal.
    """
    if not verdict:
        raise DomainError(verdict.reason, status=403)


def frame(
    request: HttpRequest, studio: Studio, *here: str, tab: str | None = None
) -> dict[str, Any]:
    """Context every page of a studio starts from: units see their frame, officers theirs.

    Args:
        request: the request.
        studio: the studio.
        here: what the breadcrumb says after the studio.
        tab: which of the studio's tabs is shown; None on pages below them.
    """
    mine = is_mine(request, studio)
    home = "assessments:studio" if mine else "assessments:desk_studio"
    first = (
        {"label": "我的工作室", "url": reverse("assessments:mine")}
        if mine
        else {"label": "工作室管理", "url": reverse("assessments:desk")}
    )
    url = reverse(home, args=[studio.public_id])
    return {
        "frame": "base.html" if mine else "staff.html",
        "studio": studio,
        "home": url,
        "nav": studio_tabs(studio, url, tab) if tab is not None else [],
        "keeping": is_managing(request, studio) and studio.ended_on is None,
        "handling": not mine and is_handling(request, studio),
        "crumbs": [
            first,
            {"label": studio.name, "url": url if here else ""},
            *({"label": label, "url": ""} for label in here),
        ],
    }


def form_page(
    request: HttpRequest, context: dict[str, Any], form: Any, title: str, **more: Any
) -> HttpResponse:
    """Show a form; 422 when it was sent back with errors."""
    status = 422 if form.is_bound and form.errors else 200
    context = {**context, "form": form, "title": title, "submit": "保存", **more}
    return render(request, "assessments/form.html", context, status=status)

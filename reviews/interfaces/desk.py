"""The worklist as a place to work: filters by name, several cases at once, ways back."""

import uuid
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from jurisdictions.models import Post
from jurisdictions.queries import administered_ids
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.memory import recall
from reviews import queries
from reviews.domain import claiming
from reviews.interfaces import worklist
from reviews.interfaces.addresses import query_of, with_query
from reviews.models import Case, SavedFilter

_USUAL = "tab=todo"


def desk(user: Any, params: QueryDict, *, error: DomainError | None = None) -> dict[str, Any]:
    """Everything the page of the worklist shows.

    Args:
        user: who works.
        params: of the address.
        error: why what was asked for could not be done.
    """
    context = worklist.worklist(user, params)
    query = query_of(params) or _USUAL
    for case, row in zip(context["page"], context["rows"], strict=True):
        _lead_back(row, query)
        if claiming.holder(case) is not None:
            until = timezone.localtime(case.claimed_until)
            row["cells"][-1]["sub"] = f"至 {until:%m-%d %H:%M}"
    return context | {
        "crumbs": [{"label": "待我办理", "url": ""}],
        "actions": [{"label": "名单", "url": reverse("reviews:lists"), "icon": "clipboard-list"}],
        "error": error, "query": query, "parts": dict(QueryDict(query).items()),
        "saved": [
            {"row": row, "url": f"?{row.query}", "current": row.query == query}
            for row in _filters(user)
        ],
        "may_assign": may_assign(user), "total": context["page"].paginator.count,
    }  # fmt: skip


def _lead_back(row: dict[str, Any], query: str) -> None:
    """Links of a line carry the filter, so that the page of the case knows its neighbours."""
    for cell in row["cells"]:
        if cell.get("url"):
            cell["url"] = with_query(cell["url"], query)
    for action in row["actions"]:
        action["url"] = with_query(action["url"], query)


def default_query(user: Any) -> str:
    """The filter a person wants to see first, or nothing."""
    return next((row.query for row in _filters(user) if row.is_default), "")


def _filters(user: Any) -> list[SavedFilter]:
    """The person's own filters; a page asks once."""
    found: list[SavedFilter] = recall(
        ("reviews.filters", user.pk), lambda: list(SavedFilter.objects.filter(owner=user))
    )
    return found


def may_assign(user: Any) -> bool:
    """Whether a person approves for some office or administers a place."""
    return bool(queries.offices_by_post(user)["approver"]) or bool(administered_ids(user))


def chosen(user: Any, post: QueryDict) -> list[Case]:
    """Cases that were ticked, or all under the filter when ``scope`` says so; in their order."""
    if post.get("scope") == "all":
        return list(queries.with_rows(worklist.ordered(user, post)))
    ticked = queries.with_rows(queries.visible_cases(user))
    keys = {key for text in post.getlist("selected") if (key := _key(text)) is not None}
    return list(ticked.filter(public_id__in=keys).order_by("due_on", "pk"))


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def colleagues(user: Any, cases: list[Case]) -> list[dict[str, Any]]:
    """People at posts of the offices that have these cases."""
    offices = {case.office_id for case in cases if case.office_id}
    posts = Post.objects.filter(
        office__in=offices, active_until=None, user__is_active=True
    ).select_related("user", "office").order_by("office__code", "user__name", "pk")  # fmt: skip
    found: dict[int, dict[str, Any]] = {}
    for post in posts:
        line = found.setdefault(post.user_id, {"user": post.user, "at": []})
        line["at"].append(f"{post.office} {post.get_kind_display()}")
    return [
        {"key": str(line["user"].public_id), "label": f"{line['user']}（{'、'.join(line['at'])}）"}
        for line in found.values()
    ]


def colleague(user: Any, cases: list[Case], key: str) -> User:
    """The colleague that was chosen.

    Raises:
        DomainError: nobody was chosen, or somebody who works for none of the offices.
    """
    known = {line["key"] for line in colleagues(user, cases)}
    if key not in known:
        raise DomainError("请选择要分派给的同事。", field="to", status=422)
    return User.objects.get(public_id=key)


def filter_of(user: Any, public_id: Any) -> SavedFilter | None:
    """A filter of the person's own."""
    return SavedFilter.objects.filter(owner=user, public_id=public_id).first()

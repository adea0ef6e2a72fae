"""The worklist as a place to work: filters by name, several cases at once, ways back."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from jurisdictions.models import Post
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.memory import recall
from reviews import queries
from reviews.interfaces import claims, worklist
from reviews.interfaces.addresses import query_of, with_query
from reviews.models import Case, List, SavedFilter

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
    for row in context["rows"]:
        _lead_back(row, query)
    return context | {
        "crumbs": [{"label": "待我办理", "url": ""}],
        "actions": [{"label": "名单", "url": reverse("reviews:lists"), "icon": "clipboard-list"}],
        "error": error, "query": query, "parts": dict(QueryDict(query).items()),
        "saved": [
            {"row": row, "url": f"?{row.query}", "current": row.query == query}
            for row in _filters(user)
        ],
        "may_assign": claims.may_assign(user), "total": context["page"].paginator.count,
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


def chosen(user: Any, post: QueryDict) -> list[Case]:
    """Cases that were ticked, or all under the filter when ``scope`` says so; in their order."""
    if post.get("scope") == "all":
        return list(queries.with_rows(worklist.ordered(user, post)))
    ticked = queries.with_rows(queries.visible_cases(user))
    return list(ticked.filter(public_id__in=_keys(post)).order_by("due_on", "pk"))


def chosen_lists(user: Any, post: QueryDict) -> list[List]:
    """Lists that were ticked, those first to be due first."""
    rows = queries.visible_lists(user).select_related("office", "round")
    return list(rows.filter(public_id__in=_keys(post)).order_by("due_on", "pk"))


def line(row: Case | List) -> dict[str, str]:
    """How a case or list is named where several are spoken of, with the way to it."""
    found = {"key": str(row.public_id)}
    if isinstance(row, List):
        return found | {"name": row.title, "of": str(row.round or row.office or ""),
                        "url": reverse("reviews:list", args=[row.public_id])}  # fmt: skip
    filing = row.application
    return found | {"name": str(filing.number), "of": filing.unit_name,
                    "url": reverse("reviews:case", args=[row.public_id])}  # fmt: skip


def _keys(post: QueryDict) -> set[uuid.UUID]:
    return {key for text in post.getlist("selected") if (key := _key(text)) is not None}


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def colleagues(rows: Sequence[Case | List]) -> list[dict[str, Any]]:
    """People at posts of the offices that have these cases or lists."""
    offices = {row.office_id for row in rows if row.office_id}
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


def colleague(rows: Sequence[Case | List], key: str) -> User:
    """The colleague that was chosen.

    Raises:
        DomainError: nobody was chosen, or somebody who works for none of the offices.
    """
    known = {line["key"] for line in colleagues(rows)}
    if key not in known:
        raise DomainError("请选择要分派给的同事。", field="to", status=422)
    return User.objects.get(public_id=key)


def filter_of(user: Any, public_id: Any) -> SavedFilter | None:
    """A filter of the person's own."""
    return SavedFilter.objects.filter(owner=user, public_id=public_id).first()

"""常用查询: filters of the worklist that a person keeps under names."""

from typing import Any

from django.db import transaction

from portal.common.errors import DomainError
from reviews.models import SavedFilter

MOST = 20
_NAME, _QUERY = 30, 300


@transaction.atomic
def save_filter(name: str, query: str, *, by: Any, default: bool = False) -> SavedFilter:
    """Keep a filter under a name; the same name again replaces it.

    Args:
        name: what the person calls it.
        query: the filter as it stands in the address.
        by: whose filter.
        default: show it first from now on.

    Raises:
        DomainError: no name, nothing to keep, or too many.
    """
    name = " ".join(name.split())[:_NAME]
    if not name:
        raise DomainError("请给这个查询起一个名称。", field="name", status=422)
    if not query or len(query) > _QUERY:
        raise DomainError("请先选择查询条件，再保存为常用查询。", field="name", status=422)
    others = SavedFilter.objects.filter(owner=by).exclude(name=name)
    if others.count() >= MOST:
        raise DomainError(f"常用查询最多 {MOST} 个，请先删除不用的。")
    row, _ = SavedFilter.objects.update_or_create(owner=by, name=name, defaults={"query": query})
    if default:
        make_default(row, by=by)
    return row


@transaction.atomic
def make_default(row: SavedFilter, *, by: Any, on: bool = True) -> None:
    """Show a filter first when the worklist is opened, or no longer.

    Args:
        row: the filter.
        by: its owner; other people's filters stay as they are.
        on: False takes the default away.
    """
    mine = SavedFilter.objects.filter(owner=by)
    # Two windows that choose at once wait for each other here.
    list(mine.select_for_update().order_by("pk").values_list("pk", flat=True))
    mine.filter(is_default=True).update(is_default=False)
    if on:
        mine.filter(pk=row.pk).update(is_default=True)


def drop_filter(row: SavedFilter, *, by: Any) -> None:
    """Forget a filter."""
    SavedFilter.objects.filter(owner=by, pk=row.pk).delete()

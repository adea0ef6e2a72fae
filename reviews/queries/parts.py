"""Which cases and lists offices have part in."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from reviews.models import Approval, ListItem, StageRun
from reviews.queries.joint import joint_cases, joint_lists


def cases_at(offices: Collection[int]) -> Q:
    """Condition: the case is, was or will be at one of the offices, alone or on a list."""
    mine = StageRun.objects.filter(case=OuterRef("pk"), office__in=offices)
    on_joint = ListItem.objects.filter(case=OuterRef("pk"), listing__in=joint_lists(offices))
    return (
        Q(office__in=offices)
        | Exists(mine)
        | Exists(on_joint)
        | Q(pk__in=joint_cases(offices))
        | Exists(Approval.objects.filter(case=OuterRef("pk"), office__in=offices))
        | Exists(ListItem.objects.filter(case=OuterRef("pk"), listing__runs__office__in=offices))
    )


def lists_at(offices: Collection[int]) -> Q:
    """Condition: the list is or was at one of the offices, or waits for its approval."""
    return (
        Q(office__in=offices)
        | Q(pk__in=joint_lists(offices))
        | Exists(StageRun.objects.filter(listing=OuterRef("pk"), office__in=offices))
        | Q(approvals__office__in=offices)
    )

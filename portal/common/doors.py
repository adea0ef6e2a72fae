"""The only way to object grants: who holds which permission on which container.

A model declares the grants it knows as ``allowed_permissions = frozenset({...})``; anything else
raises, so that a typing mistake can never open or close a door silently.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import assign_perm, remove_perm

from portal.common.errors import DomainError


class UnknownGrantError(ValueError):
    """The model does not declare this permission."""


def _check(perm: str, model: type[Model]) -> None:
    allowed: frozenset[str] = getattr(model, "allowed_permissions", frozenset())
    if perm not in allowed:
        raise UnknownGrantError(
            f"{model._meta.label} knows no grant {perm!r}; it declares {sorted(allowed)}"
        )


def grant(who: Any, perm: str, obj: Model) -> None:
    """Give ``perm`` on ``obj`` to a user or group; giving twice changes nothing.

    Raises:
        UnknownGrantError: the model does not declare the permission.
        DomainError: system, security and audit administrators do no other work here.
    """
    _check(perm, type(obj))
    if getattr(who, "duty", ""):
        raise DomainError("系统、安全、审计管理员不得兼任业务岗位，请先解除其三员职责。")
    assign_perm(perm, who, obj)


def revoke(who: Any, perm: str, obj: Model) -> None:
    """Take ``perm`` on ``obj`` away from a user or group; taking twice changes nothing.

    Raises:
        UnknownGrantError: the model does not declare the permission.
    """
    _check(perm, type(obj))
    remove_perm(perm, who, obj)


def holds(user: Any, perm: str, obj: Model) -> bool:
    """Tell whether ``user`` was granted ``perm`` on ``obj``, himself or through a group.

    A superuser holds nothing by being one: system, security and audit duties stay apart.

    Raises:
        UnknownGrantError: the model does not declare the permission.
    """
    return (
        type(obj)
        ._default_manager.filter(pk__in=visible_ids(user, perm, type(obj)), pk=obj.pk)
        .exists()
    )


def visible_ids(user: Any, perm: str, model: type[Model]) -> QuerySet[Any]:
    """Return a subquery of primary keys of ``model`` on which ``user`` holds ``perm``.

    Use as ``Office.objects.filter(pk__in=visible_ids(user, "review", Office))``.

    Raises:
        UnknownGrantError: the model does not declare the permission.
    """
    _check(perm, model)
    if not user.is_authenticated or not user.is_active:
        return model._default_manager.none().values("pk")
    kind = ContentType.objects.get_for_model(model)
    key = model._meta.pk
    wanted = {"permission__codename": perm, "permission__content_type": kind, "content_type": kind}
    own = UserObjectPermission.objects.filter(user_id=user.pk, **wanted)
    shared = GroupObjectPermission.objects.filter(group__user=user.pk, **wanted)
    # Guardian keeps the key as text. Grants sit on containers, so a person has a few of them:
    # reading the keys first keeps every database comparing like with like.
    texts = [*own.values_list("object_pk", flat=True), *shared.values_list("object_pk", flat=True)]
    return model._default_manager.filter(pk__in={key.to_python(text) for text in texts}).values(
        "pk"
    )


def holders(perm: str, obj: Model) -> set[Any]:
    """Return the users and groups that were granted ``perm`` on ``obj`` directly.

    Raises:
        UnknownGrantError: the model does not declare the permission.
    """
    _check(perm, type(obj))
    kind = ContentType.objects.get_for_model(type(obj))
    wanted = {"permission__codename": perm, "content_type": kind, "object_pk": str(obj.pk)}
    users = {row.user for row in UserObjectPermission.objects.filter(**wanted)}
    groups: set[Group] = {row.group for row in GroupObjectPermission.objects.filter(**wanted)}
    return users | groups


def has_grants(user: Any) -> bool:
    """Tell whether ``user`` was granted anything at all directly."""
    return UserObjectPermission.objects.filter(user_id=user.pk).exists()

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
from portal.common.memory import recall

#: (content type, permission) to the keys of the objects.
Grants = dict[tuple[int, str], frozenset[str]]


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
    return obj.pk in granted(user, perm, type(obj))


def granted(user: Any, perm: str, model: type[Model]) -> frozenset[Any]:
    """Return the primary keys of ``model`` on which ``user`` was granted ``perm``.

    Raises:
        UnknownGrantError: the model does not declare the permission.
    """
    _check(perm, model)
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    kind = ContentType.objects.get_for_model(model)
    # Guardian keeps the key as text: comparing like with like is done here, for every database.
    texts = _grants_of(user).get((kind.pk, perm), frozenset())
    return frozenset(model._meta.pk.to_python(text) for text in texts)


def visible_ids(user: Any, perm: str, model: type[Model]) -> QuerySet[Any]:
    """Return a subquery of primary keys of ``model`` on which ``user`` holds ``perm``.

    Use as ``Office.objects.filter(pk__in=visible_ids(user, "review", Office))``.

    Raises:
        UnknownGrantError: the model does not declare the permission.
    """
    return model._default_manager.filter(pk__in=granted(user, perm, model)).values("pk")


def _grants_of(user: Any) -> Grants:
    """Everything a person was granted. Grants sit on containers, so these are few."""
    grants: Grants = recall(("doors", user.pk), lambda: _read_grants(user))
    return grants


def _read_grants(user: Any) -> Grants:
    columns = ("content_type_id", "permission__codename", "object_pk")
    own = UserObjectPermission.objects.filter(user_id=user.pk).values_list(*columns)
    shared = GroupObjectPermission.objects.filter(group__user=user.pk).values_list(*columns)
    found: dict[tuple[int, str], set[str]] = {}
    for kind, perm, key in own.union(shared):
        found.setdefault((kind, perm), set()).add(key)
    return {place: frozenset(keys) for place, keys in found.items()}


def holders(perm: str, obj: Model) -> set[Any]:
    """Return the users and groups that were granted ``perm`` on ``obj`` directly.

    Raises:
        UnknownGrantError: the model does not declare the permission.
    """
    _check(perm, type(obj))
    kind = ContentType.objects.get_for_model(type(obj))
    wanted = {"permission__codename": perm, "content_type": kind, "object_pk": str(obj.pk)}
    own = UserObjectPermission.objects.filter(**wanted).select_related("user")
    shared = GroupObjectPermission.objects.filter(**wanted).select_related("group")
    users = {row.user for row in own}
    groups: set[Group] = {row.group for row in shared}
    return users | groups


def has_grants(user: Any) -> bool:
    """Tell whether ``user`` was granted anything at all directly."""
    return UserObjectPermission.objects.filter(user_id=user.pk).exists()

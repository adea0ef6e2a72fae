"""A word planted in every private record of one city, and a picture of all rows of the database."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from applications.models import (
    Application,
    DraftSection,
    Studio,
    StudioHost,
    StudioLeader,
    Submission,
)
from jurisdictions.models import Jurisdiction, Office, Round, RoundAttachment, Ruleset
from portal.accounts.models import Enterprise, User
from portal.common.models import Job
from reviews.models import Publicity

CANARY = "金丝雀"
#: What anybody may read, in every city: policies, offices, calls, notices and the
#: register of studios.
PUBLIC = (
    Jurisdiction,
    Ruleset,
    Office,
    Round,
    RoundAttachment,
    Publicity,
    Studio,
    StudioHost,
    StudioLeader,
)
#: 文号 of decisions stand in the register and beside what was announced.
PUBLIC_COLUMNS = ("reviews.List.document_number",)
#: Rows that carry no text of a city, or that no page shows as they are.
APART = (Session,)
_DEPTH = 4


def plant(city: Jurisdiction, word: str = CANARY) -> dict[str, int]:
    """Put the canary into every private free text of a city's records.

    Args:
        city: whose records.
        word: another bird of the same length, where several cities are told apart.

    Returns:
        Rows touched by the name of the model.
    """
    touched: dict[str, int] = {}
    for model in _private_models():
        condition = _belongs_to(model, city)
        names = [field.name for field in _free_texts(model)]
        if condition is None or not names:
            continue
        rows = model._base_manager.filter(condition)
        change = {name: Concat(Value(word), F(name)) for name in names}
        touched[model._meta.label] = model._base_manager.filter(
            pk__in=list(rows.values_list("pk", flat=True))
        ).update(**change)
    _plant_answers(city, word)
    return touched


def _plant_answers(city: Jurisdiction, word: str) -> None:
    for row in DraftSection.objects.filter(application__jurisdiction=city):
        DraftSection.objects.filter(pk=row.pk).update(answers=_with_canary(row.answers, word))
    for row in Submission.objects.filter(application__jurisdiction=city):
        Submission.objects.filter(pk=row.pk).update(answers=_with_canary(row.answers, word))


def _with_canary(answers: dict[str, Any], word: str) -> dict[str, Any]:
    texts = ("leader.name", "leader.achievements", "unit.name", "studio.address")
    return {
        path: f"{word}{value}" if path in texts and isinstance(value, str) else value
        for path, value in answers.items()
    }


def _private_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        app = model.__module__.split(".")[0]
        ours = app in {"applications", "reviews", "assessments", "jurisdictions", "portal"}
        if ours and model not in PUBLIC and not model.__name__.startswith("Historical"):
            yield model


def _free_texts(model: type[models.Model]) -> list[Any]:
    """Text columns with room for the canary that no rule of the database ties down."""
    tied = {name for rule in model._meta.constraints for name in _named_in(rule)}
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.SlugField | models.EmailField | models.URLField)
        and str(field) not in PUBLIC_COLUMNS
        and not (field.choices or field.unique or field.primary_key or field.name in tied)
        and (field.max_length or 10_000) >= 40
        and not any(word in field.name for word in ("digest", "sha256", "password", "key"))
    ]


def _named_in(rule: Any) -> Iterator[str]:
    yield from getattr(rule, "fields", ())
    for part in rule.condition.flatten() if getattr(rule, "condition", None) else ():
        if isinstance(part, Q):
            named = [child for child in part.children if isinstance(child, tuple)]
            yield from (str(path).split("__")[0] for path, _ in named)


def _belongs_to(model: type[models.Model], city: Jurisdiction) -> Q | None:
    """The condition under which a row is one of the city's; None when nothing leads there."""
    if model is Enterprise:
        return Q(pk__in=Application.objects.filter(jurisdiction=city).values("enterprise"))
    if model is User:
        return Q(email__endswith=f"@{city.code}.example")
    if model is Job:
        return Q(owner__email__endswith=f"@{city.code}.example")
    if model is Application:
        # What a notice says of a filing is public: the names on it carry no canary.
        return Q(jurisdiction=city) & ~Q(
            pk__in=Application.objects.filter(case__items__listing__publicities__isnull=False)
        )
    found = Q()
    for path in _paths(model, _DEPTH):
        found |= Q(**{path: city})
    return found or None


def _paths(model: type[models.Model], depth: int) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        target = field.related_model
        if not isinstance(field, models.ForeignKey) or target in (User, None, model):
            continue
        if target is Jurisdiction:
            yield field.name
        elif depth > 1:
            yield from (f"{field.name}__{path}" for path in _paths(target, depth - 1))


def picture() -> dict[str, str]:
    """A digest of all rows of every table except sessions."""
    found = {}
    encoder = DjangoJSONEncoder()
    for model in apps.get_models():
        if model in APART or not model._meta.managed:
            continue
        digest = hashlib.sha256()
        for row in model._base_manager.order_by("pk").values_list():
            digest.update(encoder.encode([str(value) for value in row]).encode())
        found[model._meta.label] = digest.hexdigest()
    return found

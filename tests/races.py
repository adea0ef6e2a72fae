"""Contests between threads on a real database: everybody starts at the same moment."""

import os
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from django.apps import apps
from django.db import connections, transaction
from django.db.models import Model

T = TypeVar("T")

# ``make bar`` asks for more.
ROUNDS = int(os.environ.get("PORTAL_RACE_ROUNDS", "20"))


def all_at_once(actions: list[Callable[[], T]]) -> list[T | Exception]:
    """Run actions in a thread each, released together; results in order, errors as values."""
    barrier = threading.Barrier(len(actions))
    results: list[T | Exception] = [RuntimeError("did not run")] * len(actions)

    def run(position: int, action: Callable[[], T]) -> None:
        try:
            barrier.wait(timeout=30)
            results[position] = action()
        except Exception as error:  # noqa: BLE001  # the contest is about which errors come
            results[position] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(position, action))
        for position, action in enumerate(actions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


class Kept:
    """Rows as they stand before a contest, so that each round begins at the same place.

    Events stay: nobody may take a line out of the record.

    Args:
        labels: apps whose rows are put back.
    """

    def __init__(self, *labels: str) -> None:
        models = [model for label in labels for model in apps.get_app_config(label).get_models()]
        self.rows: dict[type[Model], dict[Any, dict[str, Any]]] = {
            model: self._now(model)
            for model in models
            if model.__name__ != "Event" and not model.__name__.startswith("Historical")
        }

    @staticmethod
    def _now(model: type[Model]) -> dict[Any, dict[str, Any]]:
        rows = model._base_manager.values(*(field.attname for field in model._meta.concrete_fields))
        name = str(model._meta.pk.attname) if model._meta.pk else "pk"
        return {row[name]: row for row in rows}

    @transaction.atomic
    def back(self) -> None:
        """Take out what is new, write again what was changed."""
        for model, rows in self.rows.items():
            now = self._now(model)
            new = model._base_manager.filter(pk__in=set(now) - set(rows))
            if set(now) - set(rows):
                # Other rows of the same round may hold on to them: the database looks at the end.
                new._raw_delete(using=new.db)
            for key, row in rows.items():
                if now.get(key) != row:
                    model._base_manager.filter(pk=key).update(**row)

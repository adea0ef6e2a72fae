"""Trying acts as everybody there is: what is refused leaves every row as it was."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from portal.common.errors import DomainError
from tests.acts import due
from tests.reviews.features import features
from tests.reviews.scenes import Act, Scene

#: How many of those who may not try each act; ``make bar`` asks for all.
AT_ONCE = int(os.environ.get("PORTAL_WALK_ROLES", "2"))
_turns = count()
_WRITE = re.compile(r"\s*(insert|update|delete)\b", re.IGNORECASE)
#: What an act could touch; policies, calls and people never change here.
_APPS = ("applications", "reviews", "guardian", "portal_common", "assessments")


def barred_now(people: Iterable[str], who: frozenset[str]) -> list[str]:
    """Roles that may not and try now: the next in turn."""
    barred = sorted(set(people) - who)
    start = next(_turns) * AT_ONCE
    return [barred[(start + n) % len(barred)] for n in range(min(AT_ONCE, len(barred)))]


def rows() -> str:
    """A digest of every row an act could touch, as the database holds it."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for statement in _reading():
            cursor.execute(statement)
            digest.update(repr(cursor.fetchall()).encode())
    return digest.hexdigest()


@cache
def _reading() -> list[str]:
    """Statements that read all columns of these tables; made once, as they run at each stop."""
    quote = connection.ops.quote_name
    return [
        f"SELECT * FROM {quote(model._meta.db_table)} ORDER BY {quote(model._meta.pk.column)}"
        for label in _APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that change rows while the block runs."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if _WRITE.match(sql):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def attempt(act: Act, scene: Scene, role: str) -> str:
    """Try an act as somebody: ``refused``, ``nothing`` or ``changed``."""
    with writes() as seen:
        try:
            act.do(scene, scene.people[role])
        except DomainError as error:
            return f"refused: {error.message}"
    return "changed" if seen else "nothing"


def tried(scene: Scene, table: Iterable[Act]) -> list[str]:
    """Everything in a table that is not as the table says."""
    table, wrong, before = list(table), [], rows()
    for act in table:
        for role in barred_now(scene.people, act.who):
            said = attempt(act, scene, role)
            if said == "changed":
                wrong.append(f"{role} may {act.name}")
    if rows() != before:
        wrong.append("a refused act left something behind")
    for act in table:
        for role in act.who:
            with transaction.atomic():
                said = attempt(act, scene, role)
                transaction.set_rollback(True)
            if said != "changed":
                wrong.append(f"{role} may not {act.name}: {said}")
    return [f"{scene.run.stage} {scene.state}: {line}" for line in wrong]


@dataclass
class Found:
    """What trying acts on a road has shown.

    Attributes:
        wrong: everything that is not as the table says.
        done: acts that somebody carried out.
        met: what the passages were, in the words of the table of acts.
    """

    wrong: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)

    def at(self, scene: Scene, table: Iterable[Act]) -> None:
        """Try a table of acts on a passage as it stands."""
        acts = list(table)
        self.wrong += tried(scene, acts)
        self.done |= {act.name for act in acts if act.who}
        self.met |= features(scene)

    def lacking(self) -> list[str]:
        """Acts of the table that were due on the road and that nobody carried out."""
        wanted = due(self.met)
        return [f"{act} ({wanted[act]})" for act in sorted(set(wanted) - self.done)]

"""Emptying all tables after a test that committed, quickly.

Django empties with TRUNCATE, which makes new files for each of some two hundred tables whether
they hold a row or not, and then makes all content types and permissions anew: a second each time.
Here the same tables are emptied by DELETE, and what is made anew alike every time is kept.
"""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from django.test import TransactionTestCase

#: Made by ``migrate`` from the models alone; no test changes them.
KEPT = frozenset({ContentType._meta.db_table, Permission._meta.db_table})
_with_truncate = TransactionTestCase._fixture_teardown


def empty_tables(case: TransactionTestCase) -> None:
    """Empty every database of a test case; other databases than PostgreSQL in Django's way."""
    names = case._databases_names(include_mirrors=False)
    if any(connections[name].vendor != "postgresql" for name in names):
        _with_truncate(case)
        return
    for name in names:
        _empty(connections[name])


def _empty(connection: Any) -> None:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    quoted = [connection.ops.quote_name(table) for table in sorted(set(tables) - KEPT)]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # Like TRUNCATE: what another connection is still writing is waited for, then gone too.
        cursor.execute(f"LOCK TABLE {', '.join(quoted)} IN ACCESS EXCLUSIVE MODE")
        # All go, so the order and the rules between them do not matter.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("; ".join(f"DELETE FROM {table}" for table in quoted))

"""One transaction for one request, also where two people act at the same instant.

Where two transactions wait for each other, the database ends one of them. Nothing of it is kept,
so the request is simply carried out once more; only who loses again and again hears of it.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, transaction
from django.http import HttpRequest

from portal.common.errors import DomainError

T = TypeVar("T")

#: PostgreSQL, class 40: serialization failure, deadlock detected.
LOST = frozenset({"40001", "40P01"})
ATTEMPTS = 3
#: Seconds to wait before the next attempt, longer each time: the others end first.
PAUSE = 0.05


def in_transaction(act: Callable[[], T], request: HttpRequest) -> T:
    """Carry out a request in one transaction, from the beginning again where it lost a contest.

    Args:
        act: what changes rows; whatever else it does must bear being done twice.
        request: whose uploaded files are read from their start each time.

    Raises:
        DomainError: it lost every time.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return act()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in LOST:
                raise
        time.sleep(PAUSE * attempt)
        for _, files in request.FILES.lists():
            for file in files:
                file.seek(0)
    raise DomainError("此刻有其他人正在办理同一内容，本次操作没有保存，请刷新页面后重试。")

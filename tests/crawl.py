"""Everything a person can come to by following links, with lists searched and sorted."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from openpyxl import load_workbook

LINK = re.compile(r'href="(/[^"#]*)|href="(\?[^"#]*)"')
START = ("/review/", "/review/lists/", "/panel/", "/apply/", "/consult/", "/manage/applications/")
#: Ways a list might be asked to betray what it does not show.
QUERIES = ("?q={word}", "?sort=total", "?sort=-total", "?tab=done&q={word}")
#: Pages of everybody, files that are drawn, and what leads away.
SKIP = re.compile(
    r"^/(accounts|static|media|admin|display-size|guide|check|policies|studios|desk|notices|$)"
    r"|^/manage/(holidays|named)|/(rules|rounds|offices|posts|experts)/|/files?/|[.]pdf$|/form/$|logout"
)
RECORD = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
LISTS = ("/review/", "/manage/applications/")


def pages(client: Client, words: Iterable[str], limit: int = 32) -> Iterator[tuple[str, str]]:
    """Address and text of every page that is found, export and error page.

    Args:
        client: signed in as somebody.
        words: the first is searched for in the lists.
        limit: how many addresses are asked for.
    """
    word = next(iter(words))
    waiting = [*START, *(place + query.format(word=word) for place in LISTS for query in QUERIES)]
    seen: set[str] = set()
    while waiting and len(seen) < limit:
        address = waiting.pop(0)
        if address in seen or SKIP.search(address):
            continue
        seen.add(address)
        text = text_of(client, address)
        yield address, text
        for absolute, query in LINK.findall(text):
            found = (absolute or address.split("?")[0] + query).replace("&amp;", "&")
            # Records first: what is guarded lies there.
            waiting.insert(0 if RECORD.search(found) else len(waiting), found)


def text_of(client: Client, address: str) -> str:
    """What an address answers, workbooks as the text of their cells."""
    answer: Any = client.get(address)
    body = answer.getvalue()
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)
    if "spreadsheet" in answer.headers.get("Content-Type", ""):
        sheets = load_workbook(BytesIO(body), read_only=True)
        return "\n".join(str(cell) for sheet in sheets for row in sheet.values for cell in row)
    return body.decode("utf-8", errors="replace")

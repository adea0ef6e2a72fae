"""Addresses that keep the filter of the worklist a person came from."""

from typing import Any
from urllib.parse import urlencode

#: What a filter consists of; the page number is none of it.
PARTS = ("tab", "q", "stage", "time")


def query_of(params: Any) -> str:
    """The filter of an address, without anything else, as text for another address."""
    return urlencode([(name, params[name]) for name in PARTS if params.get(name)])


def with_query(address: str, query: str) -> str:
    """An address with a filter behind it."""
    return f"{address}?{query}" if query else address


def under(links: list[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    """Links of a page of one case, each under the filter."""
    return [
        {**link, "url": with_query(link["url"], query)} if link.get("url") else link
        for link in links
    ]  # fmt: skip

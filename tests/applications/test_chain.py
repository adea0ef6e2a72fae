"""applications.domain.chain: whoever alters, removes or cuts off lines of the record is found."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from applications.domain import chain, events
from applications.models import Event
from jurisdictions.models import Jurisdiction

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Jurisdiction:
    """A jurisdiction with five sealed lines."""
    made = Jurisdiction.objects.create(code="lantern", name="灯州市")
    for number in range(1, 6):
        events.record(made, "noted", f"第{number}件事", data={"n": number})
    assert chain.seal_all() == 5
    return made


def faults(place: Jurisdiction) -> list[str]:
    return [fault.what for fault in chain.verify(place).faults]


def line(place: Jurisdiction, number: int) -> Any:
    return Event.objects.filter(jurisdiction=place, chain_number=number)


def test_an_untouched_record_holds_and_new_lines_are_told_as_unsealed(place: Jurisdiction) -> None:
    events.record(place, "noted", "刚刚发生")
    found = chain.verify(place)
    assert (found.sealed, found.unsealed, found.faults) == (5, 1, ())
    assert found.head == line(place, 5).get().sealed_digest


def test_sealing_twice_seals_nothing_twice(place: Jurisdiction) -> None:
    assert chain.seal(place) == 0
    events.record(place, "noted", "第六件事")
    assert chain.seal(place) == 1
    assert faults(place) == []


def test_a_line_that_commits_late_goes_behind_those_sealed_meanwhile(place: Jurisdiction) -> None:
    late = line(place, 2).get()
    earlier = Event(jurisdiction=place, kind="noted", text="晚到的一件事", pk=late.pk + 1000)
    earlier.save()
    assert chain.seal(place) == 1
    assert line(place, 6).get().text == "晚到的一件事"
    assert faults(place) == []


TAMPERINGS: dict[str, tuple[Callable[[Jurisdiction], Any], list[str]]] = {
    "edited": (lambda p: line(p, 3).update(text="改过的话"), ["第 3 条与封存时不一致"]),
    "deleted": (lambda p: line(p, 3)._raw_delete("default"), ["缺少第 3 至 3 条"]),
    "cut off": (lambda p: line(p, 5)._raw_delete("default"), ["末尾缺少第 5 至 5 条"]),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_tampering_is_found_where_it_is(place: Jurisdiction, kind: str) -> None:
    tamper, wanted = TAMPERINGS[kind]
    tamper(place)
    assert [what.split("：")[0] for what in faults(place)] == wanted


def test_exchanged_lines_are_both_found(place: Jurisdiction) -> None:
    second, third = line(place, 2).get(), line(place, 3).get()
    Event.objects.filter(pk=second.pk).update(chain_number=99)
    Event.objects.filter(pk=third.pk).update(chain_number=2)
    Event.objects.filter(pk=second.pk).update(chain_number=3)
    assert [what.split("：")[0] for what in faults(place)] == [
        "第 2 条与封存时不一致", "第 3 条与封存时不一致", "第 4 条与封存时不一致",
    ]  # fmt: skip


def test_lines_sealed_under_an_older_key_still_hold(place: Jurisdiction, settings: Any) -> None:
    first, second = settings.PORTAL_KEYS.split(",")
    settings.PORTAL_KEYS = f"{second},{first}"
    events.record(place, "noted", "换钥之后")
    assert chain.seal(place) == 1
    keys = Event.objects.order_by("chain_number").values_list("chain_key", flat=True)
    assert list(keys) == ["t2"] * 5 + ["t1"]
    assert faults(place) == []


def test_the_command_prints_the_head_and_fails_on_a_broken_chain(place: Jurisdiction) -> None:
    out = StringIO()
    call_command("audit_verify", "lantern", stdout=out)
    head = line(place, 5).get().sealed_digest
    assert out.getvalue() == f"lantern：已封存 5 条，待封存 0 条，链头 {head}\n"
    line(place, 1).update(data={"n": 7})
    with pytest.raises(CommandError, match="1 处不符"):
        call_command("audit_verify", stdout=StringIO())
    with pytest.raises(CommandError, match="没有这些地区：nowhere"):
        call_command("audit_verify", "nowhere", stdout=StringIO())

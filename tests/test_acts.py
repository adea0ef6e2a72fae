"""No address that takes a POST is forgotten: each has a line that says where it is proved."""

import re
from collections import Counter
from pathlib import Path

from tests.acts import doors, table
from tests.doors import table as door_table

ROOT = Path(__file__).resolve().parents[1]
APPS = ("reviews:", "assessments:")
HOW = (
    "Say in tests/acts.yaml what it does: an act on a passage or on a studio (then write the act,"
    " with whom it is for, where the head of that file says), or the file of tests that proves"
    " who may."
)


def test_every_address_that_takes_a_post_has_a_line_among_the_acts() -> None:
    _, known = door_table()
    posted = {n for n, door in known.items() if n.startswith(APPS) and "POST" in door.methods}
    assert [name for name in sorted(posted) if name not in doors()] == [], HOW
    assert [name for name in sorted(doors()) if name not in posted] == [], "take these lines out"
    assert [name for name, times in Counter(doors()).items() if times > 1] == []


def test_what_is_proved_elsewhere_is_named_there() -> None:
    wrong = []
    for name, file in table()["elsewhere"].items():
        said = (ROOT / file).read_text("utf-8")
        if not re.search(rf"""["':]{re.escape(name.partition(":")[2])}["']""", said):
            wrong.append(f"{file} never asks for {name}")
    assert wrong == []

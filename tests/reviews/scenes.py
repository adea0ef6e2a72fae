"""A passage as it stands, and what may be tried on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from portal.accounts.models import User
from reviews.models import Case, Consultation, List, ListItem, Objection, Seat, Sitting, StageRun
from tests.reviews import factories as make

Do = Callable[["Scene", User], object]
REASON = "情况属实，特此说明"
NOBODY: frozenset[str] = frozenset()
HANDLER = frozenset({"handler"})
POSTS = frozenset({"handler", "reviewer", "approver"})


@dataclass(frozen=True)
class Act:
    """Something to try.

    Attributes:
        name: told when the table is broken.
        do: tries it as somebody.
        who: roles for whom it changes something.
    """

    name: str
    do: Do
    who: frozenset[str]


@dataclass
class Scene:
    """A passage as it stands, with everything an act may need.

    Attributes:
        city: the city.
        run: the passage, read just now.
        people: role to person.
        state: ``open``, the post whose turn it is, ``running``, ``announce`` or ``over``.
        ready: whether the post whose turn it is may sign as things stand.
        back: who may recall, in a passage that is over.
        sitting: sitting of the passage, if any.
        seats: role of an expert to his seat.
    """

    city: make.City
    run: StageRun
    people: dict[str, User]
    state: str
    ready: bool = True
    back: frozenset[str] = NOBODY
    sitting: Sitting | None = None
    seats: dict[str, Seat] = field(default_factory=dict)
    asked: Consultation | None = None
    objection: Objection | None = None
    proposal: dict[str, Any] = field(default_factory=dict)

    @property
    def shape(self) -> Any:
        """What the ruleset says of the stage."""
        return make.stage_shape(self.city, self.run)

    @property
    def subject(self) -> Case | List:
        """The case or list of the passage."""
        found = self.run.case or self.run.listing
        assert found is not None
        return found

    @property
    def item(self) -> ListItem:
        """The first item of the list."""
        return ListItem.objects.filter(listing=self.run.listing_id).earliest("pk")

    @property
    def is_open(self) -> bool:
        """Whether the first post still works on it."""
        return self.state == "open"

    def turn(self) -> frozenset[str]:
        """Whose turn it is."""
        if self.state in POSTS:
            return frozenset({self.state})
        return HANDLER if self.is_open else NOBODY

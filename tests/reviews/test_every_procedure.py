"""What becomes of a studio, tried by everybody: changes, assessments, endings.

As ``test_every_act`` does with the naming, on each procedure that has a form of stage no other
has; the rulesets say which those are.
"""

import pytest
from django.db import transaction

from reviews.domain import gathering
from reviews.models import Case
from tests.applications.studios import named
from tests.applications.test_changing import owner
from tests.assessments.assessed import studio_in
from tests.assessments.factories import member_of
from tests.reviews import factories as make
from tests.reviews.acts import acts
from tests.reviews.people import gather
from tests.reviews.procedures import filed, walked
from tests.reviews.scenes import HANDLER, Act
from tests.reviews.trying import Found
from tests.reviews.walking import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.bar]
ROADS = [(code, procedure) for code, found in walked().items() for procedure in found]


def test_the_roads_of_changes_assessments_and_endings_are_among_those_walked() -> None:
    kinds = {procedure.partition("_")[0] for _, procedure in ROADS}
    assert kinds == {"assess", "change", "revoke"}


@pytest.mark.parametrize("code", sorted({code for code, _ in ROADS}))
def test_only_whom_the_table_names_changes_anything_after_the_naming(code: str) -> None:
    city, wrong = make.make_city(code), ""
    young, old = named(code, city.round), studio_in(city)
    members = {young.pk: owner(young), old.pk: member_of(old)}
    for _, procedure in [road for road in ROADS if road[0] == code]:
        with transaction.atomic():
            found = Found()
            # The unit of a studio that was named here is known with all that a change asks.
            studio = young if procedure.startswith("change_") else old
            member = members[studio.pk]
            application = filed(city, studio, procedure, member)
            walk = Walk(city, Case.objects.get(application=application),
                        gather(city, member, procedure))  # fmt: skip
            for run in walk.runs():
                for scene in walk.stops(run):
                    found.at(scene, [*acts(scene), *_gather(walk)])
            wrong += "".join(f"{procedure} {x}\n" for x in [*found.wrong, *found.lacking()])
            gathered = any(stage.gathers for stage in walk.stages())
            assert ("gather" in found.done, walk.status()) == (gathered, "decided")
            transaction.set_rollback(True)
    assert wrong == ""


def _gather(walk: Walk) -> list[Act]:
    """The list of those that wait, where it is not drawn up for each by itself."""
    case = Case.objects.get(pk=walk.case.pk)
    if case.state != "listed" or case.items.exists():
        return []
    return [Act("gather", lambda s, by: gathering.gather(case, by=by), HANDLER)]

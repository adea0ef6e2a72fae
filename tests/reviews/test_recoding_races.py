"""Two changes of one unit, signed at once, wait for each other in turn. Needs PostgreSQL."""

from functools import partial

import pytest
from django.db import connection, transaction

from applications.domain import claims
from applications.models import Application, EffectRun
from applications.queries import claim_keys
from reviews.domain.stages import SIGN, take_action
from reviews.models import Case, StageRun
from tests.applications.studios import named
from tests.applications.test_changing import owner
from tests.applications.test_recoding import NEW, asked, own, right, second
from tests.factories import make_uscc
from tests.races import ROUNDS, all_at_once
from tests.reviews import factories as make
from tests.reviews.standing import fresh

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def all_but_last(city: make.City, change: Application) -> StageRun:
    """The check of a change, signed by every post but the last."""
    run = make.run_of(Case.objects.get(application=change))
    posts = make.stage_shape(city, run).signoff
    for number, post in enumerate(posts[:-1]):
        said = {"outcome": "pass", "opinion": "情况属实。",
                "verdicts": make.yes_to_all(city, run)} if number == 0 else {}  # fmt: skip
        take_action(fresh(run), SIGN, by=city.person(run.office, post),
                    version=fresh(run).version, **said)  # fmt: skip
    return fresh(run)


def sign(city: make.City, run: StageRun, *, keep: bool) -> None:
    """The last post signs what decides the change; undone at once where nothing shall stay."""
    post = make.stage_shape(city, run).signoff[-1]
    with transaction.atomic():
        take_action(run, SIGN, by=city.person(run.office, post), version=run.version)
        transaction.set_rollback(not keep)


def test_two_new_codes_of_one_unit_are_given_one_after_the_other() -> None:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")
    city = make.make_city("urumqi")
    studio = named("urumqi", city.round)
    assert studio.founding_application is not None
    unit = own(studio.founding_application)
    other = second(city.ruleset, unit)
    other.district = studio.district
    other.save()
    changes = [asked(studio, NEW), asked(other, make_uscc("91650103MA5008888"), by=owner(studio))]
    runs, old = [all_but_last(city, change) for change in changes], unit.uscc
    for _ in range(ROUNDS):
        assert all_at_once([partial(sign, city, run, keep=False) for run in runs]) == [None, None]
    assert all_at_once([partial(sign, city, run, keep=True) for run in runs]) == [None, None]
    unit.refresh_from_db()
    codes = {run.data["old_uscc"]: run.data["new_uscc"]
             for run in EffectRun.objects.filter(kind="rename_unit")}  # fmt: skip
    assert (len(codes), codes[codes[old]]) == (2, unit.uscc)
    for one in (studio, other):
        wanted = {w.claim.id: claim_keys(w) for w in claims.wanted_by_studio(one)}
        assert right(one).key in wanted["unit_occupation"]

"""Entries of reviews in the menus."""

from django.http import HttpRequest

from applications.queries.reach import overseen_ids
from jurisdictions.queries import administered_ids
from portal.common.menu import MenuItem, register
from reviews import queries
from reviews.interfaces import letterpage, listwork
from reviews.models import Case
from reviews.queries import proposals


def _works(request: HttpRequest) -> bool:
    user = request.user
    return bool(getattr(user, "is_staff_member", False)) and bool(
        queries.my_offices(user) or overseen_ids(user)
    )


def _at_hand(request: HttpRequest) -> int:
    return Case.objects.filter(queries.at_hand(request.user)).count()


def _lists_at_hand(request: HttpRequest) -> int:
    return listwork.count(request.user)


def _to_sign(request: HttpRequest) -> int:
    return proposals.to_answer(request.user)


def _called(request: HttpRequest) -> bool:
    return request.user.is_authenticated and queries.sittings_of(request.user).exists()


def _asked(request: HttpRequest) -> bool:
    return request.user.is_authenticated and queries.consultations_of(request.user).exists()


def _to_answer(request: HttpRequest) -> int:
    rows = queries.consultations_of(request.user)
    return rows.filter(replied_at=None, run__state="open").count()


def _judges(request: HttpRequest) -> bool:
    return request.user.is_authenticated and queries.seats_of(request.user).exists()


def _to_judge(request: HttpRequest) -> int:
    return queries.open_seats_of(request.user).filter(sheet__signed_at=None).count()


def _to_release(request: HttpRequest) -> int:
    return letterpage.waiting(request.user).filter(release="waiting").count()


def _releases(request: HttpRequest) -> bool:
    """Asked of everybody on every page: most places let no letter wait, one look tells."""
    if not getattr(request.user, "is_staff_member", False):
        return False
    if letterpage.any_waiting() and letterpage.waiting(request.user).exists():
        return True
    return bool(administered_ids(request.user))


def _keeps_pool(request: HttpRequest) -> bool:
    return request.user.is_authenticated and bool(administered_ids(request.user))


def register_all() -> None:
    """Add the entries; called once when the app is ready."""
    register(
        "staff",
        MenuItem(label="待我办理", url_name="reviews:worklist", icon="inbox", group="评审办理",
                 order=20, visible=_works, count=_at_hand),
        MenuItem(label="名单", url_name="reviews:lists", icon="clipboard-list", group="评审办理",
                 order=30, visible=_works, count=_lists_at_hand),
        MenuItem(label="待批事项", url_name="reviews:authority", icon="clock",
                 group="评审办理", order=35, visible=_works, count=_to_sign),
        MenuItem(label="我的会议", url_name="reviews:meetings", icon="users-group",
                 group="评审办理", order=40, visible=_called),
        MenuItem(label="征求意见", url_name="reviews:consult", icon="messages",
                 group="评审办理", order=50, visible=_asked, count=_to_answer),
        MenuItem(label="专家评审", url_name="reviews:panel", icon="clipboard-check",
                 group="评审办理", order=60, visible=_judges, count=_to_judge),
        MenuItem(label="专家库", url_name="reviews:expert-places", icon="users", group="管理",
                 order=805, visible=_keeps_pool),
        MenuItem(label="待发文书", url_name="reviews:letters", icon="mail", group="评审办理",
                 order=70, visible=_releases, count=_to_release),
        MenuItem(label="常用语", url_name="reviews:phrases", icon="message", group="评审办理",
                 order=90, visible=_works),
    )  # fmt: skip
    register("public", MenuItem(label="公示公告", url_name="reviews:notices", order=40))

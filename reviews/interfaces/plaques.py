"""Plaques and certificates of the studios that a list founded."""

from django.http import HttpResponse

from portal.common.errors import DomainError
from portal.common.files import CONTENT_TYPES
from portal.common.xlsx import write_xlsx
from reviews import queries
from reviews.models import List


def plaque_file(listing: List) -> HttpResponse:
    """Plaques and certificates to be made, as a workbook.

    Raises:
        DomainError: nothing was founded yet.
    """
    studios = list(queries.studios_of(listing).prefetch_related("hosts", "leaders"))
    if not studios:
        raise DomainError("名单尚未发文，没有可制作的铭牌。")
    columns = [("n", "序号", 6), ("name", "工作室名称", 40), ("plaque", "铭牌内容", 34),
               ("plaque_number", "铭牌编号", 22), ("unit", "依托单位", 34),
               ("leader", "领办人", 12), ("title", "称号", 20), ("number", "工作室编号", 22),
               ("decision", "文号", 24), ("on", "命名日期", 14)]  # fmt: skip
    rows = [
        {"n": n, "name": s.name, "plaque": s.plaque_text, "plaque_number": s.plaque_number,
         "unit": "、".join(h.name for h in s.hosts.all()),
         "leader": "、".join(row.name for row in s.leaders.all()), "title": s.title,
         "number": s.number, "decision": s.decision_number, "on": s.founded_on}
        for n, s in enumerate(studios, 1)
    ]  # fmt: skip
    response = HttpResponse(
        write_xlsx("铭牌清单", columns, rows), content_type=CONTENT_TYPES["xlsx"]
    )
    response["Content-Disposition"] = 'attachment; filename="plaques.xlsx"'
    return response

"""What of a filing or a studio anybody may read must name nobody's numbers."""

from applications.models import Application, Studio
from portal.common.personal import refuse_numbers

#: Columns of a filing that a decision makes public.
COLUMNS = (
    ("unit_name", "单位名称"), ("leader_name", "领办人姓名"), ("occupation", "职业（工种）"),
    ("studio_name", "工作室名称"), ("district", "县（区）"), ("industry", "产业（领域）"),
)  # fmt: skip
#: Columns of a studio that the public register or the check page shows.
REGISTER = (
    ("number", "编号"), ("name", "工作室名称"), ("occupation", "职业（工种）"),
    ("industry", "产业（领域）"), ("district", "县（区）"), ("address", "地点"),
    ("title", "领办人称号"), ("plaque_number", "铭牌编号"), ("decision_number", "命名文号"),
)  # fmt: skip


def check_filing(application: Application) -> None:
    """Refuse to decide a filing whose public columns hold personal numbers.

    Raises:
        DomainError: names filing and column.
    """
    refuse_numbers(
        (f"申报件 {application.number} 的{label}", str(getattr(application, name)), "")
        for name, label in COLUMNS
    )


def check_studio(studio: Studio) -> None:
    """Refuse what the public register and the check page would show of a studio now.

    Raises:
        DomainError: names studio and column.
    """
    texts = [(label, str(getattr(studio, name))) for name, label in REGISTER]
    texts += [("所在单位名称", row.name) for row in studio.hosts.filter(until__isnull=True)]
    texts += [("领办人姓名", row.name) for row in studio.leaders.filter(until__isnull=True)]
    refuse_numbers((f"工作室名录（{studio.number}）的{label}", text, "") for label, text in texts)

"""Naming formulas: 姓名+职业（工种）+区级技能大师工作室 as a template with placeholders.

A template is literal text and placeholders in braces that hold paths of the field
catalogue: `{leader.name}{leader.occupation}区级技能大师工作室`.
"""

import re
from collections.abc import Mapping

from jurisdictions.engine.occupation import drop_labels

_PART = re.compile(r"\{([^{}]*)\}")
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")


class NamingError(ValueError):
    """A formula cannot be read, or a value that it needs is missing.

    Attributes:
        missing: paths without a value, in the order of the formula.
    """

    def __init__(self, message: str, missing: tuple[str, ...] = ()) -> None:
        """Keep the missing paths beside the message."""
        self.missing = missing
        super().__init__(message)


def placeholders(template: str) -> tuple[str, ...]:
    """The paths a formula needs, each once, in order.

    Raises:
        NamingError: a brace without its partner, or a placeholder that is no path.
    """
    paths = _PART.findall(template)
    for path in paths:
        if not _PATH.fullmatch(path):
            raise NamingError(f"命名公式“{template}”中的“{{{path}}}”不是字段路径，请核对。")
    if re.search(r"[{}]", _PART.sub("", template)):
        raise NamingError(f"命名公式“{template}”中的花括号不成对，请核对。")
    return tuple(dict.fromkeys(paths))


def render_name(template: str, values: Mapping[str, str]) -> str:
    """The name that a formula gives.

    Args:
        template: literal text with placeholders.
        values: a text for each path; white space and printed labels such as （工种） in
            them are dropped, brackets that name a trade stay.

    Raises:
        NamingError: the formula cannot be read, or a value is missing or blank.
    """
    cleaned = {path: clean_value(values.get(path, "")) for path in placeholders(template)}
    missing = tuple(path for path, value in cleaned.items() if not value)
    if missing:
        listed = "、".join(missing)
        raise NamingError(f"按命名公式“{template}”生成名称时缺少：{listed}。", missing)
    return _PART.sub(lambda part: cleaned[part[1]], template).strip()


def clean_value(value: str) -> str:
    """A value fit for a name: printed labels and white space dropped.

    Blanks between Latin words stay, as in a foreign name; there is one at most.
    """
    plain = drop_labels(_BLANKS.sub(" ", value).strip())
    return re.sub(r"(?<![A-Za-z.]) | (?![A-Za-z])", "", plain)

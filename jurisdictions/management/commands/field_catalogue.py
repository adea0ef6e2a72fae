"""``field_catalogue``: writes docs/field-catalogue.md from the shared catalogue."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from jurisdictions.engine.national import load_national
from jurisdictions.management.cities import FIXTURES, PlainCommand, shared_catalogue
from jurisdictions.schema.fields import Catalogue, FieldDef

TARGET = Path(settings.BASE_DIR) / "docs" / "field-catalogue.md"
_TYPES = {
    "text": "文字", "long_text": "长文字", "integer": "整数", "decimal": "小数",
    "money": "金额（元）",
    "date": "日期", "month": "年月", "year": "年份", "choice": "单选", "choices": "多选",
    "yes_no": "是否", "declaration": "声明", "id_number": "证件号码（密存）",
    "bank_account": "银行账号（密存）", "uscc": "统一社会信用代码", "phone": "电话",
    "mobile": "手机", "email": "邮箱", "postcode": "邮政编码", "person_name": "姓名",
    "texts": "文字列表",
}  # fmt: skip
_SENSITIVITY = {"public": "公开", "internal": "内部", "personal": "个人信息", "sealed": "密存"}
_HEAD = """# 字段目录

本文由 `python manage.py field_catalogue` 根据 `fixtures/national/fields.yaml` 生成，请勿手改。
`FACTS.yaml`、`ANSWERS.yaml` 和规则表达式都用这里的名字。
各地自有字段以 `own.` 开头，写在该地政策文件的 `fields:`。
考核自评的字段由评分表生成：`score.<评分表>_<项>`（分项再加 `.<分项>`），
依据写在 `evidence.<评分表>_<项>`。

## 文件写法

名字可以写成嵌套（`leader: {name: …}`）或点号（`leader.name: …`）。
日期写 `2026-07-31`，年月写 `2019-07`，是否写 `true`、`false`，
多选写列表，表格写成若干行。`FACTS.yaml` 另可写：

- `ref.date`：计算基准日；`register.*`：登记情况（见文末“事实”）。
- `materials.<材料>.count` 份数，`.words` 字数（量不出的不写），`.rows` 按行的份数，
  `.person` 领办人本人的份数。
- 也可以整份写成 `ref_date`、`answers`、`materials`、`registers` 四个键。

```yaml
leader:
  name: 示例张建国
  sex: 男
  birth_date: 1975-10-20
  skill_level: 高级技师
team:
  - {name: 成员甲, skill_level: 技师}
materials: {deeds: {count: 1, words: 1800}}
register.leader_active: 0
ref.date: 2026-07-31
```
"""


class Command(PlainCommand):
    """Writes the document, or tells whether it is up to date."""

    help = "生成字段目录文档 docs/field-catalogue.md"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("-o", "--output", default=str(TARGET), help="写入的文件")
        parser.add_argument("--check", action="store_true", help="只核对是否为最新")

    def handle(self, **options: Any) -> None:
        """Write or check."""
        text, target = catalogue_text(), Path(options["output"])
        if options["check"]:
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                raise CommandError(f"{target} 不是最新，请运行 field_catalogue。")
            self.stdout.write(f"{target} 为最新")
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self.stdout.write(str(target))


def catalogue_text() -> str:
    """The document."""
    catalogue = Catalogue.model_validate(shared_catalogue(FIXTURES))
    parts = [_HEAD, "\n## 字段\n", _header()]
    parts += [_line(name, definition) for name, definition in catalogue.fields.items()]
    parts.append("\n## 表格\n")
    for name, table in catalogue.tables.items():
        parts += [f"\n### {name} {table.label}\n", _header()]
        parts += [_line(f"{name}.{key}", column) for key, column in table.columns.items()]
    parts += ["\n## 事实\n", "| 名字 | 含义 | 类型 | 由何得出 |", "| --- | --- | --- | --- |"]
    for name, fact in catalogue.facts.items():
        needs = "、".join(f"`{need}`" for need in fact.needs)
        parts.append(f"| `{name}` | {fact.label} | {_TYPES[fact.type]} | {needs} |")
    return "\n".join([*parts, *_ladders(), ""])


def _header() -> str:
    return "| 名字 | 标签 | 类型 | 选项 | 级别 |\n| --- | --- | --- | --- | --- |"


def _line(name: str, definition: FieldDef) -> str:
    options = "、".join(definition.options)
    if definition.options_from:
        options = f"代码表 {definition.options_from}"
    kind = _TYPES[definition.type] + (f"（{definition.unit}）" if definition.unit else "")
    level = _SENSITIVITY[definition.sensitivity]
    return f"| `{name}` | {definition.label} | {kind} | {options} | {level} |"


def _ladders() -> list[str]:
    """Code tables with an order, for ``rank()``."""
    national = load_national(FIXTURES / "national")
    lines = ["\n## 有高低次序的代码表（rank 由低到高）\n"]
    for name, table in national.tables.items():
        ranked = [item for item in table.items if item.rank is not None]
        if ranked:
            ordered = sorted(ranked, key=lambda item: item.rank or 0)
            lines.append(f"- `{name}` {table.title}：{'、'.join(item.label for item in ordered)}")
    return lines

"""Reading a ruleset: includes, merging, lines, and what an author is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jurisdictions.engine.loader import read_source
from jurisdictions.engine.problems import Place, Problem, RulesetInvalidError

Files = Callable[..., Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Writes files and returns the root."""

    def write(**texts: str) -> Path:
        for name, text in texts.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return tmp_path / "root.yaml"

    return write


def told(root: Path) -> str:
    with pytest.raises(RulesetInvalidError) as caught:
        read_source(root)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_parts_are_merged_deeply_in_order(files: Files) -> None:
    root = files(
        root="include: [one.yaml, two.yaml]\na: {x: 1}\n",
        one="a: {y: 2}\nb: [1]\n",
        two="a:\n  z: {deep: 3}\n",
    )
    source = read_source(root)
    assert source.document == {"a": {"x": 1, "y": 2, "z": {"deep": 3}}, "b": [1]}
    assert [file.name for file in source.files] == ["root.yaml", "one.yaml", "two.yaml"]


def test_every_value_knows_its_file_and_line(files: Files) -> None:
    root = files(root="include: [one.yaml]\na:\n  x: 1\n", one="\nb:\n  - c: 1\n  - c: 2\n")
    source = read_source(root)
    assert str(source.place(("a", "x"))) == "root.yaml:3"
    assert str(source.place(("b", 1, "c"))) == "one.yaml:4"
    assert str(source.place(("b", 1, "nothing", "below"))) == "one.yaml:4"
    assert str(source.place(("nowhere",))) == "root.yaml:1"


def test_days_stay_text_so_that_file_and_row_are_the_same(files: Files) -> None:
    source = read_source(files(root="day: 2026-07-31\nat: 2026-07-31 24:00:00\n"))
    assert source.document == {"day": "2026-07-31", "at": "2026-07-31 24:00:00"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", "root.yaml:3: a: 同一处写了两次（删去其中一个）"),
        ("a:\n  - {b: 1, c: 2,\n     b: 3}\n", "root.yaml:3: b: 同一处写了两次（删去其中一个）"),
        ("- a\n- b\n", "root.yaml:1: : 文件须是键值表"),
        ("", "root.yaml:1: : 文件须是键值表"),
        (
            "include: [none.yaml]\n",
            (
                "none.yaml:1: include: 读不到文件：No such file or directory"
                "（核对 include 中的文件名）"
            ),
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(
    files: Files, text: str, says: str
) -> None:
    assert told(files(root=text)) == says


@pytest.mark.parametrize("text", ["a: [1, 2\nb: 3\n", "a: 'open\n", "a: b: c\n", "a: \0\n"])
def test_what_is_no_yaml_is_told_with_a_hint(files: Files, text: str) -> None:
    found = told(files(root=text))
    assert found.startswith("root.yaml:")
    assert "不是有效的 YAML" in found
    assert found.endswith("（核对缩进和引号）")


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    root = tmp_path / "root.yaml"
    root.write_bytes("a: 试点\n".encode("gb18030"))
    assert told(root) == "root.yaml:1: : 文件不是 UTF-8 编码（另存为 UTF-8）"


def test_a_key_that_is_a_list_is_told(files: Files) -> None:
    assert told(files(root="? [a, b]\n: 1\n")) == "root.yaml:1: : 键只能是文字或数字（核对缩进）"


def test_a_file_that_includes_no_list_is_told(files: Files) -> None:
    assert told(files(root="include: 3\n")) == (
        "root.yaml:1: include: 须是文件名的清单（写成 include: [文件名]）"
    )


def test_an_alias_into_its_own_part_is_told(files: Files) -> None:
    assert told(files(root="a: &x\n  - *x\n")) == (
        "root.yaml:1: : 别名（*）指向了自己所在的部分（核对 & 和 *）"
    )


def test_a_tag_that_is_no_plain_data_is_told(files: Files) -> None:
    assert "不是有效的 YAML" in told(files(root="a: 1\nb: !!python/object:os.system {}\n"))


def test_two_files_that_say_the_same_are_told(files: Files) -> None:
    root = files(root="include: [one.yaml]\na: {x: 1}\n", one="b: 1\na: {x: 2}\n")
    assert told(root) == "one.yaml:2: a.x: 在两个文件中都写了（只留一处）"


def test_a_problem_reads_as_place_path_message_and_hint() -> None:
    place = Place(Path("/any/city.yaml"), 7)
    assert str(Problem(place, "a.b", "错", "改")) == "city.yaml:7: a.b: 错（改）"
    assert str(Problem(None, "a", "错")) == "a: 错"
    both = RulesetInvalidError([Problem(None, "a", "错"), Problem(None, "b", "也错")])
    assert str(both) == "a: 错\nb: 也错"

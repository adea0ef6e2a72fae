"""字数 as Word's status bar shows it."""

import pytest

from portal.common.wordcount import count_like_word


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("   \n\t\u3000", 0),
        ("技能大师工作室", 7),
        ("技能大师，工作室。", 9),
        ("2024年3月", 4),
        ("C++/Java", 1),
        ("Hello, world!", 2),
        ("don’t stop", 2),
        ("他说“好”。", 6),
        ("完成率达95.5%以上", 7),
        ("——", 1),
        ("成果——论文", 6),
        ("ＡＢＣ", 3),
        ("第1项\n第2项", 6),
        ("𠮷田", 2),
        ("葛\U000e0100城", 2),
        ("한국어 단어", 2),
        ("ئۇيغۇر تىلى", 2),
        ("a\u200bb", 1),
        ("かな", 2),
    ],
)
def test_counts_wide_characters_singly_and_the_rest_by_words(text: str, words: int) -> None:
    assert count_like_word(text) == words


def test_two_thousand_characters_count_as_two_thousand() -> None:
    assert count_like_word("事迹材料，" * 400) == 2000

"""portal.common.memory: asked once inside a block, each time outside."""

import pytest

from portal.common.memory import recall, remembering


@pytest.mark.core
def test_an_answer_is_remembered_inside_the_block_only() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    assert [recall("k", ask), recall("k", ask)] == [1, 2]
    with remembering():
        assert [recall("k", ask), recall("k", ask), recall("other", ask)] == [3, 3, 4]
        with remembering():
            assert recall("k", ask) == 3
        assert recall("k", ask) == 3
    assert recall("k", ask) == 5

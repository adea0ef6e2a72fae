"""Components as they are drawn, without a browser."""

import re

from django.template.loader import render_to_string


def test_a_cell_without_a_value_is_empty_so_that_a_phone_does_not_show_its_heading() -> None:
    cells = [{"th": "收入", "text": 0}, {"th": "支出", "text": ""}, {"th": "凭证", "text": None}]
    rows = [{"id": 1, "cells": cells, "actions": [], "select_label": "一"}]
    drawn = render_to_string("components/worklist.html", {"caption": "明细", "rows": rows})
    assert re.findall('<td class="" data-th="(.*?)">(.*?)</td>', drawn) == [
        ("收入", "<span>0</span>"), ("支出", ""), ("凭证", ""),
    ]  # fmt: skip

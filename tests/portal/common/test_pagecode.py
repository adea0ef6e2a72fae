"""The code on each printed page."""

import base64

from portal.common.pagecode import page_code, page_key, page_keys, qr_svg, verify_page_code

KEY = b"k" * 32


def test_a_code_is_short_stable_and_different_for_every_page() -> None:
    codes = {page_code(f"A-{a}", n, p, KEY) for a in range(20) for n in (1, 2) for p in (1, 2, 3)}
    assert len(codes) == 120
    assert {len(code) for code in codes} == {10}
    assert page_code("A-1", 1, 1, KEY) == page_code("A-1", 1, 1, KEY)
    assert page_code("A-1", 1, 1, b"x" * 32) != page_code("A-1", 1, 1, KEY)
    assert page_code("A-1", 11, 1, KEY) != page_code("A-1", 1, 11, KEY)


def test_a_typed_code_is_forgiven_case_blanks_and_misread_letters() -> None:
    code = next(
        c for n in range(1, 200) if "O" in (c := page_code(f"A-{n}", 1, 1, KEY)) and (number := n)
    )
    typed = f" {code[:5].lower()}-{code[5:]} ".replace("O", "0").replace("o", "0")
    assert verify_page_code(typed, f"A-{number}", 1, 1, KEY)
    assert not verify_page_code(code, f"A-{number}", 1, 2, KEY)
    assert not verify_page_code("", f"A-{number}", 1, 1, KEY)
    assert not verify_page_code("非编码", f"A-{number}", 1, 1, KEY)


def test_paper_printed_under_an_older_key_is_still_known(settings: object) -> None:
    settings.PORTAL_KEYS = f"old:{base64.b64encode(b'o' * 32).decode()}"
    printed = page_code("A-1", 1, 1, page_key())
    settings.PORTAL_KEYS = f"new:{base64.b64encode(b'n' * 32).decode()},{settings.PORTAL_KEYS}"
    assert verify_page_code(printed, "A-1", 1, 1, page_keys())
    assert not verify_page_code(printed, "A-1", 1, 1, page_key())


def test_a_qr_code_is_an_svg_without_anything_a_strict_policy_forbids() -> None:
    svg = qr_svg("A-1|1|1|ABCDEFGHIJ")
    assert svg.startswith("<svg ")
    assert svg.endswith("</svg>")
    assert "style=" not in svg
    assert "<script" not in svg

"""Sheets as PDF: the same bytes every time, nothing fetched, no character lost silently."""

import hashlib
import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pikepdf
import pytest

from portal.common import pdf as pdf_module
from portal.common.fonts import (
    covered_characters,
    describe_glyphs,
    font_paths,
    missing_glyphs,
    use_project_fonts,
)
from portal.common.pagecode import qr_data_uri, qr_svg
from portal.common.pdf import MissingGlyphsError, render_pdf

ROOT = Path(__file__).resolve().parents[3]
SHEET = (
    "<h1>申报表</h1><table><tr><th scope='row'>姓名</th><td>龑玥珺</td></tr></table>"
    "<p>身份证号 11010519491231002X　面积 ㎡ □√■ “引号”——①</p>"
)
CANARY = "CANARY-7f3a-local-file"


def _open(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def _text(content: bytes, tmp_path: Path) -> str:
    source = tmp_path / "sheet.pdf"
    source.write_bytes(content)
    done = subprocess.run(["pdftotext", source, "-"], check=True, capture_output=True, text=True)
    return done.stdout


def test_the_same_page_gives_the_same_bytes_also_in_another_process() -> None:
    first = render_pdf(SHEET, title="申报表")
    second = render_pdf(SHEET, title="申报表")
    assert first.content == second.content
    assert first.sha256 == hashlib.sha256(first.content).hexdigest()
    program = (
        "import sys; from django.conf import settings; settings.configure();"
        "from portal.common.pdf import render_pdf;"
        "print(render_pdf(sys.argv[1], title='申报表').sha256)"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program, SHEET],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Pacific/Apia"},
        )
        assert done.stdout.strip() == first.sha256


def test_what_was_rendered_before_changes_nothing() -> None:
    first = render_pdf(SHEET, title="申报表")
    render_pdf("<p>另一份材料，字不同</p><style>p { font: 30pt Hei }</style>", title="其他")
    assert render_pdf(SHEET, title="申报表").content == first.content


def test_another_title_or_style_sheet_gives_another_document(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.css"
    sheet.write_text("p { color: red }", encoding="utf-8")
    plain = render_pdf(SHEET, title="申报表")
    red = render_pdf(SHEET, title="申报表", stylesheets=[sheet])
    sheet.write_text("p { color: blue }", encoding="utf-8")
    blue = render_pdf(SHEET, title="申报表", stylesheets=[sheet])
    other = render_pdf(SHEET, title="推荐表")
    identifiers = {bytes(_open(item.content).trailer.ID[0]) for item in (plain, red, blue, other)}
    assert len(identifiers) == 4


@pytest.mark.parametrize(("variant", "level"), [("pdf/a-2a", "A"), ("pdf/a-2b", "B")])
def test_it_claims_pdf_a_and_carries_what_that_needs(variant: str, level: str) -> None:
    rendered = render_pdf(SHEET, title="申报表", pdf_variant=variant)
    assert rendered.pages == 1
    with _open(rendered.content) as document:
        metadata = document.Root.Metadata.read_bytes().decode()
        assert 'pdfaid:part="2"' in metadata or "<pdfaid:part>2</" in metadata
        assert f">{level}</" in metadata or f'pdfaid:conformance="{level}"' in metadata
        assert str(document.Root.Lang) == "zh-CN"
        assert document.Root.MarkInfo.Marked
        assert document.Root.StructTreeRoot.Type == "/StructTreeRoot"
        assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert str(document.docinfo.Title) == "申报表"
        assert "/CreationDate" not in document.docinfo


def test_only_the_projects_fonts_are_embedded_as_subsets() -> None:
    names = [
        "宋体",
        "仿宋",
        "楷体",
        "黑体",
        "SimSun",
        "serif",
        "monospace",
        "Arial",
        "不存在的字体",
    ]
    html = "".join(f'<p class="f{n}">文字 text</p>' for n in range(len(names)))
    css = "".join(f'.f{n} {{ font-family: "{name}" }}' for n, name in enumerate(names))
    with _open(render_pdf(f"<style>{css}</style>{html}", title="字体").content) as document:
        fonts = {
            str(font.BaseFont).split("+", 1)[-1]
            for page in document.pages
            for font in page.Resources.Font.values()
        }
    assert fonts == {"Noto-Serif-SC", "Noto-Sans-SC"}


def test_the_text_can_be_found_and_copied(tmp_path: Path) -> None:
    text = _text(render_pdf(SHEET, title="申报表").content, tmp_path)
    for part in ("申报表", "龑玥珺", "11010519491231002X", "㎡", "□√■"):
        assert part in text


def test_a_rare_character_without_a_glyph_is_named_before_rendering() -> None:
    with pytest.raises(MissingGlyphsError) as caught:
        render_pdf("<p>姓名：𡛟𡛟 与 ☑</p>", title="申报表")
    assert caught.value.characters == ("𡛟", "☑")
    assert "𡛟（U+216DF）、☑（U+2611）" in caught.value.message


def test_a_missing_glyph_that_only_the_style_sheet_writes_is_found_too() -> None:
    css = '<style>p::before { content: "\\2611" }</style>'
    with pytest.raises(MissingGlyphsError) as caught:
        render_pdf(f"{css}<p>文</p>", title="申报表")
    assert caught.value.characters == ("☑",)


def test_missing_glyphs_lists_each_character_once_and_skips_invisible_ones() -> None:
    assert missing_glyphs("汉字\u200b\ufe0f\n☑☑𡛟") == ["☑", "𡛟"]
    assert missing_glyphs(["㎡", "□√■", "龑"]) == []
    assert describe_glyphs(["☑"]) == "☑（U+2611）"


def test_the_fonts_cover_every_character_of_gbk() -> None:
    missing = set()
    for lead in range(0x81, 0xFF):
        for trail in [*range(0x40, 0x7F), *range(0x80, 0xFF)]:
            try:
                char = bytes([lead, trail]).decode("gbk")
            except UnicodeDecodeError:
                continue
            if "\u4e00" <= char <= "\u9fff" and ord(char) not in covered_characters():
                missing.add(char)
    assert missing == set()


def test_the_font_configuration_names_the_projects_files_alone() -> None:
    path = use_project_fonts()
    assert os.environ["FONTCONFIG_FILE"] == str(path)
    listed = subprocess.run(
        ["fc-list", ":", "file"], check=True, capture_output=True, text=True
    ).stdout.split()
    assert {item.rstrip(":") for item in listed} == {str(p) for p in font_paths().values()}


# --- nothing is fetched -----------------------------------------------------------------------
@pytest.fixture
def canary_server() -> Iterator[tuple[str, list[str]]]:
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            del args

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    thread.join()
    server.server_close()


def _hostile_page(web: str, local: str) -> str:
    both = [web + "/x", local]
    return (
        "".join(
            f'<link rel="stylesheet" href="{u}"><link rel="attachment" href="{u}">'
            f'<base href="{web}"><meta http-equiv="refresh" content="0;url={u}">'
            f'<img src="{u}"><img srcset="{u} 1x"><object data="{u}"></object><embed src="{u}">'
            f'<iframe src="{u}"></iframe><a rel="attachment" href="{u}">a</a>'
            f'<p style="background: url({u})">b</p><ul style="list-style-image: '
            f'url({u})"><li>c</ul>'
            f"<style>@import url({u}); @font-face {{ font-family: Evil; src: url({u}) }}"
            f"@font-face {{ font-family: Evil2; src: local('Noto Serif SC') }}"
            f"q {{ content: url({u}); font-family: Evil, Evil2 }}"
            f"@page {{ background: url({u}) }} @color-profile evil {{ src: url({u}) }}"
            "</style><q>d</q>"
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
            f'<image href="{u}"/><image xlink:href="{u}"/><use href="{u}#a"/>'
            f"<style>@import url({u});</style></svg>"
            f'<input type="image" src="{u}"><video src="{u}" poster="{u}"></video>'
            f'<img src="data:image/svg+xml,&lt;svg xmlns=%22http://www.w3.org/2000/svg%22&gt;'
            f'&lt;image href=%22{u}%22/&gt;&lt;/svg&gt;">'
            for u in both
        )
        + '<a rel="attachment" href="data:image/png,evil">e</a><script src="//127.0.0.1/"></script>'
    )


def test_a_hostile_page_makes_no_request_reads_no_file_and_attaches_nothing(
    canary_server: tuple[str, list[str]], tmp_path: Path
) -> None:
    web, hits = canary_server
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY, encoding="utf-8")
    picture = tmp_path / "sheet.css"
    picture.write_text(f'p::after {{ content: "{CANARY}" }}', encoding="utf-8")
    for local in (secret.as_uri(), picture.as_uri(), f"file://localhost{secret}"):
        rendered = render_pdf(_hostile_page(web, local), title="攻击", pdf_variant="pdf/ua-1")
        assert hits == []
        with _open(rendered.content) as document:
            assert list(document.attachments) == []
            keys = {key for item in document.objects
                    if isinstance(item, pikepdf.Dictionary) for key, _ in item.items()}  # fmt: skip
            assert not keys & {"/EF", "/EmbeddedFiles", "/JavaScript", "/JS", "/Launch"}
            streams = [
                item.read_bytes() for item in document.objects if isinstance(item, pikepdf.Stream)
                and item.get("/Subtype") != "/Image"
            ]  # fmt: skip
        assert not any(CANARY.encode() in stream for stream in streams)
        assert CANARY not in _text(rendered.content, tmp_path)


def test_images_of_named_folders_and_data_images_are_drawn(tmp_path: Path) -> None:
    from tests.portal.common import hostile

    (tmp_path / "in").mkdir()
    inside, outside = tmp_path / "in" / "seal.png", tmp_path / "seal.png"
    for path in (inside, outside):
        path.write_bytes(hostile.png(mode="RGB"))
    (tmp_path / "in" / "link.png").symlink_to(outside)

    def images(address: str) -> int:
        html = f'<p>文</p><img alt="" src="{address}">'
        content = render_pdf(html, title="图", assets=[tmp_path / "in"]).content
        with _open(content) as document:
            return len(document.pages[0].get_images())

    assert images(inside.as_uri()) == 1
    assert images(outside.as_uri()) == 0
    assert images((tmp_path / "in" / ".." / "seal.png").as_uri()) == 0
    assert images((tmp_path / "in" / "link.png").as_uri()) == 0
    assert images(qr_data_uri("A-1")) == 1


def test_an_inline_qr_code_is_drawn_as_vectors() -> None:
    plain = render_pdf("<p>文</p>", title="图")
    with_code = render_pdf(f"<p>文</p><div>{qr_svg('A-1')}</div>", title="图")
    assert len(with_code.content) > len(plain.content)


def test_a_changed_title_inside_the_page_does_not_win_and_no_text_is_lost(tmp_path: Path) -> None:
    html = "<p>前<meta name='author' content='x'>后<link href='x'>尾</p><title>假</title>"
    rendered = render_pdf(html, title="真")
    with _open(rendered.content) as document:
        assert str(document.docinfo.Title) == "真"
        assert "/Author" not in document.docinfo
    assert "前后尾" in _text(rendered.content, tmp_path)


def test_threads_of_one_process_take_turns() -> None:
    pages = [f"<p>第{number}份</p>" for number in range(8)]
    alone = [render_pdf(page, title="件").sha256 for page in pages]
    with ThreadPoolExecutor(max_workers=4) as pool:
        together = list(pool.map(lambda page: render_pdf(page, title="件").sha256, pages))
    assert together == alone


def test_a_long_text_flows_on_and_nothing_is_cut(tmp_path: Path) -> None:
    text = "".join(f"第{number}句，带徒传艺。" for number in range(1500))
    rendered = render_pdf(f"<p>{text}</p>", title="长")
    assert rendered.pages > 5
    assert "".join(_text(rendered.content, tmp_path).split()) == text


def test_the_subsetter_is_loaded() -> None:
    from weasyprint.text.ffi import harfbuzz_subset

    assert harfbuzz_subset is not None
    assert pdf_module.ARCHIVE_VARIANT == "pdf/a-2a"

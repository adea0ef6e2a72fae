"""Uploads: the hostile corpus is refused, honest files pass and are measured."""

import io
import os
import time
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.common import sandbox
from portal.common.files import (
    KINDS,
    CheckedFile,
    check_upload,
    download_name,
    serve_file,
    storage_name,
)
from portal.common.pdf import render_pdf
from portal.common.sandbox import UnacceptableFileError, parse_in_child
from tests.portal.common import hostile

_CORPUS = hostile.corpus()


def _check(content: bytes, name: str, **limits: int) -> CheckedFile:
    return check_upload(io.BytesIO(content), name=name, allowed=KINDS, **limits)


def _refusal(content: bytes, name: str, **limits: int) -> UnacceptableFileError:
    with pytest.raises(UnacceptableFileError) as caught:
        _check(content, name, **limits)
    return caught.value


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(_CORPUS) >= 50


@pytest.mark.parametrize(
    "item", _CORPUS, ids=[f"{n:02}-{item.code}-{item.name}" for n, item in enumerate(_CORPUS, 1)]
)
def test_every_hostile_file_is_refused_for_its_own_reason(item: hostile.Hostile) -> None:
    error = _refusal(item.content, item.name, max_bytes=30_000_000)
    assert error.code == item.code
    assert error.message.endswith("。")
    assert error.status == 422


def test_a_jpeg_is_turned_upright_and_loses_its_place_data() -> None:
    original = hostile.jpeg_with_gps()
    assert hostile.GPS_CANARY in original
    checked = _check(original, "现场照片.JPEG")
    assert (checked.kind, checked.width, checked.height) == ("jpg", 40, 60)
    assert hostile.GPS_CANARY not in checked.content
    with Image.open(io.BytesIO(checked.content)) as image:
        assert (image.size, dict(image.getexif()), image.info.get("exif")) == ((40, 60), {}, None)
    assert checked.words is None
    assert checked.sha256 != checked.original_sha256


def test_a_harmless_tail_of_a_phone_photo_is_dropped_silently() -> None:
    checked = _check(hostile.jpeg() + b"MotionPhoto" + b"\x01\x02" * 100, "a.jpg")
    assert b"MotionPhoto" not in checked.content


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_survives(mode: str) -> None:
    checked = _check(hostile.png(mode=mode), "a.png")
    assert (checked.width, checked.height) == (60, 40)


def test_a_picture_at_the_pixel_limit_passes_within_the_memory_limit() -> None:
    checked = _check(hostile.jpeg(8000, 5000), "a.jpg")
    assert (checked.width, checked.height) == (8000, 5000)
    assert _refusal(hostile.jpeg(8001, 5000), "a.jpg").code == "too_many_pixels"


def test_a_docx_is_measured_without_notes_boxes_and_hidden_text() -> None:
    body = (
        "<w:p><w:r><w:t>第一段，共八个字。</w:t></w:r></w:p>"
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见的字</w:t></w:r>"
        "<w:r><w:t>Java 2024年</w:t></w:r></w:p>"
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框里的字</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r></w:p>"
        "<w:p><w:del><w:r><w:delText>删除的字</w:delText></w:r></w:del></w:p>"
    )
    content = hostile.repack(
        hostile.docx("甲"), replace={hostile.DOCUMENT: ("<w:sectPr", body + "<w:sectPr")}
    )
    checked = _check(content, "事迹材料.docx")
    assert checked.words == 1 + 9 + 3
    assert checked.notes == ("文本框中的文字未计入字数。", "隐藏文字未计入字数。")
    assert checked.length_rule == "按 Word 字数统计规则"
    assert checked.content == content


def test_a_docx_of_1500_characters_measures_1500() -> None:
    assert _check(hostile.docx(*["大师带徒授艺，" * 10 + "传承技能"] * 20), "a.docx").words == 1480


def test_a_printed_pdf_is_measured_like_the_text_it_was_made_from() -> None:
    text = "大师带徒授艺，传承技能。" * 50
    css = "<style>p { break-after: page }</style>"
    rendered = render_pdf(f"{css}<p>{text}</p><div>{text}</div>", title="事迹材料")
    checked = _check(rendered.content, "事迹材料.pdf")
    assert (checked.words, checked.pages, checked.pages_without_text) == (1200, 2, 0)
    assert checked.text_chars == 1200


def test_a_latin_pdf_counts_words_and_other_pages_count_as_unmeasured() -> None:
    checked = _check(hostile.text_pdf(), "a.pdf")
    assert (checked.words, checked.text_chars, checked.pages) == (9, 32, 1)


def test_a_scan_has_no_length_instead_of_length_zero() -> None:
    checked = _check(hostile.blank_pdf(3), "扫描件.pdf")
    assert (checked.words, checked.text_chars, checked.pages) == (None, None, 3)
    assert checked.pages_without_text == 3


def test_a_workbook_passes_without_a_length() -> None:
    assert _check(hostile.xlsx(), "名单.xlsx").words is None


def test_limits_on_bytes_and_pages_come_from_the_call() -> None:
    content = hostile.blank_pdf(3)
    assert _refusal(content, "a.pdf", max_bytes=100).code == "too_large"
    assert _refusal(content, "a.pdf", max_pages=2).message == (
        "PDF 共 3 页，超过 2 页的上限。请拆分或精简后上传。"
    )
    assert _check(content, "a.pdf", max_bytes=len(content), max_pages=3).pages == 3


def test_a_declared_size_is_not_believed() -> None:
    upload = ContentFile(b"\xff\xd8\xff" + b"x" * 5000, name="a.jpg")
    upload.size = 10
    with pytest.raises(UnacceptableFileError) as caught:
        check_upload(upload, name="a.jpg", allowed=frozenset({"jpg"}), max_bytes=1000)
    assert caught.value.code == "too_large"


def test_the_extension_must_be_one_that_is_asked_for() -> None:
    with pytest.raises(UnacceptableFileError) as caught:
        check_upload(io.BytesIO(hostile.docx()), name="a.docx", allowed=frozenset({"pdf", "jpg"}))
    assert caught.value.message == ("不接受“.docx”文件。此处可上传：JPG、PDF。请转换格式后再上传。")
    assert _refusal(b"", "a.pdf").code == "empty"
    assert _refusal(b"x", "noextension").code == "extension"
    assert _refusal(b"x", "a.pdf.exe").code == "extension"


def test_an_unknown_kind_in_the_call_is_a_mistake_of_the_programme() -> None:
    with pytest.raises(ValueError, match="gif"):
        check_upload(io.BytesIO(b"x"), name="a.gif", allowed=frozenset({"gif"}))


def test_a_reader_that_eats_memory_or_time_dies_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    content = hostile.jpeg(3000, 3000)
    monkeypatch.setattr(sandbox, "MEMORY_BYTES", 60 * 1024 * 1024)
    with pytest.raises(UnacceptableFileError) as caught:
        parse_in_child(content, "jpg", max_pages=1, max_pixels=40_000_000)
    assert caught.value.message == sandbox.UNREADABLE
    monkeypatch.undo()
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.01)
    with pytest.raises(UnacceptableFileError) as caught:
        parse_in_child(content, "jpg", max_pages=1, max_pixels=40_000_000)
    assert (caught.value.code, caught.value.message) == ("timeout", sandbox.UNREADABLE)


def test_a_crash_of_the_reader_is_a_sentence_and_its_whole_group_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    witness = tmp_path / "grandchild"
    crash = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(witness)!r}, 'w').write(str(child.pid))\n"
        "os.abort()\n"
    )
    monkeypatch.setattr(sandbox, "_BOOTSTRAP", crash)
    with pytest.raises(UnacceptableFileError) as caught:
        parse_in_child(b"x", "pdf", max_pages=1, max_pixels=1)
    assert (caught.value.code, caught.value.message) == ("crashed", sandbox.UNREADABLE)
    assert _is_gone(int(witness.read_text()))


def _is_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_the_child_sees_no_secret_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "PORTAL_KEYS" in os.environ
    witness = tmp_path / "environment"
    spy = f"import os; open({str(witness)!r}, 'w').write(','.join(sorted(os.environ)))"
    monkeypatch.setattr(sandbox, "_BOOTSTRAP", spy)
    with pytest.raises(UnacceptableFileError):
        parse_in_child(b"x", "pdf", max_pages=1, max_pixels=1)
    seen = set(witness.read_text().split(","))
    assert seen - {"LC_CTYPE"} == {"HOME", "LANG", "PATH", "TMPDIR"}


# --- names ------------------------------------------------------------------------------------
def test_a_stored_name_holds_nothing_of_the_person() -> None:
    name = storage_name("pdf")
    first, second, last = name.split("/")
    assert (len(first), len(second), last[:4], last[36:]) == (2, 2, first + second, ".pdf")
    assert storage_name("pdf") != name
    with pytest.raises(ValueError, match="exe"):
        storage_name("exe")


@pytest.mark.parametrize(
    ("original", "cleaned"),
    [
        ("身份证.pdf", "身份证.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\申报 表.docx", "申报 表.docx"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "abSet-Cookie_ x.pdf"),
        ("evil\u202efdp.exe", "evilfdp.exe"),
        ("...", "文件"),
        ("", "文件"),
        (".pdf", "文件.pdf"),
        ("\ud800a.pdf", "a.pdf"),
    ],
)
def test_a_download_name_is_cleaned(original: str, cleaned: str) -> None:
    assert download_name(original) == cleaned


@given(st.text(max_size=400))
def test_no_name_keeps_a_path_a_line_end_or_too_much(original: str) -> None:
    cleaned = download_name(original)
    assert 0 < len(cleaned.encode()) <= 255
    assert not set(cleaned) & set('/\\\x00\r\n"')
    assert cleaned not in {".", ".."}
    assert download_name(cleaned) == cleaned


# --- serving ----------------------------------------------------------------------------------
@pytest.fixture
def stored() -> str:
    return default_storage.save(storage_name("pdf"), ContentFile(b"%PDF-1.7 content"))


@pytest.mark.django_db
def test_a_file_is_served_as_a_download_in_a_cage(rf: RequestFactory, stored: str) -> None:
    response = serve_file(rf.get("/"), stored, download_name="申报表 1.pdf")
    assert b"".join(response.streaming_content) == b"%PDF-1.7 content"
    assert {name: response[name] for name in sorted(dict(response.items()))} == {
        "Cache-Control": "private, no-store",
        "Content-Disposition": "attachment; filename*=utf-8''%E7%94%B3%E6%8A%A5%E8%A1%A8%201.pdf",
        "Content-Length": "16",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Type": "application/pdf",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    response.close()


@pytest.mark.django_db
def test_only_pictures_and_pdf_are_shown_inline(rf: RequestFactory, stored: str) -> None:
    shown = serve_file(rf.get("/"), stored, download_name="a.pdf", inline=True)
    assert shown["Content-Disposition"] == 'inline; filename="a.pdf"'
    shown.close()
    name = default_storage.save("aa/bb/x.html", ContentFile(b"<script>"))
    saved = serve_file(rf.get("/"), name, download_name="x.html", inline=True)
    assert saved["Content-Disposition"] == 'attachment; filename="x.html"'
    assert saved["Content-Type"] == "application/octet-stream"
    saved.close()


def test_behind_nginx_the_bytes_are_handed_over(rf: RequestFactory, settings: object) -> None:
    settings.PORTAL_ACCEL_PREFIX = "/protected/"
    response = serve_file(rf.get("/"), "ab/cd/x.pdf", download_name="a.pdf")
    assert (response["X-Accel-Redirect"], response.content) == ("/protected/ab/cd/x.pdf", b"")
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.pdf", "a/../../x.pdf", "a\\..\\x", "a\x00"])
def test_a_stored_name_cannot_leave_the_folder(rf: RequestFactory, path: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        serve_file(rf.get("/"), path, download_name="a")


def test_a_missing_file_is_not_found_and_a_head_request_has_no_body(
    rf: RequestFactory, stored: str
) -> None:
    with pytest.raises(Http404):
        serve_file(rf.get("/"), "aa/bb/none.pdf", download_name="a")
    response = serve_file(rf.head("/"), stored, download_name="a.pdf")
    assert (response.content, response["Content-Length"]) == (b"", "16")

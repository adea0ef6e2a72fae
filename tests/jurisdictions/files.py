"""Small real files for uploads."""

from io import BytesIO

from PIL import Image


def small_png() -> BytesIO:
    """A picture of eight by eight pixels."""
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "white").save(buffer, "PNG")
    buffer.seek(0)
    return buffer

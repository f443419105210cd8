"""What a file is, told from its first bytes and never from its name, before anything is decoded. Pure."""

from pipelines.declarations.picture_kinds import BoxedKind, boxed_kind, is_taken_picture

_TAKEN = "照片只收 JPG、PNG、WebP、BMP、TIFF、GIF 格式。"
_TABLE_PLACE = "报表请直接放在本单位的报送文件夹里，不要放进 photos 文件夹。"
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"PK", f"这是表格、文档或压缩包，不是照片。{_TABLE_PLACE}"),
    (b"\xd0\xcf\x11\xe0", f"这是表格或文档，不是照片。{_TABLE_PLACE}"),
    (b"%PDF", f"这是 PDF 文件，不是照片。{_TAKEN}"),
    (b"Rar!", "这是压缩包，不是照片。请解压后逐张放入。"),
    (b"7z\xbc\xaf", "这是压缩包，不是照片。请解压后逐张放入。"),
    (b"8BPS", f"这是 Photoshop 文件，不能直接采用。{_TAKEN}"),
)
_BOXED: dict[BoxedKind, str] = {
    "HEIC": "这是 HEIC 格式的照片（苹果手机常用），读不了。请在手机或电脑上另存为 JPG；"
    "苹果手机可在“设置→相机→格式”里选“兼容性最佳”。",
    "AVIF": f"这是 AVIF 格式的图片，读不了。请另存为 JPG。{_TAKEN}",
    "film": f"这是视频，不是照片。{_TAKEN}",
}


def why_no_picture(data: bytes) -> str | None:
    """None for a picture of a kind that is taken; else a sentence for the clerk that says what the file is."""
    if not data:
        return "文件是空的（0 字节），可能没有复制完整。"
    if is_taken_picture(data):
        return None
    if (boxed := boxed_kind(data)) is not None:
        return _BOXED[boxed]
    for start, sentence in _OTHERS:
        if data.startswith(start):
            return sentence
    return f"这不是照片（改扩展名不能改变文件类型）。{_TAKEN}"

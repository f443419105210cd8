"""What a file is, told from its bytes and never from its name (workbooks.md, defence 2)."""

import io
import zipfile
from codecs import getincrementaldecoder
from typing import Literal, TypeAlias

from pipelines.declarations.photographs import RIGHT_PLACE
from pipelines.declarations.picture_kinds import is_surely_a_picture
from pipelines.workbooks.cells import UnreadableFileError

Container: TypeAlias = Literal["xlsx", "xls"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ASK = "请用 Excel 或 WPS 打开原表，另存为“Excel 工作簿(.xlsx)”后重新报送。"
_IS_PICTURE = (
    f"这是图片，不是表格。项目照片请放在本单位报送文件夹下的 {RIGHT_PLACE}"
    "（例如 photos/滨河路道路工程/2019-03/）。是报表截图或扫描件的，请报送表格原件。"
)
_BY_START: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "这是 PDF 文件，不是表格。"),
    (b"Rar!", "这是 RAR 压缩包，不是表格。请解压后报送里面的表格。"),
    (b"7z\xbc\xaf", "这是 7z 压缩包，不是表格。请解压后报送里面的表格。"),
    (b"{\\rtf", "这是 RTF 文档，不是表格。"),
)


def container_of(data: bytes) -> Container:
    """Tell which reader fits. Raises UnreadableFileError with a sentence for a clerk otherwise."""
    if not data:
        raise UnreadableFileError(f"文件是空的（0 字节），可能没有复制完整。{_ASK}")
    if data.startswith(_OLE):
        return _ole_container(data)
    if data.startswith(b"PK"):
        return _zip_container(data)
    if is_surely_a_picture(data):
        raise UnreadableFileError(_IS_PICTURE)
    for start, sentence in _BY_START:
        if data.startswith(start):
            raise UnreadableFileError(f"{sentence}{_ASK}")
    if _looks_like_text(data):
        raise UnreadableFileError(
            f"这是文本或网页文件，不是 Excel 工作簿（改扩展名不能改变文件类型）。{_ASK}"
        )
    raise UnreadableFileError(f"认不出这是什么文件，它不是 Excel 工作簿。{_ASK}")


def _ole_container(data: bytes) -> Container:
    names = [name.encode("utf-16-le") for name in ("EncryptedPackage", "Workbook", "Book")]
    if names[0] in data:
        raise UnreadableFileError(
            "文件设了打开密码，无法读取。请在 Excel 中取消密码（文件→信息→保护工作簿→用密码进行加密，"
            "把密码删空）后重新报送。"
        )
    if names[1] in data or names[2] in data:
        return "xls"
    raise UnreadableFileError(
        f"这是旧格式的 Office 文件，但里面没有工作簿（可能是 Word 文档）。{_ASK}"
    )


def _zip_container(data: bytes) -> Container:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableFileError(
            f"文件不完整或已损坏（可能没有复制完、下载中断）。{_ASK}"
        ) from error
    if any(name.lower().startswith("xl/") for name in names) and "[Content_Types].xml" in names:
        return "xlsx"
    if any(name.startswith("word/") for name in names):
        raise UnreadableFileError(f"这是 Word 文档，不是表格。{_ASK}")
    if "mimetype" in names or "content.xml" in names:
        raise UnreadableFileError(f"这是 OpenDocument 文件，目前只收 .xlsx 和 .xls。{_ASK}")
    raise UnreadableFileError("这是压缩包，不是表格。请解压后把里面的表格逐个报送。")


def _looks_like_text(data: bytes) -> bool:
    sample = data[:4096]
    if sample.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return True
    for encoding in ("utf-8", "gb18030"):
        try:
            decoder = getincrementaldecoder(encoding)()
            text = decoder.decode(sample, final=len(data) <= len(sample))
        except UnicodeDecodeError:
            continue
        return not any(ord(character) < 9 for character in text)
    return False

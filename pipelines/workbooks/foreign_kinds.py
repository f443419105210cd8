"""The kinds of files that are no return: how each is known, and what is said to whoever sent it.

Declarations only; in what order a file is looked at is ``detection``'s business.
"""

import re
from dataclasses import dataclass

from pipelines.declarations.photographs import RIGHT_PLACE

_SAVE_AS = "请用 Excel 或 WPS 打开原表，另存为“Excel 工作簿(.xlsx)”后重新报送。"
_COPY = "请把里面的表格复制到 Excel 或 WPS 表格里，另存为 .xlsx 后重新报送。"
_ORIGINAL = "请报送表格原件（.xlsx）。"
_UNPACK = "请解压后直接报送里面的表格，或压缩成 .zip 再报送。"
_EXPORT = "请用原来的软件导出为 Excel 表格（.xlsx）后报送。"


@dataclass(frozen=True)
class ForeignKind:
    """What it is, what to do with it, and whether it is a table after all, of a kind that is not read."""

    what: str
    ask: str = _ORIGINAL
    is_table: bool = False

    @property
    def sentence(self) -> str:
        verdict = "这种格式读不了" if self.is_table else "不是表格"
        space = " " if self.what[0].isascii() else ""
        return f"这是{space}{self.what}，{verdict}。{self.ask}"


EMPTY = f"文件是空的（0 字节），可能没有复制完整。{_SAVE_AS}"
ONLY_ZEROS = f"文件里全是空字节，没有内容，可能没有复制完整。{_SAVE_AS}"
CUT_SHORT = f"文件不完整或已损坏（可能没有复制完、下载中断）。{_SAVE_AS}"
UNKNOWN = f"认不出这是什么文件，它不是 Excel 工作簿。{_SAVE_AS}"
PICTURE = (
    f"这是图片，不是表格。项目照片请放在本单位报送文件夹下的 {RIGHT_PLACE}"
    "（例如 photos/滨河路道路工程/2019-03/）。是报表截图或扫描件的，请报送表格原件。"
)

OLD_EXCEL = ForeignKind("Excel 4.0 或更早的文件", _SAVE_AS, is_table=True)
OTHER_OLE = ForeignKind("旧格式的 Office 文件，里面没有工作簿（可能是 Word 文档）", _SAVE_AS)
OTHER_OFFICE = ForeignKind("Office 文件，里面没有工作簿", _SAVE_AS)
OTHER_OPEN_DOCUMENT = ForeignKind("OpenDocument 文档（文字、演示或绘图）", _COPY)
OTHER_XML = ForeignKind("XML 数据文件", _EXPORT)
MAIL = ForeignKind("电子邮件", "请把邮件里的表格附件另存出来报送。")
JSON = ForeignKind("JSON 数据文件", _EXPORT)

_WORD = ForeignKind("Word 文档（或 WPS 文字）", _COPY)
_SLIDES = ForeignKind("PowerPoint 演示文稿（或 WPS 演示）", _COPY)
_VISIO = ForeignKind("Visio 图")
_DATABASE = ForeignKind("数据库文件", _EXPORT)
_STATISTICS = ForeignKind("统计软件或程序的数据文件", _EXPORT)
_PROGRAM = ForeignKind("程序")
FILM = ForeignKind("视频或录音")
_E_BOOK = ForeignKind("电子书")
_OFD = ForeignKind("OFD 版式文件")
_DRAWING = ForeignKind("CAD 图纸")
_UOF = ForeignKind("标文通（UOF）文件", _SAVE_AS, is_table=True)
_OTHER_SPREADSHEET = ForeignKind("别的软件的表格文件", _SAVE_AS, is_table=True)
_LOTUS = ForeignKind("Lotus 1-2-3、Quattro Pro 或 Works 表格", _SAVE_AS, is_table=True)
_STAR_OFFICE = ForeignKind("OpenOffice 1.x（StarOffice）文件", _SAVE_AS, is_table=True)
_IWORK = ForeignKind(
    "苹果 iWork 文件（Numbers、Pages 或 Keynote）",
    "是 Numbers 表格的，请选“文件→导出到→Excel”，再报送导出的 .xlsx。",
    is_table=True,
)
_LOCKED = ForeignKind(
    "被单位的文件加密软件加密了的文件",
    "请先在加密软件里解密（或请管理员解密），再重新报送。",
    is_table=True,
)
_SHORTCUT = ForeignKind("快捷方式", "它只指向别处的文件。请报送它指向的表格本身。")


def _packed(what: str) -> ForeignKind:
    return ForeignKind(f"{what} 压缩包", _UNPACK)


# What bytes a file begins with; the first that fits. Where letters alone would fit a text as well, more is asked.
BY_START: tuple[tuple[re.Pattern[bytes], ForeignKind], ...] = tuple(
    (re.compile(start, re.DOTALL), kind)
    for start, kind in (
        (rb"\s{0,16}%PDF-?", ForeignKind("PDF 文件")),
        (rb"Rar!\x1a", _packed("RAR")),
        (rb"7z\xbc\xaf", _packed("7z")),
        (rb"\x1f(?:\x8b|\x9d|\xa0)", _packed("gzip")),
        (rb"BZh[1-9]1AY&SY", _packed("bzip2")),
        (rb"\xfd7zXZ\0", _packed("xz")),
        (rb"\x28\xb5\x2f\xfd", _packed("zstd")),
        (rb"MSCF\0", _packed("CAB")),
        (rb".{2}-lh[0-7]-", _packed("LZH")),
        (rb".{257}ustar", _packed("tar")),
        (rb"\s{0,16}\{\\rtf", ForeignKind("RTF 文档", _COPY)),
        (rb"8BPS\0", ForeignKind("Photoshop 图片")),
        (rb"AC10\d\d\0", _DRAWING),
        (rb"PAR1|SQLite format 3\0|.{8}DUCK|\0\x01\0\0Standard (?:Jet|ACE) DB", _DATABASE),
        (
            rb"[\x02-\x05\x30-\x32\x43\x63\x83\x8b\x8c\xcb\xf5\xfb].[\x01-\x0c][\x01-\x1f].{8}\0\0",
            ForeignKind("dBase 数据表（.dbf）", _SAVE_AS, is_table=True),
        ),
        (rb"\x89HDF|\$FL[23]@\(#\)|\x93NUMPY|<stata_dta>", _STATISTICS),
        (rb"\0\0\x02\0(?:[\x04-\x06]\x04|[\x01-\x10]\x10|\x20\x51)|\0\0\x1a\0.\x10\x04\0", _LOTUS),
        (rb"\xff\0\x02\0\x04\x04", _LOTUS),
        (rb"ID;P[^\r\n]{0,60}[\r\n]+(?:[BCFOPW]|NN);", _OTHER_SPREADSHEET),
        (rb"TABLE\r?\n0,1\r?\n", _OTHER_SPREADSHEET),
        (rb".{0,64}E-SafeNet", _LOCKED),
        (rb"L\0\0\0\x01\x14\x02\0|\[InternetShortcut\]", _SHORTCUT),
        (rb"MZ.{0,62}\0|\x7fELF|\xca\xfe\xba\xbe|[\xcf\xce]\xfa\xed\xfe", _PROGRAM),
        (rb"ID3[\x02-\x04]|OggS\0|\x1aE\xdf\xa3|FLV\x01|\x30\x26\xb2\x75|#!AMR", FILM),
        (rb"RIFF.{4}(?:AVI |WAVE)", FILM),
        (rb"ITSF|CAJ\0|AT&TFORM|%!PS", _E_BOOK),
        (rb"!BDN", MAIL),
    )
)
# Pictures besides those that photographs are taken in: bitmaps, metafiles.
PICTURE_START = re.compile(rb"BM.{4}\0\0\0\0|\xd7\xcd\xc6\x9a|\x01\0\0\0.{36} EMF", re.DOTALL)

# What lies at the top of an OLE file ([MS-CFB]): streams and storages, lower case.
BY_STREAM: tuple[tuple[str, ForeignKind], ...] = (
    ("worddocument", _WORD),
    ("powerpoint document", _SLIDES),
    ("pp40", _SLIDES),
    ("pp97_dualstorage", _SLIDES),
    ("__properties_version1.0", MAIL),
    ("visiodocument", _VISIO),
    ("wksssworkbook", _LOTUS),
    ("nativecontent_main", _LOTUS),
    ("perfectoffice_main", _LOTUS),
    ("matost", ForeignKind("Works 文档", _COPY)),
    ("quill", ForeignKind("Publisher 出版物")),
    ("catalog", ForeignKind("系统的缩略图文件")),
)
# What parts a zip package has: from the start of a part's name, lower case.
BY_PART: tuple[tuple[re.Pattern[str], ForeignKind], ...] = tuple(
    (re.compile(start), kind)
    for start, kind in (
        (r"word/document\d*\.xml", _WORD),
        (r"ppt/presentation\d*\.xml", _SLIDES),
        (r"visio/document\.xml", _VISIO),
        (r"fixed(?:document|doc)seq|fdseq|.*\.fdseq$", ForeignKind("XPS 版式文件")),
        (r"ofd\.xml$", _OFD),
        (r"uof\.xml$", _UOF),
        (
            r"index/[^/]+\.iwa$|index\.zip$|index\.(?:apxl|numbers)|buildversionhistory\.plist$",
            _IWORK,
        ),
        (r"androidmanifest\.xml$|classes\.dex$|payload/[^/]+\.app/|meta-inf/.+\.sf$", _PROGRAM),
        (r"(?:.+/)?[^/]+\.class$", _PROGRAM),
    )
)
# What a package or flat file calls itself: the media type of `mimetype`, of the manifest or of the root.
OPEN_SPREADSHEETS = (
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/x-vnd.oasis.opendocument.spreadsheet",
)
BY_MEDIA_TYPE: tuple[tuple[str, ForeignKind], ...] = (
    ("application/epub", _E_BOOK),
    ("application/vnd.sun.xml", _STAR_OFFICE),
    ("application/vnd.oasis.opendocument", OTHER_OPEN_DOCUMENT),
)
# The main part of an Office package, by its content type (ECMA-376-1 §12.2, §11.2, §13.2).
BY_CONTENT_TYPE: tuple[tuple[bytes, ForeignKind], ...] = (
    (b"wordprocessingml.", _WORD),
    (b"ms-word.", _WORD),
    (b"presentationml.", _SLIDES),
    (b"ms-powerpoint.", _SLIDES),
    (b"ms-visio.", _VISIO),
    (b"ms-package.xps", ForeignKind("XPS 版式文件")),
)
# The root element of an XML file, lower case and without its prefix.
BY_ROOT: dict[str, ForeignKind] = {
    "worddocument": _WORD,
    "package": OTHER_OFFICE,
    "uof": _UOF,
    "plist": ForeignKind("苹果系统的设置文件"),
}
GNUMERIC = _OTHER_SPREADSHEET

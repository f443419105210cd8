"""Workbooks that are encrypted with no secret: Excel's own default password opens them.

Excel encrypts what is merely protected against changes with a password all of its copies know; a third of
real .xls are so. No password of a person is ever asked for, tried or kept. OpenDocument's encryption is
told by its own reader. One of two importers of msoffcrypto; the ciphers of .xls are ``xls_encryption``'s.
"""

import io
import re

from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError
from msoffcrypto.format.ooxml import OOXMLFile

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers import biff
from pipelines.workbooks.containers.book import DAMAGED
from pipelines.workbooks.containers.ole import SIGNATURE, OleFile
from pipelines.workbooks.containers.xls_encryption import decrypted_stream, is_encrypted

# [MS-OFFCRYPTO] §2.4.2.3; and a file may be encrypted with a password of no letters.
_DEFAULT_PASSWORDS = ("VelvetSweatshop", "")
# Office hashes a password 100,000 times; what asks for much more wants to keep a processor busy.
_MOST_ROUNDS = 1_000_000
_ROUNDS = re.compile(rb"spinCount\s*=\s*[\"'](\d+)[\"']")

LOCKED = (
    "文件设了打开密码，无法读取。请在 Excel 中取消密码（文件→信息→保护工作簿→用密码进行加密，"
    "把密码删空）后重新报送。"
)


def opened(data: bytes) -> bytes:
    """The file without its encryption, the same bytes where it has none.

    A package (.xlsx, .xlsb) becomes that package, an .xls its bare stream of records. Raises UnreadableFileError
    where another password is needed, and for damage.
    """
    if data.startswith(SIGNATURE):
        ole = OleFile(data)
        if ole.read("EncryptedPackage") is not None:
            return _package(data, ole.read("EncryptionInfo") or b"")
        if ole.read("Workbook") is None and ole.read("Book") is None:
            return data
        stream = biff.stream_of(data)
    elif biff.is_stream(data):
        stream = data
    else:
        return data
    if not is_encrypted(stream):
        return data
    for password in _DEFAULT_PASSWORDS:
        plain = decrypted_stream(stream, password)
        if plain is not None:
            return plain
    raise UnreadableFileError(LOCKED)


def _package(data: bytes, info: bytes) -> bytes:
    """The package within an encrypted one ([MS-OFFCRYPTO] §2.3.4): right is the password that yields a zip.

    msoffcrypto knows no empty password for packages.
    """
    rounds = _ROUNDS.search(info)
    if b"<!DOCTYPE" in info or (rounds and int(rounds[1][:20]) > _MOST_ROUNDS):
        raise UnreadableFileError(LOCKED)
    unlocked = io.BytesIO()
    try:
        package = OOXMLFile(io.BytesIO(data))
        package.load_key(_DEFAULT_PASSWORDS[0])  # its own verification fails for SHA-1
        package.decrypt(unlocked)
    except (InvalidKeyError, DecryptionError, FileFormatError) as error:
        raise UnreadableFileError(LOCKED) from error
    except MemoryError:
        raise
    except Exception as error:  # on damage msoffcrypto and olefile raise whatever they stumble over
        raise UnreadableFileError(DAMAGED) from error
    return unlocked.getvalue()

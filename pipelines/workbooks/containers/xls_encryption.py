"""The three encryptions of .xls, undone with a given password: XOR, RC4 and RC4 CryptoAPI ([MS-XLS] §2.2.10).

Records keep their places and lengths; only contents are encrypted. Which passwords are tried is
``decryption``'s business. Nothing is written to any file.
"""

import io
import struct

from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI
from msoffcrypto.method.xor_obfuscation import DocumentXOR

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers import biff
from pipelines.workbooks.containers.book import DAMAGED

_FILEPASS = 0x002F
# BOF, FilePass, FileLock, UsrExcl, RRDInfo, RRDHead and InterfaceHdr are never encrypted.
_PLAIN = frozenset({biff.BOF, _FILEPASS, 0x0195, 0x0194, 0x0196, 0x0138, 0x00E1})
# Of a BOUNDSHEET the place of its sheet is plain.
_PLAIN_OF_BOUNDSHEET = 4
_RC4_BLOCK = 1024
_LEAST_KEY_BITS = 40


def is_encrypted(stream: bytes) -> bool:
    return _file_pass(stream) is not None


def decrypted_stream(stream: bytes, password: str) -> bytes | None:
    """The stream without its encryption, None where the password is another one.

    Raises UnreadableFileError for an encryption nobody knows, and for damage.
    """
    try:
        return _decrypted(stream, _file_pass(stream) or b"", password)
    except (struct.error, ValueError, IndexError) as error:  # parameters that are no key, no salt …
        raise UnreadableFileError(DAMAGED) from error


def _file_pass(stream: bytes) -> bytes | None:
    """What the FILEPASS record holds; it stands before all that is encrypted."""
    for number, at, size in biff.records(stream, 0):
        if number == _FILEPASS:
            return stream[at : at + size]
        if number == biff.EOF:
            break
    return None


def _decrypted(stream: bytes, parameters: bytes, password: str) -> bytes | None:
    if len(parameters) == 4:  # BIFF5: key and verifier alone
        return _without_xor(stream, parameters, password)
    kind, major, minor = struct.unpack_from("<HHH", parameters)
    if kind == 0:
        return _without_xor(stream, parameters[2:6], password)
    if (kind, major, minor) == (1, 1, 1):
        return _without_rc4(stream, parameters[6:], password)
    if kind == 1 and minor == 2:
        return _without_crypto_api(stream, parameters[6:], password)
    raise UnreadableFileError(DAMAGED)


def _without_rc4(stream: bytes, parameters: bytes, password: str) -> bytes | None:
    """[MS-OFFCRYPTO] §2.3.6.1."""
    salt, verifier, verifier_hash = struct.unpack_from("<16s16s16s", parameters)
    if not DocumentRC4.verifypw(password, salt, verifier, verifier_hash):
        return None
    plain = DocumentRC4.decrypt(password, salt, io.BytesIO(stream), blocksize=_RC4_BLOCK)
    return _merged(stream, plain.read())


def _without_crypto_api(stream: bytes, parameters: bytes, password: str) -> bytes | None:
    """[MS-OFFCRYPTO] §2.3.5.1: flags, the size of a header, the header, then salt and verifier."""
    (header_size,) = struct.unpack_from("<I", parameters, 4)
    (key_bits,) = struct.unpack_from("<I", parameters, 8 + 16)
    salt, verifier, verifier_hash = struct.unpack_from(
        "<4x16s16s4x20s", parameters, 8 + header_size
    )
    bits = key_bits or _LEAST_KEY_BITS
    if not DocumentRC4CryptoAPI.verifypw(password, salt, bits, verifier, verifier_hash):
        return None
    source = io.BytesIO(stream)
    plain = DocumentRC4CryptoAPI.decrypt(password, salt, bits, source, blocksize=_RC4_BLOCK)
    return _merged(stream, plain.read())


def _without_xor(stream: bytes, parameters: bytes, password: str) -> bytes | None:
    """[MS-OFFCRYPTO] §2.3.7.2: a byte is turned by what its place and the length of its record choose of 16."""
    (verifier,) = struct.unpack_from("<H", parameters, 2)
    if not password or not DocumentXOR.verifypw(password, verifier):
        return None
    turns = [
        bytes((value ^ key) >> 5 | ((value ^ key) << 3 & 0xFF) for value in range(256))
        for key in DocumentXOR.create_xor_array_method1(password)
    ]
    plain = bytearray(stream)
    for _, at, size in biff.records(stream, 0):
        for offset in range(min(16, size)):
            part = slice(at + offset, at + size, 16)
            plain[part] = plain[part].translate(turns[(at + offset + size) % 16])
    return _merged(stream, bytes(plain))


def _merged(stream: bytes, decrypted: bytes) -> bytes:
    """The decrypted contents between the frames of the records; FILEPASS becomes a record of no meaning."""
    whole = bytearray(stream)
    for number, at, size in biff.records(stream, 0):
        if number == _FILEPASS:
            whole[at - 4 : at + size] = struct.pack("<HH", 0, size) + bytes(size)
        elif number not in _PLAIN:
            start = at + (min(size, _PLAIN_OF_BOUNDSHEET) if number == biff.BOUNDSHEET else 0)
            whole[start : at + size] = decrypted[start : at + size]
    return bytes(whole)

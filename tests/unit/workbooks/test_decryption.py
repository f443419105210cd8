"""Excel's own default password is no secret and opens a file; any other is asked to be taken away."""

import io
import struct
import zipfile
from hashlib import md5, sha1

import biff_files as bf
import pytest
from grids import a_file
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.ecma376_agile import ECMA376Agile
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI
from msoffcrypto.method.xor_obfuscation import DocumentXOR
from ole_files import write_ole

from pipelines.workbooks.cells import UnreadableFileError
from pipelines.workbooks.containers import biff
from pipelines.workbooks.containers.book import ReadingLimits
from pipelines.workbooks.containers.xls import read_xls
from pipelines.workbooks.containers.xls_count import count_xls
from pipelines.workbooks.decryption import opened
from pipelines.workbooks.reading import read_file

DEFAULT = "VelvetSweatshop"
GRID = "项目名称 | 总投资\n滨河路 | 500"
SALT, VERIFIER = bytes(range(16)), bytes(range(16, 32))
# Never encrypted ([MS-XLS] §2.2.10); of a BOUNDSHEET the first four bytes.
PLAIN = {0x0809, bf.FILEPASS, 0x00E1}


def rc4(password):
    def coded(data):
        return DocumentRC4.decrypt(password, SALT, io.BytesIO(data), blocksize=1024).read()

    proof = coded(VERIFIER + md5(VERIFIER).digest())
    return struct.pack("<HHH", 1, 1, 1) + SALT + proof, lambda stream: coded(stream)


def crypto_api(password):
    def coded(data):
        source = io.BytesIO(data)
        return DocumentRC4CryptoAPI.decrypt(password, SALT, 128, source, blocksize=1024).read()

    proof = coded(VERIFIER + sha1(VERIFIER).digest())
    header = struct.pack("<8I", 4, 0, 0x6801, 0x8004, 128, 1, 0, 0) + "某".encode("utf-16-le") * 8
    check = struct.pack("<I16s16sI20s", 16, SALT, proof[:16], 20, proof[16:])
    parameters = struct.pack("<HHHII", 1, 4, 2, 4, len(header)) + header + check
    return parameters, lambda stream: coded(stream)


def verifier_of(password):
    return next(n for n in range(1 << 16) if DocumentXOR.verifypw(password, n))


def xor(password):
    keys = DocumentXOR.create_xor_array_method1(password)

    def coded(stream):
        whole = bytearray(stream)
        for _, at, size in biff.records(stream, 0):
            for place in range(at, at + size):
                value = stream[place]
                turned = (value << 5 | value >> 3) & 0xFF
                whole[place] = turned ^ keys[(place + size) % 16]
        return bytes(whole)

    return struct.pack("<HHH", 0, 0, verifier_of(password)), coded


def encrypted_stream(scheme, password, version=0x0600):
    parameters, coded = scheme(password)
    if version == 0x0500:
        parameters = parameters[2:]
    text = (
        bf.text8("滨河路") if version == 0x0600 else struct.pack("<H", 6) + "滨河路".encode("gbk")
    )
    names = [bf.text8("Sheet1", length="<B")] if version == 0x0600 else [b"\6Sheet1"]
    sheet = bf.worksheet(bf.label(0, 0, text), bf.number(0, 1, 500), version=version)
    interface = bf.record(0x00E1, b"\xb0\4")
    before = [bf.record(bf.FILEPASS, parameters), interface]
    plain = bf.stream(sheet, names=names, before=before, version=version)
    ciphered, whole = coded(plain), bytearray(plain)
    for number, at, size in biff.records(plain, 0):
        if number not in PLAIN:
            start = at + 4 * (number == bf.BOUNDSHEET)
            whole[start : at + size] = ciphered[start : at + size]
    return bytes(whole)


SCHEMES = {
    "RC4": (rc4, "Workbook", 0x0600),
    "RC4 of CryptoAPI": (crypto_api, "Workbook", 0x0600),
    "XOR": (xor, "Workbook", 0x0600),
    "XOR of Excel 95": (xor, "Book", 0x0500),
}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_xls_with_the_default_password_is_opened(scheme):
    cipher, name, version = SCHEMES[scheme]
    plain = opened(write_ole({name: encrypted_stream(cipher, DEFAULT, version)}))
    (sheet,) = read_xls(plain, ReadingLimits()).sheets
    assert (sheet.name, sheet.rows) == ("Sheet1", {0: {0: "滨河路", 1: 500.0}})
    assert count_xls(plain, ReadingLimits()) == {0: 2}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_xls_with_another_password_is_named(scheme):
    cipher, name, version = SCHEMES[scheme]
    with pytest.raises(UnreadableFileError, match="设了打开密码"):
        opened(write_ole({name: encrypted_stream(cipher, "secret", version)}))


@pytest.mark.parametrize("scheme", ["RC4", "RC4 of CryptoAPI"])
def test_an_xls_with_a_password_of_no_letters_is_opened(scheme):
    assert read_xls(opened(encrypted_stream(SCHEMES[scheme][0], "")), ReadingLimits()).sheets


def encrypted_package(password):
    buffer = io.BytesIO()
    OOXMLFile(io.BytesIO(a_file(GRID))).encrypt(password, buffer)
    return buffer.getvalue()


def test_a_package_with_the_default_password_is_opened():
    assert opened(encrypted_package(DEFAULT)) == a_file(GRID)


def test_a_package_with_another_password_is_named():
    with pytest.raises(UnreadableFileError, match="设了打开密码"):
        opened(encrypted_package("secret"))


def described_by(info):
    """A package in streams of a size that does not lie in small sectors."""
    return write_ole({"EncryptionInfo": info.ljust(4096), "EncryptedPackage": bytes(4096)})


@pytest.mark.parametrize(
    "info",
    [
        b"\4\0\4\0\x40\0\0\0<e spinCount='9999999'/>",
        b"\4\0\4\0\x40\0\0\0<!DOCTYPE e [<!ENTITY a 'a'>]><e>&a;</e>",
        b"\4\0\3\0\x40\0\0\0",
    ],
)
def test_an_encryption_that_asks_for_too_much_is_not_tried(info):
    with pytest.raises(UnreadableFileError, match="设了打开密码"):
        opened(described_by(info))


@pytest.mark.parametrize("info", [b"\4\0\4\0\x40\0\0\0<e", b"\4\0\2\0" + b"\xff" * 40])
def test_a_damaged_encryption_is_damage(info):
    with pytest.raises(UnreadableFileError, match="损坏"):
        opened(described_by(info))


@pytest.mark.parametrize(
    "parameters", [b"", b"\1\0\1\0\1\0", b"\7\0\7\0\7\0", b"\1\0\4\0\2\0" + b"\xff" * 90]
)
def test_a_damaged_encryption_of_xls_is_damage(parameters):
    stream = bf.stream(bf.worksheet(), before=[bf.record(bf.FILEPASS, parameters)])
    with pytest.raises(UnreadableFileError, match="损坏"):
        opened(stream)


@pytest.mark.parametrize("data", [b"", b"text", a_file(GRID), a_file(GRID, ending=".xls")])
def test_what_is_not_encrypted_stays_the_same_bytes(data):
    assert opened(data) is data


def test_an_encrypted_package_of_returns_is_refused_as_what_it_is():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("台账.xlsx", a_file(GRID))
    buffer.seek(0)
    with pytest.raises(UnreadableFileError, match="加了密的压缩包"):
        read_file(ECMA376Agile.encrypt(DEFAULT, buffer), ReadingLimits())

"""A workbook behind a password, without the program that makes one."""

from __future__ import annotations

import struct


def encrypted() -> bytes:
    """The smallest compound file that says it is a workbook behind a password."""

    def entry(name: str, kind: int, child: int = -1, right: int = -1) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
        links = struct.pack("<iii", -1, right, child)
        return head + links + b"\0" * 36 + struct.pack("<iQ", -2, 0)

    header = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    header += b"\xff" * (512 - len(header))
    table = struct.pack("<ii", -3, -2) + b"\xff" * (512 - 8)
    folder = entry("Root Entry", 5, child=1) + entry("EncryptedPackage", 2, right=2)
    folder += entry("EncryptionInfo", 2) + b"\0" * 128
    return header + table + folder

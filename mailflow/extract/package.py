"""Office files are ZIP archives of XML: opened within limits, parsed without entities.

Sizes are judged by what the archive declares, which is sound because ``zipfile`` never unpacks more than
that; a document type declaration is refused before its first entity is read (ECMA-376 part 2 §8.1.4
forbids it, OpenDocument has none), so entity bombs and external entities end there.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import NoReturn
from xml.etree import ElementTree as ET

from . import limits
from .reading import DAMAGED, OVER_LIMITS, PASSWORD, SCANNED, Unreadable

_ENCRYPTED = 0x1
"""General purpose bit 0 (APPNOTE §4.4.4)."""


_DOCTYPE = re.compile(rb"((?:\xef\xbb\xbf)?\s{0,20}(?:<\?xml[^<>]{0,200}\?>)?\s{0,20})<!DOCTYPE[^\[\]<>]{0,300}>")
"""A document type that is only named and declares nothing: OpenOffice before 3.0 wrote one into its manifest. The
name is left out; any other declaration is refused."""
_PICTURES = ("/media/", "Pictures/")


class Package:
    """An archive in memory. Raises ``Unreadable`` where it is damaged, protected or over the limits."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            self.members = tuple(info for info in self._archive.infolist() if not info.is_dir())
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, OverflowError):
            raise Unreadable(DAMAGED) from None
        if len(self.members) > limits.MAX_MEMBERS:
            raise Unreadable(OVER_LIMITS)
        if sum(info.file_size for info in self.members) > limits.MAX_UNPACKED_BYTES:
            raise Unreadable(OVER_LIMITS)
        self._by_name = {info.filename: info for info in self.members}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def names(self, start: str = "", end: str = "") -> list[str]:
        """Names of the members that start and end so, in natural order (``header2`` before ``header10``)."""
        found = [name for name in self._by_name if name.startswith(start) and name.endswith(end)]
        return sorted(found, key=lambda name: (len(name), name))

    def silence(self) -> str | None:
        """Why an office file has no text: a scanned letter is often pasted into one; ``None`` when it is just empty."""
        return SCANNED if any(mark in f"/{name}" for name in self._by_name for mark in _PICTURES) else None

    def read(self, name: str) -> bytes:
        """A member, unpacked. ``Unreadable`` when it is missing, protected, damaged or over the limits."""
        info = self._by_name.get(name)
        if info is None:
            raise Unreadable(DAMAGED)
        return self.read_info(info)

    def read_info(self, info: zipfile.ZipInfo) -> bytes:
        """The same by entry, for archives in which two have one name."""
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable(PASSWORD)
        if info.file_size > limits.MAX_MEMBER_BYTES:
            raise Unreadable(OVER_LIMITS)
        if info.file_size > limits.RATIO_FLOOR and info.file_size > limits.MAX_RATIO * max(1, info.compress_size):
            raise Unreadable(OVER_LIMITS)
        try:
            with self._archive.open(info) as member:
                return member.read(limits.MAX_MEMBER_BYTES + 1)
        except RuntimeError:
            raise Unreadable(PASSWORD) from None
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError):
            raise Unreadable(DAMAGED) from None

    def xml(self, name: str) -> ET.Element:
        """A member as XML."""
        return xml(self.read(name))


class _Careful(ET.TreeBuilder):
    """Builds the tree, refuses document types and what is nested too deeply."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:
        """A document type declaration: an entity bomb, or nothing that we read."""
        raise Unreadable(OVER_LIMITS)

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self._depth += 1
        if self._depth > limits.MAX_XML_DEPTH:
            raise Unreadable(OVER_LIMITS)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)


def xml(content: bytes) -> ET.Element:
    """Bytes as an XML tree, without entities. Raises ``Unreadable``."""
    named = _DOCTYPE.match(content[:1000])
    if named is not None:
        content = named.group(1) + content[named.end() :]
    parser = ET.XMLParser(target=_Careful())  # noqa: S314 - document types are refused by the target
    try:
        parser.feed(content)
        root = parser.close()
    except (ET.ParseError, ValueError, LookupError):
        raise Unreadable(DAMAGED) from None
    if not isinstance(root, ET.Element):
        raise Unreadable(DAMAGED)
    return root


def bare(tag: str) -> str:
    """The local name of a qualified tag or attribute name."""
    return tag.rpartition("}")[2]


def attribute(element: ET.Element, name: str, default: str = "") -> str:
    """An attribute by its local name, whatever its namespace (transitional and strict OOXML differ)."""
    for key, value in element.items():
        if bare(key) == name:
            return value
    return default


def child(element: ET.Element | None, *names: str) -> ET.Element | None:
    """The element at the end of a path of local names; ``None`` when there is none."""
    for name in names:
        if element is None:
            return None
        element = next((one for one in element if bare(one.tag) == name), None)
    return element

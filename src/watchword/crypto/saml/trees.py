"""Reading XML from strangers: no document types, no entities, no network, and no more of anything than is sane.

Everything that costs more than a linear pass (canonical form, signature) happens after these limits have held.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml has no public name for the type of its elements


class Unreadable(ValueError):  # noqa: N818 - named for what happened, as all refusals are
    """A document that is not XML, or that nobody honest would send; the text is for its sender."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How large a document may be."""

    size: int
    """Bytes."""
    elements: int
    attributes: int
    namespaces: int
    """Declarations, wherever they stand: canonical form looks through all that are in scope, again and again."""


MOST_ATTRIBUTES = 64
"""On one element: canonical form sorts them by insertion, which is quadratic."""


def parser() -> etree.XMLParser:
    """Make a parser that fetches and expands nothing. The document is UTF-8 whatever it says of itself.

    libxml2's own limits hold (`huge_tree` is off): 256 levels, ten million characters in one text.
    """
    return etree.XMLParser(
        encoding="utf-8",
        attribute_defaults=False,
        dtd_validation=False,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        recover=False,
    )


def parse(document: bytes, measure: Measure) -> Element:
    """Read a document and give its root.

    Raises Unreadable.
    """
    _check_text(document, measure)
    try:
        root = etree.fromstring(document, parser())
    except etree.XMLSyntaxError as error:
        raise Unreadable("it is not well-formed XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("it has a document type definition")
    _check_tree(root, measure)
    return root


def _check_text(document: bytes, measure: Measure) -> None:
    if len(document) > measure.size:
        raise Unreadable(f"it is larger than {measure.size} bytes")
    try:
        document.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8") from error
    # Before any parser sees them: entities in attributes are expanded even by one that resolves none.
    if b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        raise Unreadable("it has a document type definition")
    if document.count(b"xmlns") > measure.namespaces:
        raise Unreadable("it declares too many namespaces")


def _check_tree(root: Element, measure: Measure) -> None:
    attributes = 0
    for count, node in enumerate(root.iter(), start=1):
        if count > measure.elements:
            raise Unreadable("it has too many elements")
        own = len(node.attrib)  # none on comments and processing instructions
        attributes += own
        if own > MOST_ATTRIBUTES or attributes > measure.attributes:
            raise Unreadable("it has too many attributes")


def text_of(element: Element) -> str:
    """Give the text of an element that holds nothing else.

    Raises Unreadable.
    """
    if len(element):
        raise Unreadable(f"`{etree.QName(element).localname}` holds more than text")
    return element.text or ""

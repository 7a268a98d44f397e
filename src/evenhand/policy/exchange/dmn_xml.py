"""Read a DMN file (1.1 to 1.5) into its parts, safe against hostile XML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from defusedxml.common import (  # type: ignore[import-untyped]  # ships no types
    DefusedXmlException,
)
from defusedxml.ElementTree import (  # type: ignore[import-untyped]  # ships no types
    XMLParser,
)

from evenhand.policy.exchange.dmn_model import (
    Context,
    Decided,
    DmnTable,
    Input,
    Invoked,
    Knowledge,
    Logic,
    Model,
    Output,
    Rule,
    TypeOf,
    Unknown,
    Words,
)
from evenhand.policy.exchange.imported import ImportFault

if TYPE_CHECKING:
    from xml.etree.ElementTree import (  # the type alone; defusedxml parses
        Element,
    )

_LARGEST = 8_000_000  # characters
_DEEPEST = 60
_ELEMENTS = 300_000
_MODEL = re.compile(
    r"(?:http://www\.omg\.org/spec/DMN/(?:20151101|20180521)"
    r"|https://www\.omg\.org/spec/DMN/(?:20191111|20211108|20230324|20240513))"
    r"/(?:MODEL/?|dmn\.xsd)"
)


def read_model(text: str) -> Model:
    """Read a file; ImportFault if it is no DMN, or hostile.

    Entities and document types are refused, and so are files past 8 million
    characters, 300,000 elements or 60 levels.
    """
    root = _parsed(text)
    space, _, tag = root.tag.removeprefix("{").rpartition("}")
    if tag != "definitions" or not _MODEL.fullmatch(space):
        raise ImportFault("the file is no DMN model of version 1.1 to 1.5")
    names = {
        child.get("id", ""): child.get("name", "")
        for child in root
        if child.get("id") and child.get("name")
    }
    return Model(
        name=root.get("name", "") or "model",
        types={c.get("name", ""): _type(c) for c in _all(root, "itemDefinition")},
        inputs={c.get("name", ""): _variable(c) for c in _all(root, "inputData")},
        decisions=tuple(_decision(c, names) for c in _all(root, "decision")),
        knowledge={
            c.get("name", ""): _knowledge(c)
            for c in _all(root, "businessKnowledgeModel")
        },
        others=tuple(
            (_tag(c), c.get("name") or c.get("id") or "")
            for c in root
            if _tag(c) in ("decisionService", "import")
        ),
    )


def _parsed(text: str) -> Element:
    if len(text) > _LARGEST:
        raise ImportFault(
            f"the file has {len(text)} characters; {_LARGEST} are allowed"
        )
    parser = XMLParser(
        target=_Counted(), forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    try:
        parser.feed(text)
        root: Element = parser.close()
    except ImportFault:
        raise
    except DefusedXmlException as error:
        raise ImportFault("the file declares entities or a document type") from error
    except (SyntaxError, ValueError) as error:  # ParseError is a SyntaxError
        raise ImportFault(f"the file is not XML: {error}") from error
    return root


class _Counted:
    """Builds the tree, but stops at a file that is too deep or has too many parts."""

    def __init__(self) -> None:
        # The builder of the standard library parses nothing: it is told what there is.
        from xml.etree.ElementTree import (  # noqa: PLC0415  # builds only, see above
            TreeBuilder,
        )

        self.builder = TreeBuilder()
        self.depth = 0
        self.elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > _DEEPEST:
            raise ImportFault(f"the file is nested more than {_DEEPEST} levels deep")
        if self.elements > _ELEMENTS:
            raise ImportFault(f"the file has more than {_ELEMENTS} elements")
        self.builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.builder.end(tag)

    def data(self, data: str) -> None:
        self.builder.data(data)

    def close(self) -> Element:
        return self.builder.close()


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(element: Element, tag: str) -> Iterator[Element]:
    return (child for child in element if _tag(child) == tag)


def _one(element: Element, tag: str) -> Element | None:
    return next(_all(element, tag), None)


def _text(element: Element | None) -> str:
    """Return the text of an element's `text` child."""
    inside = None if element is None else _one(element, "text")
    return (inside.text or "").strip() if inside is not None else ""


def _type_ref(element: Element | None) -> str:
    """Return the type of an element: an attribute, or a child in old versions."""
    if element is None:
        return ""
    child = _one(element, "typeRef")
    found = element.get("typeRef") or (child.text if child is not None else "") or ""
    return found.strip().removeprefix("feel:").rpartition("}")[2]


def _variable(element: Element) -> str:
    return _type_ref(_one(element, "variable"))


def _type(element: Element) -> TypeOf:
    return TypeOf(
        base=_type_ref(element),
        allowed=_text(_one(element, "allowedValues")),
        fields={
            child.get("name", ""): _type(child)
            for child in _all(element, "itemComponent")
        },
        is_list=element.get("isCollection") == "true",
    )


def _decision(element: Element, names: Mapping[str, str]) -> Decided:
    needs = [
        names.get(required.get("href", "").rpartition("#")[2], "")
        for requirement in _all(element, "informationRequirement")
        for required in requirement
    ]
    return Decided(
        name=element.get("name", ""),
        type=_variable(element),
        logic=_first_logic(element),
        needs=tuple(name for name in needs if name),
    )


def _knowledge(element: Element) -> Knowledge:
    function = _one(element, "encapsulatedLogic")
    if function is None:
        return Knowledge(element.get("name", ""), {}, Unknown("nothing"))
    if function.get("kind", "FEEL") != "FEEL":
        return Knowledge(element.get("name", ""), {}, Unknown("a program"))
    return Knowledge(
        name=element.get("name", ""),
        parameters={
            p.get("name", ""): _type_ref(p) for p in _all(function, "formalParameter")
        },
        logic=_first_logic(function),
    )


def _first_logic(element: Element) -> Logic:
    for child in element:
        logic = _logic(child)
        if logic is not None:
            return logic
    return Unknown("nothing")


def _logic(element: Element) -> Logic | None:
    tag = _tag(element)
    if tag in _UNREAD:
        return Unknown(f"a {tag}")
    read = _LOGIC.get(tag)
    return read(element) if read else None


_UNREAD = frozenset(
    {"list", "relation", "functionDefinition", "conditional"}
    | {"for", "every", "some", "filter"}
)


def _words(element: Element) -> Words:
    return Words(_text(element))


def _invocation(element: Element) -> Invoked:
    bound: dict[str, Logic] = {}
    for binding in _all(element, "binding"):
        parameter = _one(binding, "parameter")
        if parameter is not None:
            bound[parameter.get("name", "")] = _first_logic(binding)
    return Invoked(_text(_one(element, "literalExpression")), bound)


def _context(element: Element) -> Context:
    entries: list[tuple[str, Logic]] = []
    result: Logic | None = None
    for entry in _all(element, "contextEntry"):
        variable = _one(entry, "variable")
        if variable is None:
            result = _first_logic(entry)
        else:
            entries.append((variable.get("name", ""), _first_logic(entry)))
    return Context(tuple(entries), result)


def _table(element: Element) -> DmnTable:
    return DmnTable(
        hit=element.get("hitPolicy", "UNIQUE"),
        aggregation=element.get("aggregation", ""),
        inputs=tuple(_input(one) for one in _all(element, "input")),
        outputs=tuple(_output(one) for one in _all(element, "output")),
        rules=tuple(_rule(one) for one in _all(element, "rule")),
        notes=tuple(one.get("name", "") for one in _all(element, "annotation")),
    )


def _input(element: Element) -> Input:
    said = _one(element, "inputExpression")
    return Input(
        text=_text(said),
        type=_type_ref(said),
        values=_text(_one(element, "inputValues")),
        label=element.get("label", ""),
    )


def _output(element: Element) -> Output:
    return Output(
        name=element.get("name", ""),
        type=_type_ref(element),
        values=_text(_one(element, "outputValues")),
        otherwise=_text(_one(element, "defaultOutputEntry")),
    )


def _rule(element: Element) -> Rule:
    description = _one(element, "description")
    return Rule(
        tests=tuple(_text(one) for one in _all(element, "inputEntry")),
        results=tuple(_text(one) for one in _all(element, "outputEntry")),
        notes=tuple(_text(one) for one in _all(element, "annotationEntry")),
        label=(description.text or "").strip() if description is not None else "",
    )


_LOGIC: Mapping[str, Callable[[Element], Logic]] = {
    "decisionTable": _table,
    "literalExpression": _words,
    "invocation": _invocation,
    "context": _context,
}

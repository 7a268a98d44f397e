"""Expressions as Python source.

Arithmetic and comparison are strict: unknown as soon as a part is. So a strict tree is
one Python expression beside the list of variables that must be known. What is not
strict (and, or, a choice, a fold) is kept in a variable first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from evenhand.policy.compiled.writer import Piece
from evenhand.policy.kinds import Kind, Rounding, exact
from evenhand.policy.nodes import (
    Binary,
    Call,
    Choice,
    Expression,
    Fold,
    Item,
    Literal,
    Logic,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Ordered,
    children,
)
from evenhand.policy.working_days import holidays_of

if TYPE_CHECKING:
    from evenhand.policy.compiled.writer import Writer

DEEPEST = 12  # Python's parser refuses some 200 brackets within each other
ORDERS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_FUNCTIONS = {"days": "days_between", "months": "months_between"}
_DATED = ("add_months", "add_working_days")
_FOLDS = {
    "all": "all_of",
    "exists": "exists",
    "exists_one": "exactly_one",
    "count": "count",
    "sum": "total",
    "min": "smallest",
    "max": "largest",
}


def computed(writer: Writer, expression: Expression, rounding: Rounding) -> str:
    """Write an expression; return a variable or number, None where it is unknown.

    Money and durations come out whole, rounded once; a number stays exact.
    """
    root, kind = expression.root, expression.kind
    if isinstance(root, Literal):
        value = root.value
        return writer.objects.add(exact(value) if type(value) is float else value)
    if isinstance(root, Name) and kind is not Kind.NUMBER:
        return _handed_on(writer, root.name)
    piece = node(writer, root)
    if kind in (Kind.MONEY, Kind.DURATION):
        value = writer.held(piece)
        how = writer.objects.add(rounding)
        return writer.temp(
            f"{value} if {value} is None or type({value}) is int"
            f" else whole({value}, {how})"
        )
    if kind is Kind.WHOLE:
        piece = Piece(f"plain({piece.text})", piece.needs)
    return writer.held(piece)


def _handed_on(writer: Writer, name: str) -> str:
    variable = writer.variable(name)
    if variable not in writer.absent:
        return variable
    return writer.temp(f"None if {variable} is ABSENT else {variable}")


def node(writer: Writer, root: Node) -> Piece:
    """Write what a node needs first; return the node's own source."""
    piece = _strict(writer, root) or _lazy(writer, root)
    if piece.depth < DEEPEST:
        return piece
    kept = writer.held(piece)
    return Piece(kept, (kept,))


def _strict(writer: Writer, root: Node) -> Piece | None:
    match root:
        case Literal() | Name() | Item():
            return _leaf(writer, root)
        case Binary() | Ordered():
            return _joined(writer, root)
        case Not(inner):
            return _prefixed("not ", node(writer, inner))
        case Negative(inner):
            return _prefixed("-", node(writer, inner))
        case Call():
            return _call(writer, root)
        case _:
            return None


def _leaf(writer: Writer, root: Literal | Name | Item) -> Piece:
    if isinstance(root, Literal):
        value = root.value
        return Piece(
            writer.objects.add(exact(value) if type(value) is float else value)
        )
    if isinstance(root, Name):
        return _variable(_handed_on(writer, root.name), root.kind)
    return _variable(writer.items[root.variable, root.field], root.kind)


def _variable(name: str, kind: Kind) -> Piece:
    return Piece(f"exact({name})" if kind is Kind.NUMBER else name, (name,))


def _prefixed(sign: str, piece: Piece) -> Piece:
    return Piece(f"({sign}{piece.text})", piece.needs, piece.depth + 1)


def _joined(writer: Writer, root: Binary | Ordered) -> Piece:
    left, right = node(writer, root.left), node(writer, root.right)
    needs = tuple(dict.fromkeys(left.needs + right.needs))
    return Piece(_sign(root, left.text, right.text), needs, _deeper(left, right))


def _sign(root: Binary | Ordered, left: str, right: str) -> str:
    if isinstance(root, Ordered):
        return f"({left} {ORDERS[root.order]} {right})"
    if root.sign == "/":
        return f"divided({left}, {right})"
    if root.sign in "+-" and is_date(root.left):
        return f"add_days({left}, {'-' if root.sign == '-' else ''}({right}))"
    return f"({left} {root.sign} {right})"


def _deeper(*pieces: Piece) -> int:
    return 1 + max(piece.depth for piece in pieces)


def is_date(root: Node) -> bool:
    """Tell whether a node gives a day."""
    match root:
        case Literal(value):
            return isinstance(value, date)
        case Name() | Item() | Fold():
            return root.kind is Kind.DATE
        case Choice(_, yes, no):
            return is_date(yes) or is_date(no)
        case Binary(_, left, _) | Call("min" | "max", (left, *_)):
            return is_date(left)
        case _:
            return isinstance(root, Call) and root.function in _DATED


def _call(writer: Writer, root: Call) -> Piece:
    if root.function in ("working_days", "add_working_days"):
        return _working_days(writer, root)
    given = [node(writer, argument) for argument in root.arguments]
    name = _FUNCTIONS.get(root.function, root.function)
    needs = tuple(dict.fromkeys(need for one in given for need in one.needs))
    return Piece(f"{name}({', '.join(g.text for g in given)})", needs, _deeper(*given))


def _working_days(writer: Writer, root: Call) -> Piece:
    """The holidays are made ready once; the result may be unknown of itself."""
    first, second, *rest = root.arguments
    given = [node(writer, first), node(writer, second)]
    days = rest[0].value if rest and isinstance(rest[0], Literal) else ()
    dates = days if isinstance(days, tuple) else ()
    holidays = holidays_of(day for day in dates if isinstance(day, date))
    needs = tuple(dict.fromkeys(given[0].needs + given[1].needs))
    arguments = ", ".join([g.text for g in given] + [writer.objects.add(holidays)])
    kept = writer.held(Piece(f"{root.function}({arguments})", needs))
    return Piece(kept, (kept,))


def _lazy(writer: Writer, root: Node) -> Piece:
    match root:
        case Logic(word, left, right):
            return logic(writer, word, node(writer, left), node(writer, right))
        case Choice(test, yes, no):
            return _choice(writer, node(writer, test), (yes, no))
        case Member():
            return _member(writer, root)
        case Fold():
            return _fold(writer, root)
        case _:
            raise AssertionError(root)


def logic(writer: Writer, word: str, left: Piece, right: Piece) -> Piece:
    """Join two yes/no pieces by Kleene's `and` or `or`."""
    if not left.needs and not right.needs:
        return Piece(f"({left.text} {word} {right.text})", (), _deeper(left, right))
    one, other = writer.held(left), writer.held(right)
    settled = word == "or"  # True settles an or, False settles an and
    kept = writer.temp(
        f"{settled} if {one} is {settled} or {other} is {settled} else"
        f" None if {one} is None or {other} is None else {not settled}"
    )
    return Piece(kept, (kept,))


def logic_of(writer: Writer, word: str, pieces: Sequence[Piece]) -> Piece:
    """Join yes/no pieces by Kleene's `and` or `or`, in halves: so the source is shallow.

    Python reads no more than 200 brackets in each other.
    """
    if len(pieces) == 1:
        return pieces[0]
    half = len(pieces) // 2
    left, right = pieces[:half], pieces[half:]
    return logic(
        writer, word, logic_of(writer, word, left), logic_of(writer, word, right)
    )


def _choice(writer: Writer, test: Piece, ways: tuple[Node, Node]) -> Piece:
    """Both ways are computed, as nothing that may be written can fail."""
    yes, no = (writer.held(node(writer, way)) for way in ways)
    kept = writer.temp(
        Piece(f"({yes} if {test.text} else {no})", test.needs).three_valued
    )
    return Piece(kept, (kept,))


def _member(writer: Writer, root: Member) -> Piece:
    value = node(writer, root.value)
    if isinstance(root.among, Name):
        others = _handed_on(writer, root.among.name)
        one = writer.held(value)
        kept = writer.temp(f"None if {others} is None else among({one}, {others})")
        return Piece(kept, (kept,))
    if root.among and all(isinstance(one, Literal) for one in root.among):
        wanted = frozenset(
            exact(one.value) if isinstance(one.value, float) else one.value
            for one in root.among
            if isinstance(one, Literal)
        )
        text = f"({value.text} in {writer.objects.add(wanted)})"
        return Piece(text, value.needs, value.depth + 1)
    values = [writer.held(node(writer, one)) for one in root.among]
    listed = "".join(f"{one}, " for one in values)
    kept = writer.temp(f"among({writer.held(value)}, ({listed}))")
    return Piece(kept, (kept,))


def _fold(writer: Writer, root: Fold) -> Piece:
    where = _element(writer, root, root.where) if root.where else "None"
    body = _element(writer, root, root.body) if root.body else "None"
    over = _handed_on(writer, root.over.name)
    word = _FOLDS[root.word]
    kept = writer.temp(f"None if {over} is None else {word}({over}, {where}, {body})")
    return Piece(kept, (kept,))


def _element(writer: Writer, root: Fold, inner: Node) -> str:
    """Write a function of one element; return its name."""
    name, element = writer.objects.fresh("f"), writer.objects.fresh("e")
    places = writer.fields.get(root.over.name, {})
    items = {(root.variable, field): f"{element}_{n}" for field, n in places.items()}
    inside = writer.inside({(root.variable, ""): element, **items})
    used = {one.field for one in _items(inner) if one.variable == root.variable}
    for field in sorted(used - {""}):
        inside.line(f"{items[root.variable, field]} = {element}[{places[field]}]")
    inside.line(f"return {node(inside, inner).three_valued}")
    writer.line(f"def {name}({element}):")
    writer.lines += inside.lines
    return name


def _items(root: Node) -> list[Item]:
    found = [root] if isinstance(root, Item) else []
    for child in children(root):
        found += _items(child)
    return found

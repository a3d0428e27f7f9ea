"""Which operations of AWS each function's code can make, derived from the code by the types that mypy finds.

Rapid type analysis: from a function's handler on, whatever a body mentions is taken to be called. A call of a method of
a type reaches that method in every class that the code met so far makes and that has the type (a protocol: by its
members). So no call is missed because it goes through a port, a property or a closure of `wiring.py`. Some could be
found to which no event leads; the test has a list for those.

D. Bacon, P. Sweeney: Fast static analysis of C++ virtual function calls (OOPSLA 1996).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import botocore.session
from botocore import xform_name
from mypy import build, nodes, patterns, types
from mypy.modulefinder import BuildSource
from mypy.options import Options

from infra.package import ROOT

# What the gateways and the storage call their clients, and of which service each is.
CLIENTS = {
    "connection": "dynamodb",
    "_s3": "s3",
    "s3": "s3",
    "_sqs": "sqs",
    "_ses": "sesv2",
    "_sms": "pinpoint-sms-voice-v2",
    "_sns": "sns",
    "_events": "events",
    "_textract": "textract",
    "_client": "apigatewaymanagementapi",
    "ssm": "ssm",
}
# Methods of botocore's own that lead to the operation that they are given the name of, or to this one.
LEAD_TO_A_NAMED_ONE = {"get_paginator", "generate_presigned_url"}
LEADS_TO = {"generate_presigned_post": "put_object"}
ASKING = {"isinstance", "issubclass"}
# Of mypy's nodes, what leads to another place in the code.
NOT_WITHIN = {
    "node",
    "expanded",
    "info",
    "original_def",
    "original_decorators",
    "unanalyzed_items",
    "local_nodes",
    "alias_node",
}
ADAPTERS = ("chalicelib.gateways.", "chalicelib.storage.")


@dataclass(frozen=True)
class Operation:
    """`in_`: the class or function that asks for it."""

    service: str
    name: str
    in_: str


@dataclass
class Body:
    """What the body of a function mentions. `asked`: of a class, by full name, a member."""

    mentioned: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    asked: set[tuple[str, str]] = field(default_factory=set)
    untyped: set[str] = field(default_factory=set)
    operations: set[Operation] = field(default_factory=set)


@cache
def operations_of(service: str) -> dict[str, str]:
    """As botocore's method and as AWS calls them."""
    return {
        xform_name(name): name for name in botocore.session.get_session().get_service_model(service).operation_names
    }


class Reader:
    """Reads one body."""

    def __init__(self, types_: dict[nodes.Expression, types.Type], name: str) -> None:
        self._types = types_
        self._name = name
        self.body = Body()

    def read(self, node: nodes.Node) -> None:
        for part in self._parts(node):
            self.read(part)
        if isinstance(node, nodes.NameExpr):
            self._mention(node.node)
        elif isinstance(node, nodes.MemberExpr):
            self._read_member(node)
        elif isinstance(node, nodes.CallExpr):
            self._read_call(node)
        elif isinstance(node, nodes.SuperExpr) and node.info:
            self.body.mentioned |= {f"{base.fullname}.{node.name}" for base in node.info.mro[1:]}

    def _parts(self, node: nodes.Node) -> Iterator[nodes.Node]:
        if isinstance(node, patterns.ClassPattern):  # to ask for a class makes nothing of it
            yield from (*node.positionals, *node.keyword_values)
        elif isinstance(node, nodes.CallExpr) and getattr(node.callee, "name", "") in ASKING:
            yield node.args[0]
        else:
            for name in node.__mypyc_attrs__:
                if name not in NOT_WITHIN:
                    yield from _nodes_in(getattr(node, name, None))

    def _read_member(self, expr: nodes.MemberExpr) -> None:
        if isinstance(expr.expr, nodes.RefExpr) and isinstance(expr.expr.node, nodes.MypyFile):
            self._mention(expr.node)
            return
        owners = [*_classes(self._types.get(expr.expr))]
        self.body.asked |= {(owner.fullname, expr.name) for owner in owners}
        if not owners:
            self.body.untyped.add(expr.name)
        self._note_operation(expr, expr.name)

    def _read_call(self, expr: nodes.CallExpr) -> None:
        self.body.asked |= {(owner.fullname, "__call__") for owner in _classes(self._types.get(expr.callee))}
        if isinstance(expr.callee, nodes.MemberExpr) and expr.callee.name in LEAD_TO_A_NAMED_ONE:
            [name] = [arg.value for arg in expr.args[:1] if isinstance(arg, nodes.StrExpr)]
            self._note_operation(expr.callee, name)

    def _mention(self, node: nodes.SymbolNode | None) -> None:
        if isinstance(node, nodes.TypeInfo):
            self.body.made.add(node.fullname)
        elif isinstance(node, nodes.FuncDef | nodes.Decorator | nodes.OverloadedFuncDef | nodes.Var):
            self.body.mentioned.add(node.fullname)

    def _note_operation(self, expr: nodes.MemberExpr, name: str) -> None:
        if not self._name.startswith(ADAPTERS):
            return
        name = LEADS_TO.get(name, name)
        client = expr.expr.name if isinstance(expr.expr, nodes.NameExpr | nodes.MemberExpr) else ""
        if client in CLIENTS:
            known = operations_of(CLIENTS[client])
            if name in known:
                self.body.operations.add(Operation(CLIENTS[client], known[name], self._name))
        elif name in ASKED_OF_SOMETHING and not [*_classes(self._types.get(expr.expr))]:
            raise AssertionError(f"{self._name}: of which service is the client whose {name} is called?")


def _nodes_in(value: object) -> Iterator[nodes.Node]:
    if isinstance(value, list | tuple):
        for one in value:
            yield from _nodes_in(one)
    elif isinstance(value, nodes.Node) and not isinstance(value, nodes.Var | nodes.TypeInfo | nodes.TypeAlias):
        yield value


# `query` and `scan` are words of others, too: storage's own table has them, for one.
ASKED_OF_SOMETHING = {name for service in {*CLIENTS.values()} for name in operations_of(service)} - {"query", "scan"}


def _classes(found: types.Type | None) -> Iterator[nodes.TypeInfo]:
    proper = types.get_proper_type(found)
    if isinstance(proper, types.Instance):
        yield proper.type
        if proper.type.fullname == "builtins.type":
            return
    elif isinstance(proper, types.UnionType):
        for item in proper.items:
            yield from _classes(item)
    elif isinstance(proper, types.TypeVarType):
        yield from _classes(proper.upper_bound)
    elif isinstance(proper, types.TypeType):
        yield from _classes(proper.item)
    elif isinstance(proper, types.CallableType) and proper.is_type_obj():
        yield proper.type_object()
    elif isinstance(proper, types.CallableType | types.TupleType | types.LiteralType | types.Overloaded):
        fallback = proper.partial_fallback if isinstance(proper, types.TupleType) else proper.fallback
        yield fallback.type


class Code:
    """All bodies of the hub, and what follows from calling one."""

    def __init__(self) -> None:
        checked = _checked()
        self.bodies: dict[str, Body] = {}
        self._classes: dict[str, nodes.TypeInfo] = {}
        for name, file in checked.files.items():
            if name == "app" or name.startswith("chalicelib"):
                self._read(file.defs, name, checked.types)

    def _read(self, statements: list[nodes.Statement], name: str, types_: dict[nodes.Expression, types.Type]) -> None:
        """`name`: of the module or class that they make up."""
        for statement in statements:
            if isinstance(statement, nodes.ClassDef):
                self._classes[statement.fullname] = statement.info
                self._read(statement.defs.body, statement.fullname, types_)
                continue
            names = [name]
            if isinstance(statement, nodes.FuncDef | nodes.Decorator | nodes.OverloadedFuncDef):
                names = [f"{name}.{statement.name}"]
            elif isinstance(statement, nodes.AssignmentStmt) and name not in self._classes:
                names = [one.fullname for one in statement.lvalues if isinstance(one, nodes.NameExpr)]
            for named in names:
                reader = Reader(types_, named)
                reader.read(statement)
                _add(self.bodies.setdefault(named, Body()), reader.body)

    @property
    def methods_of_adapters(self) -> set[str]:
        """The names alone."""
        of_classes = (name.rpartition(".") for name in self.bodies if name.startswith(ADAPTERS))
        return {name for class_, _, name in of_classes if class_ in self._classes}

    def functions_below(self, module: str) -> set[str]:
        return {name for name in self.bodies if name.startswith(f"{module}.")}

    def reached_from(self, *entries: str) -> Reached:
        """Of whatever can be called in the end."""
        missing = {*entries} - {*self.bodies}
        assert not missing, missing
        reached = Reached(self.bodies, self._classes)
        reached.call(entries)
        return reached


@dataclass
class Reached:
    bodies: dict[str, Body]
    classes: dict[str, nodes.TypeInfo]
    called: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    asked: set[tuple[str, str]] = field(default_factory=set)

    @property
    def operations(self) -> set[Operation]:
        return {operation for name in self.called for operation in self.bodies[name].operations}

    def call(self, names: Iterator[str] | tuple[str, ...]) -> None:
        waiting = [*names]
        while waiting:
            name = waiting.pop()
            if name in self.called or name not in self.bodies:
                continue
            self.called.add(name)
            body = self.bodies[name]
            waiting += body.mentioned
            made = (body.made & self.classes.keys()) - self.made
            self.made |= made
            asked = body.asked - self.asked
            self.asked |= asked
            for class_ in made:
                waiting += self._of_a_new(class_)
            waiting += [f"{base.fullname}.{member}" for owner, member in asked for base in self._mro(owner)]
            waiting += [
                method
                for class_ in self.made
                for owner, member in asked
                if self._is_a(class_, owner)
                for method in self._member(class_, member)
            ]

    def _of_a_new(self, class_: str) -> Iterator[str]:
        """What is run when one is made, what operators call, and what was asked of its like before."""
        for base in self._mro(class_):
            yield base.fullname
            yield from (f"{base.fullname}.{name}" for name in base.names if name.startswith("__"))
        for owner, member in self.asked:
            if self._is_a(class_, owner):
                yield from self._member(class_, member)

    def _member(self, class_: str, member: str) -> list[str]:
        return [f"{base.fullname}.{member}" for base in self._mro(class_)]

    def _mro(self, class_: str) -> list[nodes.TypeInfo]:
        return (
            [base for base in self.classes[class_].mro if base.fullname in self.classes]
            if class_ in self.classes
            else []
        )

    @cache  # noqa: B019  # lives as long as the test
    def _is_a(self, class_: str, owner: str) -> bool:
        wanted, having = self.classes.get(owner), self.classes[class_]
        if wanted is None:
            return False
        if wanted.is_protocol:
            return all(having.get(name) is not None for name in wanted.protocol_members)
        return wanted in having.mro

    __hash__ = object.__hash__


def _add(to: Body, other: Body) -> None:
    for name, found in vars(other).items():
        getattr(to, name).update(found)


def _checked() -> build.BuildResult:
    options = Options()
    options.export_types = options.preserve_asts = True
    options.check_untyped_defs = options.ignore_missing_imports = options.namespace_packages = True
    options.incremental, options.cache_dir = False, "/dev/null"
    files = [Path("app.py"), *sorted(path.relative_to(ROOT) for path in (ROOT / "chalicelib").rglob("*.py"))]
    sources = [BuildSource(str(ROOT / file), _module(file), base_dir=str(ROOT)) for file in files]
    return build.build(sources, options)


def _module(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")

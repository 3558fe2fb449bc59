"""The table of parameters, derived from a counterpart: what becomes of each, what its default is."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

from sporeprint.catalog import METHOD_OWNERS, Body, Catalog, Entry, Parameter, load
from sporeprint.convert.residual import Hole, Reference, literal
from sporeprint.facts import facts
from sporeprint.page.model import TITLES, Row, Signature, Variant
from sporeprint.page.paths import Way, called, calls_of, holes_of, parameter_type, ways, written

#: (name, kind as ``inspect`` calls it, default as text) per parameter of a function of the target.
Recorded: TypeAlias = list[tuple[str, str, str | None]]

#: A longer expression says nothing to a reader.
_LONG = 100
#: What is called around a function, and is not what a counterpart is about.
_PLUMBING = (".copy_", ".stop_gradient")
_NAMED = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "KEYWORD_ONLY")


def source_signature(api: str, body: Body) -> Signature:
    """Return the signature of the API, which is its counterpart's; a method's receiver is not shown."""
    found: list[tuple[str, str | None]] = []
    keyword_only = False
    for each in body.parameters:
        if each.kind == "keyword" and not keyword_only:
            found.append(("*", None))
        keyword_only = keyword_only or each.kind in ("keyword", "args")
        star = {"args": "*", "kwargs": "**"}.get(each.kind, "")
        found.append((star + each.name, _text(each.default) if each.default is not None else None))
    return Signature(api, tuple(found[1:] if is_method(api) else found))


def is_method(api: str) -> bool:
    """Whether an API is a method: its counterpart's first parameter is the receiver."""
    return api.rpartition(".")[0].rpartition(".")[2] in METHOD_OWNERS


def target_signature(name: str, target: str) -> Signature:
    """Return a target function's signature as recorded of the installed framework."""
    recorded = _recorded(name, target)
    if recorded is None:
        return recorded_signature(name)
    found: list[tuple[str, str | None]] = []
    keyword_only = False
    for own, kind, default in recorded:
        if kind == "KEYWORD_ONLY" and not keyword_only:
            found.append(("*", None))
        keyword_only = keyword_only or kind in ("KEYWORD_ONLY", "VAR_POSITIONAL")
        star = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(kind, "")
        found.append((star + own, _double_quoted(default)))
    return Signature(name, tuple(found[1:] if is_method(name) and found and found[0][0] == "self" else found))


def recorded_signature(name: str) -> Signature:
    """Return what was recorded of a function of either framework that no counterpart is about."""
    overloads: list[list[str]] = facts("signatures").get(name, [])
    if not overloads:
        return Signature(name, None)
    first, *others = (
        tuple((own, _double_quoted(default) if equals else None) for own, equals, default in parts)
        for parts in ([each.partition("=") for each in parameters] for parameters in overloads)
    )
    return Signature(name, first, tuple(others))


def reached(entry: Entry, body: Body, catalog: Catalog, target: str) -> str:
    """Return the name of the target's function that a body comes down to, "" where it is an expression."""
    return _Derivation(entry, body, catalog, target).function


def passes_through(entry: Entry, catalog: Catalog, target: str) -> bool:
    """Whether a counterpart hands its first parameter to the target's function as it is."""
    derivation = _Derivation(entry, entry.native, catalog, target)
    call = derivation.main_call
    return call is not None and any(
        isinstance(each, Hole) and each.index == 0 for each in _arguments_of(call)
    )


def variant(api: str, entry: Entry, body: Body, catalog: Catalog, target: str) -> Variant:
    """Derive one signature's part of the page.

    Args:
        api: the API's full name.
        entry: its counterpart.
        body: the native body, or that of an overload.
        catalog: all counterparts of the source framework.
        target: the framework that the body is written in.
    """
    return _Derivation(entry, body, catalog, target).variant(api)


def _recorded(name: str, target: str) -> Recorded | None:
    signatures: dict[str, Recorded] = facts(target)["signatures"]
    return signatures.get(name)


def _text(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if '"' in text else text.replace("'", '"')


def _double_quoted(default: str | None) -> str | None:
    return default if default is None or '"' in default else default.replace("'", '"')


def _arguments_of(call: ast.Call) -> list[ast.expr]:
    receiver = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return [*receiver, *call.args, *(each.value for each in call.keywords)]


@dataclass(slots=True)
class _Form:
    """How a parameter reaches one of the target's: the expression, and the way on which it does."""

    node: ast.expr
    way: Way

    @property
    def direct(self) -> bool:
        return isinstance(self.node, Hole)


@dataclass(slots=True)
class _Derivation:
    """The derivation for one body. ``owned``: parameter -> target's parameter -> how it gets there."""

    entry: Entry
    body: Body
    catalog: Catalog
    target: str
    ways: list[Way] = field(init=False)
    main: Way | None = field(init=False)
    main_call: ast.Call | None = field(init=False)
    function: str = field(init=False)
    owned: dict[int, dict[str, list[_Form]]] = field(init=False)
    given: list[str] = field(init=False)
    required: list[str] = field(init=False)
    recorded: Recorded | None = field(init=False)

    def __post_init__(self) -> None:
        aside = {*self.entry.ignores, *self.entry.refuses}
        self.given = [each.name for each in self.body.parameters if each.name not in aside]
        self.required = [
            each.name for each in self.body.parameters if each.default is None and each.name in self.given
        ]
        self.ways = ways(self.body, self.catalog, self.given)
        self.main, self.main_call, self.function = None, None, ""
        for way in sorted(self.ways, key=lambda each: (each.odd, -self._direct(each))):
            if way.result is None or way.adapter:
                continue
            self.main = self.main or way
            call = self._call_of(way.result)
            if call is not None:
                self.main, self.main_call, self.function = way, call, called(call, self.body, self.target)
                break
        self.recorded = _recorded(self.function, self.target)
        self.owned = self._own()

    def _direct(self, way: Way) -> int:
        call = self._call_of(way.result)
        return 0 if call is None else sum(isinstance(each, Hole) for each in _arguments_of(call))

    def _call_of(self, result: ast.expr | None) -> ast.Call | None:
        """Return the call that an expression comes down to: of a function, or the making of a layer."""
        if not isinstance(result, ast.Call):
            return None
        if isinstance(result.func, ast.Call):
            return self._call_of(result.func)
        name = called(result, self.body, self.target)
        return result if name and not name.endswith(_PLUMBING) else None

    # -- what ends up where --------------------------------------------------------------------------------

    def bound(self, call: ast.Call) -> dict[str, ast.expr]:
        """Return what a call of the target's function passes, by the names of its parameters."""
        names = [name for name, kind, _ in self.recorded or [] if kind in _NAMED[:2]]
        positional = [each for each in call.args if not isinstance(each, ast.Starred)]
        if is_method(self.function) and isinstance(call.func, ast.Attribute):
            positional.insert(0, call.func.value)
            if not names:
                names = ["self"]
        found = dict(zip(names, positional, strict=False))
        found.update({each.arg: each.value for each in call.keywords if each.arg is not None})
        for name, kind, _ in self.recorded or []:
            for star in call.args if kind == "VAR_POSITIONAL" else ():
                if isinstance(star, ast.Starred):
                    found[name] = star.value
            for keyword in call.keywords if kind == "VAR_KEYWORD" else ():
                if keyword.arg is None and isinstance(keyword.value, ast.Dict):
                    found[name] = keyword.value.values[0]
        return found

    def _own(self) -> dict[int, dict[str, list[_Form]]]:
        forms: dict[str, list[_Form]] = {}
        for way in self.ways:
            if way.result is None or not self.function:
                continue
            for call in calls_of(way.result, self.function, self.body, self.target)[:1]:
                for name, value in self.bound(call).items():
                    forms.setdefault(name, []).append(_Form(value, way))
        owned: dict[int, dict[str, list[_Form]]] = {}
        owners: dict[str, int] = {}
        # A parameter that is passed as it is owns its place; one that alone makes up an expression likewise;
        # of several in an expression the first, such as the input that another one only casts.
        for sure in (True, False):
            for name, each in forms.items():
                if name in owners:
                    continue
                mentioned = [holes_of(form.node) for form in each]
                direct = [form.node.index for form in each if isinstance(form.node, Hole)]
                single = [
                    next(iter(holes))
                    for holes in mentioned
                    if len(holes) == 1 and next(iter(holes)) not in direct
                ]
                direct = self._preferred(name, direct, owners)
                usual = Counter(direct).most_common(1) or (
                    Counter(single).most_common(1) if not direct else []
                )
                if sure and usual:
                    owners[name] = usual[0][0]
                elif not sure and any(mentioned):
                    owners[name] = min(min(holes) for holes in mentioned if holes)
        for name, owner in owners.items():
            kept = [form for form in forms[name] if owner in holes_of(form.node)]
            owned.setdefault(owner, {})[name] = kept
        return {owner: self._without_side_paths(owner, targets) for owner, targets in owned.items()}

    def _preferred(self, name: str, direct: list[int], owners: dict[str, int]) -> list[int]:
        """Of several passed as they are, prefer the one of that name, else those that have no other place."""
        named = [index for index in direct if self.body.parameters[index].name == name]
        free = [index for index in direct if index not in owners.values()]
        return named or free or direct

    def _without_side_paths(self, owner: int, targets: dict[str, list[_Form]]) -> dict[str, list[_Form]]:
        """Drop places that a parameter only colours where it has one of its own: a rank is not the input."""
        sure = {
            name: forms for name, forms in targets.items() if any(form.direct for form in forms)
        } or targets
        return dict(sorted(sure.items(), key=lambda each: each[0] != self.body.parameters[owner].name))

    # -- rows ----------------------------------------------------------------------------------------------

    def variant(self, api: str) -> Variant:
        rows = [self._row(index, each) for index, each in enumerate(self.body.parameters)]
        if self.function:
            rows += self._extra({name for row in rows for name in row.target})
        signature = target_signature(self.function, self.target) if self.function else None
        return Variant(source_signature(api, self.body), signature, tuple(rows), self._remark())

    def _remark(self) -> str:
        title = TITLES[self.target]
        if self.function:
            return (
                "" if self.recorded is not None else f"{title} does not tell the signature of this function."
            )
        helper = self._helper(self.ways)
        if helper:
            return f"No single function of {title} does this. An adapter does: {helper}"
        usual = [way for way in self.ways if way.result is not None and not way.adapter]
        texts = [self.text(way.result) for way in usual if way.result is not None]
        if texts and all(len(each) <= _LONG for each in texts):
            several = ", or ".join(f"`{each}`" for each in dict.fromkeys(texts))
            return f"No single function of {title} does this. It is written as {several}."
        return f"No single function of {title} does this. The adapter does, which is written in {title}."

    def _helper(self, found: list[Way]) -> str:
        """Return the name of the adapter's class, and what its docstring says."""
        for way in found:
            function = way.result.func if isinstance(way.result, ast.Call) else None
            helper = function.helper if isinstance(function, Reference) else None
            if helper is not None:
                said = " ".join((ast.get_docstring(helper.definition) or "").split("\n\n")[0].split())
                return f"`{helper.name}` ({said.replace('``', '`').rstrip('.')})."
        return ""

    def text(self, node: ast.expr) -> str:
        """Return an expression as text, without what only repeats the target's defaults."""
        return written(node, self.body, facts(self.target)["defaults"])

    def _row(self, index: int, parameter: Parameter) -> Row:
        name = parameter.name
        default = _text(parameter.default) if parameter.default is not None else None
        for what, kind, words in (
            (self.entry.ignores, "ignored", "Left out, without effect on the result: {}."),
            (self.entry.refuses, "refused", "Refused: {}."),
        ):
            if name in what:
                return Row(name, (), default, None, kind, "", words.format(what[name].rstrip(".")))
        targets = self.owned.get(index, {})
        if not targets:
            text = self._absent(index, name)
            return Row(name, (), default, None, "absent", "", " ".join([text, *self._raises(name)]))
        places = tuple(targets)
        receiver = index == 0 and name == "self"
        kind = "same name" if places[0] == name or receiver else "other name"
        sentences = [] if kind == "same name" else ["Other name."]
        if receiver:
            sentences = [
                "The tensor itself." if parameter_type(parameter) == "tensor" else "The object itself."
            ]
        if len(places) > 1:
            sentences = [f"Goes to {' and '.join(f'`{each}`' for each in places)}."]
        compared, default_sentences = self._defaults(parameter, places)
        sentences += default_sentences
        sentences += self._position(index, places[0])
        for place in places:
            sentences += self._computed(name, targets[place])
        sentences += self._raises(name)
        same = "Same." if self.recorded is not None else "Same name; the default there is not known."
        words = " ".join(sentences) or same
        return Row(name, places, default, self._default_of(places[0]), kind, compared, words)

    def _default_of(self, name: str) -> str | None:
        return _double_quoted(next((default for own, _, default in self.recorded or [] if own == name), None))

    def _left_out(self, name: str) -> list[Way]:
        """Return the ways of a call that leaves out a parameter: a call with nothing but what is required."""
        for given in (self.required, [each for each in self.given if each != name]):
            found = ways(self.body, self.catalog, given)
            usable = [each for each in found if each.result is not None and not each.adapter]
            if usable:
                return sorted(usable, key=lambda each: (each.odd, -self._direct(each)))
        return []

    def _defaults(self, parameter: Parameter, places: tuple[str, ...]) -> tuple[str, list[str]]:
        """Compare what both sides take if the parameter is left out."""
        source, target = TITLES[self.catalog.source], TITLES[self.target]
        theirs = self._default_of(places[0])
        if parameter.default is None:
            known = any(own == places[0] for own, _, _ in self.recorded or [])
            if not known or theirs is None:
                return "", []
            return "required", [f"{source} requires it; left out, {target} takes `{theirs}`."]
        own = _text(parameter.default)
        verdict, sentences = "", []
        for way in self._left_out(parameter.name)[:1]:
            assert way.result is not None
            for call in calls_of(way.result, self.function, self.body, self.target)[:1]:
                passed = self.bound(call)
                for place in places:
                    if not any(name == place for name, _, _ in self.recorded or []):
                        continue
                    each, sentence = self._default(own, passed.get(place), place, len(places) > 1)
                    verdict = "differs" if "differs" in (verdict, each) else verdict or each
                    sentences += sentence
        helper = "" if sentences or verdict else self._helper(ways(self.body, self.catalog, self.required))
        if helper:
            verdict = "differs"
            sentences = [
                f"The defaults differ: {target} takes `{theirs}`. "
                f"Left out, an adapter does what {source} does: {helper}"
            ]
        return verdict, sentences

    def _default(self, own: str, passed: ast.expr | None, place: str, several: bool) -> tuple[str, list[str]]:
        target = TITLES[self.target]
        theirs = self._default_of(place)
        what = f"`{place}`" if several else "The default"
        if theirs is None:
            text = self.text(passed) if passed is not None else own
            return "required", [
                f"{target} requires {f'`{place}`' if several else 'it'}: left out, it is given as `{text}`."
            ]
        if passed is None or _equal(self.text(passed), theirs):
            if several or _equal(own, theirs):
                return "same", []
            return "same effect", [f"`{own}` comes to the same as {target}'s `{theirs}`."]
        text = self.text(passed)
        meaning = f"`{own}`" if _equal(text, own) else f"`{own}` means `{text}`"
        if several:
            return "differs", [f"{what}: left out it is `{text}`, where {target} takes `{theirs}`."]
        other = self._meaning(place)
        return "differs", [f"The defaults differ: {meaning}, {target} takes `{theirs}`{other}."]

    def _meaning(self, place: str) -> str:
        """Tell what a default of the target's comes to, if its function has a counterpart, which tells."""
        catalog = load(self.target)
        entry = catalog.entries.get(self.function)
        if entry is None:
            return ""
        there = _Derivation(entry, entry.native, catalog, self.catalog.source)
        index = next((i for i, each in enumerate(entry.native.parameters) if each.name == place), -1)
        parameter = entry.native.parameters[index]
        for way in there._left_out(place)[:1] if index >= 0 and parameter.default is not None else ():
            calls = (
                calls_of(way.result, there.function, there.body, there.target)
                if way.result is not None
                else []
            )
            for own in there.owned.get(index, {}):
                passed = there.bound(calls[0]).get(own) if calls else None
                if passed is not None and not _equal(there.text(passed), _text(parameter.default)):  # type: ignore[arg-type]
                    return f", which means `{there.text(passed)}`"
        return ""

    def _position(self, index: int, place: str) -> list[str]:
        order = [name for name, kind, _ in self.recorded or [] if kind in _NAMED[:2]]
        if self.body.parameters[index].kind != "positional" or place not in order:
            return []
        # A receiver counts as the first on both sides, and nobody counts it.
        theirs = order.index(place)
        if theirs == index:
            return []
        return [f"Position {index + 1}, in {TITLES[self.target]} {theirs + 1}."]

    def _computed(self, name: str, forms: list[_Form]) -> list[str]:
        """Tell of the expressions in which it is passed, if it is not simply passed."""
        found = []
        usual = [form for form in forms if not form.direct and holes_of(form.node) <= self._only(name)]
        for form in usual:
            text = self.text(form.node)
            tests = [each.test for each in form.way.decisions if each.parameters == {name} and each.deviates]
            where = f" where `{' and '.join(tests)}`" if tests and any(each.direct for each in forms) else ""
            if len(text) <= _LONG:
                found.append(f"Passed as `{text}`{where}.")
        return list(dict.fromkeys(found))[:2]

    def _only(self, name: str) -> set[int]:
        return {index for index, each in enumerate(self.body.parameters) if each.name == name}

    def _absent(self, index: int, name: str) -> str:
        """Tell how a parameter is given that the target lacks."""
        target = TITLES[self.target]
        if self._called_with(index):
            return "What the layer is called with."
        found = [f"`{text}`" for text in self._around(index)]
        alone = ways(self.body, self.catalog, [*self.required, name])
        deviating = [
            way for way in alone if any(each.deviates and name in each.parameters for each in way.decisions)
        ]
        if not found:
            for way in deviating:
                tests = [each for each in way.decisions if each.parameters == {name}]
                if way.result is not None and not way.adapter and tests:
                    found.append(f"`{self.text(way.result)}` where `{tests[-1].test}`")
        found = [each for each in dict.fromkeys(found) if len(each) <= 2 * _LONG][:2]
        helper = self._helper(deviating)
        there = any(own == name for own, _, _ in self.recorded or [])
        missing = f"{target}'s `{name}` is not used" if there else f"Not in {target}"
        if found:
            return (
                f"{missing}: given as {', or '.join(found)}."
                if self.function
                else f"Given as {', or '.join(found)}."
            )
        if deviating and all(way.refused for way in deviating):
            return f"{missing}."
        if not self.function:
            return "The adapter takes it."
        return f"{missing}: given by an adapter, {helper}" if helper else f"{missing}: given by further code."

    def _called_with(self, index: int) -> bool:
        """Whether a parameter is what a layer, made on the main way, is called with."""
        result = self.main.result if self.main is not None else None
        if not isinstance(result, ast.Call) or not isinstance(result.func, ast.Call):
            return False
        return any(isinstance(each, Hole) and each.index == index for each in result.args)

    def _around(self, index: int) -> list[str]:
        """Return the operations that a parameter takes part in, as text: ``input.astype(dtype)``."""
        found: dict[str, None] = {}
        for way in sorted(self.ways, key=lambda each: each.odd):
            if way.result is None or way.adapter:
                continue
            for node in ast.walk(way.result):
                values = [
                    each.value if isinstance(each, ast.keyword) else each
                    for each in ast.iter_child_nodes(node)
                ]
                here = any(isinstance(each, Hole) and each.index == index for each in values)
                if here and isinstance(node, ast.expr) and not isinstance(node, ast.Starred):
                    found.setdefault(self.text(node))
        return sorted(found, key=len)[:2] if self.function else list(found)[:2]

    def _raises(self, name: str) -> list[str]:
        """Tell which of its values are refused."""
        found = []
        for way in self.ways:
            last = way.decisions[-1] if way.decisions else None
            if way.refused and last is not None and name in last.parameters:
                tests = [each.test for each in way.decisions if each.deviates or each is last]
                found.append(f"Refused where `{' and '.join(tests)}`: {way.refused.rstrip('.')}.")
        return list(dict.fromkeys(found))[:2]

    def _extra(self, taken: set[str]) -> list[Row]:
        """Return the rows of the parameters that only the target has."""
        rows = []
        source = TITLES[self.catalog.source]
        passed = self.bound(self.main_call) if self.main_call is not None else {}
        ours = {each.name for each in self.body.parameters}
        for name, kind, _ in self.recorded or []:
            if (
                name in taken
                or name in ours
                or kind not in _NAMED
                or (name == "self" and is_method(self.function))
            ):
                continue
            default = self._default_of(name)
            if name in passed and not _equal(self.text(passed[name]), default or ""):
                text = f"Not in {source}, and always given as `{self.text(passed[name])}`."
                verdict = "differs"
            else:
                text, verdict = f"Not in {source}; left at its default.", "same"
            rows.append(Row("", (name,), None, default, "extra", verdict, text))
        return rows


def _equal(one: str, other: str) -> bool:
    """Whether two defaults, as text, are the same value."""

    def value(text: str) -> object:
        known, found = literal(ast.parse(text, mode="eval").body)
        # True equals 1 in Python, but nobody takes the one for the other.
        return (isinstance(found, bool), found) if known else text.rpartition(".")[2]

    try:
        return value(one) == value(other)
    except SyntaxError:
        return one == other


__all__ = ["is_method", "passes_through", "reached", "source_signature", "target_signature", "variant"]

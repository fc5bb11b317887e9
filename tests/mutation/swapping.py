"""Puts changed code into functions that are already imported, wherever a reference to them is kept."""

import gc
import inspect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import _lru_cache_wrapper
from types import CodeType, FunctionType

Swap = tuple[CodeType, CodeType]
"""The code of one function: as it is, and changed."""


def swaps(original: CodeType, changed: CodeType) -> list[Swap]:
    """The functions that a change of a module touches, the outermost first.

    Empty: what is changed runs when the module is imported, or nothing is changed.
    """
    if not original.co_flags & inspect.CO_OPTIMIZED:  # A module or the body of a class.
        inner = [] if _own(original) != _own(changed) else list(_inner(original, changed))
        return [swap for one, other in inner for swap in swaps(one, other)]
    if same(original, changed):
        return []
    inner = [] if _own(original) != _own(changed) else list(_inner(original, changed))
    return [(original, changed), *(swap for one, other in inner for swap in swaps(one, other))]


def same(original: CodeType, changed: CodeType) -> bool:
    """Whether the change is none once it is compiled."""
    if _own(original) != _own(changed):
        return False
    return all(same(one, other) for one, other in _inner(original, changed))


def _own(code: CodeType) -> tuple[object, ...]:
    """What a code object is, but for the code objects in it and the lines."""
    consts = tuple(None if isinstance(const, CodeType) else (type(const), repr(const)) for const in code.co_consts)
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    return code.co_code, consts, names, code.co_exceptiontable, code.co_flags, code.co_argcount


def _inner(original: CodeType, changed: CodeType) -> Iterator[Swap]:
    return zip(_codes(original), _codes(changed), strict=True)


def _codes(code: CodeType) -> list[CodeType]:
    return [const for const in code.co_consts if isinstance(const, CodeType)]


@dataclass
class Running:
    """What lives in this process of some source files: their functions, and the caches around them."""

    functions: dict[tuple[object, ...], list[FunctionType]]
    caches: list["_lru_cache_wrapper[object]"]

    @classmethod
    def of(cls, files: set[str]) -> "Running":
        """All of them, also the ones nobody can name: lambdas in tables, functions inside decorators."""
        found: dict[tuple[object, ...], list[FunctionType]] = defaultdict(list)
        caches = []
        for one in gc.get_objects():
            if isinstance(one, FunctionType) and one.__code__.co_filename in files:
                found[_identity(one.__code__)].append(one)
            elif isinstance(one, _lru_cache_wrapper) and inspect.unwrap(one).__code__.co_filename in files:
                caches.append(one)
        return cls(found, caches)

    def takes(self, swaps: list[Swap]) -> bool:
        """Whether the change can be made here: its function lives, and needs no other name of a function around it."""
        if not swaps or not self.functions.get(_identity(swaps[0][0])):
            return False
        return all(
            len(function.__code__.co_freevars) == len(changed.co_freevars)
            for original, changed in swaps
            for function in self.functions.get(_identity(original), ())
        )

    def swap(self, swaps: list[Swap]) -> None:
        """Make the change."""
        for original, changed in swaps:
            for function in self.functions.get(_identity(original), ()):
                function.__code__ = changed
        self.forget()

    def forget(self) -> None:
        """Empty the caches: a test that finds an answer there would not run the function."""
        for cache in self.caches:
            cache.cache_clear()


def _identity(code: CodeType) -> tuple[object, ...]:
    return code.co_filename, code.co_qualname, code.co_firstlineno, code.co_linetable

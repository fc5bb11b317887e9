"""``make mutants``: change judging and scoring, one small change at a time, and see a unit test fail for each.

A mutant that no test notices is a survivor. It changes a figure, and then a test is missing; or it cannot change one,
and then it stands in ``equivalent.toml`` with the reason. The command fails on a survivor, and on an entry of that file
that no longer survives. ``make mutants ARGS="judging waiting"`` tries these modules only.

Each mutant has a process of its own. Most are forked after the tests are collected, and the changed code is put into
the functions that were imported: they run only the tests that run the changed line. What runs at the import of a module
(constants, tables) is tried in a process forked before anything under test is imported.
"""

import argparse
import importlib
import importlib.abc
import importlib.machinery
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from hypothesis import Phase, settings

from mutation import forking, nearness
from mutation.nearness import Nearness
from mutation.trying import PLAIN, SECONDS, InOrder, Ran, Target, Trial, Tried, say

ROOT = Path(__file__).parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
TARGETS = Path(__file__).with_name("targets.toml")

_HOMES = {
    "metrics": ROOT / "services" / "metrics",
    "dossier_sync": ROOT / "services" / "dossier-sync",
    "shared": ROOT / "shared",
}
_FOR_THE_CHILDREN = (
    "hypothesis",
    "sqlalchemy.ext.asyncio",
    "alembic.command",
    "fastapi",
    "msgspec",
    "support.postgres",
)
_FEW = 4
"""Files of tests that are tried before all: to import every one takes longer than most tests."""


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from changed code."""

    def __init__(self, target: Target, code: CodeType) -> None:
        self.target, self.code = target, code

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.target.module:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=str(self.target.file))

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)  # noqa: S102 - our own code, changed


def _survives_import(
    target: Target, code: CodeType, nearest: Sequence[str], tests: Sequence[str], ran: Sequence[Ran]
) -> bool:
    forking.bounded(SECONDS + 3 * sum(one.seconds for one in ran))
    sys.meta_path.insert(0, _Mutated(target, code))
    order = InOrder(ran, str(target.file))
    return all(pytest.main([*PLAIN, *chosen], plugins=[order]) == 0 for chosen in (nearest, tests) if chosen)


def _tried_when_imported(
    targets: Sequence[Target], tests: Sequence[str], jobs: int
) -> tuple[dict[str, Tried], list[Ran]]:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    trial = Trial(targets, jobs)
    code = pytest.main([*PLAIN, *tests], plugins=[trial])
    if code != 0:
        say(f"The tests cannot be collected: pytest ended with {int(code)}.")
        sys.exit(1)
    return trial.tried, trial.ran


def _try_at_import(
    targets: Sequence[Target], tried: dict[str, Tried], tests: Sequence[str], ran: Sequence[Ran], jobs: int
) -> None:
    """Try what runs when a module is imported: constants, tables, what they are computed with."""
    nearest = _nearest([target.module for target in targets], tests, ran)
    first = targets[0]
    unchanged = compile(first.file.read_bytes(), str(first.file), "exec")
    if not forking.each([partial(_survives_import, first, unchanged, nearest[first.module], tests, ran)], 1)[0]:
        raise SystemExit(f"{first.module}: a test fails without any change")
    for target in targets:
        found = tried[target.module]
        works = (
            partial(_survives_import, target, mutant.compiled(target.file), nearest[target.module], tests, ran)
            for mutant in found.at_import
        )
        answers = forking.each(works, jobs)
        survivors = [mutant for mutant, survived in zip(found.at_import, answers, strict=True) if survived]
        found.survivors += survivors
        for mutant in survivors:
            say(f"    line {mutant.line}: {mutant.key}")
        say(f"{target.module}: {len(found.at_import)} at import")


def _nearest(modules: Sequence[str], tests: Sequence[str], ran: Sequence[Ran]) -> dict[str, list[str]]:
    """The few files of tests that stand nearest to each module; of equally near ones those that are soon done."""
    seconds: Counter[str] = Counter()
    for one in ran:
        seconds[one.test.partition("::")[0]] += one.seconds
    files = [file for directory in tests for file in (ROOT / directory).rglob("test_*.py")]
    near = Nearness(nearness.modules(home / "src" for home in _HOMES.values()), files)
    found = {}
    for module in modules:
        told = {str(file.relative_to(ROOT)): distance for file, distance in near.of(module).items()}
        found[module] = sorted(told, key=lambda file: (told[file], seconds[file]))[:_FEW]
    return found


def _file(module: str) -> Path:
    package, _, rest = module.partition(".")
    return _HOMES[package] / "src" / package / (rest.replace(".", "/") + ".py")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("only", nargs="*", help="last names of modules; none: all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    os.chdir(ROOT)
    told = tomllib.loads(TARGETS.read_text())
    targets = [
        Target(module, _file(module))
        for module in told["modules"]
        if not options.only or module.rpartition(".")[2] in options.only
    ]
    equivalent: dict[str, dict[str, str]] = tomllib.loads(EQUIVALENT.read_text())
    for name in _FOR_THE_CHILDREN:
        importlib.import_module(name)
    # A failing example is reason enough: it need not be made smaller. A found one must not be remembered.
    settings.register_profile(
        "mutants",
        max_examples=20,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
    )
    settings.load_profile("mutants")
    early = sorted({target.module for target in targets} & set(sys.modules))
    if early:
        raise SystemExit(f"imported too early to be changed: {', '.join(early)}")
    tried, ran = forking.answer_of(partial(_tried_when_imported, targets, told["tests"], options.jobs))
    if any(found.at_import for found in tried.values()):
        _try_at_import(targets, tried, told["tests"], ran, options.jobs)
    failed = [_told(one.module, tried[one.module], equivalent.get(one.module, {})) for one in targets]
    return int(any(failed))


def _told(module: str, tried: Tried, equivalent: dict[str, str]) -> bool:
    """Print the module's line and its survivors; whether something is wrong."""
    keys = {mutant.key for mutant in tried.survivors}
    unexplained = [mutant for mutant in tried.survivors if mutant.key not in equivalent]
    stale = sorted(set(equivalent) - keys)
    same, noticed = len(tried.survivors) - len(unexplained), tried.number - len(tried.survivors)
    print(
        f"{module:45} {tried.number:4} mutants, {noticed:4} noticed, {same:3} equivalent, "
        f"{len(tried.at_import):3} at import"
    )
    for mutant in unexplained:
        print(f"    SURVIVED line {mutant.line}: {mutant.key}")
    for key in stale:
        print(f"    NO SURVIVOR: {key}")
    sys.stdout.flush()
    return bool(unexplained or stale)


if __name__ == "__main__":
    raise SystemExit(main())

"""``make mutants``: change judging and scoring, one small change at a time, and see a unit test fail for each.

A mutant that no test notices is a survivor. It changes a figure, and then a test is missing; or it cannot change one,
and then it stands in ``equivalent.toml`` with the reason. The command fails on a survivor, and on an entry of that file
that no longer survives. ``make mutants ARGS="judging waiting"`` tries these modules only.

Each mutant has a process of its own, forked before the code under test is imported, so that nothing but the module's
mutated source differs.
"""

import argparse
import importlib
import importlib.abc
import importlib.machinery
import os
import signal
import sys
import time
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from mutation import mutants
from mutation.mutants import Mutant

ROOT = Path(__file__).parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
TARGETS = Path(__file__).with_name("targets.toml")
SECONDS = 120
"""A mutant that runs longer is noticed: it never ends."""

_FOR_THE_CHILDREN = (
    "hypothesis",
    "sqlalchemy.ext.asyncio",
    "alembic.command",
    "fastapi",
    "msgspec",
    "support.postgres",
)
KILLED, SURVIVED = 1, 0


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from changed source."""

    def __init__(self, module: str, file: Path, source: str) -> None:
        self.module, self.file, self.source = module, file, source

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.module:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=str(self.file))

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, str(self.file), "exec"), module.__dict__)  # noqa: S102 - our own source, changed


def _verdict(module: str, file: Path, source: str, tests: Sequence[str]) -> int:
    """Run the tests over the changed module in a process of its own."""
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        sys.meta_path.insert(0, _Mutated(module, file, source))
        plain = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", "--assert=plain"]
        try:
            code = int(pytest.main([*plain, *tests]))
        except BaseException:
            code = KILLED
        os._exit(SURVIVED if code == 0 else KILLED)
    _, status = os.waitpid(child, 0)
    return SURVIVED if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0 else KILLED


def _try(module: str, tests: Sequence[str], jobs: int) -> tuple[int, list[Mutant]]:
    file = _file(module)
    source = file.read_text()
    if _verdict(module, file, source, tests) is not SURVIVED:
        raise SystemExit(f"{module}: its tests fail without any change")
    found = list(mutants.of(source))
    with ThreadPoolExecutor(jobs) as pool:
        verdicts = list(pool.map(lambda mutant: _verdict(module, file, mutant.source, tests), found))
    return len(found), [mutant for mutant, said in zip(found, verdicts, strict=True) if said == SURVIVED]


def _file(module: str) -> Path:
    package, _, rest = module.partition(".")
    home = {"metrics": "services/metrics", "dossier_sync": "services/dossier-sync", "shared": "shared"}[package]
    return ROOT / home / "src" / package / (rest.replace(".", "/") + ".py")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("only", nargs="*", help="last names of modules; none: all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    os.chdir(ROOT)
    targets: dict[str, list[str]] = tomllib.loads(TARGETS.read_text())
    equivalent: dict[str, dict[str, str]] = tomllib.loads(EQUIVALENT.read_text())
    for name in _FOR_THE_CHILDREN:
        importlib.import_module(name)
    settings.register_profile("mutants", max_examples=40, derandomize=True, database=None, deadline=None)
    settings.load_profile("mutants")
    early = sorted(set(targets) & set(sys.modules))
    if early:
        raise SystemExit(f"imported too early to be changed: {', '.join(early)}")
    failed = False
    for module, tests in targets.items():
        if not options.only or module.rpartition(".")[2] in options.only:
            failed |= _told(module, *_try_timed(module, tests, options.jobs), equivalent.get(module, {}))
    return int(failed)


def _try_timed(module: str, tests: Sequence[str], jobs: int) -> tuple[int, list[Mutant], float]:
    begun = time.monotonic()
    number, survivors = _try(module, tests, jobs)
    return number, survivors, time.monotonic() - begun


def _told(module: str, number: int, survivors: list[Mutant], seconds: float, equivalent: dict[str, str]) -> bool:
    """Print the module's line and its survivors; whether something is wrong."""
    keys = {mutant.key for mutant in survivors}
    unexplained = [mutant for mutant in survivors if mutant.key not in equivalent]
    stale = sorted(set(equivalent) - keys)
    same = len(survivors) - len(unexplained)
    print(f"{module:45} {number:4} mutants, {number - len(survivors):4} noticed, {same:3} equivalent, {seconds:5.0f} s")
    for mutant in unexplained:
        print(f"    SURVIVED line {mutant.line}: {mutant.key}")
    for key in stale:
        print(f"    NO SURVIVOR: {key}")
    sys.stdout.flush()
    return bool(unexplained or stale)


if __name__ == "__main__":
    raise SystemExit(main())

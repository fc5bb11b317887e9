"""A service's process: what is loaded before the work begins is no longer looked at by the garbage collector."""

import subprocess
import sys

WORK = """
import gc
from shared.runtime import process

async def work():
    return gc.get_freeze_count()

print(process.run(work()))
"""


def test_what_is_loaded_is_out_of_the_collectors_sight() -> None:
    told = subprocess.run([sys.executable, "-c", WORK], capture_output=True, text=True, check=True, timeout=60)
    assert int(told.stdout) > 10_000

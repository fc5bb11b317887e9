"""The local stack: everything behind `make run`.

up [--once]   start Postgres and the services, sync, print the 2024 report beside the computed figures, serve
status        say where a running stack answers and whether each part is ready
clean         stop the local Postgres and delete all local state
"""

import argparse
import sys

from motcua_local.errors import LocalError
from motcua_local.settings import StackSettings
from motcua_local.stack import up
from motcua_local.upkeep import clean, status


def main() -> int:
    """The exit code: 0 well, 1 something failed or a figure is wrong, 130 interrupted before it was ready."""
    parser = argparse.ArgumentParser(
        prog="python -m motcua_local", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("up", help="start everything and serve until Ctrl-C")
    start.add_argument("--once", action="store_true", help="print the report and exit 0 only if every figure matches")
    commands.add_parser("status", help="say what runs and where")
    commands.add_parser("clean", help="stop the local Postgres and delete all local state")
    chosen = parser.parse_args()
    settings = StackSettings()
    try:
        if chosen.command == "up":
            return up(settings, once=chosen.once)
        return status(settings) if chosen.command == "status" else clean(settings)
    except LocalError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""``python -m sandbox_portal serve`` speaks the portals' contracts on SANDBOX_HOST and SANDBOX_PORT; ``faults`` prints
what can go wrong on request, as a table."""

import argparse

from sandbox_portal.app import build
from sandbox_portal.faults.document import markdown
from sandbox_portal.settings import SandboxSettings
from shared.runtime import logs, process


def main() -> None:
    """Reads the settings from the environment and serves until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m sandbox_portal", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve the portals")
    commands.add_parser("faults", help="print the faults that can be switched on")
    if parser.parse_args().command == "faults":
        print(markdown(), end="")
        return
    settings = SandboxSettings()
    logs.configure("sandbox-portal", settings.log_level)
    process.serve(build(settings), settings)


if __name__ == "__main__":
    main()

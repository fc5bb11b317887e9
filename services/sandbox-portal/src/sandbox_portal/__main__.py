"""``python -m sandbox_portal serve``: speak the portals' contracts on SANDBOX_HOST and SANDBOX_PORT."""

import argparse

import uvicorn

from sandbox_portal.app import build
from sandbox_portal.settings import SandboxSettings
from shared.runtime import logs


def main() -> None:
    """Reads the settings from the environment and serves until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m sandbox_portal", description=__doc__)
    parser.add_subparsers(dest="command", required=True).add_parser("serve", help="serve the portals")
    parser.parse_args()
    settings = SandboxSettings()
    logs.configure("sandbox-portal", settings.log_level)
    uvicorn.run(build(settings), host=settings.host, port=settings.port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()

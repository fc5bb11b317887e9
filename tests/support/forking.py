"""Starts workers fast: imports the product once, then forks a real process for each line of arguments it is given.

Standard input: one line of arguments. Standard output: the pid of the process that runs them; when that process ends,
a line ``<pid> <code>``, the code negative for a signal. A fork takes milliseconds where a fresh interpreter takes a
second, so that a test can afford fifty deaths.
"""

import os
import selectors
import signal
import sys
import traceback

from dossier_sync.__main__ import main


def become(arguments: list[str]) -> None:
    """This process is the worker from here on."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    sys.argv = ["dossier_sync", *arguments]
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        os._exit(code)


def report_the_dead() -> None:
    """Says which processes ended, and how."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        os.write(1, f"{pid} {os.waitstatus_to_exitcode(status)}\n".encode())


def serve() -> None:
    """Until standard input ends."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ)
    selector.register(woken, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fd == woken:
                os.read(woken, 512)
                report_the_dead()
                continue
            asked = os.read(0, 4096).decode().split()
            if not asked:
                return
            pid = os.fork()
            if pid == 0:
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, 1)
                become(asked)
            os.write(1, f"{pid}\n".encode())


if __name__ == "__main__":
    serve()

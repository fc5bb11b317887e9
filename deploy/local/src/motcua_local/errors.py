"""What the local stack tells a newcomer when it cannot go on. Each text says what to do."""


class LocalError(Exception):
    """The root: everything here is printed as one sentence, without a traceback."""


class BinariesMissing(LocalError):
    """No Postgres binaries that can be run."""


class PortTaken(LocalError):
    """A port that was asked for explicitly belongs to another program."""


class DirectoryBusy(LocalError):
    """Another process has been starting, stopping or using this directory for too long."""


class NotOurs(LocalError):
    """The directory belongs to another account."""


class ClusterFailed(LocalError):
    """initdb or postgres ended, or did not become ready in time; carries the last log lines."""


class ServiceFailed(LocalError):
    """A service of the stack ended or never became ready; carries its last log lines."""


class StepFailed(LocalError):
    """A one-shot step (migration, first sync, API client) ended with an error."""

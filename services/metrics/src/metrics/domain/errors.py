"""Why a question about a figure cannot be answered. The routes map each class to one problem type.

MetricsError
├── QuestionError(parameter, reason)      the caller must change the question
│   ├── PeriodError
│   ├── AsOfError
│   └── FilterError
├── FigureUnknown                         no such figure in the dictionary
├── IndicatorUnknown                      no such hand-entered indicator
├── NotOwnAgency                          the caller may not enter numbers for this agency, nor publish them
├── PublicationUnknown                    no publication has this number
├── NotPublished                          the publication does not hold this number
├── RepeatedOtherwise                     the same Idempotency-Key with another request
├── StillAtIt                             the same Idempotency-Key while its first request is under way
├── NoSigningKey                          this installation has no key to sign publications with
└── ProjectionBehind                      the ledger holds the entry asked for, the projection does not yet
"""


class MetricsError(Exception):
    """A question about a figure cannot be answered."""


class QuestionError(MetricsError):
    """A parameter of the question cannot be used. ``parameter`` is its public name."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.parameter = parameter
        self.reason = reason


class PeriodError(QuestionError):
    """The reporting period is not one."""


class AsOfError(QuestionError):
    """The moment asked about lies in the future or before the first ledger entry."""


class FilterError(QuestionError):
    """The filter is malformed, missing, or has no meaning for this figure."""


class FigureUnknown(MetricsError):
    """The dictionary has no figure of this name."""

    def __init__(self, figure: str) -> None:
        super().__init__(f"There is no figure {figure!r}. GET /v1/figures lists them.")


class IndicatorUnknown(MetricsError):
    """There is no hand-entered indicator of this name."""

    def __init__(self, indicator: str) -> None:
        super().__init__(f"There is no indicator {indicator!r}. GET /v1/indicators lists them.")


class NotOwnAgency(MetricsError):
    """An agency enters and publishes numbers for itself and those below it, for nobody else."""

    def __init__(self, own: str) -> None:
        super().__init__(f"agency: Your key acts for {own} and the agencies below it only.")


class PublicationUnknown(MetricsError):
    """No publication has this number."""

    def __init__(self, number: str) -> None:
        super().__init__(f"There is no publication {number[:20]!r}. GET /v1/publications lists them.")


class NotPublished(MetricsError):
    """The publication does not hold this number."""

    def __init__(self, figure: str, row: str | None) -> None:
        where = "" if row is None else f" of the row {row[:100]!r}"
        super().__init__(f"The publication does not hold {figure[:100]!r}{where}; its restatement lists what it holds.")


class RepeatedOtherwise(MetricsError):
    """The same Idempotency-Key came with another request: one of the two is a mistake."""

    parameter = "Idempotency-Key"

    def __init__(self) -> None:
        super().__init__("Idempotency-Key: It was sent before with another request. Take a new one.")


class StillAtIt(MetricsError):
    """The first request with this Idempotency-Key is still under way."""

    def __init__(self) -> None:
        super().__init__("The first request with this Idempotency-Key is still under way. Send it again shortly.")


class NoSigningKey(MetricsError):
    """Publishing needs a key that this installation was not given."""

    def __init__(self) -> None:
        super().__init__("This installation has no signing key; the operator sets METRICS_SIGNING_KEY_FILE.")


class FormUnknown(MetricsError):
    """There is no such form here."""

    def __init__(self, form: str) -> None:
        super().__init__(
            f"There is no form {form[:50]!r}; there are II.06a, II.06b, II.06c, II.07b, 766 and annual-report."
        )


class ProjectionBehind(MetricsError):
    """The ledger already holds the entry asked for, the projection not yet. Ask again shortly."""

    def __init__(self, entry: int, offset: int) -> None:
        super().__init__(f"Entry {entry} is in the ledger but only {offset} is projected. Ask again shortly.")

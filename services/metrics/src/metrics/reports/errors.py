"""Why a form or report cannot be rendered.

MetricsError
├── QuestionError
│   ├── ReportFormatUnknown     the caller asked for a format that does not exist
│   └── ReportTooLong           the format cannot hold so many rows; csv and json can
└── FormInconsistent            the counts given break an identity of the form: a fault of ours, never printed
"""

from metrics.domain.errors import MetricsError, QuestionError


class ReportFormatUnknown(QuestionError):
    """There is no such format."""

    def __init__(self, wanted: str, known: tuple[str, ...]) -> None:
        super().__init__("format", f"There is no format {wanted[:40]!r}; there are {', '.join(known)}.")


class ReportTooLong(QuestionError):
    """The format cannot hold so many rows."""

    def __init__(self, wanted: str, rows: int, most: int) -> None:
        super().__init__("format", f"{wanted} holds at most {most} rows, this has {rows}. csv and json have no limit.")


class FormInconsistent(MetricsError):
    """The counts of a form's row break (3) = (7) + (11). Such a form is never printed."""

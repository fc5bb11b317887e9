"""The marks of persons who do not exist, as the sandbox and the objects of the tests carry them."""

import re
import unicodedata

_MARK = re.compile(
    r"(người|phố) không có thật|canary|(?<![\d.])(0000\d{6}|999000(\d{6}|\d{18}))(?!\d)",
    re.IGNORECASE,
)
"""The numbers stand alone: a float such as 12.700000000000001 among the metrics holds the digits of a telephone too."""


def markers_in(text: str) -> list[str]:
    """Each mark of a person the text holds, in whichever normal form it is written."""
    return [found.group() for found in _MARK.finditer(unicodedata.normalize("NFC", text))]

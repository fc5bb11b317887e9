"""By which way a dossier came, and a result goes.

Users: catalogue (time limits differ by channel), dossier_sync (adapters map to it), metrics (figures by channel).
"""

from enum import IntEnum


class Channel(IntEnum):
    """Kênh thực hiện, in the national codes (KenhThucHien "1" to "3").

    A dossier without a channel counts as direct and is flagged; that is the caller's rule, not a member here.
    """

    DIRECT = 1
    """Trực tiếp: at the counter."""
    ONLINE = 2
    """Trực tuyến: through a portal."""
    POSTAL = 3
    """Bưu chính công ích: through the public post."""

"""Indices 8 and 9 of TT 01/2018/TT-VPCP Art. 13, which score an agency as a whole (read; in force until 2025-06-30)."""


def petitions_index(due: int, on_time: int) -> int:
    """Index 8: no petition, or all handled on time 2; 90 % and more 1; else 0."""
    if on_time == due:
        return 2
    return 1 if 10 * on_time >= 9 * due else 0


def online_index(procedures: int, online: int, received: int, received_online: int, online_overdue: int) -> int | None:
    """Index 9. 2: a fifth of procedures online, 30 % of dossiers online, none of these overdue; 1: 15 % online; else 0.

    None: no procedure or no dossier, so that no share can be formed.
    """
    if not procedures or not received:
        return None
    if 5 * online < procedures:
        return 0
    if 10 * received_online >= 3 * received and not online_overdue:
        return 2
    return 1 if 20 * received_online >= 3 * received else 0

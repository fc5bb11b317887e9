"""F21 to F28: sessions that end, logins that fail, credentials that see less, clocks that disagree."""

import msgspec

from sandbox_portal.faults.endpoints import DOSSIERS, EVERYWHERE, LOGINS
from sandbox_portal.faults.envelopes import emptied
from sandbox_portal.faults.model import Answer, Asked, Fault, Listing, Memory, Parameter, Strike

_SESSIONED = frozenset({"igate", "opencps", "national_rpc"})
"""The endpoints behind a token or a session."""
_ENDED = "Phiên làm việc không hợp lệ hoặc đã hết hạn"


def _is_live(asked: Asked, memory: Memory) -> bool:
    return bool(asked.credential) and asked.credential not in memory.get("ended", ())


def _ends(strike: Strike) -> bool:
    """Whether the credential of this request is one that has ended, by this strike or by an earlier one."""
    ended: set[str] = strike.memory.setdefault("ended", set())
    if strike.fresh:
        ended.add(strike.asked.credential)
    return strike.asked.credential in ended


def _ended_401(strike: Strike) -> Answer | None:
    if not _ends(strike):
        return None
    told = {"error": "invalid_token", "error_description": "Access token expired"}
    return Answer.json(told, 401, www_authenticate="Bearer")


def _ended_200(strike: Strike) -> Answer | None:
    return Answer.json({"error_code": "-1", "message": _ENDED, "result": []}) if _ends(strike) else None


def _ended_empty(strike: Strike, answer: Answer) -> Answer:
    return emptied(strike.asked.endpoint, answer) if _ends(strike) else answer


def _login_down(strike: Strike) -> Answer:
    return Answer.json({"status": strike.option("status"), "error": "Fault on request"}, strike.option("status"))


def _single(strike: Strike, answer: Answer) -> Answer:
    """A login ends every session before it; only the newest credential is served."""
    asked = strike.asked
    if asked.endpoint.is_login:
        told = msgspec.json.decode(answer.body)
        newest = told.get("access_token") or told.get("session")
        if newest:
            strike.memory["newest"] = newest
        return answer
    newest = strike.memory.get("newest")
    if newest is None or asked.credential.endswith(newest):
        return answer
    if asked.endpoint.name == "national_rpc":
        return Answer.json({"error_code": "-1", "message": _ENDED, "result": []})
    return Answer.json({"error": "invalid_token", "error_description": "Session not active"}, 401)


def _wrong_password(strike: Strike) -> Answer:
    if strike.asked.endpoint.portal == "national_rpc":
        return Answer.json({"session": "", "error_code": "-1", "message": "Sai tên đăng nhập hoặc mật khẩu"})
    told = {"error": "unauthorized_client", "error_description": "Invalid client or Invalid client credentials"}
    return Answer.json(told, 401)


def _narrowed(strike: Strike, listing: Listing) -> None:
    """Keeps the agencies the seed puts last, at least one."""
    agencies = sorted({d.agency for d in listing.dossiers}, key=lambda n: strike.rank(str(n)))
    kept = set(agencies[min(strike.option("agencies"), len(agencies) - 1) :])
    listing.dossiers = [dossier for dossier in listing.dossiers if dossier.agency in kept]


FAULTS = (
    Fault(
        id="F21",
        title="Session ends in mid-run, told with 401",
        does="The credential of the request struck is dead from then on; one from a new login works.",
        paths=_SESSIONED,
        times=1,
        met=_is_live,
        lasting=True,
        instead=_ended_401,
    ),
    Fault(
        id="F22",
        title="Session ends, told with 200 and an error",
        does="As F21, but HTTP 200 and error_code -1.",
        paths=_SESSIONED,
        times=1,
        met=_is_live,
        lasting=True,
        instead=_ended_200,
    ),
    Fault(
        id="F23",
        title="Session ends, told with 200 and an empty list",
        does="As F21, but a valid answer without records.",
        paths=_SESSIONED,
        times=1,
        met=_is_live,
        lasting=True,
        answer=_ended_empty,
    ),
    Fault(
        id="F24",
        title="Login is down",
        does="The login address fails; sessions already open go on.",
        paths=LOGINS,
        parameters=(Parameter("status", 503, "The status."),),
        instead=_login_down,
    ),
    Fault(
        id="F25",
        title="One session for each user",
        does="A login ends the session before it. OpenCPS's Basic has no session and is not struck.",
        paths=LOGINS | frozenset({"igate", "national_rpc"}),
        spans_login=True,
        answer=_single,
    ),
    Fault(
        id="F26",
        title="Password changed upstream",
        does="Every login is refused; sessions already open go on.",
        paths=LOGINS,
        instead=_wrong_password,
    ),
    Fault(
        id="F27",
        title="Credential sees fewer agencies",
        does="The dossiers of some agencies are not listed, and the totals agree with what is.",
        paths=DOSSIERS,
        parameters=(Parameter("agencies", 1, "How many agencies are hidden; one always stays."),),
        relist=_narrowed,
    ),
    Fault(
        id="F28",
        title="Clock skew",
        does="The portal's clock is wrong, in Date and in the times of its tokens; all of it agrees with itself.",
        paths=EVERYWHERE,
        parameters=(Parameter("seconds", 90, "Ahead; `behind` turns it round."), Parameter("behind", False, "Behind.")),
        spans_login=True,
        skew=lambda strike: strike.option("seconds") * (-1 if strike.option("behind") else 1),
    ),
)

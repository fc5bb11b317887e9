"""A small iGate held in a list: the contract of portal-contracts.md 7.11, and faults on request."""

import json
from collections.abc import Callable
from datetime import UTC, date
from hashlib import sha256
from typing import Any

import httpx

from dossier_sync.portals.igate import Igate
from shared.runtime.clock import LOCAL_ZONE
from shared.runtime.http import ClientCredentials, PortalClient
from support.truth import Held, Witness, at_of

Answer = Callable[[httpx.Request], httpx.Response | None]


def a_record(code: str = "000.00.99.H24-240115-0001", **changed: Any) -> dict[str, Any]:
    """A dossier as the portal tells it, applicant included; override what matters."""
    return {
        "id": "68f0a1b200000000000000ff",
        "code": code,
        "procedure": {
            "code": "1.005142",
            "nationCode": "1.005142",
            "translate": {"name": "Đăng ký dự thi"},
            "sector": {"code": "G08-GD01"},
        },
        "agency": {"id": "68f0", "name": "Sở Giáo dục và Đào tạo", "code": "000.00.99.H24"},
        "applicant": {
            "data": {
                "fullname": "Người Không Có Thật 1",
                "identityNumber": "999000000001",
                "phoneNumber": "0000000001",
                "email": "1@canary.invalid",
                "address": "Phố Không Có Thật 1",
            }
        },
        "appliedDate": "2024-01-14T22:40:12.000+0000",
        "acceptedDate": "2024-01-15T01:30:00.000+0000",
        "appointmentDate": "2024-01-18T10:00:00.000+0000",
        "completedDate": "2024-01-17T03:11:05.000+0000",
        "updatedDate": "2024-01-17T08:00:01.231+0000",
        "dossierStatus": {"id": 4, "name": "Đã trả kết quả"},
        "dossierTaskStatus": {"id": "60fa1b2c3d4e5f6a7b8c9d01", "name": "Đã trả kết quả"},
        "applyMethod": {"id": 0, "name": "Trực tuyến"},
        "currentTask": [{"assignee": {"fullname": "Người Không Có Thật 2"}}],
        **changed,
    }


def waiting(name: str) -> dict[str, Any]:
    """The fields of a dossier that is not ended, in the state ``name``."""
    return {
        "completedDate": None,
        "dossierStatus": {"id": 2, "name": "Đang xử lý"},
        "dossierTaskStatus": {"id": "60fa1b2c3d4e5f6a7b8c9d02", "name": name},
    }


class FakeIgate:
    """Lists its records, the last changed first. ``faults``: asked first; an answer of theirs is the portal's.

    ``knows_days``: a search can be narrowed to days of application. ``most``: rows a search counts and gives, if fewer.
    ``counts_in_utc``: its days of acceptance begin at 00:00 UTC. ``counted_besides``: dossiers that a search by day of
    acceptance counts although no list shows them.
    """

    def __init__(self, records: list[dict[str, Any]], *, feed: str | None = None) -> None:
        self.records = records
        self.truth = Witness(feed)
        self.found: list[dict[str, Any]] | None = None
        self.faults: list[Answer] = []
        self.pages_asked: list[int] = []
        self.counts_in_utc = False
        self.knows_days = True
        self.counted_besides = 0
        self.most: int | None = None

    def _applied(self, asked: httpx.QueryParams) -> list[dict[str, Any]]:
        """The records of the days asked for; all of them where none are."""
        if "applied-from" not in asked or not self.knows_days:
            return self.records
        first, last = ("-".join(reversed(asked[name].split("/"))) for name in ("applied-from", "applied-to"))
        return [one for one in self.records if first <= str(one["appliedDate"])[:10] <= last]

    def _found(self, code: str) -> httpx.Response:
        """The search for one code looks in ``found`` where that is set: a portal's list and its search may disagree."""
        found = [one for one in (self.records if self.found is None else self.found) if one["code"] == code]
        return httpx.Response(
            200, json={"content": found, "totalElements": len(found), "number": 0, "last": True, "size": 1}
        )

    def put(self, record: dict[str, Any]) -> None:
        """A new version of a dossier."""
        self.records = [one for one in self.records if one["code"] != record["code"]] + [record]

    def held(self) -> list[Held]:
        """All it holds now."""
        return [_held(record) for record in self.records]

    def portal(self, page_size: int = 2, statuses: tuple[dict[str, Any], ...] = (), **options: Any) -> Igate:
        """An adapter that speaks to this portal; ``options`` are its client's."""
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        auth = ClientCredentials("http://sso.test/token", "id", "secret")
        base = "http://igate.test"
        return Igate(
            PortalClient(base, allow_hosts={"igate.test", "sso.test"}, auth=auth, **{"client": client, **options}),
            page_size=page_size,
            statuses=statuses,
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What it says to a request, and its sign-on to one for a token."""
        if request.url.host == "sso.test":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 300})
        self.truth.saw(self.held())
        for fault in self.faults:
            if (answer := fault(request)) is not None:
                return answer
        asked = request.url.params
        if "code" in asked:
            return self._found(asked["code"])
        assert asked["sort"] == "updatedDate,desc"
        number, size = int(asked["page"]), int(asked["size"])
        if "applied-from" not in asked:
            self.pages_asked.append(number)
        found = [one for one in self._applied(asked) if self._is_asked_for(one, asked)]
        listed = sorted(found, key=lambda one: str(one.get("updatedDate") or ""), reverse=True)[: self.most]
        total = len(listed) + (self.counted_besides if asked.get("accepted-from") else 0)
        page = {
            "content": listed[number * size : (number + 1) * size],
            "totalElements": total,
            "totalPages": -(-total // size),
            "size": size,
            "number": number,
            "last": (number + 1) * size >= total,
        }
        body = json.dumps(page, ensure_ascii=False).encode()
        return httpx.Response(200, stream=httpx.ByteStream(body), headers={"content-type": "application/json"})

    def _is_asked_for(self, record: dict[str, Any], asked: httpx.QueryParams) -> bool:
        if asked.get("code") not in (None, record["code"]):
            return False
        agency = record.get("agency")
        if asked.get("ancestor-agency-id") not in (None, agency.get("id") if isinstance(agency, dict) else None):
            return False
        if not asked.get("accepted-from"):
            return True
        at = at_of(record.get("acceptedDate"))
        if at is None:
            return False
        day = at.astimezone(UTC if self.counts_in_utc else LOCAL_ZONE).date()
        first, last = (date(*map(int, reversed(asked[f"accepted-{end}"].split("/")))) for end in ("from", "to"))
        return first <= day <= last


def _held(record: dict[str, Any]) -> Held:
    """The record as the portal has it: its bytes are those of the page, for an object is written alike wherever."""
    alias = sha256(json.dumps(record, ensure_ascii=False).encode()).digest()
    return Held(str(record["code"]), at_of(record.get("updatedDate")), alias)

"""OpenCPS REST v2: dossiers as ``GET /o/rest/v2/dossiers`` lists them (portal-contracts.md 3.1).

Kept quirks: offsets with the end left out, -1 for all; every date is local text dd/MM/yyyy HH:mm:ss, blank when
there is none; ``online`` is the text "true" or "false"; ``releaseDate`` when a result is ready, ``finishDate`` only
when the dossier is closed; everything is scoped by the site in the header ``groupId``, and another site has nothing.

Not known of the real portal: the order without ``sort`` (here the newest ``modifiedDate`` first) and the wording of
``dossierStatusText`` (here ours); the codes in ``dossierStatus`` are the contract's.
"""

from collections.abc import Iterable

from sandbox_portal.portals import stamps
from sandbox_portal.portals.canaries import contact
from sandbox_portal.portals.wire_text import wire_bytes, wire_json
from sandbox_portal.scenarios.model import Agency, Catalogue, Dossier, Procedure
from shared.domain.channel import Channel
from shared.domain.status import DossierStatus

GROUP_ID = "35166"
"""The site whose dossiers these are."""

STATUSES: dict[DossierStatus, tuple[tuple[str, str], ...]] = {
    DossierStatus.NEW: (("receiving", "Chờ tiếp nhận"),),
    DossierStatus.RECEIVED: (("new", "Mới tiếp nhận"),),
    DossierStatus.REFUSED_AT_RECEPTION: (("denied", "Từ chối tiếp nhận"),),
    DossierStatus.PROCESSING: (
        ("processing", "Đang xử lý"),
        ("interoperating", "Đang liên thông"),
        ("posting", "Đang chuyển phát"),
        ("correcting", "Đang đính chính"),
        ("cancelling", "Chờ duyệt rút hồ sơ"),
    ),
    DossierStatus.WAITING_SUPPLEMENT: (("waiting", "Yêu cầu bổ sung"),),
    DossierStatus.WAITING_PAYMENT: (("paying", "Chờ thanh toán"),),
    DossierStatus.WITHDRAWN: (("cancelled", "Đã rút hồ sơ"),),
    DossierStatus.STOPPED: (("unresolved", "Không giải quyết"), ("pausing", "Tạm dừng")),
    DossierStatus.DONE: (("releasing", "Chờ trả kết quả"),),
    DossierStatus.RETURNED: (("done", "Đã hoàn thành"),),
}
"""National status: the codes in use (portal-contracts.md 3.4, after what Thanh Hoá's code sends) with a text."""

_CLOSED = (DossierStatus.WITHDRAWN, DossierStatus.STOPPED, DossierStatus.RETURNED)


class OpencpsWire:
    """Spells dossiers. What belongs to an agency, a procedure or a status is encoded once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._agencies = [_agency(agency) for agency in catalogue.agencies]
        self._procedures = [_procedure(procedure) for procedure in catalogue.procedures]
        self._statuses = [[_status(*one) for one in STATUSES.get(status, ())] for status in sorted(DossierStatus)]
        self._is_closed = [status in _CLOSED for status in sorted(DossierStatus)]

    def page(self, dossiers: Iterable[Dossier], total: int) -> bytes:
        """``total`` and ``data`` as UTF-8 JSON."""
        return wire_bytes(f'{{"total":{total},"data":[{",".join(map(self._record, dossiers))}]}}')

    def _record(self, dossier: Dossier) -> str:
        index, code, agency, procedure, status, channel, applied, accepted, due, completed, updated = dossier
        texts = self._statuses[status]
        ended = stamps.slashed(completed)
        finished = ended if self._is_closed[status] else ""
        online = channel is Channel.ONLINE
        return (
            f'{{"dossierId":{index + 1},"referenceUid":"sandbox-{index:016x}","dossierNo":"{code}",'
            f"{self._procedures[procedure]},{self._agencies[agency]},{contact(index)},"
            f'"createDate":"{stamps.slashed(applied)}","submitDate":"{stamps.slashed(applied)}",'
            f'"receiveDate":"{stamps.slashed(accepted)}","dueDate":"{stamps.slashed(due)}","extendDate":"",'
            f'"releaseDate":"{ended}","finishDate":"{finished}","modifiedDate":"{stamps.slashed(updated)}",'
            f'{texts[index % len(texts)]},"dossierSubStatus":"","lockState":"",'
            f'"online":"{"true" if online else "false"}","viaPostal":{2 if channel is Channel.POSTAL else 0},'
            f'"originality":{1 if online else 3},"systemId":0}}'
        )


def codes_of(status: DossierStatus) -> tuple[str, ...]:
    """The portal's codes for a national status."""
    return tuple(code for code, _ in STATUSES.get(status, ()))


def _status(code: str, text: str) -> str:
    return f'"dossierStatus":"{code}","dossierStatusText":{wire_json(text)}'


def _agency(agency: Agency) -> str:
    return f'"govAgencyCode":"{agency.qcvn}","govAgencyName":{wire_json(agency.name)}'


def _procedure(procedure: Procedure) -> str:
    return (
        f'"serviceCode":"{procedure.code}","serviceName":{wire_json(procedure.name)},'
        f'"domainCode":"{procedure.field.code}","domainName":{wire_json(procedure.field.name)},'
        f'"durationCount":{float(procedure.working_days)},"durationUnit":0,'
        f'"serviceLevel":{4 if procedure.full_online else 3}'
    )

"""iGate / DIGO: dossiers as its search answers them (portal-contracts.md 3.2 and 7.11).

Kept quirks: dates with ``+0000`` and no colon; status ids that belong to one deployment; the stable key is a
Vietnamese name, now and then with a stray blank or in decomposed Unicode; ``nationCode`` that is the text
"undefined"; pages counted from 0; a page longer than allowed is cut without a word.
"""

import unicodedata
from collections.abc import Iterable
from hashlib import sha256

from sandbox_portal.portals import stamps
from sandbox_portal.portals.canaries import applicant, officer
from sandbox_portal.portals.wire_text import wire_bytes, wire_json
from sandbox_portal.scenarios.model import Agency, Catalogue, Dossier, Procedure
from shared.domain.channel import Channel
from shared.domain.status import DossierStatus

METHODS = {Channel.ONLINE: (0, "Trực tuyến"), Channel.DIRECT: (1, "Trực tiếp"), Channel.POSTAL: (2, "Qua bưu chính")}

_NEW, _RUNNING, _RETURNED, _CANCELLED = (0, "Mới đăng ký"), (2, "Đang xử lý"), (4, "Đã trả kết quả"), (6, "Đã hủy")

STATUSES: dict[DossierStatus, tuple[tuple[int, str], tuple[str, ...]]] = {
    DossierStatus.NEW: (_NEW, ("Mới đăng ký",)),
    DossierStatus.RECEIVED: (_RUNNING, ("Tiếp nhận",)),
    DossierStatus.REFUSED_AT_RECEPTION: (_CANCELLED, ("Từ chối tiếp nhận",)),
    DossierStatus.PROCESSING: (_RUNNING, ("Thụ lý hồ sơ", "Đang xử lý")),
    DossierStatus.WAITING_SUPPLEMENT: (_RUNNING, ("Yêu cầu bổ sung giấy tờ",)),
    DossierStatus.WAITING_PAYMENT: (_RUNNING, ("Yêu cầu thanh toán",)),
    DossierStatus.WITHDRAWN: (_CANCELLED, ("Rút hồ sơ",)),
    DossierStatus.STOPPED: (_CANCELLED, ("Dừng xử lý",)),
    DossierStatus.DONE: (_RETURNED, ("Có kết quả",)),
    DossierStatus.RETURNED: (_RETURNED, ("Đã trả kết quả",)),
}
"""National status: dossierStatus (id, name) and the task status names in use. The coarse ids 0 and 4 are seen in
public code, 2 and 6 are a reading of it; the task names are the key."""

_OPEN = (
    DossierStatus.RECEIVED,
    DossierStatus.PROCESSING,
    DossierStatus.WAITING_SUPPLEMENT,
    DossierStatus.WAITING_PAYMENT,
)


class IgateWire:
    """Spells dossiers. What belongs to an agency, a procedure or a status is encoded once."""

    def __init__(self, catalogue: Catalogue, seed: int) -> None:
        self._seed = seed
        self._prefix = self.object_id("deployment")[:8]
        self.agency_ids = [self.object_id("agency", agency.code) for agency in catalogue.agencies]
        self._agencies = [self._agency(agency) for agency in catalogue.agencies]
        self._procedures = [self._procedure(procedure, procedure.code) for procedure in catalogue.procedures]
        self._undefined = [self._procedure(procedure, "undefined") for procedure in catalogue.procedures]
        self._fees = [_fees(procedure) for procedure in catalogue.procedures]
        # Lists by national code: hashing an enum member for each record costs more than the rest of the look-up.
        self._statuses = [self._status_texts(s) if s in STATUSES else () for s in sorted(DossierStatus)]
        self._is_open = [status in _OPEN for status in sorted(DossierStatus)]
        self._methods = ["", *(wire_json({"id": METHODS[c][0], "name": METHODS[c][1]}) for c in sorted(Channel))]

    def object_id(self, *parts: str) -> str:
        """An id of this deployment: 24 hexadecimal digits."""
        return sha256("/".join((str(self._seed), *parts)).encode()).hexdigest()[:24]

    def statuses_of(self, task_status_id: str) -> frozenset[DossierStatus]:
        """The statuses behind an id of this deployment; none for a foreign one."""
        return frozenset(
            status for status, (_, names) in STATUSES.items() if task_status_id in map(self._task_id, names)
        )

    def page(self, dossiers: Iterable[Dossier], *, number: int, size: int, total: int, totals: bool) -> bytes:
        """A Spring page as UTF-8 JSON; a slice (``totals`` False) carries only ``last``."""
        last = (number + 1) * size >= total
        counts = f'"totalElements":{total},"totalPages":{-(-total // size)},' if totals else ""
        tail = f'],{counts}"size":{size},"number":{number},"last":{"true" if last else "false"}}}'
        return wire_bytes('{"content":[' + ",".join(map(self._record, dossiers)) + tail)

    def record(self, dossier: Dossier) -> bytes:
        """One dossier as UTF-8 JSON."""
        return wire_bytes(self._record(dossier))

    def _record(self, dossier: Dossier) -> str:
        index, code, agency, procedure, status, channel, applied, accepted, due, completed, updated = dossier
        due_text = stamps.igate(due)
        procedures = self._undefined if index % 397 == 5 else self._procedures
        texts = self._statuses[status]
        task = self._task(index, due_text, agency) if self._is_open[status] else "[]"
        return (
            f'{{"id":"{self._prefix}{index:016x}","code":"{code}",{procedures[procedure]},"agency":{self._agencies[agency]},'
            f'"applicant":{applicant(index)},"appliedDate":{stamps.igate(applied)},"acceptedDate":{stamps.igate(accepted)},'
            f'"appointmentDate":{due_text},"dueDate":{due_text},"completedDate":{stamps.igate(completed)},'
            f'"updatedDate":{stamps.igate(updated)},{texts[index % len(texts)]},"applyMethod":{self._methods[channel]},'
            f'"currentTask":{task},"dossierFee":{self._fees[procedure]}}}'
        )

    def _task(self, index: int, due: str, agency: int) -> str:
        return (
            f'[{{"dueDate":{due},"assignee":{{"fullname":"{officer(index % 40)}"}},"agency":{self._agencies[agency]}}}]'
        )

    def _task_id(self, name: str) -> str:
        return self.object_id("task-status", name)

    def _agency(self, agency: Agency) -> str:
        return wire_json({"id": self.object_id("agency", agency.code), "name": agency.name, "code": agency.qcvn})

    def _procedure(self, procedure: Procedure, nation_code: str) -> str:
        what = {
            "id": self.object_id("procedure", procedure.code),
            "code": procedure.code,
            "nationCode": nation_code,
            "translate": {"name": procedure.name},
            "sector": {"code": procedure.field.code, "name": procedure.field.name},
            "level": {"name": "Dịch vụ công toàn trình" if procedure.full_online else "Dịch vụ công một phần"},
        }
        process = {
            "processingTime": procedure.working_days,
            "processingTimeUnit": "d",
            "timesheet": {"name": "Ngày làm việc"},
        }
        definition = {"processDefinition": process}
        return f'"procedure":{wire_json(what)},"procedureProcessDefinition":{wire_json(definition)}'

    def _status_texts(self, status: DossierStatus) -> tuple[str, ...]:
        """A hundred spellings to take in turn; two of them dirty, as portals are."""
        (coarse_id, coarse_name), names = STATUSES[status]
        texts = []
        for n in range(100):
            name = names[n % len(names)]
            shown = f"{name} " if n == 41 else unicodedata.normalize("NFD", name) if n == 83 else name
            coarse = wire_json({"id": coarse_id, "name": coarse_name})
            texts.append(
                f'"dossierStatus":{coarse},"dossierTaskStatus":{wire_json({"id": self._task_id(name), "name": shown})}'
            )
        return tuple(texts)


def _fees(procedure: Procedure) -> str:
    if not procedure.fee:
        return "[]"
    line = {"procost": {"type": {"name": "Lệ phí"}}, "amount": procedure.fee, "quantity": 1, "paid": 1, "required": 1}
    return wire_json([line])

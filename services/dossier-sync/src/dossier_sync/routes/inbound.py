"""The push contract of the national portal, served: a one-stop system sends here by changing one address.

Its answers are always HTTP 200 with the contract's ``error_code``; only what stands before every service (a body that
is too long, a parameter nobody knows) is refused in our own way.
"""

import asyncio
import base64
import binascii
from secrets import token_urlsafe
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from dossier_sync.domain.dossier import Reason
from dossier_sync.inbound import NOT_NOW, Refused, Taken, Terms, look_up, take_dossiers, take_steps
from dossier_sync.portals import national_answers as answers
from dossier_sync.portals.national_push import LOOK_UP, PROGRESS, SERVICES, Push, PushUnreadable, login_of, push_of
from dossier_sync.repository.sessions import key_of_session, open_session
from dossier_sync.schemas.inbound import InboundAnswer, InboundSession
from shared.domain.identifiers import AgencyCode, IdentifierError
from shared.runtime.answers import encode
from shared.runtime.auth import KEY_PREFIX, ApiKeys, Principal, key_hash, public
from shared.runtime.database import snapshot, transaction
from shared.runtime.logs import logger

_log = logger(__name__)
_SCOPE = "dossiers:push"
_ENDED = "Phiên làm việc không hợp lệ hoặc đã hết hạn; đăng nhập lại"
_BUSY = "Hệ thống đang bận, chưa lưu gì; gửi lại sau"

router = APIRouter(prefix="/v1/inbound/national", tags=["inbound"], dependencies=[Depends(public)])

_LOGIN = {"username": "H24.99-0f3a5c7e9b1d", "password": "mtc_…"}
_DOSSIER = {
    "MaHoSo": "000.00.99.H24-240115-0001",
    "MaTTHC": "1.005142",
    "KenhThucHien": "2",
    "NgayTiepNhan": "20240115083000",
    "NgayHenTra": "20240118170000",
    "TrangThaiHoSo": "4",
    "NgayKetThucXuLy": "",
}
_PUSH = {
    "session": "…",
    "madonvi": "000.00.99.H24",
    "service": "DongBoHoSoMC",
    "isUpdating": "False",
    "data": [_DOSSIER],
}


def _body(*examples: tuple[str, Any]) -> dict[str, Any]:
    named = {name: {"value": value} for name, value in examples}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": {}, "examples": named}}}}


_Authorization = Annotated[
    str | None,
    Header(description="`Bearer <session or API key>` or `Basic` client id and key, for senders without a session."),
]
_Unit = Annotated[str, Query(alias="MaDinhDanhDV", description="The sender's unit, where the body is a bare array.")]
_Updating = Annotated[str, Query(alias="isUpdating", description="`True` or `False`, where the body is a bare array.")]


@router.post("/login", response_model=InboundSession, summary="A session", openapi_extra=_body(("login", _LOGIN)))
async def login(request: Request) -> Response:
    """The user name is the id of an API client with the scope `dossiers:push`, the password its key. Always 200."""
    terms = _terms(request)
    try:
        username, password = login_of(await request.body())
    except PushUnreadable as error:
        return _answer({"session": "", **answers.failed(str(error))})
    try:
        principal = await _by_key(request, username, password)
        if principal is None:
            return _answer(answers.login_refused())
        session = token_urlsafe(32)
        async with transaction(request.app.state.engine) as connection:
            await open_session(
                connection,
                session_hash=key_hash(session),
                client_id=principal.client_id,
                key_hash=key_hash(password),
                lasts=terms.session_lasts,
            )
    except NOT_NOW as error:
        return _busy(error)
    return _answer(answers.session(session, terms.success))


@router.post(
    "",
    response_model=InboundAnswer,
    summary="Push dossiers or their progress, or look one up",
    openapi_extra=_body(("envelope", _PUSH), ("bare array", [_DOSSIER])),
)
async def push(
    request: Request, authorization: _Authorization = None, unit: _Unit = "", updating: _Updating = ""
) -> Response:
    """`DongBoHoSoMC`, `CapNhatTienDoHoSoMC` or `TraCuuHoSo` in the contract's envelope, or a bare array of dossiers.

    `error_code` is success only when every record was taken (or was known already, in the same bytes); else `result`
    names each that was not, and why. What can be mended is kept in quarantine meanwhile. Sending again is safe.
    """
    return await _serve(request, "", authorization)


@router.post(
    "/{service}",
    response_model=InboundAnswer,
    summary="The same, with the service in the address",
    openapi_extra=_body(("bare array", [_DOSSIER])),
)
async def push_to_service(
    request: Request,
    service: Annotated[str, Path(description=f"One of {', '.join(SERVICES)}.")],
    authorization: _Authorization = None,
    unit: _Unit = "",
    updating: _Updating = "",
) -> Response:
    """For senders whose address ends in the name of the service, as Hà Giang's gateway client writes it."""
    return await _serve(request, service, authorization)


async def _serve(request: Request, service: str, authorization: str | None) -> Response:
    terms = _terms(request)
    try:
        told = push_of(await request.body(), request.query_params, service)
        if len(told.records) > terms.most_records:
            raise PushUnreadable(f"Mỗi lần gửi tối đa {terms.most_records} bản ghi; hãy chia nhỏ.")
        async with asyncio.timeout(terms.deadline_seconds):
            principal = await _caller(request, told, authorization)
            if principal is None:
                return _answer(answers.failed(_ENDED))
            _refuse_foreign_unit(told.unit, principal)
            return _answer(await _take(request, told, principal))
    except PushUnreadable as error:
        return _answer(answers.failed(str(error)))
    except NOT_NOW as error:
        return _busy(error)


async def _take(request: Request, told: Push, principal: Principal) -> answers.Json:
    terms, engine = _terms(request), request.app.state.engine
    agency, success = principal.agency_code, terms.success
    if told.service == LOOK_UP:
        known = await look_up(engine, agency, told.code)
        return answers.not_found(success) if known is None else answers.found(*known, success)
    if told.service == PROGRESS:
        taken = await take_steps(engine, agency, told.records, terms=terms)
        return _told("Cập nhật tiến độ hồ sơ", taken, success)
    taken = await take_dossiers(engine, agency, told.records, updating=told.updating, terms=terms)
    return _told("Đồng bộ hồ sơ", taken, success)


def _told(what: str, taken: Taken, success: answers.Success) -> answers.Json:
    refused = [(one.position, _shown(one), str(one.why), one.field) for one in taken.refused]
    return answers.taken(what, taken.records, refused, success)


def _shown(refused: Refused) -> str:
    return "" if refused.why is Reason.CODE_UNREADABLE else refused.code


async def _caller(request: Request, told: Push, authorization: str | None) -> Principal | None:
    """Who pushes: by the session in the body, or by a header. None: nobody we know, or one who may not push."""
    kind, _, given = (authorization or "").partition(" ")
    if told.session:
        return await _by_session(request, told.session)
    if kind.casefold() == "basic":
        return await _by_key(request, *_pair(given))
    if kind.casefold() != "bearer":
        return None
    given = given.strip()
    if given.startswith(KEY_PREFIX):
        return _may_push(await _keys(request).principal(given))
    return await _by_session(request, given)


async def _by_key(request: Request, username: str, password: str) -> Principal | None:
    principal = _may_push(await _keys(request).principal(password)) if password else None
    return principal if principal is not None and principal.client_id == username else None


async def _by_session(request: Request, session: str) -> Principal | None:
    """A revoked key ends its sessions: the client is asked for by the key each time."""
    async with snapshot(request.app.state.engine) as connection:
        digest = await key_of_session(connection, key_hash(session))
    return None if digest is None else _may_push(await _keys(request).principal_of(digest))


def _may_push(principal: Principal | None) -> Principal | None:
    return principal if principal is not None and _SCOPE in principal.scopes else None


def _refuse_foreign_unit(unit: str, principal: Principal) -> None:
    """``madonvi`` is the sender's own word; it may narrow what the account is, never widen it."""
    try:
        if unit and AgencyCode.parse(unit).is_within(AgencyCode.parse(principal.agency_code)):
            return
    except IdentifierError:
        pass
    if unit:
        raise PushUnreadable("Mã đơn vị (madonvi) không thuộc đơn vị của tài khoản.")


def _pair(encoded: str) -> tuple[str, str]:
    try:
        username, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return username, password


def _busy(error: Exception) -> Response:
    _log.error("push not taken", error=type(error).__name__)
    return _answer(answers.failed(_BUSY))


def _answer(body: answers.Json) -> Response:
    return Response(encode(body), media_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"})


def _terms(request: Request) -> Terms:
    terms: Terms = request.app.state.inbound
    return terms


def _keys(request: Request) -> ApiKeys:
    keys: ApiKeys = request.app.state.api_keys
    return keys

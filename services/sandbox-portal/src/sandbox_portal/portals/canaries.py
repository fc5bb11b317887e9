"""Applicants who do not exist. Every value carries a marker, so that a leak into a table or a log can be found.

The markers: names begin with "Người Không Có Thật", e-mail ends in "@canary.invalid", telephones begin with
"0000", identity numbers with "999000", addresses with "Phố Không Có Thật".
"""

from sandbox_portal.portals.wire_text import wire

_NAME, _STREET = wire("Người Không Có Thật"), wire("Phố Không Có Thật")
_PLACES = wire(
    '"province":{"label":"Phố Không Có Thật (tỉnh)","value":"999000000000000000000001"},'
    '"village":{"label":"Phố Không Có Thật (xã)","value":"999000000000000000000002"}'
)
_OFFICER = wire("cán bộ")


def applicant(number: int) -> str:
    """The ``applicant`` object of an iGate dossier as wire text.

    Birth date and gender are left out: a date cannot carry a marker, and every value here must.
    """
    six = f"{number % 1_000_000:06d}"
    id_ = f"999000{number:018x}"
    return (
        f'{{"userId":"{id_}","eformId":"{id_}","data":{{"fullname":"{_NAME} {six}","ownerFullname":"{_NAME} {six}",'
        f'"identityNumber":"999000{six}","phoneNumber":"0000{six}","email":"nguoi{six}@canary.invalid",'
        f'"address":"{_STREET} {six}",{_PLACES}}}}}'
    )


def contact(number: int) -> str:
    """The applicant's fields of an OpenCPS dossier as wire text. The real portal shouts the name; a marker must not."""
    six = f"{number % 1_000_000:06d}"
    return (
        f'"applicantName":"{_NAME} {six}","applicantIdType":"citizen","applicantIdNo":"999000{six}",'
        f'"address":"{_STREET} {six}","contactName":"{_NAME} {six}","contactTelNo":"0000{six}",'
        f'"contactEmail":"nguoi{six}@canary.invalid"'
    )


def officer(number: int) -> str:
    """The name of an official, who is a person too, as wire text."""
    return f"{_NAME} {_OFFICER} {number}"

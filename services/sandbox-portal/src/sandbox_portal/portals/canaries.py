"""Applicants who do not exist. Every value carries a marker, so that a leak into a table or a log can be found.

The markers: names begin with "Người Không Có Thật", e-mail ends in "@canary.invalid", telephones begin with
"0000", identity numbers with "999000", addresses with "Phố Không Có Thật".
"""


def applicant(number: int) -> str:
    """The ``applicant`` object of an iGate dossier as JSON text.

    Birth date and gender are left out: a date cannot carry a marker, and every value here must.
    """
    return (
        f'{{"userId":"999000{number:018x}","eformId":"999000{number:018x}","data":{{"fullname":"Người Không Có Thật '
        f'{number}","ownerFullname":"Người Không Có Thật {number}","identityNumber":"999000{number % 1_000_000:06d}",'
        f'"phoneNumber":"0000{number % 1_000_000:06d}","email":"nguoi{number}@canary.invalid",'
        f'"address":"Phố Không Có Thật số {number}","province":{{"label":"Phố Không Có Thật (tỉnh)",'
        f'"value":"999000000000000000000001"}},"village":{{"label":"Phố Không Có Thật (xã)",'
        f'"value":"999000000000000000000002"}}}}}}'
    )


def officer(number: int) -> str:
    """The name of an official, who is a person too."""
    return f"Người Không Có Thật (cán bộ {number})"

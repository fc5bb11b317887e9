"""Numbers that are stored or sent: each has its meaning for ever, for rows judged years ago are read by it."""

from metrics.domain.dossier import Anomaly, DossierFacts, Exclusion, Judged
from metrics.domain.folding import DAY, MONTH, YEAR
from metrics.domain.particulars import PaidOnline
from metrics.domain.traits import NO_TRAIT, Trait
from shared.domain.channel import Channel
from shared.domain.status import ENDED, EXCLUDED, OPEN, WAITING_ON_APPLICANT, DossierStatus


def test_the_codes_of_the_national_contract() -> None:
    assert [(one.value, one.name) for one in DossierStatus] == [
        (0, "UNMAPPED"),
        (1, "NEW"),
        (2, "RECEIVED"),
        (3, "REFUSED_AT_RECEPTION"),
        (4, "PROCESSING"),
        (5, "WAITING_SUPPLEMENT"),
        (6, "WAITING_PAYMENT"),
        (7, "WITHDRAWN"),
        (8, "STOPPED"),
        (9, "DONE"),
        (10, "RETURNED"),
    ]
    assert [(one.value, one.name) for one in Channel] == [(1, "DIRECT"), (2, "ONLINE"), (3, "POSTAL")]
    assert [(one.value, one.name) for one in PaidOnline] == [
        (0, "NOT_ONLINE"),
        (1, "NATIONAL"),
        (2, "LOCAL"),
        (3, "OTHER"),
    ]


def test_each_status_belongs_to_one_group_and_the_unknown_to_none() -> None:
    assert {int(one) for one in EXCLUDED} == {1, 3}
    assert {int(one) for one in OPEN} == {2, 4, 5, 6}
    assert {int(one) for one in ENDED} == {7, 8, 9, 10}
    assert {int(one) for one in WAITING_ON_APPLICANT} == {5, 6}


def test_the_reasons_and_oddities_of_a_judged_row() -> None:
    assert {one.name: one.value for one in Exclusion} == {
        "NOT_ACCEPTED": 1,
        "REFUSED_AT_RECEPTION": 2,
        "STATUS_UNMAPPED": 3,
        "END_DATE_MISSING": 4,
        "RECEIVED_DATE_MISSING": 5,
        "GONE": 6,
    }
    assert {str(one.name): one.value for one in Anomaly} == {
        "NO_DUE_DATE": 1,
        "CHANNEL_MISSING": 2,
        "ENDED_BEFORE_RECEIVED": 4,
        "DUE_COMPUTED": 8,
        "END_IGNORED": 16,
        "WAIT_ASSUMED": 32,
        "DUE_DISAGREES": 64,
        "RECEIPT_UNKNOWN": 128,
    }


def test_the_traits_of_a_judged_row() -> None:
    names = (
        "RESULT_FILE NO_RESULT_FILE DIGITISED NOT_DIGITISED REUSED NOT_REUSED IN_STORE NOT_IN_STORE CITIZEN_DATA "
        "NO_CITIZEN_DATA EXTENSION_TOLD APOLOGIES_TOLD PAID_ONLINE PAID_OTHERWISE PAID_NOTHING LATE_ORIGINAL "
        "ASKED_ONCE ASKED_OFTEN"
    )
    assert [(str(one.name), one.value) for one in Trait] == [(name, 2**n) for n, name in enumerate(names.split())]
    assert NO_TRAIT.value == 0


def test_the_spans_of_a_tally_row() -> None:
    assert (DAY, MONTH, YEAR) == (1, 2, 3)


def test_what_is_not_said_of_a_dossier_is_no() -> None:
    defaults = {name: DossierFacts.__dataclass_fields__[name].default for name in ("gone", "particulars")}
    assert defaults == {"gone": False, "particulars": None}
    names = ("withdrawn", "late_766", "overdue", "overdue_766", "anomalies")
    assert [Judged._field_defaults[name] for name in names] == [False, False, (), None, Anomaly(0)]

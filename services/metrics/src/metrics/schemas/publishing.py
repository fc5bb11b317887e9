"""What may be asked of publications, and how they are served."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.reports.model import Language
from metrics.repository.publications import Listed
from metrics.schemas.asked import MomentParameters, QuestionParameters


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PublicationFilters(_Described):
    """What figures are restricted by, besides agency and period."""

    procedure: str | None = Field(None, description="Procedure code.", examples=["1.001612"])
    field: str | None = Field(None, description="Field code (lĩnh vực).", examples=["G03-GD10"])
    channel: str | None = Field(None, description="DIRECT, ONLINE or POSTAL.", examples=["ONLINE"])
    level: str | None = Field(None, description="Level of authority of the procedure.", examples=["COMMUNE"])
    kind: str | None = Field(None, description="Kind of publication decision.", examples=["NEW"])
    policy: str | None = Field(
        None, description="What a supplement request does to the due date, as for a figure.", examples=["SUBTRACT"]
    )


class PublicationIn(MomentParameters):
    """What to freeze: one form or report, or up to a hundred figures, of the caller's agency or one below it."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "example": {
                "kind": "form",
                "id": "II.06a",
                "agency": "H24.99",
                "from": "2023-11-15",
                "to": "2024-12-05",
                "format": "pdf",
            }
        },
    )

    kind: Literal["figure", "form", "report"] = Field(description="figure, form or report.", examples=["form"])
    id: str | list[str] = Field(
        description="A form (II.06a, II.06b, II.06c, II.07b, 766), a report (annual-report), or up to 100 figures.",
        examples=["II.06a"],
    )
    agency: str = Field(description="Agency code, either order: the caller's own or one below it.", examples=["H24.99"])
    period: str | None = Field(None, description="As for a figure.", examples=["report-2024"])
    from_: str | None = Field(
        None, alias="from", description="First day, instead of `period`.", examples=["2023-11-15"]
    )
    to: str | None = Field(None, description="Last day, with `from`.", examples=["2024-12-05"])
    filters: PublicationFilters = Field(
        default_factory=PublicationFilters, description="Of figures only: forms and reports are published whole."
    )
    as_of_indicators: str | None = Field(
        None,
        description="Of the annual report, II.07b and 766: change of hand-entered indicators. None: the newest.",
        examples=["31"],
    )
    language: Language = Field("vi", description="Language of the file: vi or en. The document has both.")
    format: Literal["json", "csv", "xlsx", "docx", "pdf"] = Field(
        "json", description="json: no file. Else the paper is rendered too, kept, and its digest signed."
    )
    variant: Literal["api", "document"] = Field("api", description="Rules of the 766 index, as for the form.")

    @property
    def names(self) -> tuple[str, ...]:
        """What is wanted, as a list."""
        return (self.id,) if isinstance(self.id, str) else tuple(self.id)

    def question(self) -> QuestionParameters:
        """The part of it that any figure may be asked for."""
        days = {"period": self.period, "from_": self.from_, "to": self.to}
        moments = {name: getattr(self, name) for name in MomentParameters.model_fields}
        return QuestionParameters(agency=self.agency, **self.filters.model_dump(), **days, **moments)


class PublicationOut(_Described):
    """A publication: the body is canonical JSON, is never changed, and is what `verify-publication` takes."""

    digest: str = Field(description="sha256 of the signed document.", examples=["sha256:9f86…"])
    jws: str = Field(description="The document signed: JWS, compact, Ed25519.", examples=["eyJhbGciOiJFZDI1NTE5Iiw…"])
    publication: dict[str, Any] = Field(
        description="The signed document in plain sight: number, previous digest, publisher, and the statement with "
        "every figure, its formula, counts, exclusions, bounds, sources and state of knowledge."
    )


class PublicationListed(_Described):
    """One publication without its document."""

    number: int = Field(description="1, 2, … without a gap.", examples=[12])
    digest: str = Field(description="sha256 of the signed document.", examples=["sha256:9f86…"])
    previous: str | None = Field(description="Digest of the publication before; null: it is the first.")
    kind: str = Field(description="figure, form or report.", examples=["form"])
    id: list[str] = Field(description="Which ones.", examples=[["II.06a"]])
    agency: str = Field(description="Agency code.", examples=["H24.99"])
    from_: date = Field(alias="from", description="First day.", examples=["2023-11-15"])
    to: date = Field(description="Last day.", examples=["2024-12-05"])
    entry: int = Field(description="Ledger entry it was computed at.", examples=[18233])
    kid: str = Field(description="Key it was signed with.")
    published_by: str = Field(description="API client that published it.")
    published_at: datetime = Field(description="When.")


class PublicationsOut(_Described):
    """One page of publications, by number."""

    items: list[PublicationListed] = Field(description="In order of their numbers.")
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class KeyOut(_Described):
    """A public key, as RFC 7517 has it."""

    kty: str = Field(description="OKP.", examples=["OKP"])
    crv: str = Field(description="Ed25519.", examples=["Ed25519"])
    x: str = Field(description="The key, base64url.")
    kid: str = Field(description="Its name: the RFC 7638 thumbprint.")
    alg: str = Field(description="Ed25519.", examples=["Ed25519"])
    use: str = Field(description="sig.", examples=["sig"])


class KeysOut(_Described):
    """A JWKS: every key that ever signed here, the oldest first, then the present one."""

    keys: list[KeyOut] = Field(description="The keys.")


class CheckOut(_Described):
    """One thing that was checked."""

    check: str = Field(description="signature, digest, statement, chain, ledger, figures or file.", examples=["chain"])
    ok: bool | None = Field(description="null: it could not be checked; `detail` says why.", examples=[True])
    detail: str | None = Field(description="What is wrong, or why it could not be checked; null: nothing.")


class DifferenceOut(_Described):
    """A number that comes out otherwise when it is computed again as of the same entry."""

    figure: str = Field(description="Id of the figure.", examples=["dossiers_resolved"])
    row: str | None = Field(
        description="The form's row: field, agency or level; the unit of an index; null: the total, or no form."
    )
    part: str = Field(
        description="numerator, denominator, unknown, excluded, breakdown, or column 3 to 14 (II.07b); of 766: score, "
        "low, high, printed or classes, and those and the counts of a criterion after its code.",
        examples=["numerator"],
    )
    published: Any = Field(description="What was published.", examples=[2172])
    recomputed: Any = Field(description="What comes out now.", examples=[2171])


class VerifiedOut(_Described):
    """Whether a publication is what it was, and whether its figures still come out."""

    number: int = Field(description="The publication.", examples=[12])
    digest: str = Field(description="sha256 of the signed document.")
    valid: bool = Field(description="Every check that could be made holds.", examples=[True])
    checks: list[CheckOut] = Field(description="What was checked.")
    differences: list[DifferenceOut] = Field(description="Numbers that come out otherwise; empty when none does.")
    rule: dict[str, str] = Field(description="Version of the judging rules, `published` and `now`.")


class PublicationsParameters(_Described):
    """Which publications."""

    agency: str | None = Field(None, description="Agency code; its subtree is meant. None: all.", examples=["H24"])
    kind: Literal["figure", "form", "report"] | None = Field(None, description="figure, form or report.")
    id: str | None = Field(None, description="A figure, form or report they hold.", examples=["II.06a"])
    cursor: str | None = Field(None, description="`next` of the page before, with the same filters.")
    limit: int = Field(100, description="Publications a page.", ge=1, le=500)


def listed_out(one: Listed) -> dict[str, Any]:
    """A ``PublicationListed`` as plain values."""
    return {
        "number": one.number,
        "digest": f"sha256:{one.digest.hex()}",
        "previous": None if one.previous is None else f"sha256:{one.previous.hex()}",
        "kind": one.kind,
        "id": one.names,
        "agency": one.agency,
        "from": one.first,
        "to": one.last,
        "entry": one.entry,
        "kid": one.kid,
        "published_by": one.published_by,
        "published_at": one.published_at,
    }

"""Proves a kept publication: signature, digests, its place in the chain, and its figures counted again.

The offline check proves a file against a key; this one proves it against the database it came from.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.claims import Claim, Counted, claims_of, moment_again, recount
from metrics.domain.canonical import digest
from metrics.domain.dictionary import find
from metrics.domain.judging import RULE
from metrics.domain.qd766 import recomputing
from metrics.domain.qd766.layouts import layout_for
from metrics.domain.question import FigureQuestion, Scope
from metrics.forms import ii07b
from metrics.forms.scorecard import index_766
from metrics.freezing import VARIANTS, period_of
from metrics.moments import Moment
from metrics.offline import NotProven, check_file
from metrics.publications import Published
from metrics.repository import publications
from metrics.schemas.card import published_766
from metrics.signing import PublicKey


@dataclass(frozen=True, slots=True)
class Checked:
    """One check. ``ok`` None: it could not be made, for the reason in ``detail``."""

    check: str
    ok: bool | None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that comes out otherwise. ``row`` names the row of a form; None: a figure."""

    figure: str
    row: str | None
    part: str
    published: Any
    recomputed: Any


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything that was checked, and every number that differs."""

    checks: Sequence[Checked]
    differences: Sequence[Difference]

    @property
    def valid(self) -> bool:
        """Every check that could be made holds."""
        return all(one.ok is not False for one in self.checks)


async def prove(connection: AsyncConnection, found: Published, keys: Mapping[str, PublicKey]) -> Proof:
    """Check a publication against everything that is kept. Raises ``ProjectionBehind`` during a rebuild."""
    document = found.document
    checks = [_signed(found, keys), await _chained(connection, found)]
    if document["file"] is not None:
        file = await publications.file(connection, found.number)
        same = file is not None and digest(file.body) == document["file"]["digest"]
        checks.append(Checked("file", same, None if same else "The file is not the one that was published."))
    said = document["statement"]
    moment = await moment_again(connection, said)
    checks.append(_ledger(said, moment))
    claims = claims_of(said)
    again = await recount(connection, claims, moment)
    differences = [found for claim, now in zip(claims, again, strict=True) for found in _differences(claim, now)]
    if list(said["subject"]["id"]) == [ii07b.NAME]:
        differences += await _cells_07b(connection, said, moment)
    points: list[Difference] = []
    if list(said["subject"]["id"]) == ["766"] and said["subject"]["kind"] == "form":
        points, detail = await _index_766(connection, said, moment)
        checks.append(_points(said, points, detail))
    checks.append(_figures(said, claims, differences))
    return Proof(checks, [*differences, *points])


async def faults(connection: AsyncConnection, keys: Mapping[str, PublicKey]) -> AsyncIterator[str]:
    """What is wrong with anything that was ever published, in words: every signature, digest, link and file.

    The figures are not counted again; ``recounted`` does that, and ``prove`` for one publication.
    """
    expected, previous = 1, None
    async for row, jws in publications.every(connection):
        if row.number != expected:
            yield f"publication {expected}: missing"
        found = Published(row.number, jws)
        signed = _signed(found, keys)
        if not signed.ok:
            yield f"publication {row.number}: {signed.detail}"
            expected, previous = row.number + 1, None
            continue
        if f"sha256:{row.digest.hex()}" != found.digest or (row.number > 1 and found.document["previous"] != previous):
            yield f"publication {row.number}: it is out of its place in the chain"
        described, file = found.document["file"], await publications.file(connection, row.number)
        if described is not None and (file is None or digest(file.body) != described["digest"]):
            yield f"publication {row.number}: its file is not the one that was published"
        expected, previous = row.number + 1, found.digest


async def recounted(connection: AsyncConnection, keys: Mapping[str, PublicKey]) -> AsyncIterator[str]:
    """Every number of every publication that comes out otherwise today, in words. What is badly signed says nothing.

    Numbers judged by an older rule are no fault; the restatement explains them. Raises ``ProjectionBehind``.
    """
    async for row, jws in publications.every(connection):
        found = Published(row.number, jws)
        if not _signed(found, keys).ok:
            continue
        proof = await prove(connection, found, keys)
        failed = {one.check: one.detail for one in proof.checks if one.ok is False}
        wrong = sorted(_COUNTED & failed.keys())
        for check in wrong:
            yield f"publication {row.number}: {check}: {failed[check]}"
        if wrong:
            for one in proof.differences:
                where = one.figure if one.row is None else f"{one.figure} of {one.row}"
                yield (
                    f"publication {row.number}: {where}: {one.part} was published as {one.published!r},"
                    f" and comes out as {one.recomputed!r}"
                )


_COUNTED = {"figures", "points", "ledger"}
"""Checks that need the facts; the others are those of ``faults``."""


def _signed(found: Published, keys: Mapping[str, PublicKey]) -> Checked:
    try:
        proven = check_file(found.body, keys)
    except NotProven as refusal:
        return Checked("signature", ok=False, detail=str(refusal))
    if proven.number != found.number:
        return Checked("signature", ok=False, detail=f"It is publication {proven.number} under another number.")
    return Checked("signature", ok=True)


async def _chained(connection: AsyncConnection, found: Published) -> Checked:
    """Every number up to this one stands in its place, and both neighbours really hang together with it."""
    broken = await publications.first_broken(connection, found.number + 1)
    if broken is not None:
        return Checked("chain", ok=False, detail=f"Publication {broken} is out of its place in the chain.")
    row = await publications.one(connection, found.number)
    if row is None or f"sha256:{row[0].digest.hex()}" != found.digest:
        return Checked("chain", ok=False, detail="The digest that is kept is not that of the document.")
    before = await publications.one(connection, found.number - 1)
    after = await publications.one(connection, found.number + 1)
    wanted = None if before is None else Published(found.number - 1, before[1]).digest
    if found.document["previous"] != wanted:
        return Checked("chain", ok=False, detail="It does not follow from the publication before it.")
    if after is not None and Published(found.number + 1, after[1]).document["previous"] != found.digest:
        return Checked("chain", ok=False, detail="The publication after it does not follow from it.")
    return Checked("chain", ok=True)


def _ledger(said: Mapping[str, Any], moment: Moment) -> Checked:
    """The facts themselves: the ledger's own chain of digests, up to the entry, is what it was."""
    known = None if moment.digest is None else f"sha256:{moment.digest.hex()}"
    same = known == said["as_of"]["digest"]
    return Checked("ledger", same, None if same else f"The ledger's digest at entry {moment.entry} is another one.")


def _differences(claim: Claim, now: Counted | None) -> Iterator[Difference]:
    if now is None or not claim.has_history:
        return
    old, new = claim.published.numbers, now.numbers
    pairs: list[tuple[str, Any, Any]] = [
        ("numerator", old.numerator, new.numerator),
        ("denominator", old.denominator, new.denominator),
        ("unknown", old.unknown, new.unknown),
    ]
    if claim.row is None:
        pairs.append(("excluded", claim.published.excluded, now.excluded))
        pairs.append(("breakdown", claim.published.breakdown, now.breakdown))
    for part, published, recomputed in pairs:
        if published != recomputed:
            yield Difference(claim.figure, claim.row, part, published, recomputed)


async def _cells_07b(connection: AsyncConnection, said: Mapping[str, Any], moment: Moment) -> list[Difference]:
    """Every cell of form II.07b, counted in the catalogue or entered, as it comes out at the publication's moment."""
    subject = said["subject"]
    scope, period = Scope(agency=subject["agency"]), period_of(subject["period"])
    question = FigureQuestion(find("procedures_total"), scope, period)
    again = ii07b.content(await ii07b.form_07b(connection, question, moment, subject["as_of_indicators"] or 0))
    columns = again["numbers"]
    held = said["content"]
    if list(held["numbers"]) != list(columns):
        return [Difference(ii07b.FIGURES[3], None, "columns", held["numbers"], columns)]
    published, now = (_rows_07b(content) for content in (held, again))
    differences = []
    for row in dict.fromkeys((*published, *now)):
        before, after = (rows.get(row, {}) for rows in (published, now))
        for part in (*columns, "several_levels", "no_level"):
            if before.get(part) != after.get(part):
                column = part if isinstance(part, int) else 3
                name = part if isinstance(part, str) else f"column {part}"
                differences.append(Difference(ii07b.FIGURES[column], row, name, before.get(part), after.get(part)))
    return differences


def _rows_07b(content: Mapping[str, Any]) -> dict[str | None, dict[int | str, int | None]]:
    """The cells by row (None: the total) and column, with what closes column 3."""
    return {
        row["agency"]: dict(zip(content["numbers"], row["values"], strict=True))
        | {name: row[name] for name in ("several_levels", "no_level")}
        for row in (*content["agencies"], content["total"])
    }


async def _index_766(
    connection: AsyncConnection, said: Mapping[str, Any], moment: Moment
) -> tuple[list[Difference], str | None]:
    """The counts of every criterion and unit as they come out now, and the points they give by the rules of the file.

    Units that were not published are passed over. The text says what could not be counted again.
    """
    subject, held = said["subject"], said["content"]
    if "bands" not in held["layout"]:
        return [], "It does not hold the counts and rules its points follow from."
    scope, period = Scope(agency=subject["agency"]), period_of(subject["period"])
    question = FigureQuestion(find("on_time_rate_766"), scope, period)
    layout = layout_for(period.last, VARIANTS[subject["variant"]])
    moment = replace(moment, entered=subject["as_of_indicators"] or 0)
    again = published_766(await index_766(connection, question, moment, layout))
    left_out = () if "imported_until" in said else _BESIDE_THE_LEDGER
    differences: list[Difference] = []
    for agency in (held["agency"], *(child["agency"] for child in held["children"])):
        before, now = (recomputing.counts_of(content, agency) for content in (held, again))
        published = dict(before or {})
        found = dict.fromkeys(published) | {code: one for code, one in (now or {}).items() if code in published}
        found |= {code: published[code] for code in left_out if code in published}
        told = zip(recomputing.told_by(held, published), recomputing.told_by(held, found), strict=True)
        differences += [
            Difference(figure, agency, part, old, new) for (figure, part, old), (_, _, new) in told if old != new
        ]
    silent = f"No history is kept of {', '.join(left_out)}." if left_out else None
    return differences, silent


_BESIDE_THE_LEDGER = (
    "PETITION_PROCESSING_ON_TIME",
    "PETITION_HANDLING_SATISFACTION",
    "DOSSIER_RECEIVING_SATISFACTION",
)
"""Criteria of what is imported beside the ledger: unknown where a publication does not say until when it was known."""


def _points(said: Mapping[str, Any], differences: Sequence[Difference], detail: str | None) -> Checked:
    if not differences:
        incomplete = "bands" not in said["content"]["layout"]
        return Checked("points", ok=None if incomplete else True, detail=detail)
    if said["rule"] != RULE:
        return Checked("points", ok=None, detail=f"Judged by rule {said['rule']}, this program has rule {RULE}.")
    return Checked("points", ok=False, detail=f"{len(differences)} counts and points come out otherwise.")


def _figures(said: Mapping[str, Any], claims: Sequence[Claim], differences: Sequence[Difference]) -> Checked:
    silent = sorted({claim.figure for claim in claims if not claim.has_history})
    left_out = f"No history is kept of {', '.join(silent)}." if silent else None
    if not differences:
        return Checked("figures", ok=True, detail=left_out)
    if said["rule"] != RULE:
        detail = f"They were judged by rule {said['rule']}, this program has rule {RULE}; see the restatement."
        return Checked("figures", ok=None, detail=detail)
    return Checked("figures", ok=False, detail=f"{len(differences)} numbers come out otherwise.")

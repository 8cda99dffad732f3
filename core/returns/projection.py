"""How filed returns, amended rows, unused numbers and explained gaps become rows. None of them posts."""

from core.returns.kinds import AMENDED, FILED, GAP_EXPLAINED, UNUSED
from core.returns.model import Filed, GapExplained, NumberUnused, PeriodAmendment
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.returns import filed_returns, gap_explanations, period_amendments, unused_numbers


def project_filed(rows: Rows, applied: Applied) -> None:
    """One row a filed return, held ones too."""
    filed: Filed = applied.body
    rows.insert(
        filed_returns,
        id=applied.record,
        form=filed.form,
        period=filed.period,
        filed_on=filed.filed_on,
        arn=filed.arn,
        device=filed.device,
        epoch=filed.epoch,
        covers_seq=filed.covers_seq,
        covers_number=filed.covers_number,
        covers_earlier=" ".join(f"{epoch}:{number}" for epoch, number in filed.covers_earlier),
        exceptions=b"".join(filed.exceptions),
        origin=filed.origin,
    )


def project_amendment(rows: Rows, applied: Applied) -> None:
    """One row an amended row."""
    body: PeriodAmendment = applied.body
    rows.insert(
        period_amendments,
        id=applied.record,
        section=body.section,
        period=body.period,
        reported_in=body.reported_in,
        origin=body.origin,
    )


def project_unused(rows: Rows, applied: Applied) -> None:
    """One row a number that no paper was issued under."""
    body: NumberUnused = applied.body
    rows.insert(
        unused_numbers,
        id=applied.record,
        type=body.type,
        number=body.number,
        dated_on=body.dated_on,
        origin=body.origin,
    )


def project_explanation(rows: Rows, applied: Applied) -> None:
    """One row a gap while it is explained."""
    body: GapExplained = applied.body
    if not body.words.strip():
        rows.drop(gap_explanations, (applied.record,))
        return
    rows.put(
        gap_explanations,
        id=applied.record,
        type=body.type,
        year=body.year,
        number_key=body.number.casefold(),
        words=body.words,
    )


PROJECTIONS: dict[str, Projection] = {
    FILED.name: project_filed,
    AMENDED.name: project_amendment,
    UNUSED.name: project_unused,
    GAP_EXPLAINED.name: project_explanation,
}
"""What each kind becomes."""

"""How contracts, stages and certifications become rows."""

from core.milestones.kinds import BILLED, CERTIFIED, CONTRACTED, STAGED
from core.milestones.model import Billing, Certification, Contract, Milestone
from core.milestones.rules import search_words
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.milestones import certifications, contracts, milestones


def project_contract(rows: Rows, applied: Applied) -> None:
    """One row a contract, written over as it is edited."""
    contract: Contract = applied.body
    rows.put(
        contracts,
        id=applied.record,
        code=contract.code,
        code_key=contract.code.casefold(),
        title=contract.title,
        title_key=contract.title.casefold(),
        party=contract.party,
        value_paise=contract.value_paise,
        archived=int(contract.archived),
    )
    words = "" if contract.archived else search_words(contract)
    rows.find_again_by(applied.entry, applied.record, "contract", words)


def project_milestone(rows: Rows, applied: Applied) -> None:
    """One row a stage."""
    milestone: Milestone = applied.body
    rows.put(
        milestones,
        id=applied.record,
        contract=milestone.contract,
        position=milestone.position,
        title=milestone.title,
        paise=milestone.worth.paise,
        tenthousandths_pct=milestone.worth.tenthousandths_pct,
        due_on=milestone.due_on,
        dropped=int(milestone.dropped),
    )


def project_certification(rows: Rows, applied: Applied) -> None:
    """When a stage was certified and by whom."""
    body: Certification = applied.body
    rows.put(
        certifications,
        milestone=body.milestone,
        certified_on=body.certified_on,
        certified_by=body.certified_by or applied.user,
    )
    rows.touch("milestones", body.milestone)


def project_billing(rows: Rows, applied: Applied) -> None:
    """No row: the place that the document holds says it."""
    body: Billing = applied.body
    rows.touch("milestones", body.milestone)


PROJECTIONS: dict[str, Projection] = {
    CONTRACTED.name: project_contract,
    STAGED.name: project_milestone,
    CERTIFIED.name: project_certification,
    BILLED.name: project_billing,
}

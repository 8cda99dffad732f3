"""How a party becomes its row in the list and its words in the search."""

from core.company.rules import state_of
from core.parties.kinds import EDITED, MERGED, PARTED
from core.parties.model import Merging, Parting, Party
from core.parties.rules import search_words
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.parties import merged_parties, parties


def project_party(rows: Rows, applied: Applied) -> None:
    """One row a party, written over as it is edited."""
    party: Party = applied.body
    rows.put(
        parties,
        id=applied.record,
        code=party.code,
        code_key=party.code.casefold(),
        name=party.name,
        name_key=party.name.casefold(),
        kind=party.registration.kind,
        gstin=party.registration.gstin,
        state_code=state_of(party.registration, party.address),
        city=party.address.city,
        archived=int(party.archived),
        party_group=party.group,
        salesperson=party.salesperson,
        branch=party.branch,
    )
    words = "" if party.archived else search_words(party)
    rows.find_again_by(applied.entry, applied.record, "party", words)


def project_merging(rows: Rows, applied: Applied) -> None:
    """Whose account is read with whose."""
    merging: Merging = applied.body
    rows.put(merged_parties, party=merging.party, kept=merging.into, claim=applied.record)
    for record in (merging.party, merging.into):
        rows.touch("parties", record)


def project_parting(rows: Rows, applied: Applied) -> None:
    """It stands for itself again."""
    parting: Parting = applied.body
    rows.drop(merged_parties, (parting.party,))
    rows.touch("parties", parting.party)


PROJECTIONS: dict[str, Projection] = {
    EDITED.name: project_party,
    MERGED.name: project_merging,
    PARTED.name: project_parting,
}

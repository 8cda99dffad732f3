"""How a party becomes its row in the list and its words in the search."""

from core.company.rules import state_of
from core.parties.kinds import EDITED
from core.parties.model import Party
from core.parties.rules import search_words
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.parties import parties


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
        merged_into=party.merged_into,
        party_group=party.group,
        salesperson=party.salesperson,
        branch=party.branch,
    )
    words = "" if party.archived else search_words(party)
    rows.find_again_by(applied.entry, applied.record, "party", words)


PROJECTIONS: dict[str, Projection] = {EDITED.name: project_party}

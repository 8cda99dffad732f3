"""Every room of the house as a book meets it: what becomes of each kind of change, and what each tells the Inbox.

A new room is named here, and its kinds in core.catalogue.
"""

from collections.abc import Mapping

from core.advances import projection as advances
from core.attachments import projection as attachments
from core.bank import matched as bank_matched
from core.bank import projection as bank
from core.catalogue import KINDS
from core.closing import projection as closing
from core.company import projection as company
from core.dunning import projection as dunning
from core.einvoice import projection as einvoice
from core.eway import projection as eway
from core.inbox import projection as inbox
from core.inbox.clocks import clock_items
from core.inbox.commands import fit_again
from core.inbox.deposited import deposit_items, ended_items
from core.inbox.findings import service_items
from core.inbox.queries import tell_also
from core.inbox.settled import tell_settled
from core.interest import projection as interest
from core.invoicing import projection as invoicing
from core.items import projection as items
from core.items.doubles import item_doubles, item_mergings
from core.ledger import projection as ledger
from core.ledger.fitting import fit_allocation
from core.ledger.kinds import ALLOCATED
from core.milestones import projection as milestones
from core.numbering.attention import copy_items
from core.numbering.rules import code_of_copy, series_of
from core.parties import projection as parties
from core.parties.doubles import party_doubles, party_mergings
from core.receipts import projection as receipts
from core.receipts.doubles import receipt_doubles
from core.returns import projection as returns
from core.returns.attention import gap_items, late_items
from core.store.plan import Numbering, Plan, Projection, together
from core.tds import projection as tds

PROJECTIONS: Mapping[str, Projection] = together(
    *(
        room.PROJECTIONS
        for room in (
            company,
            inbox,
            closing,
            parties,
            items,
            ledger,
            invoicing,
            receipts,
            tds,
            advances,
            bank,
            bank_matched,
            interest,
            milestones,
            dunning,
            einvoice,
            eway,
            returns,
            attachments,
        )
    )
)
PLAN = Plan(KINDS, PROJECTIONS, inbox.notice, Numbering(series_of, code_of_copy), inbox.tell_leaning)
tell_also(copy_items)
tell_also(service_items)
tell_also(clock_items)
tell_also(late_items)
tell_also(gap_items)
tell_also(deposit_items)
tell_also(ended_items)
tell_also(party_doubles)
tell_also(item_doubles)
tell_also(receipt_doubles)
tell_settled(party_mergings)
tell_settled(item_mergings)
fit_again(ALLOCATED.name, fit_allocation)

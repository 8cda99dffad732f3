"""The list of contracts and the stages of one: what they ask the book and how a row reads. Free of Qt."""

from collections.abc import Sequence

from core.ids import Id
from core.milestones.queries import (
    ContractRow,
    MilestoneRow,
    contract_rows,
    contracts_page,
    milestone_rows,
    milestones_of,
)
from core.milestones.rules import Stage
from core.words import amount_text, date_text
from core.words import translate as _
from desktop.ports import Ask, Column, Listing, Nothing, Page, PageLike, Reader, Scope, Tone

_ARCHIVED = "archived"
_WHOLE = 1000


def contracts() -> Listing[ContractRow]:
    """The list of contracts."""

    def fetch(read: Reader, ask: Ask, after: object, limit: int) -> PageLike[ContractRow]:
        return contracts_page(
            read,
            key=after,  # type: ignore[arg-type]
            limit=limit,
            archived=ask.scope == _ARCHIVED,
            search=ask.text,
        )

    def reread(read: Reader, ask: Ask, ids: Sequence[bytes]) -> Sequence[ContractRow]:
        wanted = ask.scope == _ARCHIVED
        return [row for row in contract_rows(read, ids) if row.archived is wanted]

    return Listing(
        name="contracts",
        columns=_contract_columns(),
        fetch=fetch,
        reread=reread,
        row_id=lambda row: row.id,
        shows=frozenset({"milestones"}),
        depends=frozenset({"invoicing", "ledger", "parties"}),
        scopes=[Scope("running", _("Running")), Scope(_ARCHIVED, _("Archived"))],
        nothing=Nothing(
            _("No contracts yet"),
            _("A contract is billed stage by stage: plan its milestones, certify each, bill it in one key."),
            _("New contract"),
            "contracts",
        ),
    )


def stages(contract: Id) -> Listing[MilestoneRow]:
    """The milestones of one contract, in their order."""

    def fetch(read: Reader, ask: Ask, after: object, limit: int) -> PageLike[MilestoneRow]:
        return Page(milestones_of(read, contract))

    def reread(read: Reader, ask: Ask, ids: Sequence[bytes]) -> Sequence[MilestoneRow]:
        return [row for row in milestone_rows(read, ids) if row.contract == contract]

    return Listing(
        name="milestones",
        columns=_stage_columns(),
        fetch=fetch,
        reread=reread,
        row_id=lambda row: row.id,
        shows=frozenset(),
        depends=frozenset({"milestones", "invoicing", "ledger"}),
        nothing=Nothing(
            _("No milestones yet"),
            _("Divide the contract into the stages it is billed by."),
            _("Plan it"),
            "target",
        ),
    )


def shares_of(row: ContractRow) -> tuple[int, int, int]:
    """What is paid, billed and not paid, certified and not billed, in thousandths of the contract."""
    whole = row.value_paise or (row.billed_paise + row.certified_paise)
    if not whole:
        return 0, 0, 0
    parts = (row.paid_paise, row.billed_paise - row.paid_paise, row.certified_paise)
    paid, billed, certified = (part * _WHOLE // whole for part in parts)
    return paid, billed, certified


def billed_text(row: ContractRow) -> str:
    """How much of the contract is billed: "35%"."""
    return f"{row.billed_paise * 100 // row.value_paise}%" if row.value_paise else ""


def stage_shown(stage: Stage) -> tuple[str, Tone]:
    """How far a milestone has come, in a word."""
    words: dict[Stage, tuple[str, Tone]] = {
        Stage.PLANNED: (_("Planned"), ""),
        Stage.CERTIFIED: (_("Certified"), "accent"),
        Stage.BILLED: (_("Billed"), "warning"),
        Stage.CONTESTED: (_("Contested"), "danger"),
        Stage.PAID: (_("Paid"), "success"),
    }
    return words[stage]


def _contract_columns() -> list[Column[ContractRow]]:
    return [
        Column("code", _("Code"), lambda row: row.code, width=9),
        Column("title", _("Contract"), lambda row: row.title, width=22, stretch=True),
        Column("party", _("Party"), lambda row: row.party_name, width=20),
        Column("value", _("Value ₹"), lambda row: amount_text(row.value_paise), align="right", width=13),
        Column("billed", _("Billed"), billed_text, width=20, shares=shares_of),
        Column(
            "to_bill",
            _("To bill now ₹"),
            lambda row: amount_text(row.certified_paise) if row.certified_paise else "",
            align="right",
            width=13,
            tone=lambda row: "accent" if row.certified_paise else "",
        ),
    ]


def _stage_columns() -> list[Column[MilestoneRow]]:
    return [
        Column("title", _("Milestone"), lambda row: row.title, width=18, stretch=True),
        Column("amount", _("Amount ₹"), lambda row: amount_text(row.amount_paise), align="right", width=12),
        Column("due_on", _("Planned for"), lambda row: date_text(row.due_on) if row.due_on else "", width=11),
        Column("state", _("Status"), lambda row: stage_shown(row.state)[0], width=13, pill=True,
               tone=lambda row: stage_shown(row.state)[1]),
        Column(
            "certified",
            _("Certified"),
            lambda row: date_text(row.certified_on) if row.certified_on else "",
            width=11,
            detail=lambda row: row.certified_by,
        ),
        Column("bill", _("Bill"), lambda row: row.number, width=13),
        Column("open", _("Open ₹"), lambda row: amount_text(row.open_paise) if row.open_paise else "",
               align="right", width=12),
    ]  # fmt: skip

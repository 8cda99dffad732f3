"""What papers have in common: the letterhead, the parties, where to pay, and the signature.

Every word comes from the record; labels are in the paper's language.
"""

from core.company.model import Address, Bank
from core.invoicing.model import Buyer, Seller
from core.paper.faces import width
from core.paper.foreign import country_name
from core.paper.panel import (
    PLAIN,
    SMALL,
    STRONG,
    Lines,
    Panel,
    above,
    beside,
    facts,
    space,
    stack,
    titled,
    wrapped,
)
from core.paper.pen import BLACK, DEEP, SOFT, WIDTH, Pen, Style
from core.paper.qr import qr_panel
from core.paper.sheet import Say
from core.words import money_text

SIDE = 188.0  # the right-hand column of every paper
SIDE_AT = WIDTH - SIDE
MAIN = SIDE_AT - 18.0
QR_SIDE = 72.0
_NAME = Style(15.0, bold=True, ink=DEEP)
_TITLE = Style(16.0, bold=True, ink=DEEP)
_TITLE_LEAST = 0.7  # of its size
_MARK = Style(6.8, bold=True, ink=SOFT)
_HOUSE = Style(7.6, ink=BLACK)
_OVERSEAS = "96"


def seller_name(seller: Seller) -> str:
    """The name a company trades under."""
    return seller.trade_name or seller.legal_name


def letterhead(seller: Seller, _: Say, room: float = MAIN) -> Panel:
    """The company's name, address, GSTIN, PAN, State with code, Udyam, and how to reach it."""
    lines: list[tuple[str, Style]] = list(wrapped(seller_name(seller), room, _NAME))
    if seller.trade_name and seller.legal_name not in ("", seller.trade_name):
        lines += wrapped(seller.legal_name, room, STRONG)
    lines += wrapped(address_text(seller.address), room, _HOUSE)
    state = state_text(seller.state_name, seller.gstin[:2] or seller.address.state_code)
    for group in (
        (
            _("GSTIN: {number}").format(number=seller.gstin) if seller.gstin else "",
            _("PAN: {number}").format(number=seller.pan) if seller.pan else "",
        ),
        (
            _("State: {state}").format(state=state) if state else "",
            _("Udyam: {number}").format(number=seller.udyam_number) if seller.udyam_number else "",
        ),
        (seller.phone, seller.email),
    ):
        style = _HOUSE._replace(bold=True) if group[0].endswith(seller.gstin or "\0") else _HOUSE
        lines += wrapped("  ·  ".join(part for part in group if part), room, style)
    return stack(lines)


def title_panel(
    title: str, mark: str, pairs: list[tuple[str, str]], room: float = SIDE, *, clause: str = ""
) -> Panel:
    """The paper's title, the mark of the copy under it, a sentence of law if any, and the facts that name the paper.

    A long title is set smaller rather than broken.
    """
    wide = width(title, _TITLE.size, bold=True)
    style = _TITLE.scaled(max(room / wide, _TITLE_LEAST)) if wide > room else _TITLE
    lines = [*wrapped(title, room, style), *wrapped(mark, room, _MARK), *wrapped(clause, room, STRONG)]
    return above(stack(lines), facts(pairs, room, strong=1), gap=5.0)


def address_text(address: Address) -> str:
    """An address without its State, to be wrapped."""
    town = "\u00a0–\u00a0".join(part for part in (address.city, address.pincode) if part)
    country = country_name(address.country) if address.country not in ("", "IN") else ""
    return ", ".join(part for part in (address.line1, address.line2, town, country) if part)


def state_text(name: str, code: str) -> str:
    """A State as invoices must name it: with its code."""
    if not code or code == _OVERSEAS:
        return name
    return f"{name} ({code})" if name else code


def party_panel(label: str, buyer: Buyer, _: Say, room: float) -> Panel:
    """The buyer: name, address, State with code, GSTIN and whom to ask for."""
    lines: list[tuple[str, Style]] = list(wrapped(buyer.name, room, Style(9.0, bold=True)))
    lines += _place_lines(buyer.address, buyer.state_name, buyer.gstin[:2], _, room)
    if buyer.gstin:
        lines += wrapped(_("GSTIN: {number}").format(number=buyer.gstin), room, STRONG)
    elif buyer.kind == "unregistered":
        lines += wrapped(_("Unregistered"), room, SMALL)
    contact = "  ·  ".join(part for part in (buyer.contact, buyer.phone, buyer.email) if part)
    lines += wrapped(contact, room, SMALL)
    return titled(label, lines)


def ship_panel(label: str, name: str, address: Address, state_name: str, _: Say, room: float) -> Panel:
    """Where the goods go, when that is not where the bill goes."""
    lines = wrapped(name, room, STRONG)
    return titled(label, [*lines, *_place_lines(address, state_name, "", _, room)])


def _place_lines(address: Address, state_name: str, code: str, _: Say, room: float) -> Lines:
    lines: list[tuple[str, Style]] = []
    lines += wrapped(address_text(address), room, PLAIN)
    code = code or address.state_code
    if code == _OVERSEAS:
        return lines
    if state_name:
        lines += wrapped(_("State: {state}").format(state=state_text(state_name, code)), room, PLAIN)
    elif code:
        lines += wrapped(_("State code: {code}").format(code=code), room, PLAIN)
    return lines


def payment_panel(bank: Bank, link: str, due_paise: int, _: Say, room: float) -> Panel:
    """Where to pay: the QR of the link, if any, and the account beside it."""
    pairs = [
        (_("Bank"), ", ".join(part for part in (bank.name, bank.branch) if part)),
        (_("Account no."), bank.account),
        (_("IFSC"), bank.ifsc),
        (_("UPI"), bank.upi_id),
    ]
    pairs = [(label, value) for label, value in pairs if value]
    if not pairs:
        return space(0)
    if not link:
        return above(stack([(_("Pay to"), STRONG)]), facts(pairs, room, split=0.3), gap=1.0)
    beyond = QR_SIDE + 4.0
    scan = _("Scan with any UPI app to pay {amount}").format(amount=money_text(due_paise))
    words = above(
        stack(wrapped(scan, room - beyond, STRONG)), facts(pairs, room - beyond, split=0.3), gap=1.0
    )
    return beside((-4.0, qr_panel(link, QR_SIDE)), (beyond, above(space(4), words)))


def signature_panel(seller: Seller, _: Say, room: float = SIDE) -> Panel:
    """Room to sign for the company."""
    name = _("for {company}").format(company=seller.legal_name or seller_name(seller))
    below = [*wrapped(seller.signatory, room, PLAIN), (_("Authorised signatory"), SMALL)]
    return above(stack(wrapped(name, room, STRONG)), signing_panel(below, room))


def signing_panel(below: Lines, room: float) -> Panel:
    """Room to sign over a rule, and who signs under it."""

    def line(pen: Pen, x: float, top: float) -> None:
        pen.rule(x, top, x + room, 0.5, SOFT)

    return above(space(30), Panel(3, line), stack(below))

"""An explanation in words: one sentence, and the sum line by line. Pure."""

from collections.abc import Iterator

from core.shortfall.found import Found, opened
from core.shortfall.keeping import Kept
from core.shortfall.model import Bill
from core.words import money_text, rate_text
from core.words import translate as _

_NAMED_BILLS = 3


def sentence(found: Found) -> str:
    """What it comes down to: "A/26-27/0042 in full; TDS 194C 2% ₹ 2,000.00; bank charges ₹ 5.90"."""
    return "; ".join(_pieces(found))


def arithmetic(found: Found, amount_paise: int) -> tuple[str, ...]:
    """The whole sum: each bill, what was kept of it, what else went off, and the money at the end."""
    return tuple(_sum_lines(found, amount_paise))


def kept_name(kept: Kept) -> str:
    """TDS 194C, GST-TDS, Retention."""
    if kept.kind == "tds":
        return _("TDS {code}").format(code=kept.code)
    return _("GST-TDS") if kept.kind == "gst_tds" else _("Retention")


def _pieces(found: Found) -> Iterator[str]:
    numbers = [bill.number for bill in found.bills]
    named = ", ".join(numbers[:_NAMED_BILLS])
    if len(numbers) > _NAMED_BILLS:
        named = _("{numbers} and {count} more").format(numbers=named, count=len(numbers) - _NAMED_BILLS)
    if not numbers:
        yield _("No bill is open")
    elif found.is_whole or found.on_account_paise or found.write_off_paise:
        yield _("{numbers} in full").format(numbers=named)
    else:
        yield (
            _("{numbers}, the last in part").format(numbers=named)
            if len(numbers) > 1
            else _("{numbers} in part").format(numbers=named)
        )
    for kept in found.kept:
        what = _("{name} {rate} {amount}").format(
            name=kept_name(kept), rate=rate_text(kept.rate_bp), amount=money_text(kept.paise)
        )
        yield _("{what} (reckoned on the value with GST)").format(what=what) if kept.on_gross else what
    for credit in found.credits:
        yield _("{number} set off {amount}").format(
            number=credit.number, amount=money_text(credit.open_paise)
        )
    yield from _odd_pieces(found)


def _odd_pieces(found: Found) -> Iterator[str]:
    odd = found.leftover
    if odd.charge_paise:
        yield _("bank charges {amount}").format(amount=money_text(odd.charge_paise))
    if odd.round_off_paise:
        yield _("rounded to {unit}: {amount}").format(
            unit=money_text(odd.unit_paise), amount=money_text(odd.round_off_paise)
        )
    if found.open_paise:
        yield _("{amount} is not explained and stays open").format(amount=money_text(found.open_paise))
    if found.write_off_paise:
        yield _("{amount} is not explained and is WRITTEN OFF").format(
            amount=money_text(found.write_off_paise)
        )
    if found.on_account_paise:
        yield _("{amount} stays on account").format(amount=money_text(found.on_account_paise))


def _sum_lines(found: Found, amount_paise: int) -> Iterator[str]:
    alone = len(found.bills) == 1 or all(len(kept.shares) == len(found.bills) for kept in found.kept)
    for at, bill in enumerate(found.bills):
        yield _bill_line(bill, found.kept if alone else (), at, is_part=found.is_part)
    if len(found.bills) > 1:
        yield _("{count} bills together {amount}").format(
            count=len(found.bills), amount=money_text(opened(found.bills))
        )
    if len(found.bills) > 1:
        for kept in found.kept:
            yield _whole_text(kept, stands_above=alone)
    for credit in found.credits:
        yield _("less {number} set off {amount}").format(
            number=credit.number, amount=money_text(credit.open_paise)
        )
    yield from _odd_lines(found)
    yield _("= {amount} received").format(amount=money_text(amount_paise))


def _bill_line(bill: Bill, kept: tuple[Kept, ...], at: int, *, is_part: bool) -> str:
    line = _("{number} {amount}").format(number=bill.number, amount=money_text(bill.open_paise))
    if bill.open_paise < bill.amount_paise:
        words = (
            _("{number} {amount}, part of {whole}") if is_part else _("{number} {amount}, open of {whole}")
        )
        line = words.format(
            number=bill.number, amount=money_text(bill.open_paise), whole=money_text(bill.amount_paise)
        )
    for each in kept:
        line = _("{so_far} less {what}").format(so_far=line, what=_kept_text(each, (bill, at)))
    return line


def _kept_text(kept: Kept, of: tuple[Bill, int] | None) -> str:
    base, paise = kept.base_paise, kept.paise
    if of is not None and kept.shares:
        bill, at = of
        base = bill.gst_base_paise if kept.kind == "gst_tds" else bill.tds_base_paise
        base, paise = (bill.open_paise if kept.on_gross else base), kept.shares[at]
    return _("{name} {rate} on {base} = {amount}").format(
        name=kept_name(kept), rate=rate_text(kept.rate_bp), base=money_text(base), amount=money_text(paise)
    )


def _whole_text(kept: Kept, *, stands_above: bool) -> str:
    if stands_above:
        return _("less {name} {rate} as above {amount}").format(
            name=kept_name(kept), rate=rate_text(kept.rate_bp), amount=money_text(kept.paise)
        )
    line = _("less {what}").format(what=_kept_text(kept, None))
    if not kept.numbers:
        return line
    return _("{so_far} (of {numbers})").format(so_far=line, numbers=", ".join(kept.numbers))


def _odd_lines(found: Found) -> Iterator[str]:
    odd = found.leftover
    if odd.charge_paise:
        yield _("less bank charges {amount}").format(amount=money_text(odd.charge_paise))
    if odd.round_off_paise > 0:
        yield _("less round-off to {unit} {amount}").format(
            unit=money_text(odd.unit_paise), amount=money_text(odd.round_off_paise)
        )
    if odd.round_off_paise < 0:
        yield _("plus round-off to {unit} {amount}").format(
            unit=money_text(odd.unit_paise), amount=money_text(-odd.round_off_paise)
        )
    if found.open_paise:
        yield _("less what stays open {amount}").format(amount=money_text(found.open_paise))
    if found.write_off_paise:
        yield _("less what is written off {amount}").format(amount=money_text(found.write_off_paise))
    if found.on_account_paise:
        yield _("plus what stays on account {amount}").format(amount=money_text(found.on_account_paise))

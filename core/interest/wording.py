"""Interest in sentences: why it runs or not, from when, at what rate, and what is doubtful about it. Pure."""

from collections.abc import Iterator

from core.interest.model import AGREED, MSMED, BillInterest, Span
from core.interest.reckoning import YEAR_DAYS
from core.interest.rules import (
    DEEMED,
    NO_TERMS,
    NO_UDYAM,
    NOT_SMALL,
    OBJECTED,
    OVERBOOKED,
    RATE_UNKNOWN,
    TIMES_BANK_RATE,
    TRADER,
    UDYAM_LATER,
    UDYAM_UNDATED,
    UNCONFIRMED,
)
from core.words import Say, date_text, money_text, rate_text, translate


def reason_text(code: str, _: Say = translate) -> str:
    """Why no interest runs."""
    known = {
        NO_UDYAM: _(
            "No interest: the company has no Udyam registration, and none was agreed with the party."
        ),
        NOT_SMALL: _(
            "No interest by the MSMED Act: only micro and small enterprises have it (section 2(n))."
        ),
        UDYAM_LATER: _("No interest by the MSMED Act: the company was registered only after this bill."),
        OBJECTED: _("Interest does not run yet: the buyer's objection in writing is not removed."),
        RATE_UNKNOWN: _("Interest is not reckoned: the bank rate of its first day is not kept."),
        NO_TERMS: _("No interest was agreed with the party."),
    }
    return known.get(code, code)


def flag_text(code: str, interest: BillInterest, _: Say = translate) -> str:
    """What is doubtful about a figure."""
    known = {
        TRADER: _(
            "The company is registered as a trader: courts differ on whether traders have this interest."
        ),
        UDYAM_UNDATED: _("The date of the Udyam registration is not entered: it must come before the bill."),
        DEEMED: _("No delivery is noted: the bill's date stands for it."),
        UNCONFIRMED: _(
            "The bank rate from {date} on is not confirmed by a source: look it up before you rely on the figure."
        ),
        OVERBOOKED: _("{amount} more was charged than has run: give it up by a credit note."),
    }
    first = interest.sheet.unconfirmed_from
    return known.get(code, code).format(
        date=date_text(first) if first is not None else "",
        amount=money_text(interest.over_paise),
    )


def sentences(interest: BillInterest, _: Say = translate) -> list[str]:
    """How the interest on a bill comes about, each step a sentence; then what is doubtful."""
    told = [] if not interest.basis else [*_clock(interest, _), *_way(interest, _)]
    if interest.reason:
        told.append(reason_text(interest.reason, _))
    return [*told, *(flag_text(code, interest, _) for code in interest.flags)]


def span_text(span: Span, _: Say = translate) -> str:
    """One line of the reckoning in a sentence."""
    base = span.principal_paise + span.compounded_paise
    if span.of_days == YEAR_DAYS:
        text = _("From {first} to {last}, {days} days, {base} at {rate} a year: {interest}.")
    elif span.days == span.of_days:
        text = _("From {first} to {last}, one month, {base} at {rate} a year: {interest}.")
    else:
        text = _(
            "From {first} to {last}, {days} of {of_days} days of a month, {base} at {rate} a year: {interest}."
        )
    return text.format(
        first=date_text(span.from_on), last=date_text(span.to_on), days=span.days, of_days=span.of_days,
        base=money_text(base), rate=rate_text(span.rate_bp), interest=money_text(span.interest_paise),
    )  # fmt: skip


def rate_told(span: Span, _: Say = translate) -> str:
    """The yearly rate of a line with where it comes from: "16.5% (3 × 5.5%)"; a rate not confirmed has a mark."""
    text = rate_text(span.rate_bp)
    if span.bank_bp:
        text = f"{text} ({TIMES_BANK_RATE} × {rate_text(span.bank_bp)})"
    return text if span.is_confirmed else _("{rate} not confirmed").format(rate=text)


def basis_text(interest: BillInterest, _: Say = translate) -> str:
    """By which right interest runs, in a word or two."""
    return {MSMED: _("MSMED Act, section 16"), AGREED: _("By agreement")}.get(interest.basis, _("None"))


def _clock(interest: BillInterest, _: Say) -> Iterator[str]:
    clock = interest.clock
    if clock.accepted_on is not None:
        text = _("Delivered and accepted on {date}.") if clock.is_noted else _("Dated {date}.")
        yield text.format(date=date_text(clock.accepted_on))
    if clock.last_on is None or clock.starts_on is None:
        return
    if interest.basis == AGREED:
        text = _("Due on {date} by agreement, with its days of grace.")
    elif clock.is_capped:
        text = _(
            "The date agreed in writing is later; the law lets no more than 45 days pass: {date} (section 15)."
        )
    elif clock.agreed_on is not None:
        text = _("To be paid by {date}, as agreed in writing (section 15).")
    else:
        text = _("No date was agreed in writing, so 15 days end on {date} (section 2(b)).")
    yield text.format(date=date_text(clock.last_on))
    yield _("Interest runs from {date}.").format(date=date_text(clock.starts_on))


def _way(interest: BillInterest, _: Say) -> Iterator[str]:
    spans = interest.sheet.spans
    if interest.clock.starts_on is not None and not spans:
        yield _("Paid in time, or not late yet: no interest has run.")
        return
    if interest.basis == MSMED:
        yield _("Compound interest with monthly rests at three times the bank rate of each day (section 16).")
    elif any(span.is_rest or span.of_days < YEAR_DAYS for span in spans):
        yield _("Compound interest with monthly rests at the rate agreed.")
    else:
        yield _("Simple interest by days, the year of 365, at the rate agreed.")
        return
    yield _(
        "A month bears a twelfth of the yearly rate, a part of one its days' share; payments lessen the bill from "
        "their day on, interest that has run stays and compounds."
    )

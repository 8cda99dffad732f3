"""What the text of a bank's line tells: who paid, which references and cheques it names. Pure.

Banks write names in capitals, without spaces, cut after some twenty letters and between codes of their own; parties
write them in full. Likeness is in per cent.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from core.ids import Id

SURE = 94
"""From this likeness on a name can be no other party's."""
STRONG = 88
"""From this likeness on a name is the party's, though another of that name is to be thought of."""
FAIR = 62
"""Below this likeness it is somebody else's."""
_SPELT, _CUT, _ALSO, _NEAR = 96, 97, 92, 84
"""A name spelt otherwise, one cut short, one that may be another's too, one that is only alike."""

_WORD = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"[-/|:*;,\\_]+|\s{2,}")
_UPI_ID = re.compile(r"[a-z0-9.\-_]{2,}@[a-z][a-z0-9]+", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_MOBILE = re.compile(r"[6-9]\d{9}")
_MESSRS = re.compile(r"\bm/s\b\.?", re.IGNORECASE)
_CASH = re.compile(r"\b(by cash|cash dep\w*|cash rec\w*|cdm|bna)\b", re.IGNORECASE)
_ENDS_NAME = frozenset({"pvt", "private", "ltd", "limited", "llp", "llc", "inc", "opc"})
_LEGAL = frozenset({"co", "company", "corp", "corporation", "and"})
_LEGAL_CUT = ("private", "limited", "company", "corporation")
_LEGAL_JOINED = ("privatelimited", "pvtltd", "pltd", "pvtlimited", "limited", "ltd", "lp", "company", "co")
"""As they sound; `llp` is `lp`."""
_BANK_WORDS = frozenset(
    _WORD.findall("""
    neft rtgs imps upi ift nach ach ecs ecsi bil onl inb mob mmt cms clg clearing by to from cr dr trf tr
    transfer txn tran ref no utr rrn chq cheque ck cts micr deposit dep cash inft tpt ib netbanking net banking payment
    pay paid received recd rcvd p2a p2m p2p qr collect mandate bank bnk branch instrument inst insts towards for of ac
    acc account hdfc icici sbi sbin utib axis kotak kkbk punb pnb canara cnrb yesb idfc indb idib federal fdrl
    ubin union barb baroda bkid boi icic hdfcn okhdfcbank oksbi okicici okaxis ybl paytm apl ibl axl inv invoice
    bill against credit debit value date remitter beneficiary benef favour rtn return online fund funds
    """)
)  # fmt: skip
_NO_NAMES = frozenset(
    _WORD.findall("""
    phone phonepe gpay google googlepay bhim amazon mobile app request remark remarks self own other others party
    salary sal wages rent lease advance adv loan emi interest fee fees dues due balance bal part full final amount amt
    settlement purchase sale sales supply supplies goods material materials order work labour service services charges
    maintenance project security refund reversal bonus commission expense expenses monthly month week year week
    family friend personal gift thanks thank you ok okay na nil test sent using via and the bills invoices
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    main city road rd nagar market mkt east west north south central town camp circle cross mg
    mumbai mum bombay delhi new newdelhi ndls bengaluru bangalore blr chennai madras hyderabad hyd kolkata calcutta
    pune ahmedabad surat jaipur lucknow kanpur nagpur indore bhopal patna vadodara ludhiana agra nashik rajkot
    coimbatore kochi cochin mysuru mysore gurugram gurgaon noida thane gandhinagar visakhapatnam vizag chandigarh
    india indian
    """)
)
"""Words of what a payment is for, how it came and where: a part made of these alone names no payer."""
_HONOURS = frozenset({"sri", "shri", "shree", "sree", "shre"})
_SOUNDS = (("ksh", "x"), ("ee", "i"), ("oo", "u"), ("aa", "a"), ("ph", "f"), ("sh", "s"), ("th", "t"), ("dh", "d"),
           ("bh", "b"), ("w", "v"), ("z", "j"))  # fmt: skip
_TWICE = re.compile(r"(.)\1+")
_ASKED_MAX = 300
"""So many names are compared for one text, those with its rarest words first."""
_NEAR_LETTERS = 0.86
_CUT_LETTERS = 18
"""Banks cut no name, with its blanks, that is shorter than this, save for a last s."""
_SPELT_LETTERS = 6
"""Shorter words that only sound alike are other names: Raja and Raza."""
_KEY_LETTERS = 8


class Named(NamedTuple):
    """A party and the names it may go by: its own, its trade's, those that lines called it by before."""

    party: Id
    names: tuple[str, ...]


class Likely(NamedTuple):
    """A party that a line's text may name, how alike the names are, and the words that matched."""

    party: Id
    likeness: int
    words: str


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return _WORD.findall(text.casefold())


def plain_name(text: str) -> tuple[str, ...]:
    """A name without what the law adds to it: "M/s Lotus Foods Pvt. Ltd." is ("lotus", "foods")."""
    return _called(words_of(text)).words


class _Called(NamedTuple):
    """A name as it stands in a text; `is_whole` when the form of a company ends it, so that nothing was cut."""

    words: tuple[str, ...]
    is_whole: bool = False


def _called(words: Sequence[str]) -> _Called:
    kept = list(words[2:] if tuple(words[:2]) == ("m", "s") else words)
    if len(kept) > 1 and kept[0] in ("ms", "messrs", "the"):
        del kept[0]
    ends = next((at for at in range(1, len(kept)) if _is_end(kept, at)), None)
    plain = [word for word in kept[:ends] if word not in _LEGAL]
    while ends is None and len(plain) > 1 and _is_cut_form(plain[-1]):
        plain.pop()
    return _Called(tuple(plain or kept), ends is not None)


def _is_end(words: Sequence[str], at: int) -> bool:
    """Whether the form of a company begins here: Pvt Ltd, P Ltd, Limited, LLP."""
    return words[at] in _ENDS_NAME or (words[at] == "p" and words[at + 1 : at + 2] in (["ltd"], ["limited"]))


def _is_cut_form(word: str) -> bool:
    """Three letters of a form at least: fewer may be a person's initial."""
    return word == "ll" or (len(word) >= 3 and any(legal.startswith(word) for legal in _LEGAL_CUT))


def upi_ids(text: str) -> list[str]:
    """The UPI addresses that a line names."""
    return [found.casefold() for found in _UPI_ID.findall(text)] if "@" in text else []


@lru_cache(maxsize=50_000)
def sounded(word: str) -> str:
    """A word as it sounds, whichever way an Indian name is spelt: shree and sri, lakshmi and laxmi are alike."""
    for spelt, sound in _SOUNDS:
        word = word.replace(spelt, sound)
    return _TWICE.sub(r"\1", word)


@lru_cache(maxsize=20_000)
def _name_in(part: str) -> _Called | None:
    """The name that a part of a text is; None when it is none."""
    called = _called([word for word in words_of(part) if word not in _BANK_WORDS and not _DIGIT.search(word)])
    is_name = sum(map(len, called.words)) >= 3 and not _NO_NAMES.issuperset(called.words)
    return called if is_name else None


def _names_in(description: str, own: frozenset[str]) -> tuple[_Called, ...]:
    text = _UPI_ID.sub(" ", description) if "@" in description else description
    parts = _PARTS.split(_MESSRS.sub(" ", text) if "/" in text else text)
    named = (_name_in(part) for part in parts if not (part.isalnum() and _DIGIT.search(part)))
    return tuple(called for called in named if called is not None and not _is_own("".join(called.words), own))


def payer_names(description: str, own: frozenset[str] = frozenset()) -> list[tuple[str, ...]]:
    """The parts of a line's text that may be a name, as they stand; `own` are our own names joined."""
    return [called.words for called in _names_in(description, own)]


def payer_key(description: str, own: frozenset[str] = frozenset()) -> str:
    """By what the payer of a line is known again: its UPI address, or its name as this bank writes it.

    Empty where nothing names one: cash paid in, what a payment is for, a single short word.
    """
    addresses = [address for address in upi_ids(description) if address not in own]
    if addresses:
        return addresses[0]
    if _CASH.search(description):
        return ""
    named = [
        words for words in payer_names(description, own)
        if len(words) > 1 or len(words[0]) >= _KEY_LETTERS
    ]  # fmt: skip
    return " ".join(max(named, key=lambda words: len("".join(words)))) if named else ""


def reference_keys(*texts: str) -> set[str]:
    """The references in these texts as they are compared: a UTR also by its digits, which banks write alike.

    A UPI address and a mobile number name who paid, not the payment.
    """
    keys = set()
    for text in texts:
        for word in words_of(_UPI_ID.sub(" ", text) if "@" in text else text):
            digits = "".join(_DIGIT.findall(word))
            if len(digits) < 7 or len(word) < 8 or (len(digits) == 8 and word.isdigit()):
                continue  # a day, more likely
            if _MOBILE.fullmatch(word):
                continue
            keys.add(word)
            plain = digits.lstrip("0")
            if len(digits) >= 10 and len(plain) >= 7:
                keys.add(plain)
    return keys


def cheque_numbers(*texts: str) -> set[str]:
    """The cheques that texts may name: six digits, however many noughts the bank writes before them."""
    return {
        word[-6:]
        for text in texts
        for word in words_of(text)
        if word.isdigit() and 6 <= len(word) <= 16 and not word[:-6].strip("0") and word.strip("0")
    }


def likeness(text: Sequence[str], name: Sequence[str], *, is_whole: bool = False) -> int:
    """How alike a text is to a party's plain name, in per cent: the same, spelt otherwise, cut short, or only alike.

    A bank cuts a name and never lengthens it: a text with a word or letters more is another name, and so is one with
    a word less. `is_whole` says that the text is not cut.
    """
    one, other = "".join(map(sounded, text)), "".join(map(sounded, name))
    if one == other:
        return _same(text, name, is_whole=is_whole)
    letters_min = 2 if len(" ".join(text)) >= _CUT_LETTERS else 3
    if one.startswith(other) and len(other) >= _KEY_LETTERS and _is_form(one[len(other) :], letters_min):
        return _CUT
    if other.startswith(one) and not is_whole:
        cut = _cut(text, name, other[len(one) :])
        if cut:
            return cut
    return min(_shared(list(map(sounded, text)), list(map(sounded, name))), _NEAR)


def _same(text: Sequence[str], name: Sequence[str], *, is_whole: bool) -> int:
    if len(name) == 1 and len(name[0]) < _KEY_LETTERS and not is_whole:
        return _ALSO  # a Ramesh there are many of
    if "".join(text) == "".join(name):
        return 100
    pairs = [(one, other) for one, other in zip(text, name, strict=False) if one != other]
    spelt = len(text) == len(name) and all(
        min(map(len, pair)) >= _SPELT_LETTERS or _HONOURS.issuperset(pair) for pair in pairs
    )
    return _SPELT if spelt else _NEAR


def _is_form(rest: str, letters_min: int) -> bool:
    """Whether letters behind a name are the form of a company, or so many letters of one."""
    return any(form == rest or (len(rest) >= letters_min and form.startswith(rest)) for form in _LEGAL_JOINED)


def _cut(text: Sequence[str], name: Sequence[str], rest: str) -> int:
    """How surely a beginning of a name is the name; nought when it is too short to have been cut."""
    joined = "".join(map(sounded, text))
    if rest == "s" and len(joined) >= _KEY_LETTERS + 2:
        return _CUT
    if len(" ".join(text)) < _CUT_LETTERS:
        return 0
    ends, at = set(), 0
    for word in name:
        at += len(sounded(word))
        ends.add(at)
    return _ALSO if len(joined) in ends or len(rest) < 2 else _CUT


def _shared(text: list[str], name: list[str]) -> int:
    shared, rest = 0, list(name)
    for word in text:
        best = max(rest, key=lambda known: _alike(word, known), default="")
        if best and _alike(word, best) > 0:
            shared += min(len(word), len(best)) * 2
            rest.remove(best)
    return round(94 * shared / sum(map(len, (*text, *name))))


@lru_cache(maxsize=50_000)
def _alike(word: str, known: str) -> int:
    if word == known:
        return 3
    if min(len(word), len(known)) >= 4 and (word.startswith(known) or known.startswith(word)):
        return 2
    if word[0] == known[0] and min(len(word), len(known)) >= 5 and abs(len(word) - len(known)) <= 2:
        return int(SequenceMatcher(None, word, known).ratio() >= _NEAR_LETTERS)
    return 0


def _is_own(joined: str, own: frozenset[str]) -> bool:
    return any(joined == name or (len(joined) >= 8 and name.startswith(joined)) for name in own)


class NameIndex:
    """The names of all parties, to be asked for those that a line's text may mean."""

    def __init__(self, parties: Iterable[Named], own: Iterable[str] = ()) -> None:
        self.own = frozenset(_own_name(name) for name in own if name)
        self._addresses: dict[str, set[Id]] = {}
        self._joined: dict[str, list[tuple[Id, tuple[str, ...]]]] = {}
        self._words: dict[str, list[tuple[Id, tuple[str, ...]]]] = {}
        self._memo: dict[_Called, list[Likely]] = {}
        for party, names in parties:
            for name in names:
                self._take(party, name)
        self._sorted = sorted(self._joined)

    def find(self, description: str) -> list[Likely]:
        """The parties that a line's text may name, the likeliest first, each once; at most three."""
        named = _names_in(description, self.own)
        if len(named) == 1 and "@" not in description:
            return self._found(named[0])
        best: dict[Id, Likely] = {}
        for address in upi_ids(description):
            for party in self._addresses.get(address, ()) if address not in self.own else ():
                best[party] = Likely(party, 100, address)
        for called in named:
            for found in self._found(called):
                if found.party not in best or best[found.party].likeness < found.likeness:
                    best[found.party] = found
        return _likeliest(best.values())

    def _take(self, party: Id, name: str) -> None:
        if "@" in name:
            self._addresses.setdefault(name.casefold().strip(), set()).add(party)
            return
        words = plain_name(name)
        heard = tuple(map(sounded, words))
        joined = "".join(heard)
        if len(joined) < 3 or _NO_NAMES.issuperset(words):
            return
        self._joined.setdefault(joined, []).append((party, words))
        for word in set(heard):
            if len(word) >= 3:
                self._words.setdefault(word[:4], []).append((party, words))

    def _found(self, called: _Called) -> list[Likely]:
        if called not in self._memo:
            self._memo[called] = self._sought(called)
        return self._memo[called]

    def _sought(self, called: _Called) -> list[Likely]:
        words, is_whole = called
        heard = list(map(sounded, words))
        joined, told = "".join(heard), " ".join(words)
        best: dict[Id, int] = {}
        for name in self._beginning(joined):
            for party, known in self._joined[name]:
                best[party] = max(best.get(party, 0), likeness(words, known, is_whole=is_whole))
        if max(best.values(), default=0) < STRONG:
            self._alike_to(heard, words, best, is_whole=is_whole)
        doubtful = sum(score >= _ALSO for score in best.values()) > 1
        return _likeliest(
            Likely(party, min(score, _ALSO) if doubtful else score, told)
            for party, score in best.items()
            if score >= FAIR
        )

    def _alike_to(
        self, heard: Sequence[str], words: tuple[str, ...], best: dict[Id, int], *, is_whole: bool
    ) -> None:
        asked = 0
        for known in sorted((self._words.get(word[:4], []) for word in heard if len(word) >= 3), key=len):
            asked += len(known)
            if asked > _ASKED_MAX:
                break
            for party, name_words in known:
                best[party] = max(best.get(party, 0), likeness(words, name_words, is_whole=is_whole))

    def _beginning(self, joined: str) -> Iterable[str]:
        """The known names that begin with so many letters: this name, and what a bank may have cut short."""
        if len(joined) < _KEY_LETTERS:
            yield from [joined] if joined in self._joined else []
            return
        at = bisect_left(self._sorted, joined)
        while at < len(self._sorted) and self._sorted[at].startswith(joined):
            yield self._sorted[at]
            at += 1


def _likeliest(found: Iterable[Likely]) -> list[Likely]:
    return sorted(found, key=lambda each: (-each.likeness, each.party))[:3]


def _own_name(name: str) -> str:
    return name.casefold().strip() if "@" in name else "".join(plain_name(name))

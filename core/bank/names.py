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

STRONG = 88
"""From this likeness on a name is the party's."""
FAIR = 62
"""Below this likeness it is somebody else's."""

_WORD = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"[-/|:*;,\\_]+|\s{2,}")
_UPI_ID = re.compile(r"[a-z0-9.\-_]{2,}@[a-z][a-z0-9]+", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_LEGAL = frozenset({"pvt", "private", "ltd", "limited", "llp", "llc", "inc", "co", "company", "corp", "and", "the",
                    "ms", "messrs", "m", "s", "opc", "corporation"})  # fmt: skip
_LEGAL_CUT = ("private", "limited", "company", "corporation")
_BANK_WORDS = frozenset(
    _WORD.findall("""
    neft rtgs imps upi ift nach ach ecs ecsi bil onl inb mob mmt cms clg clearing by to from cr dr trf tr
    transfer txn tran ref no utr rrn chq cheque ck deposit dep cash inft tpt ib netbanking net banking payment
    pay paid received recd rcvd p2a p2m p2p qr collect mandate bank bnk branch instrument inst towards for of ac
    acc account hdfc icici sbi sbin utib axis kotak kkbk punb pnb canara cnrb yesb idfc indb idib federal fdrl
    ubin union barb baroda bkid boi icic hdfcn okhdfcbank oksbi okicici okaxis ybl paytm apl ibl axl inv invoice
    bill against credit debit value date remitter beneficiary benef favour rtn return online fund funds
    """)
)  # fmt: skip
_SOUNDS = (("ksh", "x"), ("ee", "i"), ("oo", "u"), ("aa", "a"), ("ph", "f"), ("sh", "s"), ("th", "t"), ("dh", "d"),
           ("bh", "b"), ("w", "v"), ("z", "j"))  # fmt: skip
_TWICE = re.compile(r"(.)\1+")
_ASKED_MAX = 300
"""So many names are compared for one text, those with its rarest words first."""
_NEAR_LETTERS = 0.86
_CUT_LETTERS = 14
"""A name of so many letters may be the beginning of a longer one that the bank cut."""


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
    words = words_of(text)
    kept = [word for word in words if word not in _LEGAL]
    while len(kept) > 1 and any(legal.startswith(kept[-1]) for legal in _LEGAL_CUT):
        kept.pop()
    return tuple(kept or words)


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
def _name_words(part: str) -> tuple[str, ...]:
    return plain_name(" ".join(w for w in words_of(part) if w not in _BANK_WORDS and not _DIGIT.search(w)))


def payer_names(description: str, own: frozenset[str] = frozenset()) -> list[tuple[str, ...]]:
    """The parts of a line's text that may be a name, as they stand; `own` are our own names joined."""
    named = []
    for part in _PARTS.split(_UPI_ID.sub(" ", description) if "@" in description else description):
        words = _name_words(part)
        joined = "".join(words)
        if len(joined) >= 3 and not _is_own(joined, own):
            named.append(words)
    return named


def payer_key(description: str, own: frozenset[str] = frozenset()) -> str:
    """By what the payer of a line is known again: its UPI address, or its name as this bank writes it."""
    addresses = upi_ids(description)
    if addresses:
        return addresses[0]
    named = payer_names(description, own)
    return " ".join(max(named, key=lambda words: len("".join(words)))) if named else ""


def reference_keys(*texts: str) -> set[str]:
    """The references in these texts as they are compared: a UTR also by its digits, which banks write alike."""
    keys = set()
    for text in texts:
        for word in words_of(text):
            digits = "".join(_DIGIT.findall(word))
            if (
                len(digits) < 7 or len(word) < 8 or (len(digits) == 8 and word.isdigit())
            ):  # a day, more likely
                continue
            keys.add(word)
            if len(digits) >= 10:
                keys.add(digits.lstrip("0"))
    return keys


def cheque_numbers(*texts: str) -> set[str]:
    """The cheques that texts may name: six digits, however many noughts the bank writes before them."""
    return {
        word[-6:]
        for text in texts
        for word in words_of(text)
        if word.isdigit() and 6 <= len(word) <= 16 and not word[:-6].strip("0") and word.strip("0")
    }


def likeness(text: Sequence[str], name: Sequence[str]) -> int:
    """How alike two plain names are, in per cent: cut short, written together, misspelt or with a word more."""
    text, name = [*map(sounded, text)], [*map(sounded, name)]
    one, other = "".join(text), "".join(name)
    if one == other:
        return 100
    short, long = sorted((one, other), key=len)
    if len(short) >= 8 and long.startswith(short):
        return 97 if len(short) >= _CUT_LETTERS else 93
    shared, rest = 0, list(name)
    for word in text:
        best = max(rest, key=lambda known: _alike(word, known), default="")
        if best and _alike(word, best) > 0:
            shared += min(len(word), len(best)) + min(len(word), len(best))
            rest.remove(best)
    return round(94 * shared / (len(one) + len(other)))


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
        self.own = frozenset("".join(plain_name(name)) for name in own if name)
        self._addresses: dict[str, set[Id]] = {}
        self._joined: dict[str, set[Id]] = {}
        self._words: dict[str, list[tuple[Id, tuple[str, ...]]]] = {}
        self._memo: dict[tuple[str, ...], list[Likely]] = {}
        for party, names in parties:
            for name in names:
                self._take(party, name)
        self._sorted = sorted(self._joined)

    def find(self, description: str) -> list[Likely]:
        """The parties that a line's text may name, the likeliest first, each once; at most three."""
        best: dict[Id, Likely] = {}
        for address in upi_ids(description):
            for party in self._addresses.get(address, ()):
                best[party] = Likely(party, 100, address)
        for words in payer_names(description, self.own):
            for found in self._called(words):
                if found.party not in best or best[found.party].likeness < found.likeness:
                    best[found.party] = found
        return sorted(best.values(), key=lambda found: (-found.likeness, found.party))[:3]

    def _take(self, party: Id, name: str) -> None:
        if "@" in name:
            self._addresses.setdefault(name.casefold().strip(), set()).add(party)
            return
        words = tuple(map(sounded, plain_name(name)))
        joined = "".join(words)
        if len(joined) < 3:
            return
        self._joined.setdefault(joined, set()).add(party)
        for word in set(words):
            if len(word) >= 3:
                self._words.setdefault(word[:4], []).append((party, words))

    def _called(self, words: tuple[str, ...]) -> list[Likely]:
        if words not in self._memo:
            self._memo[words] = self._sought(words)
        return self._memo[words]

    def _sought(self, words: tuple[str, ...]) -> list[Likely]:
        told, words = " ".join(words), tuple(map(sounded, words))
        joined = "".join(words)
        best: dict[Id, int] = dict.fromkeys(self._joined.get(joined, ()), 100)
        if best and len(joined) < _CUT_LETTERS:
            return [Likely(party, 100, told) for party in best]
        for name in self._beginning(joined):
            for party in self._joined[name]:
                best[party] = max(best.get(party, 0), 97 if len(joined) >= _CUT_LETTERS else 93)
        if best:
            return [Likely(party, score, told) for party, score in best.items()]
        asked = 0
        for known in sorted((self._words.get(word[:4], []) for word in words if len(word) >= 3), key=len):
            asked += len(known)
            if asked > _ASKED_MAX:
                break
            for party, name_words in known:
                best[party] = max(best.get(party, 0), likeness(words, name_words))
        return [Likely(party, score, told) for party, score in best.items() if score >= FAIR]

    def _beginning(self, joined: str) -> Iterable[str]:
        """The known names that begin with so many letters: what a bank cut short."""
        if len(joined) < 8:
            return
        at = bisect_left(self._sorted, joined)
        while at < len(self._sorted) and self._sorted[at].startswith(joined):
            yield self._sorted[at]
            at += 1

"""Which parties a device in the field is to carry: picked by group, salesperson, branch or one by one. Free of Qt.

What a device carries is a set of parties. It is shown as the groups that are in it whole, and the single parties that
are left, so that a few lines tell it; what comes and what goes is counted before it is done.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from core.parties.merged import merged
from core.parties.queries import own_words, party_rows
from core.parties.words import by_own_words, how_many
from core.statements.accounts import accounts_page
from core.words import translate as _
from desktop.ports import Calendar, Choice, Reader, Suggest

if TYPE_CHECKING:
    from core.ids import Id

Word = tuple[str, str]
"""A field of parties (group, salesperson, branch) and what it says."""

SINGLES_MAX = 40
"""So many single parties are named; the others are counted."""

_OFFERED = 12


class Pick(NamedTuple):
    """A line of what is carried: a group or a party by its name, what it is, and the parties that come with it."""

    name: str
    kind: str
    parties: "frozenset[Id]"


class Known(NamedTuple):
    """The parties of the book by their own words, what each merged one is now, and how many there are."""

    words: "Mapping[Word, frozenset[Id]]"
    kept: "Mapping[Id, Id]"
    total: int


class Sums(NamedTuple):
    """How many parties it would carry, of how many; how many it carries now; and how many come and go."""

    wanted: int
    total: int
    before: int
    gained: int
    lost: int


class Carrying:
    """What one device is to carry, while an owner chooses."""

    def __init__(self, known: Known, before: "Iterable[Id]", names: "Mapping[Id, str]") -> None:
        """`before` is what it carries now, and `names` are those of the single parties in it (`singles`)."""
        self._known = known
        self.before = self._one(before)
        self.picks = [*_whole(known, self.before), *_named(singles(known, self.before), names)]

    def add(self, choice: Choice) -> None:
        """Take in what was chosen from the suggestions."""
        if isinstance(choice.value, bytes):
            pick = Pick(choice.text, _("party"), self._one([choice.value]))
        else:
            pick = _pick(choice.value, self._one(self._known.words.get(choice.value, ())))
        if pick.parties and pick not in self.picks:
            self.picks.insert(0, pick)

    def take_out(self, place: int) -> None:
        """Take a line out; parties that another line brings stay."""
        del self.picks[place]

    def wanted(self) -> "frozenset[Id]":
        """All that it would carry."""
        return frozenset(party for pick in self.picks for party in pick.parties)

    def sums(self) -> Sums:
        """What it comes to."""
        wanted = self.wanted()
        return Sums(
            len(wanted),
            self._known.total,
            len(self.before),
            len(wanted - self.before),
            len(self.before - wanted),
        )

    def is_changed(self) -> bool:
        """Whether there is anything to save."""
        return self.wanted() != self.before

    def _one(self, parties: "Iterable[Id]") -> "frozenset[Id]":
        return frozenset(self._known.kept.get(party, party) for party in parties)


def known(reader: Reader) -> Known:
    """Read what there is to choose from."""
    kept = merged(reader)
    words = {
        word: frozenset(kept.get(party, party) for party in parties)
        for word, parties in by_own_words(reader).items()
    }
    return Known(words, kept, how_many(reader) - len(kept))


def carrying(before: "Iterable[Id]", reader: Reader) -> Carrying:
    """What a device carries, to be changed."""
    found, held = known(reader), frozenset(before)
    now = frozenset(found.kept.get(party, party) for party in held)
    rows = party_rows(reader, singles(found, now)[:SINGLES_MAX])
    return Carrying(found, held, {row.id: row.name for row in rows})


def singles(known: Known, carried: "frozenset[Id]") -> "list[Id]":
    """The parties that no whole group in it brings."""
    covered = {party for pick in _whole(known, carried) for party in pick.parties}
    return sorted(carried - covered)


def suggest(calendar: Calendar) -> Suggest:
    """Offers groups, salespeople and branches first, then parties by a few letters."""

    def asked(reader: Reader, typed: str) -> list[Choice]:
        text = typed.strip().casefold()
        words = {
            (field, " ".join(word.casefold().split())): Choice((field, word), word, kind_text(field))
            for field, all_words in own_words(reader).items()
            for word in reversed(
                all_words
            )  # of one word written in two ways the first stands, as in `by_own_words`
            if text in word.casefold()
        }
        page = accounts_page(reader, on=calendar.today(), search=typed.strip(), limit=_OFFERED)
        offered = sorted(words.values(), key=lambda choice: choice.text.casefold())
        return [*offered, *(Choice(row.id, row.name, row.city or row.code) for row in page.rows)][:_OFFERED]

    return asked


def sums_text(sums: Sums) -> str:
    """What it would carry, in a sentence or two."""
    if not sums.wanted:
        return _("It will carry no party: nothing can be done on it.")
    told = _("It will carry {wanted} of {count} parties.").format(wanted=sums.wanted, count=sums.total)
    if sums.gained and sums.lost:
        change = _("{gained} come and {lost} go.").format(gained=sums.gained, lost=sums.lost)
    elif sums.gained:
        change = _("{gained} come.").format(gained=sums.gained)
    elif sums.lost:
        change = _("{lost} go.").format(lost=sums.lost)
    else:
        return told
    return f"{told} {change}"


def carried_text(told: tuple[int, bool] | None) -> str:
    """The same in the line of a device: how many, and whether they are there; empty where nobody has asked."""
    if told is None:
        return ""
    count, is_there = told
    if not count:
        return _("carries no party yet")
    said = _("carries {parties}") if is_there else _("will carry {parties} from its next sync")
    return said.format(parties=parties_text(count))


def parties_text(count: int) -> str:
    """So many parties."""
    return _("1 party") if count == 1 else _("{count} parties").format(count=count)


def kind_text(field: str) -> str:
    """What a word of a party is."""
    names = {"group": _("group"), "salesperson": _("salesperson"), "branch": _("branch")}
    return names.get(field, field)


def _whole(known: Known, carried: "frozenset[Id]") -> list[Pick]:
    """The groups that are in it whole, the largest first, as far as each brings a party that none before has."""
    found, covered = list[Pick](), set[bytes]()
    for word, parties in sorted(known.words.items(), key=lambda each: (-len(each[1]), each[0])):
        if parties <= carried and parties - covered:
            found.append(_pick(word, parties))
            covered |= parties
    return found


def _named(parties: "Sequence[Id]", names: "Mapping[Id, str]") -> list[Pick]:
    """Single parties by name; those that are too many to be named are one line."""
    found = [Pick(names[party], _("party"), frozenset([party])) for party in parties if party in names]
    others = frozenset(party for party in parties if party not in names)
    found.sort(key=lambda pick: pick.name.casefold())
    if others:
        found.append(Pick(_("{count} more parties").format(count=len(others)), _("one by one"), others))
    return found


def _pick(word: Word, parties: "frozenset[Id]") -> Pick:
    field, name = word
    return Pick(name, kind_text(field), parties)

"""Meeting a service that was restored from a backup: it learns from this book what it has lost, and nothing is lost.

Where its log is the beginning of this one, the rest goes back as it was. Where others wrote on meanwhile, what stands
above the last common place is taken back and handed over to be judged anew. Each step may be cut off and begun again.
"""

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy.engine import Connection

from core.attachments.vault import Vault
from core.book import Book
from core.changes.change import Role
from core.errors import ProtocolBroken
from core.ids import Id
from core.store import retake
from core.store.log import Meta
from core.words import translate as _
from sync.client.people import as_said
from sync.client.session import ServiceRefused, Session, ask
from sync.protocol import messages as m
from sync.protocol import refusals
from sync.protocol.limits import PAGE_BYTES_MAX, PAGE_CHANGES_MAX
from sync.protocol.messages import People

if TYPE_CHECKING:
    from sync.client.transport import Transport

MEETINGS_MAX = 50
"""Another device may hand back at the same time; so often at most the two are asked where they stand."""


class OutOfReach(ProtocolBroken):
    """The service was restored to a place that this book cannot prove any more: it must be loaded anew. The service's
    order ends at `head`."""

    head = 0


def meet(book: Book, session: Session) -> m.Met:
    """Come to one mind with the service about the order, and take over its era.

    Raises `Offline`, `ServiceRefused`, `OutOfReach`, or `ProtocolBroken` where the service has lost what it had
    without saying that it was restored.
    """
    said = as_said(book.facts())
    for _meeting in range(MEETINGS_MAX):
        meta = book.facts()
        asked = m.Meet(era=meta["era"], seq=meta["seq"], run=meta["run"], people=said)
        met, said = session.ask("meet", asked, m.Met), None
        _check_owners(meta, met)
        if met.known:
            if met.era != meta["era"]:
                ask_anew(book, era=met.era)
            return met
        if met.era == meta["era"]:
            raise _lost_in_silence()
        runs = book.read(lambda read: retake.Runs(read, met.head, met.run))  # noqa: B023  read at once
        if met.head < meta["seq"] and runs.at(met.head) == met.run and _hand_back(book, session, met, runs):
            continue
        common = common_place(session, runs, met.head)
        run = runs.at(common) or b""
        book.write(_("Sync"), lambda work: retake.take_back(work, common, run))  # noqa: B023  as above
    raise ProtocolBroken(
        _("The service and this book could not agree where they stand."),
        remedy=_("Nothing is lost; the next round tries again."),
    )


def tell(session: Session, tenant: Id, people: People) -> bool:
    """Tell a service that does not know this device what it has said of who is there; whether that was news to it."""
    return ask(session.transport, "tell", m.Tell(tenant=tenant, people=people), m.Told).is_news


def common_place(session: Session, runs: retake.Runs, head: int) -> int:
    """The last place at which this book and the service have one running hash. Raises `OutOfReach`."""
    low, high = runs.first, min(runs.last, head)
    if high < low or _theirs(session, [low])[0] != runs.at(low):
        beyond = OutOfReach(
            _("The service was restored to an earlier state than this book can prove."),
            remedy=_(
                "Nothing is lost here. Sync a device that was there longer, or let an owner declare the rest lost; "
                "then this one goes on by itself, and hands over what it alone holds."
            ),
        )
        beyond.head = head
        raise beyond
    while low < high:
        step = -(-(high - low) // m.RUNS_MAX)
        asked = [*range(low + step, high, step), high]
        for seq, run in zip(asked, _theirs(session, asked), strict=True):
            if run != runs.at(seq):
                high = seq - 1
                break
            low = seq
    return low


def hand_over(book: Book, session: Session, *, left: bool = False) -> int:
    """Hand what was taken back to the service, in its old order; it is judged anew. Answers how many it dealt with."""
    done = 0
    while True:
        found = book.read(lambda read: retake.aside(read, PAGE_CHANGES_MAX, PAGE_BYTES_MAX, left=left))
        if not found:
            return done
        page = m.page_of(list(retake.as_arrived(found)))
        era = book.facts()["era"]
        asked = m.Handback(era=era, page=page, anew=True, series=_series(book, page))
        answer = session.ask("handback", asked, m.HandedBack)
        book.write(_("Sync"), lambda work: retake.put_away(work, found, answer.left))  # noqa: B023  as above
        done += len(found) - len(answer.left)
        if left:
            return done


def declare_lost(
    book: Book, *, passphrase: str | None = None, code: str = "", transport: "Transport | None" = None
) -> m.Gathering:
    """Let the restored service wait for no device any more; what they hold is judged anew when they come.

    `code` is the owner's second factor, where one is set. Raises `RuleBroken`, `Offline` or `ServiceRefused`.
    """
    from sync.client.courier import courier_of

    courier = courier_of(book, passphrase=passphrase, transport=transport)
    try:
        meet(book, courier.session)
        asked = m.DeclareLost(era=book.facts()["era"], code=code)
        return courier.session.ask("declare_lost", asked, m.Gathering)
    finally:
        courier.close()


def gathering(session: Session) -> m.Gathering:
    """Whether the service gathers what it lost, and for whose devices it waits."""
    return session.ask("gathering", m.AskGathering(), m.Gathering)


def waits_for(names: tuple[str, ...]) -> str:
    """What a person reads while the service gathers."""
    if not names:
        return _("The service is being restored. Your changes wait here and leave as soon as it is ready.")
    return _(
        "The service is being restored and waits for: {names}. Your changes wait here. Sync those devices, or let "
        "an owner declare them lost."
    ).format(names=", ".join(names))


def ask_anew(book: Book, **noted: int) -> None:
    """The service was restored: who is there is asked for anew, and which files it has. `noted` are facts of that."""
    Vault(book.path).forget_sent()
    book.write(_("Sync"), lambda work: work.note(people=0, **noted))


def _check_owners(meta: Meta, met: m.Met) -> None:
    """A business that was founded anew is handed back to only where an owner known here has come in."""
    if meta["era"] >= met.founded:
        return
    rows = msgspec.convert(meta.get("staff", []), list[m.DeviceRow])
    known = {
        row.device: row.public_key for row in rows if row.role == Role.OWNER.value and row.state == "live"
    }
    if not any(known.get(owner.device) == owner.public_key for owner in met.owners):
        raise ProtocolBroken(
            _("This business was founded anew at the service, and not by an owner whom this computer knows."),
            remedy=_(
                "Nothing was handed over and nothing is lost. Sync an owner's device first, then this one."
            ),
        )


def _hand_back(book: Book, session: Session, met: m.Met, runs: retake.Runs) -> bool:
    """Send what the service lacks, page by page, as it was; False where the service has written on meanwhile."""
    head = met.head
    while head < runs.last:
        found = book.read(
            lambda read: retake.ordered(read, head, PAGE_CHANGES_MAX, PAGE_BYTES_MAX)  # noqa: B023  as above
        )
        if not found or found[0].seq != head + 1:
            beyond = OutOfReach(
                _("This book begins later than the service's backup ends."),
                remedy=_(
                    "Nothing is lost here. Another device must sync first, or an owner declares it lost."
                ),
            )
            beyond.head = head
            raise beyond
        page = m.page_of(found)
        run = runs.at(found[-1].seq) or b""
        try:
            answer = session.ask(
                "handback",
                m.Handback(era=met.era, page=page, run=run, series=_series(book, page)),
                m.HandedBack,
            )
        except ServiceRefused as refused:
            if refused.code != refusals.HAND_BACK:
                raise
            return False
        if answer.next - 1 <= head:
            return True
        head = answer.next - 1
    return True


def _theirs(session: Session, seqs: list[int]) -> tuple[bytes, ...]:
    return session.ask("runs", m.AskRuns(seqs=tuple(seqs)), m.Runs).runs


def _series(book: Book, page: m.Page) -> tuple[m.SeriesRow, ...]:
    """The series of the authors whose epochs begin in a page: the service may know them no more."""
    begun = {author.device for author in page.authors if author.first == 1}
    if not begun:
        return ()

    def owned(read: Connection) -> list[tuple[str, Id]]:
        return [(row[0], row[1]) for row in read.exec_driver_sql("SELECT series, device FROM series")]

    return tuple(
        m.SeriesRow(series=name, device=device) for name, device in book.read(owned) if device in begun
    )


def _lost_in_silence() -> ProtocolBroken:
    return ProtocolBroken(
        _("The service has lost changes of this device that it had confirmed."),
        remedy=_(
            "Nothing is lost here. Whoever runs the service must say that it was restored: bahi service-restored."
        ),
    )

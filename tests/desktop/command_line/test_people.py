"""Who may what, from the command line alone: devices and roles, a second factor, a deposit, a new key."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.book import Book
from core.parties.commands import save_party
from core.parties.model import Party
from sync.protocol.second_factor import code_at, step_of
from tests.desktop.command_line.runs import PASSPHRASE, here, problems
from tests.desktop.command_line.service import serving
from tests.sync.test_people import secret_of

pytestmark = pytest.mark.processes


@pytest.fixture(name="service", scope="module")
def _service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A real served service: its address and its database."""
    folder = tmp_path_factory.mktemp("service")
    with serving(folder) as (url, _founding):
        yield url, f"sqlite:///{folder / 'service.db'}"


@pytest.fixture
def office(tmp_path: Path, book: Path, service: tuple[str, str]) -> tuple[Path, Path]:
    """An owner's book and a bookkeeper's, of one business at the service."""
    url, database = service
    founding = here("founding-code", "--database", database, "--json").json["code"]
    assert here("share", book, "--server", url, "--code", founding).code == 0
    invited = here("invite", book, "--role", "bookkeeper", "--json").json
    other = tmp_path / "till.bahi"
    joined = here("join", other, "--code", invited["invitation"], "--user", "Ravi")
    assert joined.code == 0, joined.err
    return book, other


def devices(book: Path) -> dict[str, dict[str, object]]:
    return {one["code"]: one for one in here("devices", book, "--json").json["devices"]}


def test_a_code_alone_needs_to_be_told_where(tmp_path: Path) -> None:
    assert here("join", tmp_path / "x.bahi", "--code", "AB12C-DE34F").code == 2


def test_an_invitation_can_be_drawn_as_a_qr_code(office: tuple[Path, Path]) -> None:
    drawn = here("invite", office[0], "--role", "field", "--qr").out.splitlines()
    assert drawn[1].startswith("bahi:join?server=http")
    assert set("".join(drawn[2:])) <= set("█▀▄ ")
    assert len(drawn) > 20


def test_who_is_there(office: tuple[Path, Path]) -> None:
    found = devices(office[0])
    assert [(one["user"], one["role"], one["state"], one["is_this"]) for one in found.values()] == [
        (found["A"]["user"], "owner", "live", True),
        ("Ravi", "bookkeeper", "live", False),
    ]
    assert found["B"]["version"] == "0.1.0"
    assert found["B"]["last_seen"]
    assert "Ravi" in here("devices", office[1]).out, "everybody may see who is there"


def test_an_owner_appoints_and_renames(office: tuple[Path, Path]) -> None:
    book, other = office
    assert here("appoint", book, "B", "--role", "auditor", "--json").json["role"] == "auditor"
    assert here("rename-device", book, "b", "Till at the door", "--json").json["name"] == "Till at the door"
    assert here("appoint", book, "till at the door", "--role", "bookkeeper", "--json").json["code"] == "B"
    assert problems(here("appoint", other, "A", "--role", "field", "--json"), 1)[0]["code"] == "ROLE"
    assert problems(here("appoint", book, "A", "--role", "field", "--json"), 1)[0]["code"] == "LAST_OWNER"
    assert problems(here("appoint", book, "Z", "--role", "field", "--json"), 1)[0]["code"] == "NO_DEVICE"
    assert here("appoint", book, "B", "--role", "king").code == 2


def test_a_second_factor_guards_what_is_grave(office: tuple[Path, Path]) -> None:
    book = office[0]
    secret = secret_of(here("second-factor", book, "--begin", "--json").json["address"])
    import time

    def shown(ahead: int = 0) -> str:
        return code_at(secret, step_of(time.time_ns() // 1000) + ahead)

    assert here("second-factor", book, "--confirm", shown(), "--json").json["is_set"] is True
    assert problems(here("invite", book, "--role", "field", "--json"), 1)[0]["code"] == "FACTOR"
    assert here("invite", book, "--role", "field", "--code", shown(1)).code == 0
    assert here("second-factor", book, "--begin", "--remove").code == 2


def test_what_a_revoked_device_held_is_released(office: tuple[Path, Path]) -> None:
    book, other = office
    with Book.open(other, passphrase=PASSPHRASE) as till:
        till.write("Party", lambda work: save_party(work, Party(name="Lotus Foods")))
    told = here("revoke", book, "B")
    assert "revoked" in told.out
    ended = here("sync", other)
    assert (ended.code, "lie sealed with the owners" in ended.err) == (3, True), ended.err
    [laid] = here("deposits", book, "--json").json
    assert (laid["fields"], laid["opens_here"]) == (1, True)
    assert problems(here("discard", book, laid["id"], "--reason", " ", "--json"), 1)[0]["code"] == "REQUIRED"
    assert here("release", book, laid["id"], "--json").json == {"released": 1}
    assert here("deposits", book, "--json").json == []
    assert here("sync", book, "--json").json["received"] == 1


def test_a_lost_key_is_bound_anew(office: tuple[Path, Path]) -> None:
    book, other = office
    other.with_name(f"{other.name}.device").unlink()
    assert problems(here("sync", other, "--json"), 1)[0]["code"] == "DEVICE_KEY"
    code = here("invite", book, "--for", "B", "--json").json["code"]
    bound = here("bind", other, "--code", code, "--json")
    assert bound.code == 0, bound.err
    assert here("sync", other, "--json").json["waiting"] == 0
    assert problems(here("bind", other, "--code", code, "--json"), 1)[0]["code"] == "HAS_KEY"


def test_the_only_owner_whose_key_is_lost_is_let_in_by_whoever_runs_the_service(
    office: tuple[Path, Path], service: tuple[str, str]
) -> None:
    book = office[0]
    told = here("devices", book, "--json").json
    owner = next(one["id"] for one in told["devices"] if one["code"] == "A")
    book.with_name(f"{book.name}.device").unlink()
    database = service[1]
    assert here("key-code", "nobody", owner, "--database", database).code == 2
    assert (
        problems(here("key-code", owner, owner, "--database", database, "--json"), 1)[0]["code"]
        == "NO_DEVICE"
    )
    code = here("key-code", told["business"], owner, "--database", database, "--json").json["code"]
    bound = here("bind", book, "--code", code, "--json")
    assert bound.code == 0, bound.err
    assert here("invite", book, "--role", "owner").code == 0


def test_without_the_service_the_list_says_of_when_it_is(
    office: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import Offline

    def cut(*_given: object) -> None:
        raise Offline("The service cannot be reached.")

    monkeypatch.setattr("sync.client.transport.HttpTransport.post", cut)
    ran = here("devices", office[0])
    assert ran.code == 0
    assert "This is as of" in ran.out

"""An owner's second factor: set up on a phone's app, confirmed by its first code, taken away by the recovery code."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.company.queries import company
from core.store import keys
from core.store.recovery import read_code
from sync.client.owner import Owner
from sync.client.signer import Signer
from sync.protocol import messages as m
from sync.protocol.second_factor import address_of, proof_to_sign

_KEY_BYTES = 32


def is_set(owner: Owner) -> m.FactorState:
    """Whether the user of this device has one."""
    return owner.session.ask("factor", m.AskFactor(), m.FactorState)


def begin(owner: Owner, *, code: str = "") -> str:
    """What the QR code for the phone's app holds. `code` is one of the factor that is set, if one is."""
    secret = owner.session.ask("factor_begin", m.BeginFactor(code=code), m.FactorBegun).secret
    user = owner.book.facts()["user"]
    return address_of(secret, user, owner.book.read(company).legal_name or "Bahi")


def confirm(owner: Owner, code: str, *, recovery_code: str | None = None) -> m.FactorState:
    """The app's first code sets it. With the book's recovery code, that code can take it away again.

    Raises `WrongKey` when the recovery code is not this book's.
    """
    recovery_key = b""
    if recovery_code:
        keys.unwrap_with_recovery_code(owner.book.path, recovery_code)
        recovery_key = _recovery_signer(owner, recovery_code).public_key
    asked = m.ConfirmFactor(code=code, recovery_key=recovery_key)
    return owner.session.ask("factor_confirm", asked, m.FactorState)


def remove(owner: Owner, *, user: str = "", code: str = "", recovery_code: str | None = None) -> None:
    """Take it away: one's own or another owner's by one's own code, or one's own by the recovery code."""
    meta = owner.book.facts()
    user, proof = user or meta["user"], b""
    if recovery_code:
        proof = _recovery_signer(owner, recovery_code).sign(proof_to_sign(meta["tenant"], user))
    owner.session.ask("factor_remove", m.RemoveFactor(user=user, code=code, proof=proof), m.FactorState)


def _recovery_signer(owner: Owner, recovery_code: str) -> Signer:
    """A key drawn from the recovery code itself (128 random bits), so that only who has the code can prove it."""
    drawn = HKDF(
        hashes.SHA256(), _KEY_BYTES, salt=owner.book.facts()["book"], info=b"bahi 1 second factor recovery"
    )
    return Signer(drawn.derive(read_code(recovery_code).encode()))

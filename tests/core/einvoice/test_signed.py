"""The signed QR: read always, proved where a key is there, never believed because it looks right."""

import base64
import json
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.einvoice.signed import QR_FIELDS, keys_in, problems_with_key, read_qr
from core.errors import RuleBroken
from tests.core.einvoice import portal
from tests.core.portal_papers import CASES, line, paper

PAYLOAD = portal.qr_payload(paper(line(price=100, gst=18)))
KEYS = {"portal.pem": portal.public_pem()}


def test_a_qr_signed_by_the_portal_holds() -> None:
    found = read_qr(portal.signed(PAYLOAD), KEYS)
    assert found.payload == PAYLOAD
    assert tuple(found.payload) == QR_FIELDS
    assert (found.iss, found.holds, found.key_name, found.key_id) == ("NIC", True, "portal.pem", "portal")


@pytest.mark.parametrize(
    "data", [portal.public_pem(), portal.certificate(), portal.certificate(encoding=Encoding.DER)]
)
def test_keys_and_certificates_do_alike(data: bytes) -> None:
    assert read_qr(portal.signed(PAYLOAD), {"one": portal.public_pem("other"), "two": data}).key_name == "two"
    assert problems_with_key(data) == []


def test_without_a_key_the_fields_are_shown_and_nothing_is_claimed() -> None:
    found = read_qr(portal.signed(PAYLOAD), {})
    assert (found.payload, found.holds) == (PAYLOAD, None)


def test_another_s_signature_does_not_hold_and_the_fields_are_shown() -> None:
    found = read_qr(portal.signed(PAYLOAD, "forger"), KEYS)
    assert (found.payload, found.holds, found.key_name) == (PAYLOAD, False, "")


def test_one_changed_letter_breaks_the_seal() -> None:
    head, body, seal = portal.signed(PAYLOAD).split(".")
    told = json.loads(base64.urlsafe_b64decode(body + "=="))
    told["data"] = told["data"].replace("SI/0001", "SI/0002")
    forged = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    found = read_qr(f"{head}.{forged}.{seal}", KEYS)
    assert (found.payload["DocNo"], found.holds) == ("SI/0002", False)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_text_signed_another_way_does_not_hold(algorithm: str) -> None:
    secret = None if algorithm == "none" else "a secret of thirty-two characters!"
    text = jwt.encode({"data": json.dumps(PAYLOAD), "iss": "NIC"}, secret, algorithm=algorithm)
    assert read_qr(text, KEYS).holds is False


def test_the_payload_alone_is_read_as_what_it_is() -> None:
    for text in (json.dumps(PAYLOAD), json.dumps({"data": json.dumps(PAYLOAD), "iss": "NIC"})):
        found = read_qr(text, KEYS)
        assert (found.payload, found.holds) == (PAYLOAD, None)


def test_the_published_payload_is_read() -> None:
    expected = CASES["EINVOICE-14"]["expected"]["fields"]
    assert read_qr(json.dumps(expected), {}).payload == expected
    assert read_qr(portal.signed(expected), KEYS).payload == expected


@pytest.mark.parametrize(
    "text",
    ["", "hello", "a.b.c", "{", "{}", "[]", '{"data": "x"}', '{"data": []}', "." * 100_000, '{"a":' * 50_000],
)
def test_what_is_no_qr_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="signed"):
        read_qr(text, KEYS)


def test_keys_are_read_from_folders_and_other_files_passed_over(tmp_path: Path) -> None:
    (tmp_path / "nic.pem").write_bytes(portal.public_pem())
    (tmp_path / "README.md").write_text("nothing")
    (tmp_path / "huge.pem").write_bytes(b"x" * (65 << 10))
    assert list(keys_in(tmp_path / "not there", tmp_path)) == ["nic.pem"]


def test_what_is_no_key_is_told() -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    for data in (b"", b"hello", curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)):
        assert [each.code for each in problems_with_key(data)] == ["KEY"]
        assert read_qr(portal.signed(PAYLOAD), {"odd": data}).holds is False

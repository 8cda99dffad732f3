"""A portal for tests: signs as the invoice registration portal does, with a key of its own."""

import datetime as dt
import json
from functools import cache
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.einvoice.inv01 import sup_typ
from core.einvoice.irn import irn_of
from core.gst.portal import day
from core.invoicing.model import Document

ACK_AT = "2026-11-20 12:30:00"


@cache
def key(name: str = "portal") -> rsa.RSAPrivateKey:
    """A key pair by name, made once a run."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def public_pem(name: str = "portal") -> bytes:
    """Its public key, as a portal publishes it."""
    return key(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def certificate(name: str = "portal", *, encoding: Encoding = Encoding.PEM) -> bytes:
    """A certificate that holds it."""
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A portal for tests")])
    since = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key(name).public_key())
        .serial_number(1)
        .not_valid_before(since)
        .not_valid_after(since + dt.timedelta(days=365))
    )
    return built.sign(key(name), SHA256()).public_bytes(encoding)


def signed(payload: dict[str, Any], name: str = "portal") -> str:
    """A payload as the portal signs it."""
    claims = {"data": json.dumps(payload), "iss": "NIC"}
    return jwt.encode(claims, key(name), algorithm="RS256", headers={"kid": name})


def qr_payload(document: Document) -> dict[str, Any]:
    """What the QR of a paper says."""
    lines = [line for line in document.lines if line.treatment == "taxable"]
    abroad = (sup_typ(document) or "").startswith("EXP")
    return {
        "SellerGstin": document.seller.gstin,
        "BuyerGstin": "URP" if abroad else document.buyer.gstin,
        "DocNo": document.number.upper(),
        "DocTyp": document.type,
        "DocDt": day(document.dated_on),
        "TotInvVal": document.totals.invoice_value_paise / 100,
        "ItemCnt": len(lines),
        "MainHsnCode": max(lines, key=lambda line: line.taxable_paise).hsn,
        "Irn": irn_of(document.seller.gstin, document.dated_on, document.type, document.number),
        "IrnDt": ACK_AT,
    }


def answer(document: Document, *, name: str = "portal", **changes: Any) -> dict[str, Any]:
    """The portal's answer to a paper; `changes` alter the QR's payload before it is signed."""
    payload = qr_payload(document)
    return {
        "AckNo": 232_210_036_743_849,
        "AckDt": ACK_AT,
        "Irn": payload["Irn"],
        "SignedInvoice": signed({"Irn": payload["Irn"], "Version": "1.1"}, name),
        "SignedQRCode": signed({**payload, **changes}, name),
        "Status": "ACT",
        "EwbNo": None,
        "EwbDt": None,
        "EwbValidTill": None,
        "Remarks": None,
    }

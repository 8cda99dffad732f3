"""Makes packs of facts: `key` makes a signing key, `make` signs tables of core/facts/data into one file.

    python installers/facts_pack.py key release-2026 -o PRIVATE_FILE
    python installers/facts_pack.py make --key PRIVATE_FILE --version 2026-12 --about "…" rates limits -o OUT.bahifacts

The private file is one line, the key's name and 32 bytes in base64, for the eyes of whoever releases alone.
docs/facts.md tells how a pack is made, signed and applied.
"""

import argparse
import base64
import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.facts.pack import read_pack, write_pack
from core.facts.reader import Facts
from core.facts.records import TrustedKey
from core.facts.tables import TABLES


def main(arguments: list[str]) -> int:
    """Run one of the two commands; 0 when done."""
    parser = argparse.ArgumentParser(prog="facts_pack.py", description="Make a signed pack of facts.")
    commands = parser.add_subparsers(required=True)
    key = commands.add_parser("key", help="make a signing key; prints its public half")
    key.add_argument("name")
    key.add_argument("-o", "--output", type=Path, required=True)
    key.set_defaults(run=_make_key)
    make = commands.add_parser("make", help="sign tables into a pack")
    make.add_argument("tables", nargs="+", choices=sorted(TABLES))
    make.add_argument("--key", type=Path, required=True, help="the private file")
    make.add_argument("--version", required=True, help="2026-12, or 2026-12.1 for a second one of the month")
    make.add_argument("--about", default="")
    make.add_argument("--data", type=Path, help="a folder of tables in place of core/facts/data")
    make.add_argument("-o", "--output", type=Path, required=True)
    make.set_defaults(run=_make_pack)
    given = parser.parse_args(arguments)
    given.run(given)
    return 0


def _make_key(given: argparse.Namespace) -> None:
    key = Ed25519PrivateKey.generate()
    private = base64.b64encode(key.private_bytes_raw()).decode()
    with os.fdopen(os.open(given.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{given.name} {private}\n")
    sys.stdout.write(f"{given.name} {base64.b64encode(key.public_key().public_bytes_raw()).decode()}\n")


def _make_pack(given: argparse.Namespace) -> None:
    name, private = given.key.read_text().split()
    secret = base64.b64decode(private, validate=True)
    facts = Facts(given.data) if given.data else Facts.shipped()
    tables = {table: facts.entries(table, TABLES[table].row) for table in given.tables}
    data = write_pack(tables, version=given.version, key=name, private=secret, about=given.about)
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    trusted = TrustedKey(
        id=name, public=base64.b64encode(public).decode(), since=None, until=None, source="itself"
    )
    read_pack(data, keys=[trusted])  # what cannot be read here is not handed out
    given.output.write_bytes(data)
    sys.stdout.write(f"{given.output}: {len(data)} bytes, version {given.version}, signed by {name}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Anki's own sync of as many notes, by Anki's own library and server; run by a Python that has the `anki` wheel.

`PYTHON anki_alone.py CHANGES` prints one JSON object: version, push_s, pull_s, quiet_ms. Each note has eight fields.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FIELDS = 8


def main(changes: int) -> None:
    """Measure and print."""
    from anki import buildinfo

    with tempfile.TemporaryDirectory(prefix="anki-") as made, socket.socket() as free:
        folder = Path(made)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        told = {"SYNC_USER1": "a:b", "SYNC_BASE": str(folder), "SYNC_HOST": "127.0.0.1", "SYNC_PORT": str(port),
                "MAX_SYNC_PAYLOAD_MEGS": "1000", "RUST_LOG": "error"}  # fmt: skip
        server = subprocess.Popen(
            [sys.executable, "-c", "import anki.syncserver as s; s.run_sync_server()"],
            env={**os.environ, **told}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait_for(port)
            print(json.dumps({"version": buildinfo.version, **_measured(folder, port, changes)}))
        finally:
            server.terminate()
            server.wait(20)


def _measured(folder: Path, port: int, changes: int) -> dict[str, float]:
    from anki.collection import Collection

    url = f"http://127.0.0.1:{port}/"
    one, two = (Collection(str(folder / f"{name}.anki2")) for name in ("one", "two"))
    kind = one.models.new("Eight")
    for n in range(FIELDS):
        one.models.add_field(kind, one.models.new_field(f"Field {n}"))
    template = one.models.new_template("Card")
    template["qfmt"], template["afmt"] = "{{Field 0}}", "{{Field 1}}"
    one.models.add_template(kind, template)
    one.models.add(kind)
    _first(one, url, upload=True)
    _first(two, url, upload=False)
    _write(one, changes)
    push_s = _seconds(one, url)
    pull_s = _seconds(two, url)
    quiet_ms = min(_seconds(two, url) for _n in range(5)) * 1_000
    assert two.note_count() == changes
    for collection in (one, two):
        collection.close()
    return {"push_s": push_s, "pull_s": pull_s, "quiet_ms": quiet_ms}


def _first(collection: Any, url: str, *, upload: bool) -> None:
    auth = collection.sync_login("a", "b", url)
    done = collection.sync_collection(auth, False)
    collection.close_for_full_sync()
    collection.full_upload_or_download(auth=auth, server_usn=done.server_media_usn, upload=upload)
    collection.reopen(after_full_sync=True)


def _write(collection: Any, changes: int) -> None:
    from anki.collection import AddNoteRequest

    kind = collection.models.by_name("Eight")
    deck = collection.decks.id("Default")
    for start in range(0, changes, 1_000):
        requests = []
        for n in range(start, min(start + 1_000, changes)):
            note = collection.new_note(kind)
            note.fields = [
                f"P{n:06}", f"Traders {n}", f"+9198{n * 7919 % 10**8:08}", f"office{n}@traders.example",
                f"Manager {n % 89}", f"Route {n % 41}", f"Town {n % 7}", f"Agent {n % 13}",
            ]  # fmt: skip
            requests.append(AddNoteRequest(note=note, deck_id=deck))
        collection.add_notes(requests)


def _seconds(collection: Any, url: str) -> float:
    auth = collection.sync_login("a", "b", url)
    start = time.perf_counter()
    collection.sync_collection(auth, False)
    return time.perf_counter() - start


def _wait_for(port: int) -> None:
    for _try in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("Anki's server does not listen")


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""One business day in the real program: `make run`.

With a display it opens the window on the sample company. Without one it does the whole day through the command
line and a real service, photographs the window's screens, and leaves everything in build/demo.
"""

import argparse
import datetime as dt
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.clock import SystemClock, today
from core.money import paise as paise_of
from core.words import money_text
from tests.journeys.sample import PASSPHRASE, build_sample
from tests.journeys.sample_money import STATEMENT

ROOT = Path(__file__).resolve().parents[2]
BAHI = Path(sys.executable).with_name("bahi")
WAIT_SECONDS = 30


class Day:
    """A day's work: each step runs the program as a user would and says one line of what came of it."""

    def __init__(self, folder: Path, on: dt.date) -> None:
        self.folder = folder
        self.on = on
        self.desk = folder / "nandi.bahi"
        self.field = folder / "field.bahi"
        home = folder / "home"
        home.mkdir(parents=True)
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
            "HOME": str(home),
            "BAHI_PASSPHRASE": PASSPHRASE,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "QT_QPA_PLATFORM": "offscreen",
            "QT_LOGGING_RULES": "qt.text.font.db=false",
        }

    def say(self, text: str) -> None:
        print(f"  {text}", flush=True)

    def bahi(self, *words: object) -> str:
        """Run the program; its failure ends the day with its own words."""
        command = [str(BAHI), *(str(word) for word in words)]
        done = subprocess.run(
            command, env=self.env, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def ask(self, *words: object) -> Any:
        """Run the program and read its one JSON value."""
        return json.loads(self.bahi(*words, "--json"))

    def write(self, name: str, content: Mapping[str, Any]) -> Path:
        """An interchange file for the program to read."""
        path = self.folder / name
        path.write_text(json.dumps({"format": "bahi/1", **content}, indent=1, ensure_ascii=False))
        return path

    def run(self) -> None:
        """The whole day."""
        started = time.monotonic()
        print(f"A day at Nandi Instruments, {self.on:%d-%m-%Y}", flush=True)
        build_sample(self.desk, self.on)
        self._morning()
        invoices = self._sales()
        self._money(invoices)
        self._bank()
        self._collections()
        self._standing()
        self._returns()
        self._two_devices(invoices)
        self._evening()
        self._photographs()
        print(f"Done in {time.monotonic() - started:.0f} s. Papers and screens lie in {_shown(self.folder)}.")

    def _morning(self) -> None:
        ageing = self.ask("ageing", self.desk, "--on", self.on)
        late = sum(paise_of(paise) for name, paise in ageing["buckets"].items() if name != "not_due")
        owed = money_text(paise_of(ageing["total"]))
        self.say(
            f"morning   {owed} is owed by {len(ageing['parties'])} parties, {money_text(late)} of it late"
        )

    def _sales(self) -> list[dict[str, Any]]:
        parties = [row["code"] for row in self.ask("ageing", self.desk, "--on", self.on)["parties"]]
        pump = {"item": "PUMP", "description": "Dosing pump 12 LPH", "hsn": "84138190", "price": "18500.00"}
        gloves = {"item": "GLOVE", "description": "Cotton gloves", "hsn": "61169200", "price": "38.25"}
        visit = {
            "item": "INST",
            "description": "साइट पर स्थापना · Installation",
            "hsn": "998732",
            "price": "12500.00",
        }
        lines = [
            {**pump, "quantity": "4", "unit": "NOS", "discount_pct": "5", "gst_rate": "18"},
            {**gloves, "quantity": "12", "unit": "PRS", "gst_rate": "5"},
            {**visit, "quantity": "1", "unit": "NA", "gst_rate": "18"},
        ]
        documents = [
            {"type": "INV", "party": code, "rounding": "rupee", "lines": lines[: n % 3 + 1]}
            for n, code in enumerate(parties[:6], 2)
        ]
        issued = self.ask(
            "issue", self.desk, self.write("sales.json", {"documents": documents}), "--on", self.on
        )
        invoices: list[dict[str, Any]] = issued["documents"]
        self._credit(invoices[0])
        for paper in invoices:
            self._print(self.desk, paper["number"], "invoice")
        worth = sum(paise_of(paper["totals"]["invoice_value"]) for paper in invoices)
        self.say(
            f"sales     {len(invoices)} invoices for {money_text(worth)}, printed; one answered by a credit note"
        )
        return invoices

    def _credit(self, invoice: dict[str, Any]) -> None:
        line = {key: invoice["lines"][0][key] for key in ("description", "hsn", "unit", "price", "gst_rate")}
        note = {
            "type": "CRN",
            "party": invoice["party"],
            "original": {"number": invoice["number"], "date": invoice["date"]},
            "reason": "return",
            "lines": [{**line, "quantity": "1"}],
        }
        path = self.write("credit.json", {"documents": [note]})
        issued = self.ask("issue", self.desk, path, "--on", self.on)["documents"][0]
        self._print(self.desk, issued["number"], "credit note")

    def _money(self, invoices: list[dict[str, Any]]) -> None:
        paid = invoices[1:4]
        receipts = []
        for n, paper in enumerate(paid):
            value = paise_of(paper["totals"]["invoice_value"])
            tds = paise_of(paper["totals"]["taxable"]) * 2 // 10_000 * 100 if n == 0 else 0
            receipts.append(
                {
                    "party": paper["party"],
                    "date": str(self.on),
                    "mode": "neft",
                    "reference": f"UTR{self.on:%d%m%y}{n}",
                    "amount": _rupees(value - tds),
                    "deductions": [{"kind": "tds", "code": "1024", "amount": _rupees(tds)}] if tds else [],
                    "allocations": [{"document": paper["number"], "amount": _rupees(value)}],
                }
            )
        path = self.write("receipts.json", {"receipts": receipts})
        taken = self.ask("issue", self.desk, path, "--on", self.on)["receipts"]
        self._print(self.desk, taken[0]["number"], "receipt")
        self.say(f"money     {len(taken)} receipts, one with TDS, each set against its bill")

    def _bank(self) -> None:
        statement = self.folder / STATEMENT
        told = self.ask("bank", self.desk, statement, "--dry-run", "--on", self.on)
        done = self.ask("bank", self.desk, "--certain", "--on", self.on)
        differs = paise_of(done["reconciliation"]["difference"])
        if told["new"] or differs:
            raise SystemExit(
                f"the statement is not explained: {told['new']} new lines, {differs} paise apart"
            )
        self.say(
            f"bank      {told['known']} lines known again, {done['matched']} matched for certain with "
            f"{len(done['receipts'])} new receipts, {len(done['open'])} left to a person; reconciled to the paisa"
        )
        year = self.on.year if self.on.month > 3 else self.on.year - 1
        rows = self.ask("tds", self.desk, "--year", year, "--on", self.on)["rows"]
        amiss = [row for row in rows if row["state"] in ("missing", "short")]
        kept = sum(paise_of(row["deducted"]) for row in rows)
        self.say(
            f"tds       {money_text(kept)} kept back this year, {len(amiss)} deductors' quarters to ask about"
        )

    def _standing(self) -> None:
        folder = self.folder / "statements"
        made = self.ask("statements", self.desk, "--on", self.on, "-o", folder)
        groups = self.ask("ageing", self.desk, "--by", "salesperson", "--on", self.on)["groups"]
        worst = max(groups, key=lambda row: paise_of(row["total"]))
        book = self.ask("trial-balance", self.desk, "--on", self.on)["total"]
        if book["debit"] != book["credit"]:
            raise SystemExit(f"the trial balance is out: {book}")
        self.say(
            f"standing  {len(list(folder.iterdir()))} statements of account written; {worst['name']} is owed most, "
            f"{money_text(paise_of(worst['total']))}; the trial balance agrees at {money_text(paise_of(book['debit']))}"
        )
        assert made

    def _collections(self) -> None:
        work = self.ask("worklist", self.desk, "--on", self.on)
        sent = self.ask("remind", self.desk, "--on", self.on)
        reminders = sent["reminders"] if isinstance(sent, dict) else sent
        for reminder in reminders[:2]:
            self._print(self.desk, reminder["number"], "reminder")
        worst = work[0]["code"]
        self.bahi(
            "statement", self.desk, worst, "--on", self.on, "-o", self.folder / f"statement {worst}.pdf"
        )
        self.say(
            f"chasing   {len(work)} parties to chase, {len(reminders)} reminders written; worst is {worst}"
        )

    def _returns(self) -> None:
        last = self.on.replace(day=1) - dt.timedelta(days=1)
        period, book = f"{last:%Y-%m}", self.desk
        found = self.ask("returns", book, "preflight", "--period", period, "--on", self.on)["findings"]
        for what, name in (("gstr1", "GSTR-1.json"), ("gstr1", "GSTR-1.xlsx"), ("gstr3b", "GSTR-3B.json")):
            target = self.folder / f"{name.partition('.')[0]} {period}.{name.partition('.')[2]}"
            self.bahi("returns", book, what, "--period", period, "--on", self.on, "-o", target)
        told = self.ask("check", "return", "--input", self.folder / f"GSTR-1 {period}.json")
        if not told["accepted"]:
            raise SystemExit(f"the portal's rules refuse our GSTR-1: {told['problems']}")
        self.bahi(
            "returns", book, "file", "gstr1", "--period", period, "--arn", "AA2911260047110K", "--on", self.on
        )
        offered = self.ask("issue", book, self._lorry(), "--on", self.on)["documents"][0]
        self.bahi("ewaybill", book, offered["number"], "-o", self.folder / "e-way bill.json", "--on", self.on)
        self._print(book, offered["number"], "invoice by lorry")
        papers = told["totals"]["b2b"]["count"]
        self.say(
            f"returns   {period}: {len(found)} findings, none in the way; GSTR-1 of {papers} registered sales and 3B "
            "written as the portal takes them, filed; an e-way bill for a lorry"
        )

    def _lorry(self) -> Path:
        line = {"item": "PANEL", "description": "Control panel, IP65", "hsn": "85371000", "price": "58900.00",
                "quantity": "2", "unit": "NOS", "gst_rate": "18"}  # fmt: skip
        transport = {"mode": "road", "vehicle": "KA05AB1234", "distance_km": 346}
        paper = {"type": "INV", "party": "AMBAR", "rounding": "rupee", "transport": transport, "lines": [line],
                 "charges": [{"description": "Freight", "amount": "4500.00", "taxed": True}]}  # fmt: skip
        return self.write("lorry.json", {"documents": [paper]})

    def _two_devices(self, invoices: list[dict[str, Any]]) -> None:
        with self._service() as (url, code):
            self.bahi("share", self.desk, "--server", url, "--code", code)
            invitation = self.bahi("invite", self.desk, "--role", "owner").split()[0]
            self.bahi("join", self.field, "--server", url, "--code", invitation, "--user", "Farhan",
                      "--recovery-file", self.folder / "field recovery code.txt")  # fmt: skip
            bill, party = invoices[4]["number"], invoices[4]["party"]
            for book, phone, reference in ((self.desk, "111", "UTRDESK"), (self.field, "222", "UTRFIELD")):
                content = self._offline_work(book, party, bill, phone, reference)
                self.bahi("import", book, self.write("offline party.json", {"parties": content["parties"]}))
                del content["parties"]
                self.bahi("issue", book, self.write("offline.json", content), "--on", self.on)
            rounds = [self.ask("sync", book) for book in (self.field, self.desk, self.field)]
        proofs = [self.ask("verify", book) for book in (self.desk, self.field)]
        inbox = [item["kind"] for item in self.ask("inbox", self.desk)]
        if proofs[0]["digest"] != proofs[1]["digest"] or not all(proof["ok"] for proof in proofs):
            raise SystemExit(f"the two books do not agree: {proofs}")
        moved = sum(each["sent"] + each["received"] for each in rounds)
        self.say(
            f"sync      two devices worked apart, {moved} changes moved, both books read {proofs[0]['digest']}"
        )
        self.say(f"inbox     {', '.join(sorted(set(inbox)))}: both sides shown")

    def _offline_work(self, book: Path, party: str, bill: str, phone: str, reference: str) -> dict[str, Any]:
        owed = next(
            row for row in self.ask("ageing", book, "--on", self.on)["parties"] if row["code"] == party
        )
        lines = [
            {
                "description": "Service visit",
                "hsn": "998719",
                "unit": "NA",
                "price": "4500.00",
                "gst_rate": "18",
            }
        ]
        value = self.ask("show", book, bill)["open"]
        assert paise_of(owed["total"]) >= paise_of(value)
        receipt = {"party": party, "date": str(self.on), "mode": "upi", "reference": reference, "amount": value,
                   "allocations": [{"document": bill, "amount": value}]}  # fmt: skip
        return {
            "parties": [{"code": party, "phone": f"+9198000{phone}"}],
            "documents": [{"type": "INV", "party": party, "rounding": "rupee", "lines": lines}],
            "receipts": [receipt],
        }

    @contextmanager
    def _service(self) -> Iterator[tuple[str, str]]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        database = f"sqlite:///{self.folder / 'service.db'}"
        log = (self.folder / "service.log").open("w")
        command = [str(BAHI), "serve", "--database", database, "--port", str(port)]
        server = subprocess.Popen(
            command, env=self.env, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield f"http://127.0.0.1:{port}", self._founding_code(server)
        finally:
            server.terminate()
            server.wait(WAIT_SECONDS)
            log.close()

    def _founding_code(self, server: "subprocess.Popen[bytes]") -> str:
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until and server.poll() is None:
            said = (self.folder / "service.log").read_text()
            if found := re.search(r"\b[0-9A-Z]{4,}(?:-[0-9A-Z]{4,})+\b", said):
                return found[0]
            time.sleep(0.1)
        raise SystemExit(f"the service did not start: {(self.folder / 'service.log').read_text()}")

    def _evening(self) -> None:
        self.bahi("backup", self.desk, "-o", self.folder / "nandi.bahibackup")
        self.bahi("export", self.desk, "-o", self.folder / "nandi.json")
        proof = self.ask("verify", self.desk)
        self.say(f"evening   backup and export written; {proof['changes']} changes proved, no problem found")

    def _photographs(self) -> None:
        command = [
            sys.executable,
            "-m",
            "tests.journeys.photographs",
            str(self.desk),
            str(self.folder / "screens"),
        ]
        subprocess.run(command, env=self.env, cwd=ROOT, check=True)
        shots = sorted((self.folder / "screens").glob("*.png"))
        self.say(f"screens   {len(shots)} photographs of the window")

    def _print(self, book: Path, number: str, what: str) -> None:
        name = f"{what} {number.replace('/', '-')}.pdf"
        self.bahi("print", book, number, "-o", self.folder / name)


def _rupees(paise: int) -> str:
    return f"{paise // 100}.{paise % 100:02}"


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def open_window(folder: Path, on: dt.date) -> int:
    """The window on the sample company, made anew each day."""
    book = folder / f"nandi-{on}.bahi"
    if not book.exists():
        folder.mkdir(parents=True, exist_ok=True)
        print("Making the sample company…", flush=True)
        build_sample(book, on)
    return subprocess.run(
        [str(BAHI), str(book)], env={**os.environ, "BAHI_PASSPHRASE": PASSPHRASE}, check=False
    ).returncode


def main() -> int:
    """Choose between the window and the day without one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--headless", action="store_true", help="do the day without a window, display or not")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "demo")
    given = parser.parse_args()
    on = today(SystemClock())
    if not given.headless and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return open_window(given.folder.with_name("sample"), on)
    shutil.rmtree(given.folder, ignore_errors=True)
    Day(given.folder.resolve(), on).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

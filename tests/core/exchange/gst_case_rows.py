"""Interchange files built from the rows of published GSTR-1 tables: papers that come to those rows."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.core.exchange.gst_case_files import DAY, EARLIER, a_file, company, line, paper, party

Json = dict[str, Any]
PART = 50_000
"""What a consumer in another State may be billed at once without being told apart (Table 5)."""
CATEGORIES = {"R": "registered", "DE": "deemed_export", "SEWP": "sez", "SEWOP": "sez"}


def period_of(rows: Iterable[Json], period: str) -> str:
    """The month that the rows' own dates lie in, else that of the case, MMYYYY."""
    days = [row["date"] for row in rows if "date" in row]
    return max(days)[:7] if days else f"{period[2:]}-{period[:2]}"


def file_of(section: str, rows: list[Json], period: str) -> Json:
    """The file whose period's GSTR-1 has these rows in a section."""
    found = BUILDERS[section](rows, period_of(rows, period))
    return {**found, "company": company("27")}


def _grouped(rows: Iterable[Json]) -> list[list[Json]]:
    """Rows of one paper together."""
    groups: list[list[Json]] = []
    for row in rows:
        if row.get("same_invoice") or row.get("same_note"):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _lines(rows: Iterable[Json]) -> list[Json]:
    return [line(taxable=row["txval"], rate=row["rt"], cess_per_unit=row.get("cess", 0)) for row in rows]


def _buyer(row: Json) -> Json:
    kind = CATEGORIES[row.get("type", "R")]
    return party(kind, row["ctin"][:2], name=row["ctin"], gstin=row["ctin"])


def _registered(rows: list[Json], _month: str) -> Json:
    """Invoices, amended ones and notes of registered buyers."""
    buyers, documents, filed = [], [], set()
    for group in _grouped(rows):
        row = group[0]
        buyers.append(_buyer(row))
        said: Json = {}
        if "oinum" in row:
            said["amends"] = {"number": row["oinum"], "date": row["odate"]}
            filed.add(row["odate"][:7])
        if "ntty" in row:
            said |= {
                "type": "CRN" if row["ntty"] == "C" else "DBN",
                "original": {"number": "ORIG-1", "date": "2017-07-01"},
            }
        documents.append(
            paper(
                buyers[-1],
                _lines(group),
                number=row.get("inum", row.get("nt_num")),
                date=row["date"],
                place_of_supply=row["pos"],
                with_payment={"SEWP": True, "SEWOP": False}.get(row.get("type", "R")),
                **said,
            )
        )
    return a_file(buyers, documents, filed=sorted(filed))


def _consumers(rows: list[Json], _month: str) -> Json:
    """Invoices and notes of consumers, and those that leave India."""
    buyers, documents = [], []
    for group in _grouped(rows):
        row = group[0]
        kind = row.get("exp_typ", row.get("typ", "B2CL"))
        abroad = kind in ("WPAY", "WOPAY", "EXPWP", "EXPWOP")
        buyers.append(party("overseas", "96") if abroad else party("unregistered", row["pos"]))
        said: Json = {"with_payment": kind in ("WPAY", "EXPWP")} if abroad else {}
        if "port" in row:
            said["shipping_bill"] = {"port": row["port"], "number": row["sb"], "date": row["sbdate"]}
        if "ntty" in row:
            said |= {
                "type": "CRN" if row["ntty"] == "C" else "DBN",
                "original": {"number": "ORIG-1", "date": "2017-07-01"},
            }
        number = row.get("inum", row.get("nt_num"))
        documents.append(paper(buyers[-1], _lines(group), number=number, date=row["date"], **said))
    return a_file(buyers, documents)


def _small(rows: list[Json], month: str) -> Json:
    """Each row as many invoices below the limit of Table 5, a negative one as credit notes."""
    buyers, documents = [], []
    for row in rows:
        buyers.append(party("unregistered", row["pos"]))
        for n, part in enumerate(_parts(row["txval"])):
            cess = 0 if n else row.get("cess", 0)
            documents.append(
                paper(
                    buyers[-1],
                    [line(taxable=abs(part), rate=row["rt"], cess_per_unit=cess)],
                    date=f"{month}-05",
                    number=f"N-{len(documents)}",
                    type="CRN" if part < 0 else "INV",
                    applicable_percent=row.get("applicable_percent"),
                    original={"number": "ORIG-1", "date": f"{month}-01"} if part < 0 else None,
                )
            )
    return a_file(buyers, documents)


def _parts(value: int) -> Iterator[int]:
    sign, left = (-1 if value < 0 else 1), abs(value)
    while left:
        part = min(left, PART)
        left -= part
        yield sign * part


def _untaxed(rows: list[Json], month: str) -> Json:
    buyers, documents = [], []
    for n, row in enumerate(rows):
        across, who = row["desc"].split()
        buyers.append(party(who, "29" if across == "Inter" else "27"))
        treatments = [key for key in ("nil", "exempt", "non_gst") if key in row]
        lines = [line(taxable=row[key], treat=key) for key in treatments]
        documents.append(paper(buyers[-1], lines, number=f"N-{n}", date=f"{month}-05"))
    return a_file(buyers, documents)


def _advances(rows: list[Json], month: str, *, adjusted: bool = False) -> Json:
    buyers, advances = [], []
    for n, row in enumerate(rows):
        buyers.append(party("unregistered", row["pos"]))
        amount = row["ad_amt"] * (100 + row["rt"]) / 100 + row.get("cess", 0)
        advance = {
            "number": f"RV-{n}", "date": f"{month}-05", "party": buyers[-1]["code"], "amount": f"{amount:.2f}",
            "gst_rate": row["rt"], "cess": row.get("cess", 0),
        }  # fmt: skip
        if adjusted:
            use = {"document": f"A-{n}", "date": f"{month}-05", "amount": f"{amount:.2f}"}
            advance |= {"date": "2025-05-20", "adjusted": [use]}
        advances.append(advance)
    return a_file(buyers, advances=advances)


def of_hsn(rows: list[Json]) -> Json:
    """A paper for each row, in another State where the row bears IGST."""
    buyers, documents = [], []
    for n, row in enumerate(rows):
        buyers.append(party("registered", "29" if "igst" in row else "27"))
        one = line(row, price=row["txval"] / row["qty"], unit=row["uqc"])
        documents.append(paper(buyers[-1], [one], number=f"A-{n}"))
    return a_file(buyers, documents, company=company("27"))


def of_numbers(rows: list[Json]) -> Json:
    """A paper for every number of each row, the last ones of it cancelled."""
    buyer = party()
    documents, cancelled = [], []
    types = {"Invoices for outward supply": "INV", "Credit Note": "CRN", "Debit Note": "DBN"}
    for row in rows:
        prefix, _dash, first = row["from"].rpartition("-")
        for at in range(row["total"]):
            number = f"{prefix}-{int(first) + at:0{len(first)}d}"
            of_type = types[row["nature"]]
            documents.append(paper(buyer, [line(taxable=100)], type=of_type, number=number))
            if at >= row["total"] - row["cancelled"]:
                cancelled.append({"type": of_type, "number": number, "date": DAY, "reason": "x"})
    return a_file(buyer, documents, cancelled=cancelled)


def of_natures(natures: Iterable[str]) -> tuple[Json, list[Json]]:
    """The parts of a file that use one number of each of these natures."""
    buyer = party()
    one = [line(taxable=100)]
    voucher = {"number": "RV-1", "date": DAY, "party": buyer["code"], "amount": "118", "gst_rate": "18"}
    back = {"number": "RF-1", "date": DAY, "party": buyer["code"], "amount": "18",
            "voucher": {"number": "RV-1", "date": DAY}}  # fmt: skip
    made: dict[str, Json] = {
        "Invoices for outward supply": {"documents": paper(buyer, one)},
        "Revised Invoice": {
            "documents": paper(buyer, one, number="S-1", revises={"number": "OLD-1", "date": EARLIER})
        },
        "Debit Note": {"documents": paper(buyer, one, type="DBN", number="D-1")},
        "Credit Note": {"documents": paper(buyer, one, type="CRN", number="C-1")},
        "Receipt Voucher": {"advances": voucher},
        "Refund Voucher": {"advances": voucher, "refunds": back},
        "Delivery Challan for job work": {
            "documents": paper(buyer, one, type="CHL", number="H-1", purpose="job_work")
        },
    }
    files = []
    for nature in natures:
        parts = made[nature]
        listed = {key: [value] for key, value in parts.items()}
        files.append(a_file(buyer, listed.pop("documents", []), **listed))
    return buyer, files


BUILDERS: dict[str, Callable[[list[Json], str], Json]] = {
    "b2b": _registered,
    "b2ba": _registered,
    "cdnr": _registered,
    "b2cl": _consumers,
    "cdnur": _consumers,
    "exp": _consumers,
    "b2cs": _small,
    "nil": _untaxed,
    "at": _advances,
    "txpd": lambda rows, month: _advances(rows, month, adjusted=True),
}

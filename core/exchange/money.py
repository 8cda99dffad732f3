"""Takes in what settles papers, in the order in which everything fits.

What was undone comes first, each settlement with its undoing; then what was taken back, each receipt having settled
what it once settled; then all that stands: what the file says before what it leaves to the rule.
"""

from collections.abc import Sequence

from core.exchange.advances import take_set_offs, take_undone_set_offs, take_vouchers
from core.exchange.bank import Lines
from core.exchange.cheques import take_cheques
from core.exchange.credits import Credit, take_by_rule, take_stated, take_undone
from core.exchange.interest import take_acceptances, take_interest
from core.exchange.model import BahiFile
from core.exchange.money_back import (
    Payments,
    pay_undone,
    reversed_papers,
    take_paybacks,
    take_reversals,
)
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import Tally
from core.exchange.tds import take_tds
from core.exchange.write_offs import WriteOffs
from core.ids import Id
from core.store.work import Work


def take_money(
    work: Work,
    register: Register,
    file: BahiFile,
    given: Sequence[Credit],
    findings: Findings,
    tally: Tally,
) -> None:
    """Take in vouchers, money given and taken back, what settles what, and what bank and department said of it."""
    vouchers = take_vouchers(work, register, file, findings, tally)
    paybacks = take_paybacks(work, register, file, findings, tally)
    take_cheques(work, register, file, findings, tally)
    take_tds(work, register, file, findings, tally)
    findings.finish()
    gone = reversed_papers(register, file)
    write_offs = WriteOffs(work, register, file, findings)
    payments = Payments(work, register, paybacks, findings)
    write_offs.take_undone(tally)
    take_undone(work, register, given, findings)
    take_undone_set_offs(work, register, vouchers, findings)
    pay_undone(work, register, paybacks, findings)
    by_id = {credit.id: credit for credit in given}

    def settle(paper: Id) -> None:
        take_stated(work, register, [by_id[paper]] if paper in by_id else [], findings)
        payments.take_of(paper)
        write_offs.take_of(paper, tally)

    take_reversals(work, register, file, findings, tally, settle)
    standing = [credit for credit in given if credit.id not in gone]
    take_set_offs(work, register, vouchers, file, findings, tally)
    take_stated(work, register, standing, findings)
    payments.take_rest()
    write_offs.take_rest(tally)
    take_by_rule(work, register, standing, findings)
    Lines(work, register, file, findings).take(tally)
    take_acceptances(work, register, file, findings, tally)
    take_interest(work, register, file, findings, tally)

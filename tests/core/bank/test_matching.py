"""Lines matched with money of the book: by reference, cheque, amount, name and day; one to many and many to one."""

import random

import pytest

from core.bank.grouping import adding_up
from core.bank.matching import choices
from core.bank.proposal import BankLine, Money
from tests.core.bank.lines import LOTUS, MANGO, SHREE, an_id, known, line, money, only, proposed

UTR = "HDFCN52026081012345678"


def taken(lines: list[BankLine], papers: list[Money]) -> set[tuple[tuple[bytes, ...], tuple[bytes, ...]]]:
    """The proposals as (lines, papers)."""
    return {(p.lines, tuple(sorted(m.paper for m in p.papers))) for p in proposed(lines, papers)}


def test_one_reference_and_one_amount_are_certain() -> None:
    came, paid = line(116_000, f"NEFT CR-{UTR}-SOMEBODY", days=2), money(116_000, reference=UTR)
    found = only([came], [paid, money(116_000, MANGO)])
    assert (found.papers, found.certain, found.confidence) == ((paid,), True, 99)
    assert found.reason == "The same reference and the same amount."


def test_one_reference_on_two_receipts_of_one_amount_is_for_a_person() -> None:
    found = only([line(500, UTR)], [money(500, reference=UTR), money(500, MANGO, reference=UTR)])
    assert not found.certain


def test_a_cheque_is_found_by_its_number_weeks_later() -> None:
    paid = money(25_000, mode="cheque", cheque="004512", reference="004512")
    found = only([line(25_000, "CHQ DEP 000000004512 CTS MUM", days=40)], [paid, money(25_000, MANGO)])
    assert (found.papers, found.certain) == ((paid,), True)
    assert "004512" in found.reason


def test_name_and_amount_within_days_are_certain_only_without_a_rival() -> None:
    came, paid = line(58_000, "NEFT-LOTUS FOODS PVT LT-N0987", days=1), money(58_000)
    found = only([came], [paid])
    assert (found.papers, found.certain) == ((paid,), True)
    assert "Lotus Foods Private Limited: name and amount" in found.reason
    rival = only([came], [paid, money(58_000, days=1)])
    assert not rival.certain


def test_an_amount_alone_is_never_certain_and_another_name_is_no_match() -> None:
    assert not only([line(58_000, "BY TRANSFER 8891")], [money(58_000)]).certain
    assert not any(
        found.papers for found in proposed([line(58_000, "NEFT-MANGO ELECTRICALS LLP")], [money(58_000)])
    )


def test_a_reference_that_differs_makes_doubt() -> None:
    told = only(
        [line(58_000, f"NEFT-LOTUS FOODS-{UTR}")], [money(58_000, reference="HDFCN52026081099999999")]
    )
    assert not told.certain
    assert "HDFCN52026081099999999" in told.reason


def test_money_that_comes_each_month_is_matched_with_the_nearest_day() -> None:
    papers = [money(10_000, days=30 * n) for n in range(4)]
    lines = [line(10_000, "NEFT-LOTUS FOODS PVT LTD", days=30 * n + 1) for n in range(4)]
    assert taken(lines, papers) == {((li.id,), (pa.paper,)) for li, pa in zip(lines, papers, strict=True)}


def test_no_line_and_no_money_is_proposed_twice() -> None:
    rng = random.Random(5)
    papers = [
        money(rng.choice((100, 200, 300)), rng.choice((LOTUS, MANGO)), days=rng.randrange(20))
        for _ in range(60)
    ]
    lines = [line(rng.choice((100, 200, 300)), rng.choice(("NEFT-LOTUS FOODS", "NEFT-MANGO ELECTRICALS", "BY TRF")),
                  days=rng.randrange(20)) for _ in range(60)]  # fmt: skip
    found = proposed(lines, papers)
    one = {each.paper: each.paise for each in papers} | {each.id: each.paise for each in lines}
    ids = [one_id for each in found for one_id in each.taken]
    assert len(ids) == len(set(ids))
    for each in found:
        if each.papers:
            assert sum(one[li] for li in each.lines) == sum(m.paise for m in each.papers)
    again = proposed(rng.sample(lines, 60), rng.sample(papers, 60))
    assert set(again) == set(found), "the order of what is given changes nothing"


def test_a_slip_of_cheques_is_one_line() -> None:
    slip = an_id()
    cheques = [money(n, party, mode="cheque", cheque=f"00{n}", slip=slip) for n, party in
               ((1100, LOTUS), (2300, MANGO), (4700, SHREE))]  # fmt: skip
    found = only(
        [line(8100, "CLG DEPOSIT 3 INST", days=2)], [*cheques, money(1100, mode="cheque", cheque="009999")]
    )
    assert (set(found.papers), found.certain) == (set(cheques), True)
    assert found.arithmetic[-1] == "together ₹ 8,100.00"


def test_cheques_without_a_slip_are_added_up_when_the_line_speaks_of_clearing() -> None:
    cheques = [money(n, party, mode="cheque", cheque=f"00{n}") for n, party in ((1100, LOTUS), (2300, MANGO))]
    found = only([line(3400, "BY CLG 2 INSTS", days=1)], [*cheques, money(900, SHREE, mode="cheque")])
    assert (set(found.papers), found.certain) == (set(cheques), False)


def test_one_transfer_is_several_receipts_of_one_reference() -> None:
    papers = [money(700, reference=UTR), money(300, MANGO, reference=UTR)]
    found = only([line(1000, UTR)], papers)
    assert (set(found.papers), found.certain) == (set(papers), True)


def test_one_line_is_several_receipts_of_a_party() -> None:
    papers = [money(700), money(310, days=-3), money(55, days=-1)]
    found = only([line(1010, "NEFT-LOTUS FOODS PVT LTD")], papers)
    assert (set(found.papers), found.certain) == (set(papers[:2]), False)


def test_several_lines_are_one_receipt() -> None:
    lines = [line(600, "NEFT-LOTUS FOODS PVT LTD"), line(415, "NEFT-LOTUS FOODS PVT LTD", days=1)]
    paid = money(1015)
    found = only(lines, [paid])
    assert (set(found.lines), found.papers) == ({each.id for each in lines}, (paid,))


def test_a_bounce_is_its_line_and_the_line_of_the_charge() -> None:
    out, charge = (
        line(-25_000, "CHQ RETURN 004512 FUNDS INSUFF"),
        line(-295, "CHQ RTN CHRGS INCL GST", days=1),
    )
    back = money(-25_295, type_="RVS", mode="cheque", cheque="004512", parts=(-2_500_000, -29_500))
    found = [each for each in proposed([out, charge], [back]) if each.papers]
    assert [set(each.lines) for each in found] == [{out.id, charge.id}]
    assert found[0].certain


def test_a_cheque_that_came_and_bounced_is_two_matches_of_opposite_sign() -> None:
    came, went = line(900, "CLG 004512"), line(-900, "CHQ RETURN 004512", days=3)
    paid = money(900, mode="cheque", cheque="004512")
    back = money(-900, type_="RVS", mode="cheque", cheque="004512", days=3)
    assert taken([came, went], [paid, back]) == {((came.id,), (paid.paper,)), ((went.id,), (back.paper,))}


def test_money_given_back_is_a_line_out() -> None:
    given = money(-4_000, MANGO, type_="PBK", reference="UTIBN62026081044445555")
    refund = money(-2_500, type_="RFV")
    lines = [
        line(-4_000, "NEFT DR-UTIBN62026081044445555-MANGO ELE"),
        line(-2_500, "NEFT DR-LOTUS FOODS", days=1),
    ]
    assert taken(lines, [given, refund]) == {
        ((lines[0].id,), (given.paper,)),
        ((lines[1].id,), (refund.paper,)),
    }


def test_the_bank_s_own_mistake_is_two_lines_without_a_paper() -> None:
    lines = [line(5_000, f"NEFT {UTR}"), line(-5_000, f"REV NEFT {UTR}", days=1)]
    found = only(lines)
    assert (set(found.lines), found.papers, found.certain) == ({each.id for each in lines}, (), False)


def test_all_that_a_line_may_be_is_told_the_likeliest_first() -> None:
    papers = [money(700), money(700, days=-9), money(400, days=-1), money(300, days=-2)]
    found = choices(line(700, "NEFT-LOTUS FOODS PVT LTD"), papers, known())
    assert found[0].papers == (papers[0],)
    told = {frozenset(each.papers) for each in found if each.papers}
    assert told >= {frozenset(papers[:1]), frozenset(papers[1:2]), frozenset(papers[2:])}
    confidences = [each.confidence for each in found]
    assert confidences == sorted(confidences, reverse=True)


@pytest.mark.parametrize("seed", range(20))
def test_sums_are_found_whenever_there_is_one(seed: int) -> None:
    rng = random.Random(seed)
    values = [rng.randrange(1, 40) for _ in range(rng.randrange(2, 11))]
    target = rng.randrange(2, 120)
    ways = [mask for mask in range(1 << len(values)) if mask.bit_count() >= 2
            and sum(v for n, v in enumerate(values) if mask >> n & 1) == target]  # fmt: skip
    found = adding_up(values, target)
    assert (found is None) == (not ways)
    if found is not None:
        assert sum(values[place] for place in found.places) == target
        assert found.is_only == (len(ways) == 1)
        assert len(found.places) == min(way.bit_count() for way in ways)

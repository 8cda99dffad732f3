"""The histories that have names, and where each is lived: every one ends with equal digests and nothing lost.

The names are those of the design; a history that is renamed or moved is missed here, and so is one that no longer
compares the digests or asks whether something still waits.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

HISTORIES: Mapping[str, tuple[str, ...]] = {
    "the same bill allocated on both": (
        "test_money_apart.test_of_two_sums_for_one_bill_the_second_lies_on_account",
    ),
    "a bill cancelled on A while B receives on it": (
        "test_inbox_apart.test_a_bill_cancelled_here_while_money_came_for_it_there",
    ),
    "credit note on A and full allocation on B": (
        "test_money_apart.test_a_credit_note_and_money_for_all_of_one_bill",
    ),
    "a cheque bounced after its money was allocated elsewhere": (
        "test_money_apart.test_a_bounce_reopens_what_another_device_had_settled_meanwhile",
    ),
    "period closed while a device still issues": (
        "test_money_apart.test_a_bill_that_comes_after_the_close_is_entered_on_the_first_open_day",
        "test_money_apart.test_a_close_is_refused_when_a_bill_of_the_month_came_first",
    ),
    "a return filed offline while papers of its month are still out": (
        "test_named_apart.test_a_return_filed_offline_while_papers_of_its_month_are_still_out",
    ),
    "the same milestone on both": (
        "test_two_devices.test_all_books_are_equal_and_proved",
        "test_two_devices.test_the_first_invoice_has_the_milestone_and_the_second_stands_contested",
    ),
    "the same draft on both": (
        "test_named_apart.test_one_draft_billed_on_two_copies_of_its_device",
        "test_gst_apart.test_a_quotation_that_both_turn_into_an_invoice_makes_two_papers",
    ),
    "the same ladder step on both": ("test_named_apart.test_one_step_of_the_ladder_taken_on_two_devices",),
    "party renamed, archived, merged under offline papers": (
        "test_doubles.test_papers_made_offline_to_a_party_that_was_renamed_archived_and_merged_stand_as_they_were",
    ),
    "parties merged both ways round": (
        "test_doubles.test_both_ways_round_at_once_the_first_to_arrive_has_it",
    ),
    "the same GSTIN made twice": (
        "test_doubles.test_one_gstin_on_two_parties_is_found_and_merged_and_its_account_is_one",
    ),
    "the same item code made twice": (
        "test_doubles.test_an_item_code_made_twice_is_merged_both_ways_round_and_stands_once",
    ),
    "the same UTR made twice": ("test_doubles.test_one_transfer_entered_on_two_devices_is_taken_back_once",),
    "GSTIN corrected on A and State on B": (
        "test_named_apart.test_a_gstin_corrected_here_and_the_state_there",
    ),
    "device revoked with an outbox": ("test_named_apart.test_a_device_revoked_with_an_outbox",),
    "device lost": ("test_named_apart.test_a_device_that_was_lost",),
    "book restored from last night, and copied to a second laptop, before they meet the service": (
        "test_copies.test_restored_from_last_night_and_copied_to_a_laptop_before_they_meet_the_service",
    ),
    "service restored from backup before new pushes": (
        "test_eras.test_what_a_restored_service_has_lost_comes_back_as_it_was",
    ),
    "service restored from backup after new pushes": (
        "test_eras.test_after_new_pushes_what_was_lost_is_judged_anew_and_nothing_goes",
    ),
    "clock a year ahead": ("test_clocks.test_a_clock_a_year_ahead",),
    "clock a year behind": ("test_clocks.test_a_clock_a_year_behind",),
    "app older than the service": ("test_versions.test_apps_older_than_the_service",),
    "app newer than the service": ("test_versions.test_an_app_newer_than_the_service",),
    "facts pack newer on the device": ("test_facts_apart.test_a_facts_pack_newer_on_the_device",),
    "facts pack newer on the service": ("test_facts_apart.test_a_facts_pack_newer_on_the_service",),
    "an import made on both devices": (
        "test_imports_apart.test_the_same_file_imported_on_both_devices_makes_each_paper_once",
    ),
    "two owners demoting each other": ("test_named_apart.test_two_owners_demote_each_other",),
    "keyring lost": (
        "test_keyring.test_it_is_the_same_device_in_a_new_epoch_and_its_outbox_goes_up",
        "test_keyring.test_it_goes_on_as_a_second_device_and_hands_in_what_waited",
    ),
    "window open while the command line writes": (
        "test_window_beside.test_a_window_is_open_while_the_command_line_writes",
    ),
}
_ROOT = Path(__file__).parents[2]
NOTHING_WAITS = {"verify", "waiting", "pending_count", "agrees"}
"""By one of these a history asks whether something is lost or still waits."""


@pytest.mark.parametrize("name", HISTORIES)
def test_it_is_lived_and_ends_with_equal_digests_and_nothing_lost(name: str) -> None:
    said: set[str] = set()
    for place in HISTORIES[name]:
        room, _dot, test = place.partition(".")
        said |= _said_by(test, _functions(Path(__file__).with_name(f"{room}.py")))
    assert "digest" in said, f"nobody compares the digests at the end of: {name}"
    assert said & NOTHING_WAITS, f"nobody asks whether something was lost at the end of: {name}"


def _functions(room: Path) -> dict[str, ast.AST]:
    """Every function of a file by its name, methods and fixtures too, and of the files beside it that it imports."""
    tree = ast.parse(room.read_text("utf-8"))
    found: dict[str, ast.AST] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("tests.sync."):
            found = _functions(_ROOT.joinpath(*str(node.module).split(".")).with_suffix(".py")) | found
    return found | {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _said_by(test: str, functions: Mapping[str, ast.AST]) -> set[str]:
    """Every word in a test and in whatever functions it uses, fixtures too."""
    assert test in functions, f"there is no {test}"
    said: set[str] = set()
    todo = [test]
    while todo:
        words = set(_words(functions[todo.pop()])) - said
        said |= words
        todo += [word for word in words if word in functions]
    return said


def _words(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.Attribute):
            yield each.attr
        elif isinstance(each, ast.arg):
            yield each.arg
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value

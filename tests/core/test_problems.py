"""A problem is printed in one order, and finds its place in file and record."""

from core.problems import Problem, as_json, located


def test_keys_stand_in_the_order_of_the_command_line() -> None:
    problem = Problem("CODE", "wrong", field="gstin", remedy="mend it")
    assert list(as_json(problem)) == ["code", "message", "file", "line", "field", "remedy"]
    assert as_json(problem)["line"] is None


def test_place_is_filled_in_and_field_prefixed() -> None:
    problem = located(Problem("CODE", "wrong", field="gstin"), file="a.csv", line=3, prefix="parties[2]")
    assert (problem.file, problem.line, problem.field) == ("a.csv", 3, "parties[2].gstin")
    assert located(problem).line == 3
    assert located(Problem("CODE", "wrong", field="[1].hsn"), prefix="lines").field == "lines[1].hsn"
    assert located(Problem("CODE", "wrong"), prefix="lines").field == "lines"


def test_a_message_ends_before_its_remedy_begins() -> None:
    assert Problem("X", "No way is named", remedy="Choose one").sentence == "No way is named. Choose one"
    assert Problem("X", "It is closed.", remedy="Wait.").sentence == "It is closed. Wait."
    assert Problem("X", "Is it so?", remedy="Say.").sentence == "Is it so? Say."
    assert Problem("X", "It is closed").sentence == "It is closed"

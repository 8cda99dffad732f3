"""An invitation in one line says what was meant, whatever is typed."""

from hypothesis import given
from hypothesis import strategies as st

from sync.client.invitation import Invitation, line_of, read


@given(
    st.from_regex(r"https://[a-z.]{1,20}(:[0-9]{1,4})?(/[a-z%& ]{0,5})?", fullmatch=True),
    st.text("0123ABC-", min_size=1),
)
def test_a_line_reads_back(server: str, code: str) -> None:
    assert read(line_of(server, code)) == Invitation(server, code)


def test_a_line_broken_by_a_message_still_reads() -> None:
    line = line_of("https://books.example", "AB12C-DE34F")
    assert read(f"  {line[:20]}\n{line[20:]} ") == Invitation("https://books.example", "AB12C-DE34F")


def test_a_code_alone_names_no_server() -> None:
    assert read(" AB12C-DE34F ") == Invitation("", "AB12C-DE34F")


def test_a_line_without_its_parts_is_empty() -> None:
    assert read("bahi:join?") == Invitation("", "")

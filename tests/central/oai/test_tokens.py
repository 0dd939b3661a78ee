"""resumptionToken: what was written is read again, and nothing else is."""

from hypothesis import given
from hypothesis import strategies as st

from central.oai.tokens import Token, read_token, write_token

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
tokens = st.builds(
    Token,
    verb=texts,
    prefix=texts,
    set=texts,
    since=texts,
    until=texts,
    at=texts,
    record=texts,
    listed=st.integers(0, 2**53 - 1),
    total=st.integers(0, 2**53 - 1),
)


@given(tokens)
def test_a_token_is_read_as_it_was_written(token: Token) -> None:
    assert read_token(write_token(token)) == token


@given(st.text(max_size=200))
def test_what_was_never_written_is_no_token(text: str) -> None:
    assert read_token(text) is None

import pytest

from central.outlets.dictionary import dictionary_csv, dictionary_document, variables
from protocol.innovation.reference import table
from tests.support.centres import RunningCentre, document


async def test_the_dictionary_is_served_for_programs_and_spreadsheets(
    centre: RunningCentre,
) -> None:
    assert document(await centre.get("/metadata.json")) == dictionary_document()
    assert (await centre.get("/metadata.csv")).body == dictionary_csv()


async def test_reference_tables_are_served_with_their_decrees(centre: RunningCentre) -> None:
    assert document(await centre.get("/metadata/tabel/regions.json")) == table("regions")


@pytest.mark.parametrize("name", ["titles", "..", "agencies"])
async def test_no_other_file_is(centre: RunningCentre, name: str) -> None:
    assert (await centre.get(f"/metadata/tabel/{name}.json")).status == 404


@pytest.mark.parametrize(("language", "word"), [("id", "Kamus data"), ("en", "Data dictionary")])
async def test_the_page_names_every_field_in_the_readers_language(
    centre: RunningCentre, language: str, word: str
) -> None:
    answer = await centre.get("/metadata", {"Accept-Language": language})
    text = answer.body.decode()
    assert f"<h1>{word}</h1>" in text
    for variable in variables():
        assert f"<code>{variable.name}</code>" in text


async def test_the_page_may_be_kept_and_is_not_sent_again(centre: RunningCentre) -> None:
    answer = await centre.get("/metadata")
    assert "public" in answer.headers["cache-control"]
    again = await centre.get("/metadata", {"If-None-Match": answer.headers["etag"]})
    assert again.status == 304

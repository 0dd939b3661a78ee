"""What data portals read, with the library that they read it with."""

from pathlib import Path
from typing import Any

import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, RDFS

from central.outlets.exporting import FORMATS
from protocol.canonical import parse
from runtime.ports import Response
from tests.support.centres import RunningCentre, running_centre
from tests.support.published import Published, publish

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
"""Its JSON-LD parser uses what the library itself calls old."""

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
ACTION = "/api/3/action"
NAME = "inovasi-pelayanan-publik"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture
async def catalogue(centre: RunningCentre) -> Published:
    found = await publish(centre)
    found.settle()
    return found


async def graph_of(centre: RunningCentre) -> Graph:
    answer = await centre.get("/dcat")
    assert answer.headers["content-type"] == "application/ld+json"
    return Graph().parse(data=answer.body, format="json-ld")


def said(answer: Response) -> dict[str, Any]:
    value: Any = parse(answer.body)
    assert isinstance(value, dict)
    return value


async def test_the_catalogue_holds_its_datasets(catalogue: Published) -> None:
    graph = await graph_of(catalogue.centre)
    whole = URIRef(f"{catalogue.centre.url}/dcat")
    assert (whole, RDF.type, DCAT.Catalog) in graph
    held = set(graph.objects(whole, DCAT.dataset))
    assert held == set(graph.subjects(RDF.type, DCAT.Dataset)) != set()


async def test_every_dataset_says_what_it_is_when_it_changed_and_whom_to_ask(
    catalogue: Published,
) -> None:
    graph = await graph_of(catalogue.centre)
    for dataset in graph.subjects(RDF.type, DCAT.Dataset):
        titles = [it for it in graph.objects(dataset, DCTERMS.title) if isinstance(it, Literal)]
        assert {it.language for it in titles} == {"id", "en"}
        assert isinstance(graph.value(dataset, DCTERMS.modified), Literal)
        contact = graph.value(dataset, DCAT.contactPoint)
        assert str(graph.value(contact, VCARD.hasEmail)).startswith("mailto:postmaster@")
        version = graph.value(dataset, URIRef(f"{DCAT}version"))
        assert version == Literal(str(catalogue.national_size))


async def test_every_distribution_leads_to_an_answer_of_its_media_type(
    catalogue: Published,
) -> None:
    graph = await graph_of(catalogue.centre)
    found = list(graph.subjects(RDF.type, DCAT.Distribution))
    assert len(found) >= len(FORMATS) + 2
    for distribution in found:
        address = str(graph.value(distribution, DCAT.accessURL))
        answer = await catalogue.centre.get(address.removeprefix(catalogue.centre.url))
        media_type = str(graph.value(distribution, DCAT.mediaType)).split("/media-types/")[1]
        assert (answer.status, answer.headers["content-type"].split(";")[0]) == (200, media_type)


async def test_the_format_of_every_distribution_is_a_thing_with_a_name(
    catalogue: Published,
) -> None:
    graph = await graph_of(catalogue.centre)
    names = set()
    for distribution in graph.subjects(RDF.type, DCAT.Distribution):
        format_ = graph.value(distribution, DCTERMS["format"])
        assert isinstance(format_, BNode)
        assert (format_, RDF.type, DCTERMS.MediaTypeOrExtent) in graph
        names.add(str(graph.value(format_, RDFS.label)))
    assert {"CSV", "JSON Lines", "XML"} <= names


async def test_the_interfaces_are_services(catalogue: Published) -> None:
    graph = await graph_of(catalogue.centre)
    services = list(graph.subjects(RDF.type, DCAT.DataService))
    assert {str(graph.value(it, DCAT.endpointURL)) for it in services} == {
        f"{catalogue.centre.url}/api/v1",
        f"{catalogue.centre.url}/oai",
    }


async def test_an_empty_catalogue_has_datasets_that_never_changed(centre: RunningCentre) -> None:
    graph = await graph_of(centre)
    assert list(graph.objects(None, DCTERMS.modified)) == []


async def test_a_package_is_shown_by_its_name_and_by_its_id(catalogue: Published) -> None:
    by_name = said(await catalogue.centre.get(f"{ACTION}/package_show?id={NAME}"))
    shown = by_name["result"]
    by_id = said(await catalogue.centre.get(f"{ACTION}/package_show?id={shown['id']}"))
    assert by_name == by_id
    assert (by_name["success"], shown["name"], shown["state"]) == (True, NAME, "active")


async def test_a_package_has_the_resources_of_the_dataset(catalogue: Published) -> None:
    shown = said(await catalogue.centre.get(f"{ACTION}/package_show?id={NAME}"))["result"]
    assert {"CSV", "XLSX", "JSON Lines"} <= {it["format"] for it in shown["resources"]}
    assert shown["num_resources"] == len(shown["resources"])
    for resource in shown["resources"]:
        path = resource["url"].removeprefix(catalogue.centre.url)
        assert (await catalogue.centre.get(path)).status == 200


async def test_packages_are_listed_and_found_by_words(catalogue: Published) -> None:
    listed = said(await catalogue.centre.get(f"{ACTION}/package_list"))["result"]
    everything = said(await catalogue.centre.get(f"{ACTION}/package_search?q=*:*"))["result"]
    assert [it["name"] for it in everything["results"]] == listed
    found = said(await catalogue.centre.get(f"{ACTION}/package_search?q=katalog+replikasi"))
    assert [it["name"] for it in found["result"]["results"]] == [NAME]
    none = said(await catalogue.centre.get(f"{ACTION}/package_search?rows=0"))["result"]
    assert (none["count"], none["results"]) == (len(listed), [])


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("package_show?id=tidak-ada", 404, "Not Found Error"),
        ("package_show", 409, "Validation Error"),
        ("package_search?rows=banyak", 409, "Validation Error"),
        ("package_search?start=-1", 409, "Validation Error"),
    ],
)
async def test_refusals_are_in_the_envelope_of_ckan(
    centre: RunningCentre, query: str, status: int, kind: str
) -> None:
    answer = await centre.get(f"{ACTION}/{query}")
    document = said(answer)
    assert (answer.status, document["success"]) == (status, False)
    assert document["error"]["__type"] == kind


async def test_no_licence_is_named_where_none_has_been_set(catalogue: Published) -> None:
    graph = await graph_of(catalogue.centre)
    assert list(graph.objects(None, DCTERMS.license)) == []
    shown = said(await catalogue.centre.get(f"{ACTION}/package_show?id={NAME}"))["result"]
    assert shown["license_id"] == "notspecified"


async def test_the_licence_of_the_settings_is_named_everywhere(tmp_path: Path) -> None:
    chosen = {"licence_name": "CC-BY-4.0", "licence_url": LICENCE}
    async with running_centre(tmp_path / "pusat", **chosen) as centre:
        graph = await graph_of(centre)
        shown = said(await centre.get(f"{ACTION}/package_show?id={NAME}"))["result"]
        described = said(await centre.get("/api/v1/openapi.json"))["info"]
        page = (await centre.get("/data")).body.decode()
    distributions = set(graph.subjects(RDF.type, DCAT.Distribution))
    assert set(graph.subjects(DCTERMS.license, URIRef(LICENCE))) == distributions != set()
    assert (shown["license_id"], shown["license_url"], shown["isopen"]) == (
        "CC-BY-4.0",
        LICENCE,
        True,
    )
    assert shown["license_title"] == "Creative Commons Attribution 4.0 International"
    assert described["license"] == {"name": "CC-BY-4.0", "url": LICENCE}
    assert f'href="{LICENCE}" rel="license">CC-BY-4.0' in page

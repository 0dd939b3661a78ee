"""The datasets as a DCAT 3 catalogue in JSON-LD (W3C, "Data Catalog Vocabulary", version 3).

The context stands in the document, so that a reader needs no other address to understand it.
"""

from collections.abc import Mapping
from typing import Any

from central.portals.datasets import Dataset, Distribution, Publisher, datasets

_CONTEXT: Mapping[str, str] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_INDONESIAN = "http://publications.europa.eu/resource/authority/language/IND"
_CONTINUOUS = "http://purl.org/cld/freq/continuous"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_OAI_PMH = "http://www.openarchives.org/OAI/2.0/"
_OPENAPI = "https://spec.openapis.org/oas/v3.1.1"

Node = dict[str, Any]


def dcat_catalogue(publisher: Publisher) -> Node:
    """The catalogue with everything in it, as one JSON-LD document."""
    return {
        "@context": dict(_CONTEXT),
        "@id": f"{publisher.address}/dcat",
        "@type": "dcat:Catalog",
        "dct:title": _said({"id": publisher.name, "en": publisher.name}),
        "dct:description": _said(
            {
                "id": f"Data terbuka {publisher.name}.",
                "en": f"Open data of {publisher.name}.",
            }
        ),
        "dct:publisher": _agent(publisher),
        "dct:language": {"@id": _INDONESIAN},
        **_modified(publisher),
        "dcat:dataset": [_dataset(publisher, it) for it in datasets(has_dump=publisher.has_dump)],
        "dcat:service": [
            _service(publisher, "/api/v1", "API", conforms=_OPENAPI, about="/api/v1/openapi.json"),
            _service(publisher, "/oai", "OAI-PMH", conforms=_OAI_PMH, about="/oai?verb=Identify"),
        ],
    }


def _dataset(publisher: Publisher, dataset: Dataset) -> Node:
    return {
        "@id": f"{publisher.address}/dcat#{dataset.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": publisher.id_of(dataset.name),
        "dct:title": _said(dataset.title),
        "dct:description": _said(dataset.description),
        "dcat:keyword": [{"@value": it, "@language": "id"} for it in dataset.keywords],
        "dct:language": {"@id": _INDONESIAN},
        "dct:accrualPeriodicity": {"@id": _CONTINUOUS},
        "dcat:version": str(publisher.version),
        "dct:publisher": _agent(publisher),
        "dcat:contactPoint": {
            "@type": "vcard:Kind",
            "vcard:fn": publisher.name,
            "vcard:hasEmail": {"@id": f"mailto:{publisher.email}"},
        },
        **_modified(publisher),
        "dcat:distribution": [
            _distribution(publisher, dataset, it) for it in dataset.distributions
        ],
    }


def _distribution(publisher: Publisher, dataset: Dataset, distribution: Distribution) -> Node:
    place = {"@id": publisher.address + distribution.path}
    return {
        "@id": f"{publisher.address}/dcat#{dataset.name}-{distribution.name}",
        "@type": "dcat:Distribution",
        "dct:title": _said({"id": distribution.title}),
        "dcat:accessURL": place,
        **({"dcat:downloadURL": place} if distribution.is_file else {}),
        "dcat:mediaType": {"@id": _MEDIA_TYPES + distribution.media_type},
        "dct:format": {"@type": "dct:MediaTypeOrExtent", "rdfs:label": distribution.form},
        **_licence(publisher),
    }


def _service(publisher: Publisher, path: str, title: str, *, conforms: str, about: str) -> Node:
    return {
        "@id": f"{publisher.address}/dcat#{title.lower()}",
        "@type": "dcat:DataService",
        "dct:title": _said({"id": title}),
        "dcat:endpointURL": {"@id": publisher.address + path},
        "dcat:endpointDescription": {"@id": publisher.address + about},
        "dct:conformsTo": {"@id": conforms},
    }


def _agent(publisher: Publisher) -> Node:
    agent = {"@id": f"{publisher.address}/", "@type": "foaf:Agent"}
    return {**agent, "foaf:name": publisher.name}


def _licence(publisher: Publisher) -> Node:
    return {"dct:license": {"@id": publisher.licence.url}} if publisher.licence else {}


def _modified(publisher: Publisher) -> Node:
    if not publisher.modified:
        return {}
    return {"dct:modified": {"@value": publisher.modified, "@type": "xsd:dateTime"}}


def _said(texts: Mapping[str, str]) -> list[Node]:
    return [{"@value": text, "@language": language} for language, text in texts.items()]

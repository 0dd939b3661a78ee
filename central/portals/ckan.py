"""The datasets in the shape of CKAN's Action API (docs.ckan.org, "API guide")."""

from typing import Any

from central.licence import Licence
from central.portals.datasets import Dataset, Distribution, Publisher, datasets

Result = Any


def packages(publisher: Publisher) -> list[dict[str, Any]]:
    """Every dataset as CKAN's `package_show` shows one."""
    return [_package(publisher, dataset) for dataset in datasets(has_dump=publisher.has_dump)]


def package(publisher: Publisher, wanted: str) -> dict[str, Any] | None:
    """The dataset with this id or name, or None."""
    found = (it for it in packages(publisher) if wanted in (it["id"], it["name"]))
    return next(found, None)


def search(publisher: Publisher, words: str, *, start: int, rows: int) -> dict[str, Any]:
    """The datasets that have every word somewhere, as CKAN's `package_search` answers."""
    wanted = words.replace("*:*", "").casefold().split()
    found = [it for it in packages(publisher) if all(word in _text_of(it) for word in wanted)]
    return {"count": len(found), "results": found[start : start + rows], "sort": "name asc"}


def enveloped(publisher: Publisher, action: str, **said: Result) -> dict[str, Any]:
    """An answer of the Action API: `result` where it succeeded, else `error`."""
    help_address = f"{publisher.address}/api/3/action/help_show?name={action}"
    return {"help": help_address, "success": "result" in said, **said}


def _package(publisher: Publisher, dataset: Dataset) -> dict[str, Any]:
    id_ = publisher.id_of(dataset.name)
    return {
        "id": id_,
        "name": dataset.name,
        "title": dataset.title["id"],
        "notes": dataset.description["id"],
        "type": "dataset",
        "state": "active",
        "private": False,
        **_licence(publisher.licence),
        "url": f"{publisher.address}/dcat#{dataset.name}",
        "version": str(publisher.version),
        "metadata_modified": publisher.modified.removesuffix("Z"),
        "author": publisher.name,
        "maintainer": publisher.name,
        "maintainer_email": publisher.email,
        "organization": {
            "id": publisher.id_of(""),
            "name": publisher.authority.replace(".", "-"),
            "title": publisher.name,
            "type": "organization",
        },
        "tags": [{"name": it, "display_name": it, "state": "active"} for it in dataset.keywords],
        "resources": [
            _resource(publisher, dataset, it, position)
            for position, it in enumerate(dataset.distributions)
        ],
        "num_tags": len(dataset.keywords),
        "num_resources": len(dataset.distributions),
        "extras": [],
        "groups": [],
    }


def _licence(licence: Licence | None) -> dict[str, Any]:
    if licence is None:
        return {"isopen": False, "license_id": "notspecified"}
    return {
        "isopen": licence.is_open,
        "license_id": licence.name,
        "license_title": licence.title,
        "license_url": licence.url,
    }


def _resource(
    publisher: Publisher, dataset: Dataset, distribution: Distribution, position: int
) -> dict[str, Any]:
    return {
        "id": publisher.id_of(f"{dataset.name}/{distribution.name}"),
        "package_id": publisher.id_of(dataset.name),
        "name": distribution.title,
        "description": "",
        "format": distribution.form,
        "mimetype": distribution.media_type,
        "url": publisher.address + distribution.path,
        "url_type": None,
        "position": position,
        "state": "active",
        "last_modified": publisher.modified.removesuffix("Z") or None,
    }


def _text_of(shown: dict[str, Any]) -> str:
    tags = " ".join(it["name"] for it in shown["tags"])
    return f"{shown['name']} {shown['title']} {shown['notes']} {tags}".casefold()

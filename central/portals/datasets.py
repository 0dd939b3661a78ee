"""The datasets that data portals list: what they are and where they lie, told once for all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection

from central.centre import Centre
from central.datestamping import stamp_of
from central.dumps.files import RECORDS, dumps_in
from central.licence import Licence
from central.outlets.exporting import FORMATS
from central.store import datestamps


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One way to have a dataset.

    Attributes:
        name: within the dataset; never changes.
        title: in Indonesian.
        form: what people call the format, such as CSV.
        media_type: IANA's name of it.
        path: where it lies at this service.
        is_file: whether one request has all of it; else it is asked page by page.
    """

    name: str
    title: str
    form: str
    media_type: str
    path: str
    is_file: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset.

    Attributes:
        name: in addresses; never changes.
        title: by language.
        description: by language.
        keywords: in Indonesian.
        distributions: the ways to have it.
    """

    name: str
    title: dict[str, str]
    description: dict[str, str]
    keywords: Sequence[str]
    distributions: Sequence[Distribution]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Whose portal it is, as of now.

    Attributes:
        name: what people call it.
        authority: its name in every log.
        address: of the service, without a slash at its end.
        email: of whoever answers for the data.
        licence: of the data; None where none has been set.
        version: size of the national log.
        modified: when readers last found something new; "" where they never did.
        has_dump: whether there is a nightly dump.
    """

    name: str
    authority: str
    address: str
    email: str
    licence: Licence | None
    version: int
    modified: str
    has_dump: bool

    def id_of(self, name: str) -> str:
        """A UUID that stays a dataset's or a distribution's own."""
        return str(uuid5(NAMESPACE_URL, f"urn:jipp:{self.authority}:{name}"))


def publisher_of(
    conn: Connection,
    centre: Centre,
    *,
    name: str,
    address: str,
    email: str,
    licence: Licence | None,
) -> Publisher:
    """The publisher, with how far the catalogue is."""
    now = stamp_of(centre.clock.now())
    return Publisher(
        name=name,
        authority=centre.authority,
        address=address,
        email=email,
        licence=licence,
        version=centre.logs.open(conn, centre.national_origin).tree.size,
        modified=datestamps.latest(conn, until=now) or "",
        has_dump=bool(dumps_in(centre.folder)),
    )


def datasets(*, has_dump: bool) -> Sequence[Dataset]:
    """Every dataset; what is not there is not listed."""
    return (_innovations(has_dump=has_dump), _hubs(), _dictionary())


def _innovations(*, has_dump: bool) -> Dataset:
    return Dataset(
        name="inovasi-pelayanan-publik",
        title={
            "id": "Katalog nasional inovasi pelayanan publik",
            "en": "National catalogue of public-service innovations",
        },
        description={
            "id": "Inovasi pelayanan publik dari hub daerah, kementerian, dan lembaga: data "
            "inovasi, capaian, sebaran, pembandingan, dan peta jalan.",
            "en": "Public-service innovations of regional and ministerial hubs: what they are, "
            "what they achieved, where they spread, how they compare, and where they are going.",
        },
        keywords=("inovasi", "pelayanan publik", "JIPP", "replikasi"),
        distributions=(*_of_innovations(), *(_DUMPED if has_dump else ())),
    )


_DUMPED = (
    Distribution(
        name="dump",
        title="Salinan lengkap tiap malam (JSON Lines, gzip)",
        form="JSON Lines",
        media_type="application/gzip",
        path=f"/dumps/latest/{RECORDS}",
    ),
)


def _of_innovations() -> Iterator[Distribution]:
    for ending, form in FORMATS.items():
        if not form.is_there:
            continue
        yield Distribution(
            name=ending,
            title=f"Semua inovasi ({form.name})",
            form=form.name,
            media_type=form.media_type.partition(";")[0],
            path=f"/api/v1/innovations.{ending}",
        )
    yield Distribution(
        name="api",
        title="API pencarian (OpenAPI 3.1)",
        form="JSON",
        media_type="application/json",
        path="/api/v1/innovations",
        is_file=False,
    )
    yield Distribution(
        name="oai-pmh",
        title="OAI-PMH 2.0",
        form="XML",
        media_type="text/xml",
        path="/oai?verb=ListRecords&metadataPrefix=oai_dc",
        is_file=False,
    )


def _hubs() -> Dataset:
    return Dataset(
        name="hub-inovasi",
        title={"id": "Hub inovasi", "en": "Innovation hubs"},
        description={
            "id": "Hub yang mengisi katalog nasional, dengan status dan kunci log masing-masing.",
            "en": "The hubs that fill the national catalogue, with their states and log keys.",
        },
        keywords=("hub", "JIPP"),
        distributions=(
            Distribution(
                name="json",
                title="Semua hub (JSON)",
                form="JSON",
                media_type="application/json",
                path="/api/v1/hubs",
            ),
        ),
    )


def _dictionary() -> Dataset:
    return Dataset(
        name="kamus-data",
        title={"id": "Kamus data", "en": "Data dictionary"},
        description={
            "id": "Arti, bentuk, dan kode acuan setiap isian katalog (Perpres 39/2019).",
            "en": "Meaning, form and codes of every field of the catalogue (Perpres 39/2019).",
        },
        keywords=("kamus data", "Satu Data Indonesia", "JIPP"),
        distributions=(
            Distribution(
                name="json",
                title="Kamus data (JSON)",
                form="JSON",
                media_type="application/json",
                path="/metadata.json",
            ),
            Distribution(
                name="csv",
                title="Kamus data (CSV)",
                form="CSV",
                media_type="text/csv",
                path="/metadata.csv",
            ),
        ),
    )

"""The tables of the centre's database that more than one room stands on."""

from sqlmodel import SQLModel

from protocol.innovation.searching import FACET_FAMILIES
from runtime.campaigns import define_campaign_tables
from runtime.database import new_metadata
from runtime.documents import define_document_tables
from runtime.lineages import define_lineage_tables
from runtime.log_tables import define_log_tables

TABLES_VERSION = 20
"""Raised with every change of a table that an older database does not have."""

METADATA = new_metadata()
LOG_TABLES = define_log_tables(METADATA)
DOCUMENT_TABLES = define_document_tables(METADATA, families=FACET_FAMILIES)
CAMPAIGN_TABLES = define_campaign_tables(METADATA)
LINEAGE_TABLES = define_lineage_tables(METADATA)


class CentralTable(SQLModel):
    """A table of few rows, which are read and written one at a time.

    What comes in thousands is a plain `Table`, inserted in bulk (docs/decisions/0007).
    """

    metadata = METADATA

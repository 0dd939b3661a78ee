"""What everybody may ask of `/api/v1`: a new route needs one row; a test names what is missing."""

from collections.abc import Sequence

from central.openapi.operation import Operation
from central.openapi.parameters import BY, CAMPAIGN, HEADER, PAGE, RECORD, SELECTION, SORT
from central.outlets.exporting import FORMATS

_CATALOGUE, _CAMPAIGNS, _FEDERATION = "catalogue", "campaigns", "federation"

FOR_EVERYBODY: Sequence[Operation] = (
    Operation(
        path="/api/v1/innovations",
        id="searchInnovations",
        tag=_CATALOGUE,
        summary="A page of the innovations that match, with counts by facet.",
        shape="Found",
        parameters=(*SELECTION, SORT, *PAGE),
    ),
    *(
        Operation(
            path=f"/api/v1/innovations.{ending}",
            id=f"exportInnovations{ending.capitalize()}",
            tag=_CATALOGUE,
            summary=f"All innovations that match, as one file ({ending}).",
            media_type=form.media_type,
            parameters=(*SELECTION, *((HEADER,) if form.has_header else ())),
        )
        for ending, form in FORMATS.items()
    ),
    Operation(
        path="/api/v1/innovations/{record}",
        id="getInnovation",
        tag=_CATALOGUE,
        summary="One innovation with its lineage and the newest of its history.",
        shape="WholeInnovation",
        parameters=(RECORD,),
    ),
    Operation(
        path="/api/v1/innovations/{record}/history",
        id="getHistory",
        tag=_CATALOGUE,
        summary="A page of the decisions about an innovation, the newest first.",
        shape="History",
        parameters=(RECORD, *PAGE),
    ),
    Operation(
        path="/api/v1/innovations/{record}/proof",
        id="getProof",
        tag=_CATALOGUE,
        summary="The C2SP tlog-proof of the newest decision about an innovation.",
        media_type="text/plain",
        parameters=(RECORD,),
    ),
    Operation(
        path="/api/v1/campaigns",
        id="listCampaigns",
        tag=_CAMPAIGNS,
        summary="Every campaign with its numbers, the one opened last first.",
        shape="Campaigns",
    ),
    Operation(
        path="/api/v1/campaigns/{campaign}",
        id="getCampaign",
        tag=_CAMPAIGNS,
        summary="One campaign with its numbers.",
        shape="Campaign",
        parameters=(CAMPAIGN,),
    ),
    Operation(
        path="/api/v1/campaigns/{campaign}/progress",
        id="getProgress",
        tag=_CAMPAIGNS,
        summary="The numbers of a campaign by one thing.",
        shape="Progress",
        parameters=(CAMPAIGN, BY),
    ),
    Operation(
        path="/api/v1/hubs",
        id="listHubs",
        tag=_FEDERATION,
        summary="Every hub with its name, state, log and verifier keys.",
        shape="Hubs",
    ),
    Operation(
        path="/api/v1/checkpoint",
        id="getCheckpoint",
        tag=_FEDERATION,
        summary="The newest checkpoint of the national log, and who confirms it.",
        shape="Checkpoint",
    ),
    Operation(
        path="/api/v1/openapi.json",
        id="getOpenApi",
        tag=_FEDERATION,
        summary="This document.",
        shape="OpenApi",
    ),
)

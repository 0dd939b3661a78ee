"""What systems with a token may ask of `/api/v1`; no answer may be kept by others."""

from collections.abc import Mapping, Sequence
from functools import partial

from central.monitoring.freshness import Freshness
from central.openapi.operation import Operation
from central.openapi.parameters import PAGE, in_path
from central.openapi.shapes import COUNT, MOMENT, TEXT, Shape, listed, named, of, or_null
from central.scope import Scope

_WEBHOOK = in_path("webhook", "Id of a webhook of this token.", {"type": "string", "minLength": 1})
_NUMBER = in_path("number", "Of a delivery.", COUNT)
_WEBHOOKS = "/api/v1/webhooks"

_asked = partial(Operation, is_kept=False)
_monitoring = partial(_asked, tag="monitoring")
_cases = partial(_asked, tag="cases", scope=Scope.CASES_READ, parameters=PAGE)
_webhooks = partial(_asked, tag="webhooks", scope=Scope.WEBHOOKS_WRITE)

FOR_TOKENS: Sequence[Operation] = (
    _monitoring(
        path="/api/v1/token",
        id="getToken",
        scope="any",
        summary="What the token that asks is for.",
        shape="Token",
    ),
    _monitoring(
        path="/api/v1/monitoring/hubs",
        id="listHubStates",
        scope=Scope.HUBS_READ,
        summary="Every hub with its lag, its software and its last trouble.",
        shape="HubStates",
    ),
    _cases(
        path="/api/v1/cases/conflicts",
        id="listConflicts",
        summary="Fields that have several values.",
        shape="Conflicts",
    ),
    _cases(
        path="/api/v1/cases/duplicates",
        id="listDuplicates",
        summary="Pairs that may be one innovation and that nobody has judged.",
        shape="Duplicates",
    ),
    _cases(
        path="/api/v1/cases/held",
        id="listHeld",
        summary="Changes that wait for a person.",
        shape="Held",
    ),
    _asked(
        path="/api/v1/webhook-keys",
        id="getWebhookKeys",
        tag="webhooks",
        summary="The keys that posts are signed with; for everybody.",
        shape="Keys",
        media_type="application/jwk-set+json",
    ),
    _webhooks(
        path=_WEBHOOKS,
        id="listWebhooks",
        summary="The webhooks of this token.",
        shape="Webhooks",
    ),
    _webhooks(
        path=_WEBHOOKS,
        method="POST",
        id="addWebhook",
        summary="Adds a webhook.",
        shape="Webhook",
        status=201,
        body="NewWebhook",
        also=(409, 413, 422),
    ),
    _webhooks(
        path=f"{_WEBHOOKS}/{{webhook}}",
        id="getWebhook",
        summary="One of them.",
        shape="Webhook",
        parameters=(_WEBHOOK,),
    ),
    _webhooks(
        path=f"{_WEBHOOKS}/{{webhook}}",
        method="DELETE",
        id="removeWebhook",
        summary="Removes it with its deliveries.",
        status=204,
        media_type="",
        parameters=(_WEBHOOK,),
    ),
    _webhooks(
        path=f"{_WEBHOOKS}/{{webhook}}/enable",
        method="POST",
        id="enableWebhook",
        summary="Posts to it again.",
        shape="Webhook",
        parameters=(_WEBHOOK,),
    ),
    _webhooks(
        path=f"{_WEBHOOKS}/{{webhook}}/test",
        method="POST",
        id="testWebhook",
        summary="Posts a test now, once, and says how that went.",
        shape="Tested",
        parameters=(_WEBHOOK,),
        also=(409, 429),
    ),
    _webhooks(
        path=f"{_WEBHOOKS}/{{webhook}}/deliveries",
        id="listDeliveries",
        summary="What it was told, the newest first, with every attempt.",
        shape="Deliveries",
        parameters=(_WEBHOOK, *PAGE),
    ),
    _webhooks(
        path=f"{_WEBHOOKS}/{{webhook}}/deliveries/{{number}}/redeliver",
        method="POST",
        id="redeliver",
        summary="Lets a delivery be tried again.",
        status=202,
        media_type="",
        parameters=(_WEBHOOK, _NUMBER),
        also=(409,),
    ),
)

_PAGE: Mapping[str, Shape] = {"next": or_null(TEXT), "total": COUNT}
_ATTEMPT: Mapping[str, Shape] = {
    "at": MOMENT,
    "took_ms": COUNT,
    "status": or_null(COUNT),
    "reason": TEXT,
    "answer": TEXT,
}
SHAPES_FOR_TOKENS: Mapping[str, Shape] = {
    "Token": of(id=TEXT, name=TEXT, agency=TEXT, scopes=listed(TEXT), expires_at=MOMENT),
    "HubStates": of(
        items=listed(
            of(
                hub=TEXT,
                name=TEXT,
                state=TEXT,
                software=TEXT,
                last_seen_at=or_null(MOMENT),
                freshness={"enum": [*Freshness]},
                target_hours=COUNT,
                good_at=or_null(MOMENT),
                announced=COUNT,
                mirrored=COUNT,
                undecided=COUNT,
                code=or_null(TEXT),
                reported_at=or_null(MOMENT),
                trouble=or_null(TEXT),
                trouble_at=or_null(MOMENT),
            )
        )
    ),
    "Conflicts": of(
        items=listed(
            of(
                record=TEXT,
                hub=TEXT,
                title=TEXT,
                field=TEXT,
                heads=listed(of(author=TEXT, place=COUNT, value={})),
            )
        ),
        **_PAGE,
    ),
    "Duplicates": of(
        items=listed(
            of(
                a=TEXT,
                b=TEXT,
                score=COUNT,
                suggestion=or_null(TEXT),
                reasons=listed({"type": "object"}),
                titles=listed(TEXT),
                found_at=MOMENT,
                state=TEXT,
            )
        ),
        **_PAGE,
    ),
    "Held": of(
        items=listed(of(place=COUNT, hub=TEXT, record=or_null(TEXT), outcome=TEXT, code=TEXT)),
        **_PAGE,
    ),
    "Keys": of(keys=listed({"type": "object"})),
    "NewWebhook": of(url=TEXT, events=listed(TEXT)),
    "Webhook": of(
        id=TEXT,
        url=TEXT,
        events=listed(TEXT),
        state={"enum": ["active", "disabled"]},
        reason=TEXT,
        created_at=MOMENT,
        failing_since=or_null(MOMENT),
        failure_count=COUNT,
    ),
    "Webhooks": of(items=listed(named("Webhook"))),
    "Tested": of(number=COUNT, **_ATTEMPT),
    "Deliveries": of(
        items=listed(
            of(
                number=COUNT,
                event=TEXT,
                type=TEXT,
                record=or_null(TEXT),
                title=or_null(TEXT),
                hub=or_null(TEXT),
                state={"enum": ["waiting", "delivered", "failed"]},
                made_at=MOMENT,
                attempts=listed(of(**_ATTEMPT)),
            )
        ),
        next=or_null(TEXT),
    ),
}
"""By name, as `shapes.SHAPES`."""

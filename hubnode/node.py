"""The parts of a running node, put together once by `hubnode.app` and handed to whoever acts."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime.campaigns import CampaignStore
from runtime.database import Database
from runtime.documents import DocumentStore
from runtime.lineages import LineageStore
from runtime.logstore import LogStore
from runtime.ports import Clock, Entropy, Sleeper, Transport

SYNC_LOCK = "sync.lock"
"""Held in the data folder by whoever performs a sync run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One hub's node: its folder, its stores and its ports."""

    folder: Path
    db: Database
    logs: LogStore
    documents: DocumentStore
    campaigns: CampaignStore
    lineages: LineageStore
    clock: Clock
    entropy: Entropy
    sleeper: Sleeper
    transport: Transport
    answers: dict[str, tuple[object, Any]] = field(default_factory=dict, compare=False, repr=False)
    """Costly questions about the data, by name: in which state it was asked, and the answer."""

"""Settings of a node: `<data>/node.toml`, overridden by `JIPP_NODE_*`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Literal

from protocol.errors import KeyRefused
from protocol.quorum import Quorum, parse_quorum
from runtime.addresses import (
    fault_of_proxy,
)
from runtime.alerts.settings import AlertSettings
from runtime.setting_values import setting, unless
from runtime.settings import HOST, load_settings

SETTINGS_FILE = "node.toml"
BACKUPS_KEPT = 7

_NO_CRON_LINE = (
    "must be five fields: minute, hour, day, month and weekday, such as `0 1,7,13 * * *`"
)


def _check_cron_line(value: str) -> None:
    """Refused here and not when the service starts."""
    if not value:
        return
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - heavy

    try:
        trigger = CronTrigger.from_crontab(value, timezone="UTC")
    except ValueError:
        raise ValueError(_NO_CRON_LINE) from None
    if any(it.isdigit() for it in value.split()[4]):
        raise ValueError("has a weekday as a number: write mon, tue, wed, ...")
    if trigger.get_next_fire_time(None, datetime(2000, 1, 1, tzinfo=UTC)) is None:
        raise ValueError("names a day that never comes")


@dataclass(frozen=True, kw_only=True)
class NodeSettings(AlertSettings):
    """What an operator of a node decides."""

    env_prefix: ClassVar[str] = "JIPP_NODE_"

    host: str = setting(default="127.0.0.1", shape=HOST, description="Address to listen on.")
    port: int = setting(default=8801, ge=0, le=65_535, description="Port to listen on; 0 is any.")
    schedule_interval_s: int = setting(
        default=900,
        ge=1,
        le=604_800,
        description="Seconds from the end of a sync run to the next; the centre may ask for more.",
    )
    schedule_jitter_s: int = setting(
        default=30,
        ge=0,
        le=3_600,
        description="Seconds by which a run may be late, so that hubs do not all come at once.",
    )
    schedule_cron: str = setting(
        default="",
        max_length=100,
        rule=_check_cron_line,
        description="A cron line in UTC instead of the interval, such as `0 1,7,13 * * *`.",
    )
    witnesses: tuple[str, ...] = setting(
        default=(),
        max_length=16,
        description="Verifier keys of the witnesses that this node trusts, as agencies publish "
        "them.",
    )
    witnesses_required: int = setting(
        default=0,
        ge=0,
        description="How many of `witnesses` must have cosigned the national log before `verify` "
        "and `status` call it good; 0 asks for none.",
    )
    second_person_approves: bool = setting(
        default=False,
        description="Whether an approver signs what an editor makes; of drafts, one who did not "
        "write it.",
    )
    proxy: str = setting(
        default="",
        max_length=500,
        rule=unless(fault_of_proxy),
        description="HTTP proxy through which the centre is reached, such as "
        "`http://proxy.kantor.go.id:3128`.",
    )
    tls_certificate: str = setting(
        default="",
        max_length=500,
        description="PEM file with the certificate of this address; with it the pages answer over "
        "https.",
    )
    tls_key: str = setting(
        default="",
        max_length=500,
        description="PEM file with its private key; empty where `tls_certificate` holds it too.",
    )
    backup_every: Literal["off", "daily", "weekly"] = setting(
        default="off", description="How often the service backs the node up by itself."
    )
    backups_kept: int = setting(
        default=BACKUPS_KEPT,
        ge=1,
        le=100,
        description="Backups in the data folder; the oldest goes when another comes.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        default="info", description="Least serious log lines to write."
    )

    def clashes(self) -> Iterator[str]:
        """What goes together only; refused here and not when something is sent or verified."""
        yield from super().clashes()
        if self.tls_key and not self.tls_certificate:
            yield "tls_key: a key without tls_certificate"
        try:
            self.quorum()
        except KeyRefused as error:
            yield f"witnesses: {error.message}"

    def interval_s(self, now: datetime) -> float:
        """Seconds from one run to the next, as they are planned from `now` on."""
        if not self.schedule_cron:
            return self.schedule_interval_s
        from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - heavy

        trigger = CronTrigger.from_crontab(self.schedule_cron, timezone="UTC")
        first = trigger.get_next_fire_time(None, now)
        second = trigger.get_next_fire_time(first, first)
        return float((second - first).total_seconds())

    def next_runs(self, now: datetime, count: int, first: datetime | None = None) -> list[datetime]:
        """When the next runs are due, not counting jitter and what the centre may ask for.

        Args:
            now: when it is asked.
            count: how many.
            first: when the first is due, where that is known.
        """
        found = [first] if first is not None else []
        while len(found) < count:
            found.append(self._run_after(found[-1] if found else now))
        return found

    def _run_after(self, moment: datetime) -> datetime:
        if not self.schedule_cron:
            return moment + timedelta(seconds=self.schedule_interval_s)
        from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - heavy

        trigger = CronTrigger.from_crontab(self.schedule_cron, timezone="UTC")
        later: datetime = trigger.get_next_fire_time(None, moment + timedelta(seconds=1))
        return later

    def quorum(self) -> Quorum:
        """Which witnesses must have cosigned what is verified."""
        return parse_quorum(self.witnesses, self.witnesses_required)


def load_node_settings(folder: Path) -> NodeSettings:
    """Settings of a data folder.

    Raises:
        SettingsRefused: with one sentence for each fault.
    """
    return load_settings(NodeSettings, folder / SETTINGS_FILE)

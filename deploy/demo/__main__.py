"""`make demo`: a centre and four hubs on this machine, run through their own command lines.

Everything here is what an operator could type; the demo only types it. With `--once` it stops
after the second round, prints one JSON summary on the last line, and exits 0 only if every hub's
replica equals the centre's catalogue byte for byte.
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from deploy.demo.federation import (
    ACCOUNT,
    ADMINISTRATOR,
    HUBS,
    INVITED,
    PASSWORD,
    SILENT,
    Federation,
)
from deploy.demo.story import Summary, tell

LIVE_FOLDER = Path("demo-data")


def main() -> int:
    """Runs the demo; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="one story, a JSON summary, exit")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # else the servers stay behind
    if parser.parse_args().once:
        with tempfile.TemporaryDirectory(prefix="jipp-demo-") as folder:
            return _once(Path(folder))
    return _live(LIVE_FOLDER)


def _once(folder: Path) -> int:
    with Federation(folder) as federation:
        summary = tell(federation)
    print(summary.as_json(), flush=True)
    return 0 if summary.identical else 1


def _live(folder: Path) -> int:
    if folder.exists():
        print(f"{folder}/ is there from an earlier demo; remove it first.", file=sys.stderr)
        return 1
    with Federation(folder) as federation:
        summary = tell(federation)
        pages = federation.serve_hubs(interval_s=5)
        _show_pages(federation.url, pages)
        _show_where_to_look(federation, summary)
        federation.wait()
    print(f"\nStopped. The data stays in {folder}/; remove it when you are done.")
    return 0


def _show_pages(centre: str, pages: dict[str, str]) -> None:
    lines = "\n".join(f"  {url}  {HUBS[name]}" for name, url in pages.items())
    print(f"""
Open in a browser
  {centre}  the national catalogue, for everybody
  {centre}/pusat  the centre's desk: sign in as `{ADMINISTRATOR}`
{lines}

Sign in to any hub as `{ACCOUNT}`; the password is `{PASSWORD}`, at the centre too.
The demo made these accounts and prints their password because the data is nobody's; a real hub's
operator chooses both on the first page, and at a real centre a code from a phone is asked for too.
Pages speak Indonesian; the button English is at the top.

Try there
  Bali: a conflict waits under Keputusan (Decisions). Choose a value and sign it.
  Jawa Timur: search `antrean` in Katalog nasional (National catalogue), open an innovation of
    another hub, and say that you want to replicate it.
  Any hub: a campaign asks to refresh what began in 2018 and 2019. Open it on the first page, and
    say of an innovation that it is still right.
  Any hub: write an innovation (Tulis inovasi), publish it, and watch Sinkronisasi send it.
  Any hub: import deploy/demo/data/51.csv (Impor), see what it would change, and undo it.
  The public catalogue: search `puskesmass`, with a letter too many. Open Celah (Gaps) and choose
    a category that a province lacks. Search `pelayanan terpadu`, tick two innovations and compare
    them (Bandingkan, Compare). Open one, and at its foot check yourself what the centre says of it
    (Periksa sendiri).
  The centre's desk: a conflict waits under Benturan (Conflict), two records that look alike under
    Dugaan ganda (Possible duplicates), a proposal under Ditahan (Held). Hub (Hubs) shows that
    {SILENT[0]} has never synced, Pendaftaran (Enrolment) that {INVITED[0]} has not used its
    invitation; Jejak audit (Audit trail) shows who did what.""")


def _show_where_to_look(federation: Federation, summary: Summary) -> None:
    bali = federation.hubs[0]
    record, port = summary.conflict_record, urlsplit(federation.url).port
    print(f"""
The centre is at {federation.url}; four hubs sync with it every 5 seconds.

Ask as a program does
  {federation.url}/api/v1/innovations?q=antrean
  {federation.url}/api/v1/innovations/{record}
  {federation.url}/api/v1/hubs
  {federation.url}/log/national/1/checkpoint

Try, in another terminal
  .venv/bin/hubnode status --data {bali.folder}
  .venv/bin/hubnode decisions --data {bali.folder}
  .venv/bin/hubnode catalogue search ambulans --data {bali.folder}
  .venv/bin/hubnode verify --data {bali.folder}
  .venv/bin/central hub list --data {federation.centre_folder}
  .venv/bin/central rebuild --data {federation.centre_folder}

See what a hub says and does while nobody answers, and when the centre is back
  kill {federation.pids[0]}
  .venv/bin/central serve --data {federation.centre_folder} --port {port}

Ctrl-C stops everything.""")


if __name__ == "__main__":
    sys.exit(main())

"""What must hold of a federation at rest, whatever happened: one function each."""

from collections.abc import Callable, Iterator
from functools import partial

from sqlalchemy import Connection

from central import batch, intake
from central.centre import Centre
from central.rebuild import rebuild
from central.store import hubs
from central.verifying import verify_logs
from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.store import outbox, receipts
from hubnode.verify import verify_node
from protocol.canonical import parse
from protocol.checkpoints import open_checkpoint
from protocol.merkle import Tree
from tests.simulation import slow_reader
from tests.simulation.stage import Machine, salts
from tests.simulation.world import World

OF_THE_NODE = {"hub.opened", "key.rotate"}
"""Changes that no operator saved."""


def look(world: World) -> None:
    """Remembers the tree that is published now: once seen, it may not go away."""
    centre = world.centre
    tree = centre.db.read_sync(lambda conn: centre.logs.open(conn, centre.national_origin).tree)
    if not world.published or world.published[-1] != tree:
        world.published.append(tree)


def what_is_kept_is_what_was_signed(world: World) -> None:
    centre = world.centre
    checks = centre.db.read_sync(lambda conn: list(verify_logs(conn, centre)))
    assert [f"{it.origin}: {it.sentence}" for it in checks if not it.is_ok] == []


def what_was_published_never_shrinks_or_forks(world: World) -> None:
    centre = world.centre

    def work(conn: Connection) -> None:
        log = centre.logs.open(conn, centre.national_origin)
        for tree in world.published:
            assert tree.size <= log.tree.size
            assert centre.logs.tree_at(conn, log, tree.size) == tree

    centre.db.read_sync(work)


def the_catalogue_is_what_the_log_adds_up_to(world: World) -> None:
    assert rebuild(world.centre).identical


def the_catalogue_is_what_a_slow_reader_makes_of_the_log(world: World) -> None:
    centre = world.centre
    assert centre.db.read_sync(lambda conn: slow_reader.faults(conn, centre)) == []


def nothing_waits_for_its_decision(world: World) -> None:
    assert world.centre.db.read_sync(lambda conn: batch.waiting(conn, world.centre)) == []


def every_entry_has_one_outcome(world: World) -> None:
    centre = world.centre
    for hub in world.saved:
        view = centre.db.read_sync(partial(intake.hub_view, centre=centre, hub_id=hub))
        outcomes = view["outcomes"]
        assert isinstance(outcomes, dict)
        assert sum(int(str(count)) for count in outcomes.values()) == view["next_entry"], hub


def every_saved_change_is_somewhere(world: World) -> None:
    for machine in world.machines.values():
        held = machine.held() | world.mirrored(machine.hub) | world.redacted
        assert machine.saved <= held, f"{machine.name} lost {sorted(machine.saved - held)}"


def nothing_is_there_that_nobody_saved(world: World) -> None:
    for hub, saved in world.saved.items():
        for entry in world.mirrored_entries(hub):
            if not entry:
                continue
            value = parse(entry)
            assert isinstance(value, dict)
            assert value["salt"] in saved or value["type"] in OF_THE_NODE, f"{hub}: {value}"


def nothing_is_there_twice(world: World) -> None:
    for hub in world.saved:
        entries = [entry for entry in world.mirrored_entries(hub) if entry]
        assert len(salts(entries)) == len(entries), hub


def every_receipt_is_of_what_is_kept(world: World) -> None:
    for machine in world.machines.values():
        origin, keys = machine.who.origin, load_own_keys(machine.folder, machine.who).verifiers
        for receipt in machine.node.db.read_sync(receipts.all_of_them):
            tree = open_checkpoint(receipt.note, origin=origin, keys=keys).tree
            assert _mirror_at(world, origin, tree.size) == tree, f"{machine.name}: {tree.size}"


def each_hub_has_one_machine(world: World) -> None:
    for hub in world.saved:
        machines = [it for it in world.machines.values() if it.hub == hub]
        assert len([it for it in machines if world.is_the_hubs(it)]) == 1, hub


def only_what_a_person_did_stops_a_machine(world: World) -> None:
    for name, machine in world.machines.items():
        report, who = world.reports[name], machine.who
        if who.frozen:
            assert machine.was_restored or machine.is_twin, f"{name} stopped by {who.frozen}"
        elif not world.is_the_hubs(machine):
            assert machine.is_twin or machine.was_restored, f"{name} is no hub's: {report.code}"
            assert report.state == "blocked", f"{name}: {report.state} {report.code}"
        else:
            assert report.state in {"ok", "attention"}, f"{name}: {report.code} {report.detail}"


def both_copies_of_a_log_agree(world: World) -> None:
    centre = world.centre
    for machine in _at_work(world):
        own = _own_tree(machine)
        assert own == _mirror_at(world, machine.who.origin, own.size), machine.name
        view = centre.db.read_sync(partial(intake.hub_view, centre=centre, hub_id=machine.hub))
        assert view["next_entry"] == own.size, machine.name


def nothing_waits_to_be_sent(world: World) -> None:
    for machine in _at_work(world):
        assert machine.node.db.read_sync(outbox.count) == 0, machine.name


def every_catalogue_is_the_centres(world: World) -> None:
    theirs = _catalogue(world.centre)
    for machine in _at_work(world):
        assert _catalogue(machine.node) == theirs, machine.name


def every_replica_proves_itself(world: World) -> None:
    for machine in _at_work(world):
        keys = load_own_keys(machine.folder, machine.who).verifiers
        proof = partial(verify_node, node=machine.node, who=machine.who, own_keys=keys)
        assert machine.node.db.read_sync(proof)["verified"], machine.name


def both_sides_count_on_the_same_keys(world: World) -> None:
    for machine in _at_work(world):
        keys = load_own_keys(machine.folder, machine.who)
        row = world.centre.db.read_sync(partial(hubs.get, hub=machine.hub))
        assert row is not None
        assert keys.next is None, f"{machine.name} never ended its rotation"
        assert row.log_key == keys.current.log.verifier_key.text, machine.name
        assert row.witness_key == keys.current.witness.verifier_key.text, machine.name


INVARIANTS: tuple[Callable[[World], None], ...] = (
    what_is_kept_is_what_was_signed,
    what_was_published_never_shrinks_or_forks,
    the_catalogue_is_what_the_log_adds_up_to,
    the_catalogue_is_what_a_slow_reader_makes_of_the_log,
    nothing_waits_for_its_decision,
    every_entry_has_one_outcome,
    every_saved_change_is_somewhere,
    nothing_is_there_that_nobody_saved,
    nothing_is_there_twice,
    every_receipt_is_of_what_is_kept,
    each_hub_has_one_machine,
    only_what_a_person_did_stops_a_machine,
    both_copies_of_a_log_agree,
    nothing_waits_to_be_sent,
    every_catalogue_is_the_centres,
    every_replica_proves_itself,
    both_sides_count_on_the_same_keys,
)


def check(world: World) -> None:
    """All of them.

    Raises:
        AssertionError: named after the invariant that does not hold.
    """
    for invariant in INVARIANTS:
        try:
            invariant(world)
        except AssertionError as error:
            error.add_note(f"It does not hold that {invariant.__name__.replace('_', ' ')}.")
            raise


def _at_work(world: World) -> Iterator[Machine]:
    """The machines that are their hub's and were not stopped for a person to look at."""
    for machine in world.machines.values():
        if world.is_the_hubs(machine) and not machine.who.frozen:
            yield machine


def _own_tree(machine: Machine) -> Tree:
    node, origin = machine.node, machine.who.origin
    return node.db.read_sync(lambda conn: node.logs.open(conn, origin).tree)


def _mirror_at(world: World, origin: str, size: int) -> Tree | None:
    """The tree of that size of a hub's log, as the centre holds it; None where it has less."""
    centre = world.centre

    def work(conn: Connection) -> Tree | None:
        log = centre.logs.open(conn, origin)
        return centre.logs.tree_at(conn, log, size) if size <= log.tree.size else None

    return centre.db.read_sync(work)


def _catalogue(side: Centre | Node) -> tuple[dict[str, bytes], bytes, bytes]:
    """Every record, every campaign and every lineage, as what tells two of them apart."""

    def work(conn: Connection) -> tuple[dict[str, bytes], bytes, bytes]:
        records = dict(side.documents.digests(conn))
        return records, side.campaigns.fingerprint(conn), side.lineages.fingerprint(conn)

    return side.db.read_sync(work)

"""A hub mends a record that was held when it was made: nothing of it is at the centre yet."""

from hubnode.node import Node
from protocol.entries.decisions import ChangeHeld
from tests.support.federation import FederationUnderTest
from tests.support.nodes import publish
from tests.support.stories import assert_sound, at_centre, at_hub, decisions

TEXT = (
    "Setiap banjar menunjuk dua penjaga air yang dilatih menambal, mencatat debit, dan melapor "
    "setiap pekan kepada dinas, yang menjawab dalam dua hari dan memasang nama mereka di balai."
)
OTHER = "Kader posyandu naik perahu ke pulau, menimbang balita, dan mencatat hasilnya di kartu."


async def test_a_look_alike_that_its_hub_rewrites_counts(
    federation: FederationUnderTest, bali: Node
) -> None:
    publish(bali, "Garda Air Bersih Desa", summary=TEXT)
    await federation.sync(bali)
    makassar = await federation.hub("73")
    copy = publish(makassar, "Garda Air Bersih Desa", summary=TEXT)
    await federation.sync(makassar)
    assert copy not in at_centre(federation.centre)
    assert [it.code for it in decisions(federation.centre) if isinstance(it, ChangeHeld)] == [
        "look_alike"
    ]

    publish(makassar, "Perahu Posyandu", record=copy, summary=OTHER)
    await federation.sync(makassar)
    assert copy in at_centre(federation.centre)
    assert copy in at_hub(makassar)
    assert_sound(federation.centre)

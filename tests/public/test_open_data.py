"""What programs are offered: nothing that this centre does not answer."""

import re
from html import unescape

from central.web.open_data import WAYS
from tests.support.visitors import Catalogue


async def test_every_example_answers(catalogue: Catalogue) -> None:
    said = (await catalogue.page("/data")).body.decode()
    examples = re.findall(r"curl (?:-OJ )?'(.*?)'", said)
    assert f"{catalogue.url}/api/v1/innovations?province=51&amp;limit=5" in examples
    for example in examples:
        path = unescape(example).removeprefix(catalogue.url)
        answer = await catalogue.running.get(path)
        assert answer.status == 200, path


async def test_what_there_is_not_is_not_offered(catalogue: Catalogue) -> None:
    said = (await catalogue.page("/data")).body.decode()
    every = [way.example for ways in WAYS.values() for way in ways]
    hidden = [it for it in every if f'href="{it.replace("&", "&amp;")}"' not in said]
    answers = {it: (await catalogue.running.get(it)).status for it in hidden}
    assert answers == dict.fromkeys(hidden, 404)

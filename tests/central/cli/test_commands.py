"""The command `central` as an admin types it: every test is real processes on a real folder."""

from pathlib import Path

import pytest

from protocol.checkpoints import peek_origin
from protocol.enrolment import encode_enrol_request, parse_invitation
from tests.support.author import Author
from tests.support.commands import Outcome, command, service
from tests.support.servers import ask

AUTHORITY = "jippnas.test"


def central(*arguments: str) -> Outcome:
    return command("central", *arguments)


@pytest.fixture
def data(tmp_path: Path) -> str:
    folder = str(tmp_path / "pusat")
    url = "https://pusat.test"
    assert central("init", "--data", folder, "--authority", AUTHORITY, "--url", url).code == 0
    return folder


async def enrol(url: str, data: str, author: Author) -> None:
    text = central("hub", "invite", author.hub, "--data", data, "--url", url).out
    body = encode_enrol_request(author.enrol_request(text))
    assert (await ask(url + "/sync/v1/enrol", method="POST", body=body)).status == 201


def test_help_begins_with_examples() -> None:
    help_text = central("hub", "invite", "--help").out
    assert help_text.index("central hub invite 51") < help_text.index("Invite an institution")


@pytest.mark.parametrize("arguments", [["--help"], ["hub", "--help"], ["serve", "--help"]])
def test_every_help_answers(arguments: list[str]) -> None:
    assert central(*arguments).code == 0


def test_a_wrong_word_is_a_usage_error() -> None:
    assert central("hbu").code == 2


def test_init_shows_what_two_people_compare(tmp_path: Path) -> None:
    made = central("init", "--data", str(tmp_path / "new"), "--authority", AUTHORITY, "--json").json
    assert isinstance(made, dict)
    assert len(str(made["fingerprint"]).split()) == 8
    assert (tmp_path / "new" / "keys.pem").stat().st_mode & 0o777 == 0o600


def test_init_never_replaces_a_centre(data: str) -> None:
    again = central("init", "--data", data, "--authority", AUTHORITY)
    assert (again.code, "already" in again.err) == (2, True)


@pytest.mark.parametrize("authority", ["", "Pusat", "a b", "../x", "a" * 300])
def test_an_authority_has_the_form_of_a_domain_name(tmp_path: Path, authority: str) -> None:
    made = central("init", "--data", str(tmp_path / "new"), "--authority", authority)
    assert made.code == 2
    assert made.err == (
        "authority: must be a name such as jippnas.go.id: small letters, digits, dots and hyphens\n"
    )
    assert not (tmp_path / "new").exists()


def test_a_centre_cannot_be_made_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("a file", encoding="ascii")
    made = central("init", "--data", str(tmp_path / "new"), "--authority", AUTHORITY)
    assert (made.code, f"{tmp_path / 'new'} cannot be made" in made.err) == (2, True)


def test_a_folder_without_a_centre_says_what_to_do(tmp_path: Path) -> None:
    answer = central("hub", "list", "--data", str(tmp_path))
    assert (answer.code, "central init" in answer.err) == (2, True)


def test_keys_that_others_can_read_are_not_used(data: str) -> None:
    (Path(data) / "keys.pem").chmod(0o644)
    answer = central("hub", "list", "--data", data)
    assert answer.code == 1
    assert "Traceback" not in answer.err


def test_an_invitation_is_one_line_on_stdout(data: str) -> None:
    answer = central("hub", "invite", "51", "--name", "Provinsi Bali", "--data", data)
    invitation = parse_invitation(answer.out)
    assert answer.out.count("\n") == 1
    assert (invitation.hub, invitation.url) == ("51", "https://pusat.test")
    assert "keys read:" in answer.err


def test_an_invitation_as_json_has_the_words_too(data: str) -> None:
    made = central("hub", "invite", "51", "--data", data, "--json").json
    assert isinstance(made, dict)
    assert len(str(made["centre_words"]).split()) == 8


@pytest.mark.parametrize("url", ["ftp://pusat.test", "pusat.test", "https://"])
def test_an_invitation_does_not_go_to_what_is_no_address(data: str, url: str) -> None:
    answer = central("hub", "invite", "51", "--url", url, "--data", data)
    assert (answer.code, answer.out, "url:" in answer.err) == (2, "", True)


def test_an_open_invitation_is_listed_with_the_hubs(data: str) -> None:
    central("hub", "invite", "51", "--name", "Provinsi Bali", "--data", data)
    listed = central("hub", "list", "--data", data, "--json")
    assert '"items":[],"invitations":[{"hub":"51","name":"Provinsi Bali"' in listed.out
    shown = central("hub", "list", "--data", data)
    assert "Provinsi Bali" in shown.out


@pytest.mark.parametrize("hub", ["Bali!", "-", "a" * 64])
def test_a_name_that_is_no_hub_id_is_refused_with_a_sentence(data: str, hub: str) -> None:
    answer = central("hub", "invite", "--data", data, "--", hub)
    assert answer.code == 2
    assert "hub id" in answer.err


def test_config_shows_every_setting_and_hides_passwords(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://jipp:hunter2@db/jipp"
    monkeypatch.setenv("JIPP_CENTRAL_DATABASE_URL", url)
    answer = central("config", "show", "--data", data, "--json")
    assert '"authority":"jippnas.test"' in answer.out
    assert "hunter2" not in answer.out


def test_config_check_names_a_mistyped_setting(data: str) -> None:
    (Path(data) / "central.toml").write_text('authority = "jippnas.test"\nprot = 1\n')
    answer = central("config", "check", "--data", data)
    assert answer.code == 2
    assert answer.err.splitlines() == [
        f"{data}/central.toml, or JIPP_CENTRAL_* in the environment:",
        "prot: no setting has this name; did you mean port?",
    ]


def test_config_check_is_content(data: str) -> None:
    assert central("config", "check", "--data", data, "--json").json == {
        "ok": True,
        "authority": AUTHORITY,
    }


def test_nothing_signed_yet_is_said(data: str) -> None:
    assert central("log", "checkpoint", "--data", data).code == 1


async def test_a_centre_serves_enrols_and_stops_cleanly(data: str) -> None:
    bali = Author(hub="51")
    with service("central", "serve", "--data", data, "--port", "0", "--json") as (url, process):
        await enrol(url, data, bali)
        assert (await ask(url + "/healthz")).status == 200
        process.terminate()
        assert process.wait(timeout=20) == 0
    listed = central("hub", "list", "--data", data, "--json").json
    assert isinstance(listed, dict)
    rows = listed["items"]
    assert isinstance(rows, list)
    assert [row["hub"] for row in rows if isinstance(row, dict)] == ["51"]
    note = central("log", "checkpoint", "--data", data).out
    assert peek_origin(note.encode()) == f"{AUTHORITY}/national/1"


async def test_a_running_centre_decides_by_itself_and_proves_it(data: str, tmp_path: Path) -> None:
    bali = Author(hub="51")
    bali.put(1, {"title": "Antrean daring", "region": "51", "started": "2024"})
    path = f"/api/v1/innovations/{bali.record(1)}"
    with service("central", "serve", "--data", data, "--port", "0", "--json") as (url, _):
        await enrol(url, data, bali)
        await ask(url + "/sync/v1/add-checkpoint", method="POST", body=bali.add_checkpoint())
        await ask(url + "/sync/v1/add-entries", method="POST", body=bali.add_entries())
        for _ in range(100):
            if (await ask(url + path)).status == 200:
                break
    file = tmp_path / "bukti.tlog-proof"
    proved = central("log", "proof", bali.record(1), "--out", str(file), "--data", data)
    assert proved.code == 0
    assert file.read_bytes().startswith(b"c2sp.org/tlog-proof@v1\n")
    verified = central("log", "verify", "--data", data, "--json")
    assert (verified.code, '"ok":false' in verified.out) == (0, False)
    rebuilt = central("rebuild", "--data", data, "--json").json
    assert isinstance(rebuilt, dict)
    assert (rebuilt["entries"], rebuilt["records"], rebuilt["identical"]) == (3, 1, True)
    assert central("conflict", "list", "--data", data, "--json").json == {"items": []}
    shown = central("hub", "show", "51", "--data", data, "--json").json
    assert isinstance(shown, dict)
    assert (shown["size"], shown["reconciled"]) == (2, 2)


async def test_a_second_service_in_one_folder_is_refused(data: str) -> None:
    with service("central", "serve", "--data", data, "--port", "0", "--json"):
        second = central("serve", "--data", data, "--port", "0")
        assert (second.code, "already serving" in second.err) == (1, True)


async def test_a_revoked_hub_can_send_no_more(data: str) -> None:
    bali = Author(hub="51")
    with service("central", "serve", "--data", data, "--port", "0", "--json") as (url, _):
        await enrol(url, data, bali)
        refused = central("hub", "revoke", "51", "--reason", "hilang", "--no-input", "--data", data)
        assert refused.code == 2
        revoked = central("hub", "revoke", "51", "--reason", "hilang", "--yes", "--data", data)
        assert revoked.code == 0
        answer = await ask(
            url + "/sync/v1/add-checkpoint", method="POST", body=bali.add_checkpoint()
        )
    assert answer.status == 403


@pytest.mark.parametrize(
    "arguments",
    [
        ["hub", "show", "52"],
        ["hub", "revoke", "52", "--reason", "x", "--yes"],
        ["log", "proof", "01942b6e-4c00-7000-8000-000000000001"],
        ["conflict", "resolve", "x", "title", '"a"', "--by", "rina", "--agency", "panrb"],
    ],
)
def test_what_is_not_there_is_a_sentence(data: str, arguments: list[str]) -> None:
    answer = central(*arguments, "--data", data)
    assert answer.code == 1
    assert "Traceback" not in answer.err
    assert answer.err.strip()


def test_a_value_that_is_not_json_is_a_usage_error(data: str) -> None:
    arguments = ["conflict", "resolve", "x", "title", "bare", "--by", "rina", "--agency", "panrb"]
    answer = central(*arguments, "--data", data)
    assert (answer.code, "double quotes" in answer.err) == (2, True)

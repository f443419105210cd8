"""The address of a channel is a secret: it is in the environment, on the wire, and nowhere else."""

import json
import logging
from datetime import datetime, timedelta

import pytest
from grids import a_file
from homes import TOML, UNITS, a_home, drop
from hostile import holding
from loopback_servers import MailServer, WebReceiver, a_free_port, running

from pipelines.orchestration.quick import answer_now
from pipelines.problems import OperatorError
from pipelines.settings import HomeSettings
from pipelines.terminal import PlainConsole, load_as_json, show_load
from pipelines.text import printable_json

NOW = datetime(2019, 7, 5, 18)
PASSWORD, TOKEN, KEY = "hunter2-in-clear", "TOPSECRET", "robot-key-4711"
SECRETS = [word.encode() for word in (PASSWORD, TOKEN, KEY, "town.example", "ledger@")]
CHANNELS = '\n[channels]\nmail = "env:T_MAIL"\nhook = "env:T_HOOK"\nrobot = "env:T_ROBOT"\n'
RETURN = "2019年重点项目台账（单位：万元）\n项目名称 | 总投资\n滨河路 | 约5000"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("TAIZHANG_NOW", NOW.isoformat())
    contacts = UNITS.replace("true,townships,,,", "true,townships,mail;hook;robot,,")
    made = a_home(tmp_path / "home", units=contacts, toml=TOML + CHANNELS)
    drop(made, "jia/台账.xlsx", a_file(RETURN), NOW - timedelta(hours=5))
    return made


@pytest.mark.parametrize("mood", ["refuses", "dies"])
def test_no_byte_of_the_home_and_no_line_that_is_said_holds_a_secret(
    home, monkeypatch, capfd, caplog, mood
):
    caplog.set_level(logging.INFO)
    mail, web = MailServer(), WebReceiver()
    mail.mood = web.mood = mood
    said: list[str] = []
    with running(mail, web):
        monkeypatch.setenv(
            "T_MAIL", mail.url.replace("127.0.0.1", f"ledger:{PASSWORD}@127.0.0.1", 1)
        )
        monkeypatch.setenv("T_HOOK", web.url)
        monkeypatch.setenv("T_ROBOT", f"json://127.0.0.1:{a_free_port()}/send?key={KEY}")
        result = answer_now(home, said.append)
    assert result.failure is None
    assert result.deliveries.sent + result.deliveries.failed >= 3
    show_load(PlainConsole(), result, home)
    print(printable_json(load_as_json(result), indent=2))
    printed = capfd.readouterr()
    spoken = "\n".join([*said, printed.out, printed.err, caplog.text]).encode()
    assert [secret for secret in SECRETS if secret in spoken] == []
    assert holding(home.root, SECRETS) == []


@pytest.mark.parametrize("written", [f"json://127.0.0.1/{TOKEN}", f"env:{TOKEN} x", f"{TOKEN}"])
def test_an_address_in_the_settings_is_refused_without_being_repeated(home, written):
    home.settings_file.write_text(f'{TOML}\n[channels]\nmail = "{written}"\n', "utf-8")
    with pytest.raises(OperatorError) as fault:
        home.settings()
    assert TOKEN not in str(fault.value)


def test_the_settings_of_a_home_tell_no_secret(monkeypatch):
    monkeypatch.setenv("T_MAIL", TOKEN)
    settings = HomeSettings.model_validate(
        {
            "district": {"name": "试验区", "code": "1", "reporting_year": 2019},
            "channels": {"mail": "env:T_MAIL"},
        }
    )
    told = f"{settings!r} {settings.channel_address('mail')!r} {settings.model_dump_json()}"
    assert TOKEN not in told
    assert json.loads(settings.model_dump_json())["channels"] == {"mail": "env:T_MAIL"}

"""The file of portals: what it says is understood, and what is wrong in it is told with line and key."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from dossier_sync.wiring import ADAPTERS
from shared.sync.adapters import known
from shared.sync.portal_clients import share_of_pace
from shared.sync.portal_file import PortalFile, PortalFileInvalid, load, parse
from shared.sync.secrets import SecretMissing, Secrets

EXAMPLE = Path(__file__).parents[4] / "deploy" / "portals.example.toml"
SECRETS = Secrets(
    {"HAIPHONG_IGATE_SECRET": "s3cret", "LAMDONG_OPENCPS_PASSWORD": "p", "NATIONAL_RPC_PASSWORD": "n", "S": "x"}
)

SMALL = """\
[portal.city]
url = "https://igate.test"
[portal.city.auth]
kind = "client_credentials"
token_url = "https://sso.test/token"
client_id = "motcua"
secret = "env:S"
[portal.city.feed.dossiers]
adapter = "igate"
agencies = ["000.00.99.H24"]
"""


def read(text: str, secrets: Secrets = SECRETS) -> PortalFile:
    return parse(text.encode(), "dossiers", known(ADAPTERS), secrets, one_agency=True)


def flaws(text: str, secrets: Secrets = SECRETS) -> list[str]:
    with pytest.raises(PortalFileInvalid) as refused:
        read(text, secrets)
    return [str(flaw) for flaw in refused.value.flaws]


def test_the_example_that_is_shipped_is_valid() -> None:
    file = load(EXAMPLE, "dossiers", known(ADAPTERS), SECRETS, one_agency=True)
    portal = file.portals["haiphong-igate"]
    feed = portal.feed["dossiers"]
    assert (feed.every, feed.at, feed.full_every) == (timedelta(minutes=5), time(0), timedelta(days=7))
    assert portal.hosts() == {"igate.haiphong.example", "sso.haiphong.example"}
    assert portal.rhythm.silence == timedelta(hours=8)
    on = portal.maintained_at(datetime(2026, 12, 19, 20, tzinfo=UTC))
    assert on is not None
    assert "Nâng cấp" in on.reason
    assert portal.maintained_at(on.ends) is None


def test_little_is_needed_and_codes_become_canonical() -> None:
    ((name, portal, feed),) = read(SMALL).feeds("dossiers")
    assert (name, feed.agencies, portal.requests_per_second) == ("city", ["H24.99"], 5.0)
    assert list(read(SMALL).feeds("procedures")) == []


def test_every_flaw_is_told_at_once_in_order_of_lines() -> None:
    text = SMALL.replace('\nurl = "https', '\nuri = "https').replace("env:S", "hunter2")
    text = text.replace('agencies = ["000.00.99.H24"]', 'agencies = ["H24"]\nevery = 5\nagencys = []\npriority = -1')
    assert flaws(text) == [
        "line 1: portal.city.url: this key is needed",
        "line 2: portal.city.uri: there is no such key; did you mean url?",
        "line 7: portal.city.auth.secret: a secret never stands in this file: "
        'write "env:NAME" or "file:/run/secrets/name"',
        'line 11: portal.city.feed.dossiers.every: write a span as "30s", "15m", "6h" or "7d"',
        "line 12: portal.city.feed.dossiers.agencys: there is no such key; did you mean agencies?",
        "line 13: portal.city.feed.dossiers.priority: Input should be greater than or equal to 0",
    ]


def test_a_literal_secret_is_never_repeated() -> None:
    for key in ("secret", "client_id", "token_url"):
        told = "\n".join(flaws(SMALL.replace('kind = "client', f'{key}s = "hunter2"\nkind = "client')))
        assert "hunter2" not in told
    assert "hunter2" not in "\n".join(flaws(SMALL.replace('"env:S"', '"hunter2')))
    assert "hunter2" not in "\n".join(flaws(SMALL.replace('"env:S"', '"hunter2"')))


@pytest.mark.parametrize(
    ("changed", "to", "told"),
    [
        ('"igate"\n', '"igat"\n', "line 9: portal.city.feed.dossiers.adapter: there is no such adapter; "),
        ("feed.dossiers", "feed.dossier", "line 8: portal.city.feed.dossier: there is no such kind of feed; did you"),
        ('["000.00.99.H24"]', '["H24", "H25"]', "line 10: portal.city.feed.dossiers.agencies: this kind of feed is"),
        ('["000.00.99.H24"]', '["Hải Phòng"]', "line 10: portal.city.feed.dossiers.agencies.0: "),
        ("https://igate", "http://igate", "line 1: portal.city: plain http sends the login readable"),
        ("https://igate", "https://u:p@igate", "line 2: portal.city.url: an address holds no login"),
        ("https://igate", "file:///igate", "line 2: portal.city.url: write a whole address"),
        ('"client_credentials"', '"kerberos"', "line 3: portal.city.auth: there is no such kind"),
        ("env:S", "env:NOT_THERE", "line 7: portal.city.auth.secret: env:NOT_THERE: the variable is not set"),
        ("portal.city", "portal.City", "line 1: portal.City: "),
        ("[portal.city]\n", "[portal.city]\negress = ['a b']\n", "line 2: portal.city.egress.0: "),
        ("[portal.city]\n", "[portal.city]\ntime_zone = 'Hanoi'\n", "line 2: portal.city.time_zone: no such time zone"),
        ("[portal.city.auth]\n", "[portal.city.auth]\nsecret = 1\n", "line 8: this is no TOML: "),
        ("adapter", "absent_share = 0.9\nadapter", "line 9: portal.city.feed.dossiers.absent_share: "),
        ("adapter", "absent_rows = -1\nadapter", "line 9: portal.city.feed.dossiers.absent_rows: "),
        ("adapter", "most_passes = 1\nadapter", "line 9: portal.city.feed.dossiers.most_passes: "),
        ("adapter", "most_looked_up = 0\nadapter", "line 9: portal.city.feed.dossiers.most_looked_up: "),
        ("adapter", "older_rows = 0\nadapter", "line 9: portal.city.feed.dossiers.older_rows: "),
        ("adapter", "shift_share = 0\nadapter", "line 9: portal.city.feed.dossiers.shift_share: "),
        ("adapter", "most_pases = 3\nadapter", "line 9: portal.city.feed.dossiers.most_pases: there is no such key; "
         "did you mean most_passes?"),
        ("adapter", "options.page_size = 0\nadapter", "line 9: portal.city.feed.dossiers.options.page_size: "),
        ("adapter", "options.pagesize = 1\nadapter", "line 9: portal.city.feed.dossiers.options.pagesize: there is no "
         "such key; did you mean page_size?"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_line_key_and_remedy(changed: str, to: str, told: str) -> None:
    (found,) = flaws(SMALL.replace(changed, to))
    assert found.startswith(told)


def test_a_session_needs_an_adapter_that_can_enter_it() -> None:
    login = SMALL.split("[portal.city.auth]")[1].split("[portal.city.feed")[0]
    text = SMALL.replace(login, '\nkind = "session"\nusername = "u"\npassword = "env:S"\n')
    assert flaws(text) == ["line 4: portal.city.auth.kind: the adapter igate has no session to log in to"]


def test_no_file_and_no_text_are_told_too(tmp_path: Path) -> None:
    with pytest.raises(PortalFileInvalid, match=r"gone.toml: line 1: it cannot be read \(FileNotFoundError\)"):
        load(tmp_path / "gone.toml", "dossiers", known(ADAPTERS), SECRETS)
    with pytest.raises(PortalFileInvalid, match="line 2: it is not UTF-8"):
        parse(b"a = 1\n\xff", "dossiers", known(ADAPTERS), SECRETS)


def test_the_pace_of_a_portal_is_shared_by_its_feeds() -> None:
    more = SMALL + '[portal.city.feed.procedures]\nadapter = "x"\nagencies = ["H24", "H24.99", "H24.98"]\n'
    assert share_of_pace(read(more).portals["city"]) == 5.0 / 4


def test_secrets_are_read_anew_from_the_file_before_the_environment(tmp_path: Path) -> None:
    env_file, one = tmp_path / "env", tmp_path / "one"
    env_file.write_text("# S=no\nS=first\nQUOTED='a b'\n")
    one.write_text("of its own\n")
    secrets = Secrets({"S": "old", "T": "t"}, env_file)
    values = [secrets.find(ref).get_secret_value() for ref in ("env:S", "env:T", "env:QUOTED", f"file:{one}")]
    assert values == ["first", "t", "a b", "of its own"]
    env_file.write_text("S=second\n")
    assert secrets.find("env:S").get_secret_value() == "second"
    assert "t'" not in repr(secrets)
    for reference in ("env:NONE", f"file:{tmp_path}/none"):
        with pytest.raises(SecretMissing):
            secrets.find(reference)
    env_file.unlink()
    with pytest.raises(SecretMissing, match="cannot be read"):
        secrets.find("env:T")

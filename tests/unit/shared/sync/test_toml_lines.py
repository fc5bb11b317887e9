"""Every key is found on the line it stands on, whatever stands between."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from shared.sync.toml_lines import line_of, lines_of

TEXT = '''# a comment = with an equals sign, and [brackets]
first = 1
"quoted key" = """
second = "not a key"
"""
list = [
  "a", # ] not the end
  { third = 1 },
]
dotted . key = 'it''s' # "
"ends in quotes" = """a "quoted" text""""

[table."with dot.s".x]
a = "\\" # = [ "
[[many]]
b = 1
[many.below]
c = 2
[[many]]
b = 3
d = 1979-05-27T07:32:00Z
'''.replace("'it''s'", "'its'")


def test_keys_headers_and_elements_have_their_lines() -> None:
    assert tomllib.loads(TEXT)
    found = lines_of(TEXT)
    numbered = {path: number for number, line in enumerate(TEXT.splitlines(), 1) for path in _expected(line)}
    assert {path: found[path] for path in numbered} == numbered
    assert found["many", 0, "b"] == 16
    assert found["many", 0, "below", "c"] == 18
    assert found["many", 1, "b"] == 20
    assert not any("second" in path or "third" in path for path in found)


def _expected(line: str) -> list[tuple[str | int, ...]]:
    return {
        "first = 1": [("first",)],
        '"quoted key" = """': [("quoted key",)],
        "list = [": [("list",)],
        "dotted . key = 'its' # \"": [("dotted",), ("dotted", "key")],
        '"ends in quotes" = """a "quoted" text""""': [("ends in quotes",)],
        '[table."with dot.s".x]': [("table",), ("table", "with dot.s"), ("table", "with dot.s", "x")],
        "[many.below]": [("many", 0, "below")],
        "d = 1979-05-27T07:32:00Z": [("many", 1, "d")],
    }.get(line, [])


def test_a_path_that_is_not_written_has_the_line_of_its_nearest_part() -> None:
    found = lines_of("[a.b]\n\nc = { d = 1 }\n")
    assert line_of(found, ("a", "b", "c", "d")) == 3
    assert line_of(found, ("a", "b", "missing")) == 1
    assert line_of(found, ("nothing",)) == 1
    assert line_of(found, ("a", "a variant's name", "b", "c")) == 3


def test_lines_are_counted_with_carriage_returns() -> None:
    assert lines_of("\r\n\r\na = 1\r\n[b]\r\nc = 2\r\n") == {("a",): 3, ("b",): 4, ("b", "c"): 5}


_VALUES = st.sampled_from(
    ["1", '"#"', "'\"'", '"""x\n[no]\nkey = 1\n"""', "'''\n]'''", "[1,\n 2]", "{ a = ']' }", "07:30:00", '"\\\\"']
)


@given(st.lists(st.tuples(st.sampled_from(["", "# x = [", "  "]), _VALUES), min_size=1, max_size=8))
def test_any_mix_of_values_keeps_every_key_on_its_line(statements: list[tuple[str, str]]) -> None:
    lines: list[str] = []
    expected = {}
    for number, (before, value) in enumerate(statements):
        lines += [before, f"key{number} = {value} # = '"]
        expected[(f"key{number}",)] = "\n".join(lines[:-1]).count("\n") + 2
    text = "\n".join(lines)
    assert set(tomllib.loads(text)) == {path[0] for path in expected}
    assert lines_of(text) == expected

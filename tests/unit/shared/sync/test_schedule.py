"""When a feed is due again, and how long a failing portal is left in peace."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.sync.schedule import breaker_pause, next_on_grid

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_late_run_does_not_shift_the_grid() -> None:
    assert next_on_grid(START, HOUR, START + timedelta(minutes=7)) == START + HOUR


def test_missed_ticks_collapse_into_one() -> None:
    assert next_on_grid(START, HOUR, START + 5 * HOUR + timedelta(minutes=1)) == START + 6 * HOUR


def test_a_run_before_its_time_keeps_the_tick() -> None:
    assert next_on_grid(START, HOUR, START - timedelta(minutes=1)) == START


@given(st.integers(1, 10**6), st.integers(0, 10**9))
def test_the_next_tick_is_ahead_on_the_grid_and_near(every: int, late: int) -> None:
    step, now = timedelta(seconds=every), START + timedelta(seconds=late)
    tick = next_on_grid(START, step, now)
    assert now < tick <= now + step
    assert (tick - START) % step == timedelta(0)


def test_the_pause_doubles_up_to_an_hour() -> None:
    pauses = [breaker_pause(n) for n in range(40)]
    assert pauses[0] == timedelta(0)
    assert pauses[1:4] == [timedelta(seconds=s) for s in (15, 30, 60)]
    assert pauses[-1] == HOUR
    assert pauses == sorted(pauses)

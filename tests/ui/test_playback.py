"""The clock that moves the playhead, told how much time passes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpviz.ui.playback import BACK_FASTER, EVENTS_PER_SECOND, Playback

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def playback() -> Playback:
    """At the start of a story of ten events."""
    made = Playback()
    made.set_length(10)
    made.seek(0.0)
    return made


def told(playback: Playback) -> list[float]:
    """The times that listeners hear of from now on."""
    times: list[float] = []
    playback.moved.connect(times.append)
    return times


EVENT = 1 / EVENTS_PER_SECOND  # seconds


class TestStepping:
    def test_forward(self, playback: Playback) -> None:
        playback.step_forward()
        assert playback.is_moving
        playback.advance(EVENT / 2)
        assert playback.time == pytest.approx(0.5)
        playback.advance(EVENT)
        assert (playback.time, playback.is_moving) == (1.0, False)

    def test_pressed_again_on_the_way_it_is_there_at_once(self, playback: Playback) -> None:
        playback.step_forward()
        playback.advance(EVENT / 3)
        playback.step_forward()
        assert (playback.time, playback.is_moving) == (1.0, False)

    def test_back_is_faster(self, playback: Playback) -> None:
        playback.seek(5.0)
        playback.step_back()
        playback.advance(EVENT / 2 / BACK_FASTER)
        assert playback.time == pytest.approx(4.5)
        playback.advance(EVENT)
        assert (playback.time, playback.is_moving) == (4.0, False)

    def test_turned_round_on_the_way(self, playback: Playback) -> None:
        playback.seek(3.0)
        playback.step_forward()
        playback.advance(EVENT / 2)
        playback.step_back()
        playback.advance(9.0)
        assert playback.time == 3.0
        playback.step_back()
        playback.advance(EVENT / 2 / BACK_FASTER)
        playback.step_forward()
        playback.advance(9.0)
        assert playback.time == 3.0

    def test_from_the_middle_of_an_event(self, playback: Playback) -> None:
        playback.seek(3.4)
        playback.step_forward()
        playback.advance(9.0)
        assert playback.time == 4.0
        playback.seek(3.4)
        playback.step_back()
        playback.advance(9.0)
        assert playback.time == 3.0

    def test_at_the_ends_nothing_happens(self, playback: Playback) -> None:
        times = told(playback)
        playback.step_back()
        assert (times, playback.is_moving) == ([], False)
        playback.seek(10.0)
        playback.step_forward()
        assert (times, playback.is_moving) == ([10.0], False)

    def test_without_animation_it_is_there_at_once(self, playback: Playback) -> None:
        playback.is_animated = False
        playback.step_forward()
        assert playback.time == 1.0
        playback.step_back()
        assert playback.time == 0.0


class TestPlaying:
    def test_to_the_end(self, playback: Playback) -> None:
        playback.play()
        playback.advance(5 * EVENT)
        assert playback.time == pytest.approx(5.0)
        assert playback.is_playing
        playback.advance(6 * EVENT)
        assert (playback.time, playback.is_playing, playback.is_moving) == (10.0, False, False)

    def test_from_the_end_it_starts_over(self, playback: Playback) -> None:
        playback.seek(10.0)
        playback.play()
        assert (playback.time, playback.is_playing) == (0.0, True)

    def test_pausing_keeps_the_place(self, playback: Playback) -> None:
        playback.play()
        playback.advance(2.3 * EVENT)
        playback.toggle()
        playback.advance(5.0)
        assert playback.time == pytest.approx(2.3)
        playback.toggle()
        playback.advance(EVENT)
        assert playback.time == pytest.approx(3.3)

    def test_a_step_while_it_plays_goes_to_the_next_event_and_rests(self, playback: Playback) -> None:
        playback.play()
        playback.advance(2.3 * EVENT)
        playback.step_forward()
        playback.advance(9.0)
        assert (playback.time, playback.is_playing) == (3.0, False)

    def test_a_step_back_while_it_plays(self, playback: Playback) -> None:
        playback.play()
        playback.advance(2.3 * EVENT)
        playback.step_back()
        assert not playback.is_playing
        playback.advance(9.0)
        assert playback.time == 2.0

    def test_speed(self, playback: Playback) -> None:
        playback.set_speed(4.0)
        playback.play()
        playback.advance(EVENT)
        assert playback.time == pytest.approx(4.0)
        playback.set_speed(0.5)
        playback.advance(EVENT)
        assert playback.time == pytest.approx(4.5), "also on the way"

    def test_nothing_to_play(self) -> None:
        playback = Playback()
        playback.play()
        assert (playback.time, playback.is_moving) == (0.0, False)


class TestSeeking:
    def test_it_rests_there(self, playback: Playback) -> None:
        playback.play()
        playback.seek(4.25)
        assert (playback.time, playback.is_moving, playback.is_playing) == (4.25, False, False)

    @pytest.mark.parametrize(("wish", "time"), [(-5.0, 0.0), (99.0, 10.0)])
    def test_beyond_the_ends_are_the_ends(self, playback: Playback, wish: float, time: float) -> None:
        playback.seek(wish)
        assert playback.time == time

    def test_only_changes_are_told(self, playback: Playback) -> None:
        times = told(playback)
        for time in (3.0, 3.0, 4.0):
            playback.seek(time)
        assert times == [3.0, 4.0]


class TestAnotherStory:
    def test_it_rests_as_far_along_as_before(self, playback: Playback) -> None:
        playback.seek(6.0)
        playback.play()
        playback.set_length(20)
        assert (playback.time, playback.is_playing) == (6.0, False)

    def test_at_the_end_it_stays_at_the_end(self, playback: Playback) -> None:
        playback.seek(10.0)
        playback.set_length(4)
        assert playback.time == 4.0
        playback.set_length(30)
        assert playback.time == 30.0

    def test_a_shorter_one_for_a_while_does_not_lose_the_place(self, playback: Playback) -> None:
        playback.seek(6.0)
        playback.set_length(3)
        assert playback.time == 3.0
        playback.set_length(10)
        assert playback.time == 6.0

    def test_no_story_at_all(self, playback: Playback) -> None:
        playback.set_length(0)
        assert playback.time == 0.0


@given(
    st.lists(
        st.sampled_from(["step_forward", "step_back", "play", "toggle", "pause", "wait", "seek", "shorten", "repeat"])
    )
)
def test_whatever_is_done_the_time_is_within_the_story_and_listeners_know_it(doings: list[str]) -> None:
    playback = Playback()
    playback.set_length(7)
    playback.seek(0.0)
    times = [playback.time, *told(playback)]
    playback.moved.connect(times.append)
    for number, doing in enumerate(doings):
        if doing == "wait":
            playback.advance(0.1 + 0.37 * number)
        elif doing == "seek":
            playback.seek((number * 2.7) % 9 - 1)
        elif doing == "repeat":
            playback.repeat(((number * 1.3) % 8, (number * 3.1) % 8) if number % 3 else None)
        elif doing == "shorten":
            playback.set_length(number % 8)
        else:
            getattr(playback, doing)()
        assert 0.0 <= playback.time <= playback.length
        assert times[-1] == playback.time
        assert playback.is_moving or not playback.is_playing
        assert math.isfinite(playback.time)
    playback.pause()

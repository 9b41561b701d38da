"""Passages: a part of the story that playing repeats, for looking at one thing until it is understood."""

from __future__ import annotations

from ..stage.stepping import Stride, next_stop, previous_stop
from .session import Session

_HARDLY = 1e-3  # how far inside a passage its end is looked at


def passage_around(session: Session, time: float) -> tuple[float, float]:
    """What one node does, at a time: computes, or sends to all of its inputs."""
    story = session.story
    inside = min(max(time, _HARDLY), len(story) - _HARDLY)
    at_rest = time == round(time) and time > 0
    inside = time - _HARDLY if at_rest else inside  # between two nodes, that of the one that was just seen
    return previous_stop(story, inside, Stride.NODE), next_stop(story, inside, Stride.NODE)


def toggle_passage(session: Session) -> None:
    """Repeats what happens now, or nothing any longer."""
    playback = session.playback
    if playback.passage is not None:
        playback.repeat(None)
        session.said.emit("Playing goes on to the end again.", False)
        return
    playback.repeat(passage_around(session, playback.time))
    _say(session)


def begin_passage(session: Session) -> None:
    """The passage begins here; it goes to where it went, or to the end."""
    playback = session.playback
    end = playback.passage[1] if playback.passage is not None else float(playback.length)
    playback.repeat((playback.time, end if end > playback.time else float(playback.length)))
    _say(session)


def end_passage(session: Session) -> None:
    """The passage ends here; it begins where it began, or at the start."""
    playback = session.playback
    begin = playback.passage[0] if playback.passage is not None else 0.0
    playback.repeat((begin if begin < playback.time else 0.0, playback.time))
    _say(session)


def _say(session: Session) -> None:
    passage = session.playback.passage
    if passage is None:
        session.said.emit("There is nothing to repeat here: go to another moment first.", True)
    else:
        begin, end = (f"{time:.1f}".removesuffix(".0") for time in passage)
        session.said.emit(f"Playing repeats steps {begin} to {end} (L ends that).", False)

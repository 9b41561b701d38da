"""The two derivations in the inspector, of a node's value and of its gradient, as they follow the playhead."""

from __future__ import annotations

from typing import TypeAlias

from ..engine.computation import computation
from ..engine.derivation import derivation
from ..engine.terms import Derivation
from ..engine.trace import Trace
from ..graph.graph import NodeId
from .chain_rule import DerivationBox
from .session import Session
from .slices import Pieces

_MOST_REMEMBERED = 200  # moments

_Moment: TypeAlias = tuple[int, bool]  # after so many events; whether the next one is under way
_Both: TypeAlias = tuple[Derivation | None, Derivation | None]  # of a value and of a gradient


class Derivations:
    """What the boxes say.  To word a moment and to set its mathematics takes longer than a frame, so it is prepared
    little by little: every moment before the playhead comes to it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.value = DerivationBox(session, "forward")
        self.gradient = DerivationBox(session, "backward", "The chain rule here")
        self._remembered: dict[tuple[NodeId, _Moment], _Both] = {}
        self._of: Trace | None = None  # whose moments they are
        self._told: tuple[object, ...] = ()
        self.told_steps = 0  # how many events of the story they tell of, with the one that is under way

    @property
    def _now(self) -> _Moment:
        now = self._session.stage.now
        return now.step, now.event is not None

    def tell(self, node: NodeId | None) -> None:
        """Shows the present moment of a node, at once."""
        story = self._session.story
        if (key := (story, node, self._now)) == self._told:
            return
        self._told, self.told_steps = key, sum(self._now)
        if node is None:
            self.value.hide()
            self.gradient.hide()
            return
        ends, (value, gradient) = self._both(node, (len(story), False)), self._both(node, self._now)
        _show(self.value, None if story.graph.nodes[node].op.is_leaf else value, ends[0])
        is_told = gradient is not None and (node == story.seed or story.receives(node))
        _show(self.gradient, gradient if is_told else None, ends[1])

    def _both(self, node: NodeId, moment: _Moment) -> _Both:
        """The derivations of a node at a moment of the story."""
        story = self._session.story
        if self._of is not story or len(self._remembered) > _MOST_REMEMBERED:
            self._of, self._remembered = story, {}
        if (node, moment) not in self._remembered:
            step, is_under_way = moment
            value = computation(story, node, step, is_under_way=is_under_way)
            self._remembered[node, moment] = value, derivation(story, node, step, is_under_way=is_under_way)
        return self._remembered[node, moment]

    # Ahead of the playhead

    def is_ready(self, node: NodeId | None) -> bool:
        """Whether the present moment of a node can be told in no time."""
        if node is None:
            return True
        both = self._remembered.get((node, self._now)) if self._of is self._session.story else None
        return both is not None and all(derived is None or self.value.lines.is_set(derived) for derived in both)

    def prepared(self, node: NodeId) -> Pieces:
        """Gets the present moment of a node ready, and those that come next."""
        length, (step, _) = len(self._session.story), self._now
        ends = self._both(node, (length, False))
        yield
        for told, is_under_way in ((length, False), (step, False), (step, True), (step + 1, False), (step + 1, True)):
            moment = min(told, length), is_under_way and told < length
            both = self._both(node, moment)
            yield
            for box, derived, end in zip((self.value, self.gradient), both, ends, strict=True):
                if derived is not None:
                    yield from box.lines.prepared(derived, end)


def _show(box: DerivationBox, derived: Derivation | None, end: Derivation | None) -> None:
    if derived is not None:
        box.tell(derived, end)
    box.setVisible(derived is not None)

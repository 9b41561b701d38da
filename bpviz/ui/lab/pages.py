"""What the pages of the lab have in common, and which there are."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLayout, QStackedLayout, QVBoxLayout, QWidget

from ...engine.trace import Trace
from ..fonts import Face, font
from ..session import Session
from ..theme import Theme

SMALLEST_ON_A_WALL, LARGER = 18.0, 1.4  # pixels; times what a text has on a desk


def is_large(theme: Theme) -> bool:
    """Whether a theme is for the wall, where everything is printed large."""
    return theme.name.startswith("projector")


def pixels(theme: Theme, size: float) -> float:
    """The size of a text that has `size` pixels on a desk."""
    return max(SMALLEST_ON_A_WALL, size * LARGER) if is_large(theme) else size


def text_font(theme: Theme, size: float, *, is_bold: bool = False) -> QFont:
    """The font of plain text, large where the theme is for the wall."""
    return font(Face.TEXT, pixels(theme, size), is_bold=is_bold)


class Page(QWidget):
    """One page of the lab.  It gets the session, follows it while it is in front, and sleeps while it is not.

    Pages override `follow` (there is a new run, perhaps of another graph; also called when the page comes to the
    front and something was missed), `dress` (the theme changed; also called once in the beginning, before `follow`),
    and, if they want, `shown` and `hidden` (it came to the front; something else did, or the lab was closed).
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.is_front = False
        self._is_dressed = self._is_fresh = False
        session.traced.connect(self._on_traced)
        session.themed.connect(self._on_themed)

    def shown(self) -> None:
        """It came to the front."""

    def hidden(self) -> None:
        """It is in front no more."""

    def follow(self) -> None:
        """Shows the present run."""

    def dress(self) -> None:
        """Puts on the colours and sizes of the present theme."""

    def set_front(self, is_front: bool) -> None:
        """Told by the lab: this page is to be seen now, or no longer."""
        if is_front == self.is_front:
            return
        self.is_front = is_front
        if not is_front:
            self.hidden()
            return
        self._refresh()
        self.shown()

    def shows(self, trace: Trace | None) -> bool:
        """Whether it is in front, and this run is still the one of the graph: laid out anew between two graphs, a page
        has nothing to draw yet."""
        return self.is_front and trace is not None and trace.graph is self.session.graph

    def put(self, hand: QLayout, plots: QWidget, obstacle: QWidget) -> QStackedLayout:
        """Fills the page: choices above; below them the plots or, second in what is returned, why there are none."""
        stack = QStackedLayout()
        stack.addWidget(plots)
        stack.addWidget(obstacle)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 4, 12, 8)
        whole.setSpacing(8)
        whole.addLayout(hand)
        whole.addLayout(stack, 1)
        return stack

    def _refresh(self) -> None:
        if not self._is_dressed:
            self._is_dressed = True
            self.dress()
        if not self._is_fresh:
            self._is_fresh = True
            self.follow()

    def _on_traced(self) -> None:
        self._is_fresh = False
        if self.is_front:
            self._refresh()

    def _on_themed(self) -> None:
        self._is_dressed = self._is_fresh = False
        if self.is_front:
            self._refresh()


@dataclass(frozen=True)
class Entry:
    """A page by its title: what it is for, and the class that is imported when it is first shown."""

    title: str
    about: str
    module: str  # of this package
    name: str

    def make(self, session: Session) -> Page:
        made = getattr(import_module(f".{self.module}", __package__), self.name)(session)
        assert isinstance(made, Page)
        return made


PAGES: list[Entry] = [
    Entry("Slope", "The output along one input, its tangent, and the derivative below", "slope", "SlopePage"),
    Entry("Limit", "Secants on their way to the tangent, and how exact they can be", "limit", "LimitPage"),
    Entry("Rules", "The derivative worked out line by line, and the rule at each node", "rules", "RulesPage"),
    Entry("Gradient", "The landscape over two inputs, its gradient and its level lines", "gradient", "GradientPage"),
    Entry("Matrices", "Jacobian and Hessian, and the approximations that they give", "matrices", "MatricesPage"),
    Entry("Descent", "Parameters walk down the loss: optimizers, data, training", "descent", "DescentPage"),
]

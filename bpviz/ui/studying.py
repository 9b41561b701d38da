"""The calculus lab: in place of the inspector, beside a canvas that stays live, or in a window of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QGuiApplication

from .projecting import wall_of

if TYPE_CHECKING:
    from .lab.laboratory import Laboratory
    from .window import Window

_PART, _LARGE_PART = 0.46, 0.5  # of the window, for the lab; in large print
_NARROWEST_CANVAS = 300  # pixels that the canvas keeps
_APART = (0.62, 0.8)  # of the screen that it shares with the window; another screen it has for itself


class Studying(QObject):
    """Opens the lab and puts it away.  It is made, and with it pyqtgraph is imported, when it is first opened."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.laboratory: Laboratory | None = None
        self.is_on = self.is_apart = False

    def toggle(self) -> None:
        """Opens the lab or brings it to the front; closes it, where it already has the eyes."""
        if self.is_on and not (self.is_apart and not self._lab.isActiveWindow()):
            self.leave()
        else:
            self.open()

    def open(self, title: str = "") -> None:
        """Shows the lab, at a page or at the one that was shown last."""
        if self.laboratory is None:
            from .lab.laboratory import Laboratory

            made = self.laboratory = Laboratory(self._window.session)
            made.parted.connect(self._part_or_return)
            made.left.connect(self.leave)
            names = ("lab", "undo", "redo", *self._window.actions_.playing())
            made.addActions([self._window.actions_[name] for name in dict.fromkeys(names)])
        if title:
            self._lab.turn_to(title)
        if not self.is_on:
            self.is_on = True
            self._window.session.lens.put_away()
            self._put()
        self._lab.open()
        self._lab.activateWindow()
        self._focus()
        self._window.actions_.refresh()

    def leave(self) -> None:
        """Puts the lab away; the inspector is there again."""
        if not self.is_on:
            return
        self.is_on = False
        self._lab.hide()
        self._lab.close_up()
        self._window.aside.show()
        self._window.palette_.show()
        self._window.activateWindow()
        self._window.canvas.setFocus()
        self._window.actions_.refresh()

    @property
    def _lab(self) -> Laboratory:
        assert self.laboratory is not None
        return self.laboratory

    def _part_or_return(self) -> None:
        self.is_apart = not self.is_apart
        self._lab.hide()
        self._put()
        self._lab.activateWindow()
        self._focus()

    def _put(self) -> None:
        """Where it belongs: beside the canvas, or apart on the other screen, if there is one."""
        lab, window = self._lab, self._window
        lab.set_apart(self.is_apart)
        window.aside.setVisible(self.is_apart)
        window.palette_.setVisible(self.is_apart)  # the lab and the graph need its room; Tab adds nodes all the same
        if self.is_apart:
            lab.setParent(window, Qt.WindowType.Window)
            lab.setWindowIcon(window.windowIcon())
            wall = wall_of(QGuiApplication.screens(), window.screen())
            screen = wall.availableGeometry()
            parts = (1.0, 1.0) if wall is not window.screen() else _APART
            width, height = round(parts[0] * screen.width()), round(parts[1] * screen.height())
            lab.setGeometry(QRect(screen.center().x() - width // 2, screen.center().y() - height // 2, width, height))
        else:
            window.bench.addWidget(lab)
            whole = window.width()
            room = whole - window.palette_.width()
            part = _LARGE_PART if window.session.theme.name.startswith("projector") else _PART
            wanted = min(round(part * whole), room - _NARROWEST_CANVAS)
            window.bench.setSizes([room - wanted, wanted])
        lab.show()

    def _focus(self) -> None:
        if (page := self._lab.page) is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    # Where the right column is wanted for something else

    def give_way(self) -> None:
        """Another page of the right column was asked for."""
        if self.is_on and not self.is_apart:
            self.leave()

    def give_way_to_lens(self) -> None:
        """The nudge lens has its panel there."""
        if self._window.session.lens.is_on:
            self.give_way()

"""How answers show themselves in a notebook: the names that notebooks ask for, and who answers them.

Answers belong to lower floors, tables and pages to `report`. What an answer looks like is asked of a display that the package's
front door has named here (`connect`); it is loaded when first asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    import pandas as pd


class Display(Protocol):
    """An answer in each of the forms it can be shown in."""

    def html(self) -> str: ...  # noqa: D102

    def latex(self) -> str: ...  # noqa: D102

    def text(self) -> str: ...  # noqa: D102

    def frame(self) -> pd.DataFrame: ...  # noqa: D102


_displays: list[Callable[[Any], Display]] = []
_drawers: list[Callable[..., Any]] = []
_citers: list[Callable[[Any], str]] = []


def connect(display: Callable[[Any], Display], drawer: Callable[..., Any], citer: Callable[[Any], str]) -> None:
    """Name who knows what answers look like, who draws them, and who knows how they are cited."""
    _displays[:] = [display]
    _drawers[:] = [drawer]
    _citers[:] = [citer]


def _of(answer: Any) -> Display:
    return _displays[0](answer)


class Cited:
    """What says how it is cited. ``IDEA`` : what was computed and whose idea it is, where that is no solution concept."""

    __slots__ = ()

    IDEA: ClassVar[str] = ""

    def cite(self) -> str:
        """How to cite it, a line for each: the software, and as far as it knows them the model with its source and the source of the solution
        concept, or of the idea.

        A single equilibrium does not know its game: ask the list that it is from.
        """
        return _citers[0](self)


class Shown(Cited):
    """What shows itself in a notebook, as a table of a paper and as a data frame."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """A tidy data frame; exact numbers as text in a column ``x`` and as floats in ``x_float``. Needs the extra ``data``.

        Raises InputError if pandas is missing (naming the extra to install).
        """
        return _of(self).frame()

    def to_latex(self) -> str:
        r"""LaTeX for ``\input``: tables with the rules of the package booktabs, inequalities with amsmath; numbers exact."""
        return _of(self).latex()

    def _repr_html_(self) -> str:
        return _of(self).html()

    def _repr_latex_(self) -> str:
        return _of(self).latex()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001  (as IPython calls it)
        has_own = type(self).__str__ is not object.__str__
        printer.text("..." if cycle else str(self) if has_own else _of(self).text())


class Drawn(Shown):
    """What can be drawn as well."""

    __slots__ = ()

    def plot(self, **options: Any) -> Any:
        """A `figures.drawing.Drawing`: of a model, a game and its equilibria the tree (a matrix where two players choose at once); of phases and
        conditions the diagram over two parameters or the strip over one, of thresholds the strip, of sweeps over two axes the diagram; of
        sensitivity and of play over time their charts. ``options`` as of the function that draws it: ``width``, ``ax`` and others.

        Raises InputError as that function, and if matplotlib is missing (naming the extra to install).
        """
        return _drawers[0](self, **options)

"""A verb of the command line: its help has an example and says what MODEL may be; words can be completed by the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from hedging_games.cli.printing import working
from hedging_games.errors import HedgingGamesError, did_you_mean

if TYPE_CHECKING:
    from hedging_games.model.model import Model

MODEL_MAY_BE = (
    ("a name", "of the catalogue: see `hedging-games list`"),
    ("a file", "of a model, FILE.yaml (docs/model-file.md)"),
)
GAMBIT_TOO = ("a game", "of Gambit, FILE.nfg or FILE.efg")


class Verb(click.Command):
    """A verb. ``example`` : a command line for its help, without the program's name; ``gambit`` : whether Gambit's files do;
    ``about_model`` : whether its argument is a model.
    """

    def __init__(self, *args: Any, example: str, gambit: bool = True, about_model: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        self.example = example
        self.gambit = gambit
        self.about_model = about_model

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What MODEL may be, and an example."""
        if self.about_model and any(isinstance(param, click.Argument) for param in self.params):
            with formatter.section("MODEL is"):
                formatter.write_dl([*MODEL_MAY_BE, *([GAMBIT_TOO] if self.gambit else [])])
        with formatter.section("Example"):
            formatter.write_text(f"hedging-games {self.example}")
        super().format_epilog(ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb, and tell that it is at work."""
        with working(self.name or ""):
            return super().invoke(ctx)


class Verbs(click.Group):
    """The group of verbs; a misspelt verb is answered with the nearest one."""

    command_class = Verb

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(f"no verb is called '{args[0]}': {did_you_mean(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


# --- completion by the shell ---------------------------------------------------------------------------------------------


def complete_model(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of the catalogue, and files."""
    from hedging_games.model.catalogue import every_name

    names = [CompletionItem(name) for name in every_name() if name.startswith(incomplete)]
    return names or [CompletionItem(incomplete, type="file")]


def complete_form(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Forms of games that there is a starting file of."""
    from hedging_games.model.starting import FORMS

    return [CompletionItem(form) for form in FORMS if form.startswith(incomplete)]


def complete_concept(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of solution concepts."""
    from hedging_games.theory.concepts import CONCEPTS

    return [CompletionItem(name) for name in CONCEPTS if name.startswith(incomplete)]


def complete_case(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Cases of the model that the command names."""
    model = _named(ctx)
    return [] if model is None else [CompletionItem(name) for name in model.cases if name.startswith(incomplete)]


def complete_parameter(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Parameters of the model that the command names, each with what it means."""
    model = _named(ctx)
    parameters = {} if model is None else model.parameters
    return [
        CompletionItem(name, help=parameter.meaning)
        for name, parameter in parameters.items()
        if name.startswith(incomplete)
    ]


def complete_setting(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The same, with the sign that a value follows."""
    found = complete_parameter(ctx, param, incomplete)
    return [CompletionItem(f"{item.value}=", help=item.help) for item in found]


def _named(ctx: click.Context) -> Model | None:
    """The model that the command names, if there is one; the shell is told nothing of what is wrong with it."""
    from hedging_games.model.catalogue import load

    # Where the last option still lacks its value, click leaves the words that are no options unassigned.
    unassigned = next((word for word in ctx.args if not word.startswith("-")), "")
    try:
        return load(ctx.params.get("model") or unassigned)
    except (HedgingGamesError, OSError):
        return None

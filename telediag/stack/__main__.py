"""`python -m telediag.stack run` serves telediag from this folder; `demo` also fills it with demo data."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from telediag.stack import supervisor
from telediag.stack.environment import VAR
from telediag.stack.processes import StackError


def main() -> int:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m telediag.stack", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("run", help="serve until Ctrl-C")
    demo_parser = actions.add_parser("demo", help="submit smears over the API, then serve until Ctrl-C")
    demo_parser.add_argument("--smears", type=Path, metavar="FOLDER", help="one case per sub-folder, else one case")
    for action in actions.choices.values():
        action.add_argument("--state", type=Path, default=VAR, metavar="FOLDER", help="default: var")
    arguments = parser.parse_args()
    console = Console(highlight=False)
    supervisor.end_on_signals()
    try:
        with supervisor.Supervisor(console, arguments.state) as stack:
            if arguments.action == "demo":
                from telediag.stack import demo

                demo.show(stack, console, arguments.smears)
            said = f"telediag serves at [bold]{stack.address}[/bold]. Its logs: {stack.logs}. Ctrl-C stops it."
            console.print(said, soft_wrap=True)
            stack.serve()
    except StackError as error:
        console.print(f"[red]{error}[/red]")
        return 1
    except KeyboardInterrupt:
        console.print(f"Stopped. The data stay in {arguments.state}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

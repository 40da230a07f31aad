"""Fill the running stack with demo cases through the REST API, and show what comes of them."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from telediag.stack import samples
from telediag.stack.client import Client, RefusedError
from telediag.stack.environment import ROOT
from telediag.stack.processes import StackError
from telediag.stack.samples import SampleCase
from telediag.stack.supervisor import Supervisor

PASSWORD = "blood-smear-demo"  # noqa: S105 the demo's public password
_DRAWN = (
    "These smears are drawn, and what the engine says of them is no evidence of anything. The README says where real "
    "ones can be had; make demo SMEARS=FOLDER submits them."
)
_NO_CLASS = "\N{EN DASH}"
_ENDED = {"succeeded", "failed", "cancelled"}
_COLOURS = {"classified": "green", "failed": "red", "refused": "red"}


def show(stack: Supervisor, console: Console, folder: Path | None) -> None:
    """Submit the images of a folder, or drawn ones, and print a line for each and each case's report."""
    cases = samples.from_folder(folder) if folder else samples.drawn()
    password = os.environ.get("DEMO_PASSWORD") or PASSWORD
    logins = create_people(stack, password)
    try:
        client = Client(stack.address, "doctor", password, meanwhile=stack.check)
        with _progress(console) as progress:
            submitted = _submit(client, cases, progress)
            _follow(client, submitted, progress, stack)
        _print_reports(client, submitted, console)
        if folder is None:
            console.print(f"\n{_DRAWN}", soft_wrap=True)
        client.sign_out()
    except RefusedError as error:
        raise StackError(f"The demo stopped: {error}") from error
    console.print(f"\n[bold]Sign in at {stack.address}[/bold]\n{escape(logins)}", soft_wrap=True)


def create_people(stack: Supervisor, password: str) -> str:
    """Make the demo clinic and its people where missing, and return what to tell about their logins."""
    made = subprocess.run(
        [sys.executable, "manage.py", "create_demo"],
        cwd=ROOT,
        env={**stack.environment, "DEMO_PASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise StackError(f"The demo clinic could not be made.\n{made.stderr.strip()}")
    return made.stdout


def _submit(client: Client, cases: list[SampleCase], progress: Progress) -> dict[str, str]:
    """Upload what the cases do not hold yet; return each case's name by its id."""
    clinic = client.clinic()
    bar = progress.add_task("Submitting", total=sum(len(case.images) for case in cases))
    submitted = {}
    for sample in cases:
        patient = client.patient(clinic=clinic, number=f"DEMO-{sample.word}")
        case = client.case(patient=patient, accession=sample.accession, clinical_notes=sample.notes)
        submitted[case["id"]] = sample.name
        held = {smear["original_name"] for smear in case["smears"]}
        for image in sample.images:
            if image.name not in held:
                try:
                    client.upload(case["id"], image.name, image.read())
                except RefusedError as error:
                    _print_line(progress.console, sample.name, image.name, "refused", str(error))
            client.meanwhile()
            progress.advance(bar)
    return submitted


def _follow(client: Client, submitted: dict[str, str], progress: Progress, stack: Supervisor) -> None:
    """Print a line for each image when its analysis has ended."""
    bar = progress.add_task("Analysing", total=None)
    printed: set[str] = set()
    while True:
        total = 0
        for case_id, name in submitted.items():
            for smear in client.read(case_id)["smears"]:
                total += 1
                analysis = smear["analysis"]
                if smear["id"] in printed or analysis is None or analysis["status"] not in _ENDED:
                    continue
                printed.add(smear["id"])
                outcome, rest = _in_words(client.analysis(analysis["id"]))
                _print_line(progress.console, name, smear["original_name"], outcome, rest)
        progress.update(bar, total=total, completed=len(printed))
        if len(printed) == total:
            return
        stack.check()
        time.sleep(0.5)


def _in_words(analysis: dict[str, Any]) -> tuple[str, str]:
    if analysis["status"] != "succeeded":
        failure = analysis["failure"] or {}
        return analysis["status"], failure.get("sentence", "")
    named = analysis["class"]
    share = f"{analysis['probabilities'][named]:.3f}" if named else _NO_CLASS
    cells, took = analysis["leukocytes"] or 0, analysis["timings_ms"].get("total", 0)
    return analysis["outcome"], f"{named or _NO_CLASS:<7} {share:>5} {cells:>4} cells {took:>6.0f} ms"


def _print_line(console: Console, case: str, image: str, outcome: str, rest: str) -> None:
    colour = _COLOURS.get(outcome, "yellow")
    file = escape(f"{case}/{image}")
    console.print(f"  {file:<36} [{colour}]{outcome:<11}[/{colour}] {escape(rest)}", soft_wrap=True)


def _print_reports(client: Client, submitted: dict[str, str], console: Console) -> None:
    for case_id, name in submitted.items():
        case, report = client.read(case_id), client.stage_report(case_id)
        machine = report["content"]["machine"]
        console.print(f"\n[bold]{escape(name)}[/bold], case {case['accession']}: {machine['statement']}")
        console.print(f"  {escape(machine['sentence'])}")


def _progress(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    return Progress(*columns, console=console, transient=True)

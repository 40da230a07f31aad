"""The plots of a model card, drawn from the evaluation alone; the same evaluation gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from models.classification.labels import LABELS
from models.training.audit import PLAIN, WITHOUT_CELLS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.axes import Axes

INK, QUIET, GRID = "#22303c", "#6b7a88", "#e3e8ec"
MAIN, SECOND, THIRD, FOURTH = "#2a6f97", "#c8553d", "#8a6fa8", "#4b9b6e"
SERIES = (SECOND, THIRD, FOURTH, QUIET)
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "telediag",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "figure.facecolor": "white",
}
AUDIT_MARK, ERROR_MARK, COVERAGE_MARK = 0.975, 0.005, 0.93
CHANCE = 1 / len(LABELS)


def _save(
    draw: Callable[[Axes, dict[str, Any]], None], size: tuple[float, float]
) -> Callable[[dict[str, Any], Path], None]:
    """Return a function from an evaluation and a file to the written plot."""

    def save(evaluation: dict[str, Any], file: Path) -> None:
        with mpl.rc_context(STYLE):
            figure = Figure(figsize=size, layout="constrained")
            draw(figure.add_subplot(), evaluation)
            canvas = FigureCanvasSVG(figure)
            canvas.print_svg(  # type: ignore[no-untyped-call]  # matplotlib types it in part
                file, metadata={"Date": None, "Creator": None}
            )

    return save


def _confusion(axes: Axes, evaluation: dict[str, Any]) -> None:
    counts = np.array(evaluation["audit"][PLAIN]["confusion"])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    colours = mpl.colors.LinearSegmentedColormap.from_list("calm", ["#ffffff", MAIN])
    axes.imshow(shares, cmap=colours, vmin=0, vmax=1)
    for row, column in np.ndindex(*counts.shape):
        axes.text(
            column,
            row,
            f"{counts[row, column]}\n{shares[row, column]:.1%}",
            ha="center",
            va="center",
            color="white" if shares[row, column] > 0.5 else INK,  # noqa: PLR2004 - half dark
        )
    axes.set_xticks(range(len(LABELS)), LABELS)
    axes.set_yticks(range(len(LABELS)), LABELS)
    axes.set(xlabel="likeliest class", ylabel="true class", title="Held-out images, each measured once")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _reliability(axes: Axes, evaluation: dict[str, Any]) -> None:
    _, confidence, right = np.array(evaluation["calibration"]["bins"]).T
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle="--")
    axes.plot(confidence, right, color=MAIN, linewidth=1.5, marker="o", markersize=5, clip_on=False)
    low = min(0.9, np.floor(min(confidence.min(), right.min()) * 20) / 20)
    error = evaluation["calibration"]["expected_calibration_error"]
    axes.set(
        xlim=(low, 1),
        ylim=(low, 1),
        aspect="equal",
        xlabel="mean confidence of the bin",
        ylabel="share that is right",
        title=f"Calibration error {error['value']:.3f} ({error['low']:.3f} to {error['high']:.3f})",
    )
    _quiet_grid(axes)


def _risk_coverage(axes: Axes, evaluation: dict[str, Any]) -> None:
    coverage, error = np.array(evaluation["selective"]["curve"]).T
    point = evaluation["selective"]["shipped"]
    axes.fill_between([COVERAGE_MARK, 1], 0, ERROR_MARK, color=FOURTH, alpha=0.18, linewidth=0, label="mark")
    axes.plot(coverage, error, color=MAIN, linewidth=1.5, label="by confidence alone")
    if point["error"]["value"] is not None:
        axes.errorbar(
            point["coverage"]["value"],
            point["error"]["value"],
            xerr=_whiskers([point["coverage"]]),
            yerr=_whiskers([point["error"]]),
            color=SECOND,
            marker="o",
            markersize=5,
            linewidth=1,
            label="as shipped",
        )
    axes.set(
        xlabel="share of images that get a class", ylabel="share of those that is wrong", title="Risk and coverage"
    )
    axes.set_xlim(min(0.5, point["coverage"]["low"]), 1)
    axes.set_ylim(0, max(3 * ERROR_MARK, 1.1 * float(error[-1]), 1.1 * point["error"]["high"]))
    axes.legend(loc="upper left")
    _quiet_grid(axes)


def _audit(axes: Axes, evaluation: dict[str, Any]) -> None:
    network = {name: each["balanced_accuracy"] for name, each in evaluation["audit"].items()}
    bars = [(name, figure, SECOND if name in WITHOUT_CELLS else MAIN) for name, figure in network.items()]
    bars += [(f"baseline: {name}", figure, QUIET) for name, figure in evaluation["baselines"].items()]
    places = np.arange(len(bars))[::-1]
    for place, (_, figure, colour) in zip(places, bars, strict=True):
        axes.barh(place, figure["value"], color=colour, height=0.62)
        axes.errorbar(figure["value"], place, xerr=_whiskers([figure]), color=INK, linewidth=1, capsize=2)
        axes.text(1.02, place, f"{figure['value']:.3f}", va="center")
    axes.axvline(AUDIT_MARK, color=INK, linewidth=0.8, linestyle="--")
    axes.axvline(CHANCE, color=QUIET, linewidth=0.8, linestyle=":")
    axes.text(AUDIT_MARK, len(bars) - 0.4, "mark", ha="right", va="bottom", fontsize=8)
    axes.text(CHANCE, len(bars) - 0.4, "chance", ha="left", va="bottom", fontsize=8, color=QUIET)
    axes.set_yticks(places, [name for name, _, _ in bars])
    axes.set(xlim=(0, 1.1), ylim=(-0.6, len(bars)), xlabel="balanced accuracy")
    axes.set_title("The same images, one thing changed", pad=14)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _novelty(axes: Axes, evaluation: dict[str, Any]) -> None:
    histogram, thresholds = evaluation["novelty"]["histogram"], evaluation["novelty"]["thresholds"]
    drawn = {"held-out smears": (histogram["held_out"], MAIN)}
    for place, (name, counts) in enumerate(histogram["folders"].items()):
        drawn[name.replace("_", " ")] = (counts, SERIES[place % len(SERIES)])
    for place, (name, (counts, colour)) in enumerate(drawn.items()):
        shares = np.array(counts) / max(sum(counts), 1)
        axes.stairs(
            shares, histogram["edges"], color=colour, fill=place == 0, alpha=0.35 if place == 0 else 1, label=name
        )
    axes.axvspan(min(thresholds), max(thresholds), color=INK, alpha=0.25, linewidth=0)
    axes.axvline(
        float(np.mean(thresholds)), color=INK, linewidth=1, linestyle="--", label="thresholds of the rotations"
    )
    axes.set(xlabel="novelty score", ylabel="share of images", title="Held-out smears and foreign images")
    axes.set_xlim(left=0)
    axes.legend(loc="upper right")
    _quiet_grid(axes)


def _quiet_grid(axes: Axes) -> None:
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)


def _whiskers(figures: list[dict[str, float]]) -> list[list[float]]:
    """Return distances from the values to the ends of their intervals, as errorbar takes them."""
    return [
        [max(0.0, each["value"] - each["low"]) for each in figures],
        [max(0.0, each["high"] - each["value"]) for each in figures],
    ]


PLOTS: dict[str, Callable[[dict[str, Any], Path], None]] = {
    "confusion": _save(_confusion, (4.6, 4.6)),
    "reliability": _save(_reliability, (4.6, 4.6)),
    "risk-coverage": _save(_risk_coverage, (5.6, 4.0)),
    "audit": _save(_audit, (7.6, 5.6)),
    "novelty": _save(_novelty, (6.4, 4.0)),
}
"""By file name: draws an evaluation into an SVG file."""

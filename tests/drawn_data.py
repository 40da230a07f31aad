"""A data folder like the real one, of drawn fields, and networks for it that were trained on something else."""

import csv
from pathlib import Path

import cv2
import numpy as np

from models import registry
from models.synthetic import draw

CLASSES = ("Benign", "Early", "Pre", "Pro")
ARCHITECTURE = "mobilenet-v2"


def images(folder: Path, *, blocks: int, images_per_block: int) -> Path:
    """Draw a data folder: each class has its own number of leukocytes; the first image of each has an original."""
    rows = []
    for label, name in enumerate(CLASSES):
        for number in range(blocks * images_per_block):
            drawn = draw(100 * label + number, 1024, 768, leukocytes=3 + 3 * label).rgb[..., ::-1]
            file = f"{name}-{number:03d}.png"
            cv2.imwrite(str(folder / file), cv2.resize(drawn, (224, 224), interpolation=cv2.INTER_AREA))
            if number == 0:
                cv2.imwrite(str(folder / f"full-{file}"), drawn)
            rows.append(
                {
                    "file": file,
                    "class": name,
                    "overlap_group": f"{name}-{number}",
                    "number_block": f"{name}-{number // images_per_block:02d}",
                    "fullsize": f"full-{file}" if number == 0 else "",
                }
            )
    with (folder / "manifest.csv").open("w", newline="") as manifest:
        writer = csv.DictWriter(manifest, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return folder


def networks(work: Path, *, rotations: int) -> Path:
    """Put the shipped network into a work folder in the place of each that would be trained."""
    shipped = registry.find(registry.DEFAULT)
    dense = registry.load(registry.DEFAULT).parameters.dense
    folder = work / ARCHITECTURE
    folder.mkdir(parents=True)
    for name in ("whole", *(f"rotation-{turn}" for turn in range(rotations))):
        (folder / f"{name}.tflite").write_bytes((shipped / registry.MODEL_FILE).read_bytes())
        np.savez(folder / f"{name}.npz", dense=dense)
    return work

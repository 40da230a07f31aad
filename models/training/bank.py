"""Views as the layers see them that come after those that are not trained.

The first layers of a pretrained network are edges and colours, which a few thousand images cannot improve. What
they make of the views is kept on disk and serves every rotation, so that only the rest is computed again and again.
LiteRT passes them three times as fast as TensorFlow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from models.classification.preprocessing import scale
from models.training.export import flatbuffer
from models.training.threads import share_out

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from models.training.views import Views

FEATURES = "features"


def fill(
    path: Path, trunk: keras.Model, views: Views, *, tick: Callable[[], object] = lambda: None
) -> npt.NDArray[np.float16]:
    """Pass views through the untrained layers, or open what they made of them before.

    Parameters
    ----------
    path
        File to keep the features in, `.npy`. It is there only when it is whole; remove it when the views change.
    trunk
        The untrained layers: input float32 (N, 224, 224, 3) in -1..1.
    views
        Of all images.
    tick
        Called after each image.

    Returns
    -------
    float16 (N, V, h, w, C)
        Memory-mapped.
    """
    if not path.exists():
        begun = path.with_suffix(".begun")
        number, count = views.donors.shape
        shape = (number, count, *trunk.output.shape[1:])
        features = np.lib.format.open_memmap(begun, mode="w+", dtype=np.float16, shape=shape)
        model = flatbuffer(keras.Model(trunk.input, {FEATURES: trunk.output}), images=count)

        def begin() -> Callable[[int], None]:
            run = Interpreter(model_content=model, num_threads=1).get_signature_runner()

            def pass_on(place: int) -> None:
                features[place] = run(image=scale(views.images[place]))[FEATURES]
                tick()

            return pass_on

        share_out(number, begin)
        features.flush()
        begun.rename(path)
    return np.asarray(np.load(path, mmap_mode="r"))

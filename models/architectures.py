"""Networks that can be trained here. Each ends in global average pooling and one dense layer.

That ending makes the class-activation map exact without gradients: the logit of a class is the mean, over
the last feature map, of the map weighted by the class's row of the dense layer (Zhou et al. 2016,
doi:10.1109/CVPR.2016.319).

Keras is imported when a network is built: in use, nothing here needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from models.backbones import convnet, mobilenet_v2, resnet50, vgg19
from models.classification.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import keras


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network learns.

    Attributes
    ----------
    epochs
        Each shows every class equally often, so that the rare benign images weigh as much as others.
    learning_rate
        The highest; reached after half an epoch, and left along a cosine.
    """

    epochs: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network that can be built, trained and exported.

    Attributes
    ----------
    name
        As in an artefact's manifest.
    build
        From starting weights (a file, `imagenet`, or None for random ones) to a Keras classifier without nested models:
        input float32 (N, 224, 224, 3) in -1..1, output logits (N, 4). Its pooling layer is named `features`, its
        dense layer `logits`.
    fixed_until
        Name of the last of the first layers, which are not trained.
    texture_layer
        Middle layer whose channels tell foreign images from smears best: late enough to see cells, early enough
        not to have forgotten what the four classes do not need.
    recipe
        How it learns.
    teacher
        Name of the architecture that it learns from when it starts from random weights; None when from no other.
    """

    name: str
    build: Callable[[Path | str | None], keras.Model]
    fixed_until: str
    texture_layer: str
    recipe: Recipe
    teacher: str | None = None

    def parts(self, network: keras.Model) -> tuple[keras.Model, keras.Model]:
        """Split a network, layers shared, into the fixed first layers and the rest that is trained.

        The rest's outputs are named `logits`, `features` (pooled) and `feature_map`.
        """
        import keras

        seam = network.get_layer(self.fixed_until).output
        pooled = network.get_layer("features")
        outputs = {"logits": network.output, "features": pooled.output, "feature_map": pooled.input}
        return keras.Model(network.input, seam), keras.Model(seam, outputs)


def classifier(backbone: Callable[[Path | str | None], keras.Model], base: Path | str | None) -> keras.Model:
    """End a backbone in global average pooling and one dense layer."""
    import keras

    network = backbone(base)
    pooled = keras.layers.GlobalAveragePooling2D(name="features")(network.output)
    dropped = keras.layers.Dropout(0.2, seed=0, name="dropout")(pooled)
    return keras.Model(network.input, keras.layers.Dense(len(LABELS), name="logits")(dropped))


DEFAULT = "mobilenet-v2"

ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture
    for architecture in (
        Architecture(
            DEFAULT,
            partial(classifier, mobilenet_v2),
            fixed_until="block_5_add",
            texture_layer="block_12_add",
            recipe=Recipe(epochs=20, learning_rate=5e-4),
        ),
        Architecture(
            "convnet",
            partial(classifier, convnet),
            fixed_until="entry",
            texture_layer="stage3_2",
            recipe=Recipe(epochs=8, learning_rate=2e-3),
            teacher=DEFAULT,
        ),
        Architecture(
            "vgg19",
            partial(classifier, vgg19),
            fixed_until="entry",
            texture_layer="block4_conv4",
            recipe=Recipe(epochs=8, learning_rate=2e-3),
            teacher=DEFAULT,
        ),
        Architecture(
            "resnet50",
            partial(classifier, resnet50),
            fixed_until="entry",
            texture_layer="conv4_block6_out",
            recipe=Recipe(epochs=8, learning_rate=2e-3),
            teacher=DEFAULT,
        ),
    )
}
"""By name, the default first."""

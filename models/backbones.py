"""The convolutional parts of the networks that can be trained here, without their last layers.

Each takes float32 (N, 224, 224, 3) in -1..1 and gives a feature map (N, 7, 7, D). Starting weights are a file, the word
`imagenet` for those that Keras fetches (which needs a network connection), or None for random ones. Batch normalisation
that comes with starting weights stays frozen: the statistics of a batch of recoloured smears are not those of one smear
in use. (Calling a backbone with `training=False` is not enough: `fit` overrides it.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.classification.preprocessing import SIZE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import keras

IMAGENET = "imagenet"
IMAGENET_OFFSET = (-103.939, -116.779, -123.68)
"""Mean blue, green and red of ImageNet, 0..255, negated (as in `keras.applications.imagenet_utils`)."""
VGG_WIDTH, RESNET_WIDTH = 1 / 8, 1 / 4
"""Share of the published channels from random weights: two cores and 2600 images cannot train 20 million of those.
So narrow, each takes about 10 ms to learn from a view."""


def mobilenet_v2(base: Path | str | None) -> keras.Model:
    """Build MobileNetV2 (alpha 1.0, Sandler et al. 2018, doi:10.1109/CVPR.2018.00474)."""
    import keras

    network = keras.applications.MobileNetV2(
        input_tensor=keras.Input((SIZE, SIZE, 3), name="image"),
        include_top=False,
        weights=IMAGENET if base == IMAGENET else None,
    )
    if base not in {None, IMAGENET}:
        network.load_weights(base)
    return _with_frozen_statistics(network)


def convnet(base: Path | str | None) -> keras.Model:
    """Build a small plain network: four stages of two 3x3 convolutions, each halving the size, on the halved image.

    Raises
    ------
    ValueError
        When starting weights are named: there are none of this network.
    """
    if base is not None:
        raise ValueError("The convnet has no starting weights: train it without --base.")
    image, layer = _entry()
    for stage, channels in enumerate((24, 48, 96, 192), start=1):
        layer = _normalised_convolution(layer, channels, f"stage{stage}_1", strides=2)
        layer = _normalised_convolution(layer, channels, f"stage{stage}_2")
    return _model(image, layer)


def vgg19(base: Path | str | None) -> keras.Model:
    """Build the convolutions of VGG19 (Simonyan and Zisserman 2015, arXiv:1409.1556).

    From random weights: an eighth as wide, each convolution batch-normalised (else 16 layers in a row do not learn),
    on the image at half its size. From ImageNet's: as published.
    """
    import keras

    if base is not None:
        return _published(keras.applications.VGG19, base)
    image, layer = _entry()
    for block, (count, channels) in enumerate(((2, 64), (2, 128), (4, 256), (4, 512), (4, 512)), start=1):
        for number in range(1, count + 1):
            layer = _normalised_convolution(layer, int(channels * VGG_WIDTH), f"block{block}_conv{number}")
        if block < 5:  # noqa: PLR2004 - the image is halved already: four halvings more give 7 x 7
            layer = _halved(layer, f"block{block}_pool")
    return _model(image, layer)


def resnet50(base: Path | str | None) -> keras.Model:
    """Build the convolutions of ResNet50 (He et al. 2016, doi:10.1109/CVPR.2016.90).

    From random weights: a quarter as wide, on the image at half its size, the last stage as large as the one before.
    From ImageNet's: as published.
    """
    import keras

    if base is not None:
        return _published(keras.applications.ResNet50, base)
    image, layer = _entry()
    layer = _normalised_convolution(layer, int(64 * RESNET_WIDTH), "conv1", size=7, strides=2)
    layer = _halved(layer, "pool1")
    for stage, (count, channels) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512)), start=2):
        for number in range(1, count + 1):
            strides = 2 if number == 1 and stage in {3, 4} else 1
            layer = _bottleneck(layer, int(channels * RESNET_WIDTH), f"conv{stage}_block{number}", strides=strides)
    return _model(image, layer)


def _entry() -> tuple[keras.KerasTensor, keras.KerasTensor]:
    import keras

    image = keras.Input((SIZE, SIZE, 3), name="image")
    return image, keras.layers.AveragePooling2D(2, name="entry")(image)


def _published(build: Callable[..., keras.Model], base: Path | str) -> keras.Model:
    """Build a network of `keras.applications` as it was trained: on BGR with ImageNet's mean subtracted."""
    import keras

    image = keras.Input((SIZE, SIZE, 3), name="image")
    values = keras.layers.Rescaling(127.5, offset=127.5)(image)[..., ::-1]
    entry = keras.layers.Rescaling(1.0, offset=IMAGENET_OFFSET, name="entry")(values)
    network = build(input_tensor=entry, include_top=False, weights=IMAGENET if base == IMAGENET else None)
    if base != IMAGENET:
        network.load_weights(base)
    return _with_frozen_statistics(network)


def _with_frozen_statistics(network: keras.Model) -> keras.Model:
    import keras

    for layer in network.layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    return network


def _model(image: keras.KerasTensor, layer: keras.KerasTensor) -> keras.Model:
    import keras

    return keras.Model(image, layer)


def _halved(layer: keras.KerasTensor, name: str) -> keras.KerasTensor:
    import keras

    return keras.layers.MaxPooling2D(2, name=name)(layer)


def _normalised_convolution(
    layer: keras.KerasTensor, channels: int, name: str, *, size: int = 3, strides: int = 1, is_last: bool = False
) -> keras.KerasTensor:
    import keras

    convolution = keras.layers.Conv2D(channels, size, strides, padding="same", use_bias=False, name=f"{name}_conv")
    layer = keras.layers.BatchNormalization(momentum=0.95, name=f"{name}_norm")(convolution(layer))
    return layer if is_last else keras.layers.ReLU(name=name)(layer)


def _bottleneck(layer: keras.KerasTensor, channels: int, name: str, *, strides: int) -> keras.KerasTensor:
    import keras

    wide = 4 * channels
    inner = _normalised_convolution(layer, channels, f"{name}_1", size=1, strides=strides)
    inner = _normalised_convolution(inner, channels, f"{name}_2")
    inner = _normalised_convolution(inner, wide, f"{name}_3", size=1, is_last=True)
    if strides > 1 or layer.shape[-1] != wide:
        layer = _normalised_convolution(layer, wide, f"{name}_0", size=1, strides=strides, is_last=True)
    return keras.layers.ReLU(name=f"{name}_out")(keras.layers.Add(name=f"{name}_add")([layer, inner]))

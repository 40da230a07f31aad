"""What training punishes: a wrong class, evidence beside the cells, and what a teacher would not have said."""

from __future__ import annotations

import tensorflow as tf

from models.explanation import CELL_SHARE

BESIDE = 0.2
"""Weight of the evidence beside the cells: right for the right reasons (Ross et al. 2017, arXiv:1703.03717)."""
HINTS = 1.0
"""Weight of the distance to a teacher's features."""
UNDECIDED = 0.5
"""A view whose likeliest class is to have less than this share has none."""


def wrong_class(logits: tf.Tensor, wanted: tf.Tensor) -> tf.Tensor:
    """Mean cross-entropy of logits (B, 4) against shares of the classes (B, 4), nats."""
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, logits))


def beside_cells(feature_map: tf.Tensor, dense: tf.Tensor, wanted: tf.Tensor, covered: tf.Tensor) -> tf.Tensor:
    """Share of the activation map's energy that lies in squares without cells, mean over the views that have a class.

    The map is that of the class to be called, computed as `models.explanation` does.

    Parameters
    ----------
    feature_map : float32 (B, h, w, D)
    dense : float32 (D, 4)
        Weights from pooled features to logits.
    wanted : float32 (B, 4)
        Shares of the classes.
    covered : float32 (B, h, w)
        Share of each square that cells cover.

    Returns
    -------
    float32 ()
        0..1; 0 when no view has both a class and cells.
    """
    weights = dense - tf.reduce_mean(dense, axis=1, keepdims=True)
    has_class = tf.cast(tf.reduce_max(wanted, axis=1) > UNDECIDED, tf.float32)
    evidence = tf.nn.relu(tf.einsum("bhwd,db->bhw", feature_map, tf.gather(weights, tf.argmax(wanted, axis=1), axis=1)))
    is_cell = tf.cast(covered >= CELL_SHARE, tf.float32)
    energy = tf.reduce_sum(evidence, axis=(1, 2))
    beside = tf.math.divide_no_nan(tf.reduce_sum(evidence * (1 - is_cell), axis=(1, 2)), energy)
    counts = has_class * tf.reduce_max(is_cell, axis=(1, 2))
    return tf.math.divide_no_nan(tf.reduce_sum(beside * counts), tf.reduce_sum(counts))


def unlike_teacher(features: tf.Tensor, hints: tf.Tensor) -> tf.Tensor:
    """Mean squared distance of features (B, D) to a teacher's (B, D), both standardised."""
    return tf.reduce_mean(tf.square(features - hints))

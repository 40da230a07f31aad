"""The four classes, in the order of the network's outputs."""

LABELS: tuple[str, ...] = ("benign", "early", "pre", "pro")
BENIGN = "benign"
BLAST_LABELS: tuple[str, ...] = tuple(label for label in LABELS if label != BENIGN)

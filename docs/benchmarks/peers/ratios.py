"""Tables of ratios between measurements made in alternation."""

from statistics import median


def spread(values):
    """Minimum, median and maximum."""
    return min(values), median(values), max(values)


def ratio(ours, theirs):
    """Ours over theirs, round by round: lists of the same length."""
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} rounds of ours, {len(theirs)} of theirs")
    return [a / b for a, b in zip(ours, theirs)]


def table(rows, head=("what", "peer", "min", "median", "max")):
    """Prints rows of (what, peer, ratios) as a Markdown table."""
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for what, peer, ratios in rows:
        cells = (what, peer, *(f"{x:.3g}" for x in spread(ratios)))
        print("| " + " | ".join(cells) + " |")

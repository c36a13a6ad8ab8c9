"""The rule that shares out energy: affine Shapley, in whole millijoules by largest remainder.

Requests that run at once on one GPU cause a cost of the form v(S) = a·[S not empty] + the sum of
c_i over S: what it takes that the model runs at all, and what each request adds. The Shapley value
of that game is known in closed form: each gets a/n + c_i (Shapley, "A value for n-person games",
1953; for a fixed cost that all need alike: Littlechild and Owen, "A simple expression for the
Shapley value in a special case", Management Science 20(3), 1973). `a` and `c_i` come from measured
coefficients; what is shared out is what the counter showed, so the shares are scaled to it.
"""

from collections.abc import Iterable, Mapping, Sequence

_SCALE = 1 << 40


def in_whole_parts(total: int, weights: Sequence[float]) -> list[int]:
    """`total` (0 or more) in whole parts in proportion to `weights`; the parts sum to it exactly.

    The largest-remainder method (Hamilton's): each gets its quota rounded down, and what is left
    goes one by one to the largest remainders, the earlier first among equals. Raises ValueError
    where no weight is positive or one is negative.
    """
    largest = max(weights, default=0.0)
    if not largest > 0 or min(weights) < 0:
        raise ValueError("weights must be 0 or more, and one of them positive")
    whole = [round(weight / largest * _SCALE) for weight in weights]
    all_of_it = sum(whole)
    parts = [total * each // all_of_it for each in whole]
    left = total - sum(parts)
    if left:
        by_remainder = sorted(range(len(whole)), key=lambda i: (-(total * whole[i] % all_of_it), i))
        for index in by_remainder[:left]:
            parts[index] += 1
    return parts


def affine_shapley(
    shared_by_all: float,
    fixed_by_group: Mapping[str, float],
    members: Iterable[tuple[str, float]],
) -> list[float]:
    """Each member's share before scaling; a member is (group, what it adds by itself).

    `shared_by_all` is what it takes that anything runs at all. A group is what runs on one loaded
    model: its fixed cost is shared by its members alike. The game is a sum of one affine game for
    all and one a group, and the Shapley value of a sum is the sum of the values (Shapley's axiom of
    additivity).
    """
    listed = list(members)
    sizes: dict[str, int] = {}
    for group, _ in listed:
        sizes[group] = sizes.get(group, 0) + 1
    return [
        shared_by_all / len(listed) + fixed_by_group.get(group, 0.0) / sizes[group] + added
        for group, added in listed
    ]

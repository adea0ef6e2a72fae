"""The words that vouchers of a studio carry."""

NAME = "{name}"


def voucher_mark(text: str, name: str) -> str:
    """Fill in the name; words that end the name and begin the rest are written once.

    Args:
        text: the words of the ruleset, with ``{name}``.
        name: name of the studio.
    """
    before, _, after = text.partition(NAME)
    same = next((n for n in range(len(after), 0, -1) if name.endswith(after[:n])), 0)
    return f"{before}{name}{after[same:]}"

"""What a log may say about an error whose own words may quote a customer."""

import traceback


def fault_place(error: BaseException) -> str:
    """Give the kind of an error and where it came up, never its words: a database quotes the row in them."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"

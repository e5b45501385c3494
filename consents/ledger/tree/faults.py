"""How an error is logged without its message, which may quote a customer."""

import traceback


def fault_place(error: BaseException) -> str:
    """Return the class of an error and where it was raised, never its message: a database quotes the row in it."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"

"""The one exception a reader raises on purpose."""


class RefusedError(Exception):
    """The file is not accepted; the message is Chinese and says what to do about it.

    Args:
        code: stable English word for tests and logs.
        message: sentence for the person who uploads.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

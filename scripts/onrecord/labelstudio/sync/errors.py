"""What a server does not do: one line for people each, without a key, a password or a control character."""


class ServerError(Exception):
    """A server that can't be used, in one line. `status` is that of the reply, 0 where there was none."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Doubtful(ServerError):
    """A request of which nobody knows whether it was carried out: the reply was lost, or spoke of a fault inside."""


class TooLong(ServerError):
    """A reply of more bytes than one may have."""

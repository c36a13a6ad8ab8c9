"""What keeps serving from starting, said in one sentence; never text from a request."""


class ServingError(Exception):
    """Serving went wrong; the message is fixed text with names of settings or files at most."""


class CannotStart(ServingError):
    """Something is set up in a way that serving must not start with."""


class IsolationImpossible(ServingError):
    """This machine does not let serving have a network and processes of its own."""

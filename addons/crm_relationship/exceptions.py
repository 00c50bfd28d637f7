"""Errors that a caller may want to tell apart."""

from odoo.exceptions import UserError


class PassBusyError(UserError):
    """The same job is under way in another transaction."""


class PassFailedError(UserError):
    """A job gave up because too many customers could not be processed."""

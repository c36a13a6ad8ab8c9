"""Documents as PDF: the one folder that knows the library."""

from appliance.adapters.paper.pdf import as_pdf

__all__ = ["as_pdf"]

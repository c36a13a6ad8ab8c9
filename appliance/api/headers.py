"""What every answer carries: no foreign content, no framing, nothing kept in a cache."""

from flask import Response

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_ALWAYS: dict[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), display-capture=(self), geolocation=(), microphone=(self), "
    "payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def protect(answer: Response, request_id: str, *, is_static: bool) -> Response:
    """Set them; a page's own value never loosens one. Only the program's own files may be cached."""
    answer.headers.update(_ALWAYS)
    answer.headers["X-Request-Id"] = request_id
    if not (is_static and answer.status_code in (200, 206, 304)):
        answer.headers["Cache-Control"] = "no-store"
    return answer

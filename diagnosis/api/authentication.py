"""How a request says who asks: `Authorization: Token …`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema
    from knox.models import AuthToken

    from diagnosis.models import User


class Token(TokenAuthentication):  # type: ignore[misc]  # knox ships no types
    """Knox's hashed, revocable tokens; bytes that cannot be a token are refused like a wrong one."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        """Return whose token this is."""
        if not token.isalnum():
            raise AuthenticationFailed("Invalid token.")
        found: tuple[User, AuthToken] = super().authenticate_credentials(token)
        return found


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # spectacular's registry has no types
    """How the OpenAPI document describes the tokens."""

    target_class = Token
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:  # noqa: ARG002 - spectacular's interface
        """Describe the header."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token …`, as POST /api/v1/tokens/ returned it.",
        }

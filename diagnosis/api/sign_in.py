from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from diagnosis.api.authentication import Token
from diagnosis.api.known import KnownFields, KnownParameters
from diagnosis.services import tokens

if TYPE_CHECKING:
    from rest_framework.request import Request


class Credentials(KnownFields):
    """A username and its password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False, style={"input_type": "password"})


class IssuedTokenSerializer(serializers.Serializer[Any]):
    """A token; it is shown this once."""

    token = serializers.CharField()
    expiry = serializers.DateTimeField()


class TokensView(KnownParameters):
    """Sign in."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=Credentials, responses={201: IssuedTokenSerializer}, operation_id="token_create")
    def post(self, request: Request) -> Response:
        """Exchange a username and password for a token. Send it as `Authorization: Token …`."""
        credentials = Credentials(data=request.data)
        credentials.is_valid(raise_exception=True)
        issued = tokens.issue(**credentials.validated_data, request=request)
        return Response(IssuedTokenSerializer(issued).data, status=status.HTTP_201_CREATED)


class CurrentTokenView(KnownParameters):
    """Sign out."""

    authentication_classes = (Token,)

    @extend_schema(responses={204: None}, operation_id="token_revoke")
    def delete(self, request: Request) -> Response:
        """Revoke the token that this request is made with."""
        tokens.revoke(request.auth, by=request.auth.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

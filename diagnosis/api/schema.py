"""What the OpenAPI document says of every operation: its answers, and one error shape for all else."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers


class ErrorDetail(serializers.Serializer[Any]):
    """One thing that is wrong."""

    code = serializers.CharField(help_text="Stable; docs/api.md lists them.")
    detail = serializers.CharField(help_text="A sentence that says what to do.")
    attr = serializers.CharField(allow_null=True, help_text="The field that it is about.")


class Error(serializers.Serializer[Any]):
    """Why the request was refused."""

    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = ErrorDetail(many=True)  # type: ignore[assignment]  # the name is the one on the wire


class ApiSchema(AutoSchema):
    """Adds the error shape to every operation."""

    error_description: ClassVar[str] = "Any refusal, with a stable code and a sentence."

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Return the operation with its `default` answer."""
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            operation["responses"]["default"] = {
                "description": self.error_description,
                "content": {"application/json": {"schema": self.resolve_serializer(Error, "response").ref}},
            }
        return operation


class Endpoints(EndpointEnumerator):
    """Lists HEAD, too, where a view answers it in a way of its own."""

    def get_allowed_methods(self, callback: Any) -> list[str]:
        """Return the methods of one address."""
        methods: list[str] = super().get_allowed_methods(callback)  # type: ignore[no-untyped-call]  # spectacular's has no types
        return [*methods, "HEAD"] if hasattr(callback.cls, "head") else methods


class ApiGenerator(SchemaGenerator):
    """Describes the API with all its methods."""

    endpoint_inspector_cls = Endpoints

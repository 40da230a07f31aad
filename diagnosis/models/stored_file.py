from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """The bytes of a file in the database, so that one transaction and one backup hold everything."""

    name = models.CharField(_("name"), max_length=255, primary_key=True)
    content = models.BinaryField()
    size = models.PositiveBigIntegerField(_("bytes"))
    stored_at = models.DateTimeField(_("stored"), auto_now_add=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        indexes = [
            # Pictures made from smears go by their age; see services/pictures.py.
            models.Index(
                fields=["stored_at"], condition=models.Q(name__startswith="pictures/"), name="stored_pictures_by_age"
            )
        ]

    def __str__(self) -> str:
        return self.name

"""What the place of a photograph says: ``<unit>/photos/<project code or name>/<YYYY-MM>/<file>`` (contract §4). Pure."""

from dataclasses import dataclass
from functools import cached_property

from pipelines.periods import return_period
from pipelines.text import compact, display_name, name_key, project_code

PHOTOS_FOLDER = "photos"
_UNIT, _PHOTOS, _PROJECT, _MONTH, _FILE = range(5)


@dataclass(frozen=True)
class PhotoFolder:
    """Where a photograph lay: ``place`` is its path below the unit's folder.

    ``project`` is None where the folders are not the right ones; ``month_text`` is the month's folder as written.
    """

    place: str
    project: str | None
    month_text: str | None

    @cached_property
    def month(self) -> str | None:
        """The month (YYYY-MM), None where the folder is called otherwise."""
        period = return_period(compact(self.month_text or ""))
        return period.name if period is not None and period.kind == "month" else None

    @property
    def project_code(self) -> str | None:
        """The project's code; None for a name. Names of projects are not written in ASCII alone."""
        code = project_code(self.project or "")
        return code if code.isascii() and code else None

    @property
    def name_key(self) -> str:
        """The comparison form of the folder's text, read as a name."""
        return name_key(self.project or "")

    @property
    def project_key(self) -> str:
        """What makes two folders the same project's: the code, else the comparison form of the name."""
        return self.project_code or self.name_key


def is_photos_folder(name: str) -> bool:
    """Whether a folder is the one for photographs, however it is written."""
    return compact(name).lower() == PHOTOS_FOLDER


def is_photograph(inbox_path: str) -> bool:
    """Whether a file lies below its unit's folder for photographs, rightly placed or not."""
    parts = inbox_path.split("/")
    return len(parts) > _PROJECT and is_photos_folder(parts[_PHOTOS])


def is_well_placed(inbox_path: str) -> bool:
    """Whether a file lies as deep below ``photos/`` as a photograph belongs, whatever the folders are called."""
    return read_folder(inbox_path).project is not None


def read_folder(inbox_path: str) -> PhotoFolder:
    """What the folders of a photograph say."""
    parts = inbox_path.split("/")
    place = "/".join(parts[_PHOTOS:])
    if len(parts) != _FILE + 1 or not name_key(parts[_PROJECT]):
        return PhotoFolder(place, None, None)
    return PhotoFolder(place, display_name(parts[_PROJECT]), parts[_MONTH])

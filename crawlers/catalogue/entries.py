"""What a YAML of the catalogue may say; anything else in it is an error."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

from index.addresses import parse_address
from index.model import Event, Wording

Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]  # BCP 47
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]  # ISO 3166-1 alpha-2
Text = Annotated[str, Field(min_length=1, max_length=200)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class _Entry(_Model):
    name: Name
    title: str = ""
    languages: tuple[Language, ...] = ()
    country: Country | None = None
    status: Literal["verified", "unverified"] = "unverified"
    note: str = ""


class XOptions(_Model):
    """How to search X: ``recent`` sees seven days, ``all`` everything since 2006 (if the key may).

    Words and accounts are used where a request names none.
    """

    search: Literal["recent", "all"] = "recent"
    words: tuple[Text, ...] = ()
    accounts: tuple[Text, ...] = ()
    reposts: bool = False


class XEntry(_Entry):
    """A search or a watch list on X."""

    kind: Literal["x"]
    options: XOptions = XOptions()


class WebOptions(_Model):
    """How to read a site: which pages (``path`` is how their paths begin), how slowly, and for how long at most.

    ``auto`` takes the address for a sitemap or feed, and looks for one if it is a page. ``speaks_for`` are other hosts whose
    checks and canonical addresses this site may carry, because it republishes them with their consent.
    """

    listing: Literal["auto", "sitemap", "feed"] = "auto"
    path: str = Field(default="", pattern=r"^(/.*)?$")
    speaks_for: tuple[Text, ...] = ()
    delay_seconds: float = Field(default=1, ge=0, le=600)
    time_limit_seconds: float = Field(default=3600, gt=0)


class WebEntry(_Entry):
    """A site that publishes articles; ``address`` is its sitemap, its feed, or the page that leads to them."""

    kind: Literal["web"]
    address: str
    options: WebOptions = WebOptions()

    @field_validator("address")
    @classmethod
    def _check_address(cls, address: str) -> str:
        parse_address(address)
        return address


class FilesEntry(_Entry):
    """A file of posts; ``address`` is its path, from the folder of the YAML where it is not absolute."""

    kind: Literal["files"]
    address: str = Field(min_length=1)


SourceEntry = Annotated[XEntry | WebEntry | FilesEntry, Field(discriminator="kind")]
SOURCE_ENTRY: TypeAdapter[XEntry | WebEntry | FilesEntry] = TypeAdapter(SourceEntry)


class EventEntry(_Model):
    """Something that is followed: its names and words by language, when and where, and what to collect it from."""

    name: Name
    names: dict[Language, Text] = Field(min_length=1)
    countries: tuple[Country, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    words: dict[Language, tuple[Text, ...]] = Field(default_factory=dict)
    accounts: tuple[Text, ...] = ()
    languages: tuple[Language, ...] = ()
    sources: tuple[Name, ...] = ()
    demo: bool = False

    @model_validator(mode="after")
    def _check_period(self) -> "EventEntry":
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError("ends_on lies before starts_on")
        return self

    def build_event(self) -> Event:
        """Build the record; it was not stored yet."""
        return Event(
            id=self.name,
            names=tuple(Wording(language, text) for language, text in self.names.items()),
            countries=self.countries,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            words=tuple(dict.fromkeys(word for words in self.words.values() for word in words)),
            accounts=self.accounts,
            languages=self.languages,
            sources=self.sources,
            demo=self.demo,
        )

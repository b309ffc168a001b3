"""Print the rows of the routes that docs/authority.yaml does not name yet, to be reviewed and put there."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e.authority.ground import built
from tests.e2e.authority.matrix import observed, written
from tests.e2e.authority.requests import routes
from tests.support.postgres import DatabaseUrls
from tests.support.two_agencies import twins_on, with_two_agencies

with TemporaryDirectory() as place:
    urls = DatabaseUrls(f"sqlite:///{place}/alur.db", f"sqlite:///{place}/alur.db")
    with_two_agencies(urls)
    office = twins_on(urls, Path(place) / "files")
    ground = built(office)
    known = written()
    print(observed(ground, (route for route in routes(ground) if route not in known)))
    office.system.close()

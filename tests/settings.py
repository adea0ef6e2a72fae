"""Settings of the test run: the portal's own, with an environment of its own.

The database comes from DATABASE_URL when given (``make test`` gives PostgreSQL), else a SQLite
file of this process, so that runs beside each other never meet.
"""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="portal-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

os.environ.update(
    {
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        # Two keys, so that every test run also covers reading with an older key.
        "PORTAL_KEYS": "t2:" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
        ",t1:" + "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=",
        "PORTAL_VAR": _folder,
        "PORTAL_DEMO": "0",
        "PORTAL_CELERY_EAGER": "1",
        "PORTAL_PLAIN_STATIC": "1",
        "PORTAL_CACHE_IN_MEMORY": "1",
        "PUBLIC_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "LOG_LEVEL": "WARNING",
        # The browser driver keeps an event loop in the test's thread; Django then takes every
        # query of the test for one inside that loop. None is: the driver's calls all block.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
)
os.environ.pop("REDIS_URL", None)
if os.environ.get("TEST_REDIS_URL"):
    # One database of the server for each parallel process: none empties another's cache.
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["REDIS_URL"] = f"{os.environ['TEST_REDIS_URL']}/{_worker}"

from portal.settings import *  # noqa: E402, F403 - the environment must be in place first

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/test.sqlite3"}  # noqa: F405
# Files are found when they are asked for, not listed anew for each of a thousand clients.
WHITENOISE_AUTOREFRESH = True
# A thread of the live server keeps its connection until the browser hangs up, as a web worker does
# until it ends: a new one for each page learns all tables anew, which costs more than the page.
DATABASES["default"]["CONN_MAX_AGE"] = None  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - the file server wants it to exist

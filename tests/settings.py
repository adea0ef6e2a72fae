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
    }
)
if not os.environ.get("PORTAL_TEST_REDIS"):
    os.environ.pop("REDIS_URL", None)

from portal.settings import *  # noqa: E402, F403 - the environment must be in place first

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/test.sqlite3"}  # noqa: F405

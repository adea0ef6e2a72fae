"""Settings of the portal, one file, driven by the environment.

Defaults are safe for production: no debugging, a secret key is required, cookies are strict.
``docs/settings.md`` lists every variable. ``make run`` keeps its own in ``var/demo.env``.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from portal.environment import (
    database_from_url,
    env_flag,
    env_int,
    env_list,
    env_text,
    load_env_file,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env_text("PORTAL_VAR") or BASE_DIR / "var")
# A configured machine sets SECRET_KEY; only then is the demonstration's own file left alone.
if not env_text("SECRET_KEY"):
    load_env_file(VAR_DIR / "demo.env")
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env_flag("DEBUG")
DEMO = env_flag("PORTAL_DEMO")
DEMO_MFA = env_flag("PORTAL_DEMO_MFA")
# Second factor for staff: always, except in a demonstration that did not ask for it.
STAFF_MFA_REQUIRED = DEMO_MFA or not DEMO

SECRET_KEY = env_text("SECRET_KEY")
if not SECRET_KEY:
    if not (DEMO or env_flag("PORTAL_COMMAND_LINE")):
        raise ImproperlyConfigured(
            "未设置 SECRET_KEY。请设置至少 50 位的随机字符串。"
            " Set SECRET_KEY to a random string of at least 50 characters."
        )
    SECRET_KEY = secrets.token_urlsafe(60)
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
# Keys of sealed values and second-factor secrets, apart from SECRET_KEY (portal/common/keyring.py).
PORTAL_KEYS = env_text("PORTAL_KEYS")

PUBLIC_URL = env_text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = urlsplit(PUBLIC_URL).scheme == "https"
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "simple_history",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "portal.common",
    "portal.accounts",
    "jurisdictions",
    "applications",
    "reviews",
    "assessments",
]

MIDDLEWARE = [
    "portal.common.middleware.RequestGuard",
    "portal.common.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.common.middleware.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portal.accounts.middleware.MfaRequiredForStaff",
    "simple_history.middleware.HistoryRequestMiddleware",
    "portal.common.errors.DomainErrorMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "portal.common.forms.PortalRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.accounts.context.portal",
                "portal.common.context.notices",
                "jurisdictions.interfaces.workplace.workplace",
            ],
        },
    }
]

# --- data -----------------------------------------------------------------------------------
DATABASES = {
    "default": database_from_url(env_text("DATABASE_URL"), default_path=VAR_DIR / "portal.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_text("REDIS_URL")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "portal.common.cache.SteadyRedisCache", "LOCATION": REDIS_URL}}
elif env_flag("PORTAL_CACHE_IN_MEMORY"):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    # Shared by all processes, so that sign-in limits count across web workers.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
        }
    }
CACHE_FALLBACK_TABLE = "portal_cache"

MEDIA_ROOT = VAR_DIR / "media"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env_text("STATIC_ROOT") or VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # No base_url: an uploaded file has no address of its own, only a view that checks rights.
        "OPTIONS": {"location": str(MEDIA_ROOT), "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env_text("S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env_text("S3_BUCKET"),
            "endpoint_url": env_text("S3_ENDPOINT_URL") or None,
            "region_name": env_text("S3_REGION") or None,
            "access_key": env_text("S3_ACCESS_KEY") or None,
            "secret_key": env_text("S3_SECRET_KEY") or None,
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
if env_flag("PORTAL_PLAIN_STATIC"):
    # Without collected files (tests): plain names, found by the static finders.
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = env_flag("PORTAL_PLAIN_STATIC")
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_PERMISSIONS = 0o600

# --- language and time ----------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- people ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "portal.accounts.backends.LoginBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
# The OWASP minimum: the library's default costs ten times the time and 100 MiB for each sign-in,
# and a busy morning of sign-ins then slows every page.
PASSWORD_HASHERS = ["portal.accounts.hashers.PortalArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email", "mobile"]},
    },
    {"NAME": "portal.accounts.validators.NotAboutThePortal"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.adapter.PortalAccountAdapter"
ACCOUNT_FORMS = {"login": "portal.accounts.login_form.PortalLoginForm"}
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "【技能大师工作室】"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {"login_failed": "20/5m/ip,5/5m/key", "login": "60/m/ip"}
# Proxies in front whose X-Forwarded-For entries are believed, counted from the right.
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXIES", 0)
MFA_ADAPTER = "portal.accounts.adapter.PortalMfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "技能大师工作室申报评审平台"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True

# --- sessions and cookies -------------------------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_SECONDS = {"staff": 30 * 60, "applicant": 2 * 60 * 60}
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env_flag("HSTS_SUBDOMAINS")
    SECURE_SSL_REDIRECT = env_flag("SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if env_flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.common.failures.csrf_failure"

# --- mail -----------------------------------------------------------------------------------
if env_text("EMAIL_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = env_text("EMAIL_HOST")
    EMAIL_PORT = env_int("EMAIL_PORT", 465)
    EMAIL_HOST_USER = env_text("EMAIL_USER")
    EMAIL_HOST_PASSWORD = env_text("EMAIL_PASSWORD")
    EMAIL_USE_SSL = env_flag("EMAIL_SSL", default=EMAIL_PORT == 465)
    EMAIL_USE_TLS = env_flag("EMAIL_TLS") and not EMAIL_USE_SSL
    EMAIL_TIMEOUT = 20
elif env_text("EMAIL_DIR") or DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = env_text("EMAIL_DIR") or str(VAR_DIR / "mail")
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env_text("EMAIL_FROM", "noreply@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SECURITY_CONTACT = env_text("SECURITY_CONTACT", f"mailto:{DEFAULT_FROM_EMAIL}")

# Ways a notice leaves the portal besides e-mail: empty, "file", "console", "gateway", or the
# dotted name of a class of one's own. A demonstration writes short messages into var/sent.
_CHANNELS = {
    "file": "portal.common.channels.FileChannel",
    "console": "portal.common.channels.ConsoleChannel",
    "gateway": "portal.common.channels.GatewayChannel",
}
NOTICE_CHANNELS = {
    name.lower(): {
        "class": _CHANNELS.get(chosen, chosen),
        "url": env_text(f"NOTICE_{name}_URL"),
        "token": env_text(f"NOTICE_{name}_TOKEN"),
    }
    for name, usual in (("SMS", "file" if DEMO else ""), ("WECOM", ""))
    if (chosen := env_text(f"NOTICE_{name}", usual))
}

# --- background work ------------------------------------------------------------------------
BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, str | int]
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # A page that has saved must not wait long for a broker that is down; sweeps catch up later.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2}
    CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
else:
    # A broker made of files: no server to install, good for one machine.
    for name in ("queue", "control", "processed"):
        (BROKER_DIR / name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "processed_folder": str(BROKER_DIR / "processed"),
    }
CELERY_TASK_ALWAYS_EAGER = env_flag("PORTAL_CELERY_EAGER")
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "outbox": {"task": "portal.common.tasks.send_outbox", "schedule": 15.0},
    "record": {"task": "applications.tasks.seal_events", "schedule": 10.0},
    "ended studios": {"task": "applications.tasks.lapse_left", "schedule": 3600.0},
    "jobs": {"task": "portal.common.tasks.reclaim_jobs", "schedule": 20.0},
    "sessions": {"task": "portal.common.tasks.clear_old_rows", "schedule": 3600.0},
    "calendar": {"task": "assessments.tasks.open_calendar", "schedule": 3600.0},
    "rounds": {"task": "jurisdictions.tasks.close_due_rounds", "schedule": 60.0},
    "consultations": {"task": "reviews.tasks.remind_consultations", "schedule": 3600.0},
    "holidays": {"task": "jurisdictions.tasks.tell_missing_holidays", "schedule": 21600.0},
    "clocks": {"task": "reviews.tasks.set_clocks", "schedule": 900.0},
    "time limits": {"task": "reviews.tasks.remind_stages", "schedule": 3600.0},
    "digests": {"task": "reviews.tasks.send_digests", "schedule": 600.0},
}
JOB_LEASE_SECONDS = 60

# --- history, logs --------------------------------------------------------------------------
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.common.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "fontTools": {"level": "WARNING"},
        "weasyprint.progress": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},  # the broker of files has no host, and says so
    },
}

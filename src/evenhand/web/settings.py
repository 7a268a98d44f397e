"""Django's settings, all from `EVENHAND_*`; docs/reference/settings.md explains each."""

from __future__ import annotations

import sys
from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF

from evenhand.web import file_settings, hook_settings, mail_settings
from evenhand.web.environment import (
    Environment,
    WrongSetting,
    database,
    hosts_for,
    page_address,
)

django_stubs_ext.monkeypatch()

PACKAGE = Path(__file__).resolve().parents[1]
environment = Environment()

# The data folder holds the database (unless another is named), secrets and backups.
DATA_FOLDER = environment.folder("EVENHAND_DATA_FOLDER", "./data")
SECRET_KEY = environment.secret(
    "EVENHAND_SECRET_KEY", kept_in=DATA_FOLDER / "secret_key"
)
# former secrets, under which kept passwords can still be read
SECRET_KEY_FALLBACKS = environment.words("EVENHAND_SECRET_KEY_FALLBACKS", "")
DEBUG = environment.yes_or_no("EVENHAND_DEBUG", default=False)
WEB_LISTEN = environment.address("EVENHAND_WEB_LISTEN", "127.0.0.1:8000")
PUBLIC_URL = environment.url(
    "EVENHAND_PUBLIC_URL", page_address(WEB_LISTEN), ("http", "https")
).rstrip("/")
if DEBUG and PUBLIC_URL.startswith("https:"):
    # A desk that strangers reach never shows them its insides.
    raise WrongSetting(
        name="EVENHAND_DEBUG",
        problem="is on while EVENHAND_PUBLIC_URL is public (https)",
        example="no",
    )
ALLOWED_HOSTS = environment.words("EVENHAND_HOSTS", ",".join(hosts_for(PUBLIC_URL)))
WEB_WORKERS = environment.whole_number("EVENHAND_WEB_WORKERS", 1, least=1, most=64)

SHOP_NAME = environment.text("EVENHAND_SHOP_NAME", "Evenhand shop")
MAIL_ADDRESS = environment.text("EVENHAND_MAIL_ADDRESS", "help@shop.example")
MAIL_DOMAINS = environment.words(
    "EVENHAND_MAIL_DOMAINS", MAIL_ADDRESS.rpartition("@")[2]
)
MAIL_OUT = environment.url(
    "EVENHAND_MAIL_OUT", "capture:", ("smtp", "smtps", "capture")
)
MAIL_LARGEST = environment.whole_number(
    "EVENHAND_MAIL_LARGEST", 25 * 2**20, least=2**16, most=200 * 2**20
)
MAIL_PER_ADDRESS = environment.whole_number(
    "EVENHAND_MAIL_PER_ADDRESS", 200, least=5, most=1_000_000
)
SMTP_LISTEN = environment.address("EVENHAND_SMTP_LISTEN", "127.0.0.1:2525")
LMTP_LISTEN = environment.address_or_none("EVENHAND_LMTP_LISTEN", "127.0.0.1:2424")
SMTP_TLS_FILES = mail_settings.certificate(environment)
SMTP_TLS = mail_settings.encryption(environment, certified=SMTP_TLS_FILES is not None)
SMTP_USER, SMTP_PASSWORD = mail_settings.login(
    environment, certified=SMTP_TLS_FILES is not None
)
SMTP_CONNECTIONS = environment.whole_number(
    "EVENHAND_SMTP_CONNECTIONS", 200, least=1, most=10_000
)
SMTP_CONNECTIONS_EACH = environment.whole_number(
    "EVENHAND_SMTP_CONNECTIONS_EACH", 50, least=1, most=10_000
)
SMTP_TIMEOUT = environment.whole_number(
    "EVENHAND_SMTP_TIMEOUT", 300, least=5, most=3600
)
MAIL_MOST_PER_SENDER = environment.whole_number(
    "EVENHAND_MAIL_MOST_PER_SENDER", 300, most=1_000_000
)
# the servers of ours whose word on a sender (Authentication-Results) is believed
TRUSTED_AUTH_HOSTS = environment.words("EVENHAND_TRUSTED_AUTH_HOSTS", "")
# how long an answer waits before it leaves, so that it can be undone
UNDO_SECONDS = environment.whole_number("EVENHAND_UNDO_SECONDS", 10, most=120)
# files: where they lie, what an answer may carry, who looks for viruses
BLOBS = file_settings.blobs(environment)
FILE_LARGEST = environment.whole_number(
    "EVENHAND_FILE_LARGEST", 15 * 2**20, least=2**16, most=30 * 2**20
)
FILES_LARGEST = environment.whole_number(
    "EVENHAND_FILES_LARGEST", 18 * 2**20, least=2**16, most=150 * 2**20
)
FILES_MOST = environment.whole_number("EVENHAND_FILES_MOST", 20, least=1, most=200)
CLAMAV = file_settings.scanner(environment)
# the providers that may hand mail over by calling the desk, each with its secret
HOOKS = hook_settings.hooks(environment)
SURVEY_DAYS = environment.whole_number("EVENHAND_SURVEY_DAYS", 30, least=1, most=365)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_tasks",
    "csp",
    *(
        f"evenhand.{room}"
        for room in (
            "ledger",
            "jobs",
            "staff",
            "customers",
            "cases",
            "channels",
            "decisions",
            "promises",
            "coach",
            "replies",
            "surveys",
            "insight",
            "web",
        )
    ),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "evenhand.web.middleware.speak_the_members_language",
    "evenhand.web.live.start.note_where_the_ledger_stands",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "evenhand.web.errors.DesignedErrors",
]

ROOT_URLCONF = "evenhand.web.urls"
ASGI_APPLICATION = "evenhand.web.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # ours first: the sign-in pages of allauth are drawn by the kit
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "evenhand.web.context.shell",
            ],
        },
    }
]

DATABASES = {"default": database(environment, folder=DATA_FOLDER)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Login attempts are counted here, so that every process sees the same count.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
    }
}
TASKS = {"default": {"BACKEND": "evenhand.jobs.backend.LeaseBackend", "QUEUES": []}}
MEDIA_ROOT = DATA_FOLDER / "blobs"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

AUTH_USER_MODEL = "staff.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ["email", "name"]}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:inbox"
ACCOUNT_ADAPTER = "evenhand.web.accounts.StaffAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# a stranger's address gets no mail: the desk would write to whomever anybody names
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
}
EMAIL_BACKEND = "evenhand.web.accounts.OutboxEmailBackend"
DEFAULT_FROM_EMAIL = MAIL_ADDRESS

_https = PUBLIC_URL.startswith("https:")
SESSION_COOKIE_NAME = "evenhand_session"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _https
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "evenhand_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _https
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "evenhand.web.errors.csrf_failed"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if environment.yes_or_no("EVENHAND_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # the proxy of ours is the one hop whose word on the client's address counts
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("zh-hans", "简体中文"),
    ("ja", "日本語"),
    ("th", "ไทย"),
]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
LANGUAGE_COOKIE_NAME = "evenhand_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.time_zone("EVENHAND_TIME_ZONE", "UTC")

STATIC_URL = "/static/"
# Assets come from the package itself: no collectstatic step between install and serve.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "evenhand.web.log.Discreet",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "formatter": "line",
        }
    },
    "root": {
        "handlers": ["stderr"],
        "level": environment.one_of(
            "EVENHAND_LOG_LEVEL",
            "WARNING",
            ("DEBUG", "INFO", "WARNING", "ERROR"),
        ),
    },
}

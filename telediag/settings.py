"""Settings. Whatever a site may change comes from the environment; docs/operations.md lists it."""

from datetime import timedelta
from pathlib import Path

import environ

from telediag import administration

BASE_DIR = Path(__file__).resolve().parent.parent
NODE_MODULES = BASE_DIR / "node_modules"

env = environ.Env()
# The local stack writes here where its servers listen; real environment variables win.
environ.Env.read_env(BASE_DIR / "var" / "stack.env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "axes",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "knox",
    "pgtrigger",
    "rest_framework",
    "diagnosis",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "telediag.csp.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "diagnosis.web.languages.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "diagnosis.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "telediag.urls"
WSGI_APPLICATION = "telediag.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

# -- data --------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres://telediag@127.0.0.1:5432/telediag"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SMEAR_BUCKET = env.str("SMEAR_BUCKET", default="")
STORAGES = {
    # Where the smears' bytes live: the database, until a site names a bucket.
    "default": (
        {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": SMEAR_BUCKET}}
        if SMEAR_BUCKET
        else {"BACKEND": "diagnosis.storage.DatabaseStorage"}
    ),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

# -- people ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "diagnosis.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Wrong passwords are counted by user name and address, wherever they are typed (diagnosis/services/passwords.py).
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = env.int("SIGN_IN_TRIES", default=10)
SIGN_IN_TRIES_ANYWHERE = env.int("SIGN_IN_TRIES_ANYWHERE", default=50)
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "diagnosis.services.passwords.address_of"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the audit trail notes who signed in
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Its middleware answers in its own words; ours are those of diagnosis/errors.
SILENCED_SYSTEM_CHECKS = ["axes.W002"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# -- transport ---------------------------------------------------------------------------------
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    },
}

# -- uploads (diagnosis/uploads.py holds the rules) -----------------------------------------------
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", default=60 * 1024 * 1024)
# Of one person, in no case yet.
MAX_UNFINISHED_UPLOADS = env.int("MAX_UNFINISHED_UPLOADS", default=200)
MAX_UNFINISHED_BYTES = env.int("MAX_UNFINISHED_BYTES", default=2 * 1024 * 1024 * 1024)
MAX_UPLOAD_PIXELS = env.int("MAX_UPLOAD_PIXELS", default=50_000_000)
FILE_UPLOAD_HANDLERS = ["diagnosis.uploads.BoundedUpload"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# -- printed reports --------------------------------------------------------------------------------
# Folders with further fonts (TTF, OTF), for scripts that the shipped ones lack, such as Chinese.
REPORT_FONTS = env.list("REPORT_FONTS", default=[])
# Seals signed reports (diagnosis/services/seal.py); the public halves of earlier keys still check what they sealed.
REPORT_SEAL_KEY = env.str("REPORT_SEAL_KEY", default="")
REPORT_SEAL_RETIRED = env.list("REPORT_SEAL_RETIRED", default=[])

# -- queue -------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
# What one analysis may take before it is stopped; the lease is half as long again.
ANALYSIS_SECONDS = env.int("ANALYSIS_SECONDS", default=40)

# -- e-mail (diagnosis/services/deliveries.py) --------------------------------------------------------
# Without a mail server, e-mails are files, for whoever tries the product on one machine.
vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{BASE_DIR / 'var' / 'mail'}"))
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="telediag@localhost")
# Where the links in e-mails lead.
PORTAL_ADDRESS = env.str("PORTAL_ADDRESS", default="http://127.0.0.1:8000")

# -- trained networks (`python -m models list`) ------------------------------------------------------
# The artefact that workers analyse with, by name or folder; none for the engine's own default.
ARTEFACT = env.str("TELEDIAG_ARTEFACT", default="")
# A second one that says of every analysed smear what it would have said, to operators alone.
SHADOW_ARTEFACT = env.str("TELEDIAG_SHADOW_ARTEFACT", default="")
# Where the model pages find the cards of what is installed; the web process reads files there and loads no network.
ARTEFACTS = BASE_DIR / "models" / "artefacts"

# -- pages -------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
# Each by its own name.
LANGUAGES = [("en", "English"), ("fa", "فارسی")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "theme"]
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["telediag.formats"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "diagnosis" / "web" / "static",
    *(
        (f"vendor/{name}", NODE_MODULES / folder)
        for name, folder in {
            "openseadragon": "openseadragon/build/openseadragon",
            "inter": "@fontsource-variable/inter",
            "vazirmatn": "@fontsource-variable/vazirmatn",
            "tus": "tus-js-client/dist",
        }.items()
        if (NODE_MODULES / folder).is_dir()
    ),
]

# -- API ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "diagnosis.api.authentication.Token",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["diagnosis.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "diagnosis.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "diagnosis.api.refusals.refuse",
    "DEFAULT_VERSIONING_CLASS": None,
}
# A person's token ends by itself; a service account's lasts until it is revoked.
API_TOKEN_LIFE = timedelta(hours=env.int("API_TOKEN_HOURS", default=12))
REST_KNOX = {"TOKEN_TTL": None, "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "telediag",
    "VERSION": "1",
    "DESCRIPTION": (
        "Telediagnosis of blood smears. Decision support for trained readers; not a cleared medical device."
    ),
    "SERVE_INCLUDE_SCHEMA": False,
    "DEFAULT_GENERATOR_CLASS": "diagnosis.api.schema.ApiGenerator",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "CaseStatus": "diagnosis.choices.CaseStatus.choices",
        "AnalysisStatus": "diagnosis.choices.AnalysisStatus.choices",
        "Subtype": "diagnosis.choices.Subtype",
        "UploadState": "diagnosis.choices.UploadState.choices",
        "CaseState": "diagnosis.choices.CaseState.choices",
    },
}

UNFOLD = administration.UNFOLD

# -- logs: ids only, nothing that identifies a patient --------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "telediag.logging.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django.server": {"handlers": ["console"], "propagate": False}, "axes": {"level": "WARNING"}},
}

FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 poppler-utils \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 portal \
    && mkdir -p /srv/portal /srv/var \
    && chown portal: /srv/var

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/portal

COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock
COPY . .
# Collected at build time into the image: pages name files by the hash of their content.
RUN PORTAL_COMMAND_LINE=1 PORTAL_VAR=/tmp/build STATIC_ROOT=/srv/static python manage.py collectstatic --no-input -v 0

ENV STATIC_ROOT=/srv/static
USER portal
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4"]

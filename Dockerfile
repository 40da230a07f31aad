# One image for web, worker, scheduler and migrations; docker-compose.yml gives each its command.

FROM node:22-bookworm-slim AS pages
WORKDIR /pages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.13-slim-bookworm AS packages
WORKDIR /build
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/python -m pip install --no-cache-dir --requirement requirements.txt

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home telediag
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /telediag
COPY --from=packages /venv /venv
COPY --from=pages /pages/node_modules node_modules
COPY manage.py gunicorn.conf.py ./
COPY telediag telediag
COPY diagnosis diagnosis
COPY workers workers
COPY models models
COPY templates templates
COPY locale locale
RUN SECRET_KEY=unused python manage.py collectstatic --no-input --verbosity 0
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "telediag.wsgi:application", "--bind", "0.0.0.0:8000"]

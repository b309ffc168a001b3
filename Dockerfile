# A small image that runs as nobody in particular: one volume for the data, no compiler, no development tools.
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS build
WORKDIR /source
COPY requirements-server.lock requirements-build.lock ./
RUN python -m venv /opt/alur && python -m venv /opt/tools \
    && /opt/alur/bin/pip install --no-cache-dir --require-hashes -r requirements-server.lock \
    && /opt/tools/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock
COPY . .
RUN /opt/tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
    && /opt/alur/bin/pip install --no-cache-dir --no-deps /dist/*.whl

FROM ${PYTHON}
# pg_dump and pg_restore, for backups of PostgreSQL.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --create-home alur \
    && chmod 700 /data
COPY --from=build /opt/alur /opt/alur
USER alur
WORKDIR /data
VOLUME /data
# The proxy that ends TLS reaches the container over its network: name that network, or it refuses to serve.
ENV PATH=/opt/alur/bin:$PATH ALUR_DATABASE_URL=sqlite:////data/alur.db ALUR_HOST=0.0.0.0 PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["alur"]
CMD ["serve"]

# The service alone, for the demo profile of docker-compose.yml: same lock file as scripts/run, one plain user, data in /data.
FROM python:3.11-slim-bookworm

# libdmtx draws the INS datamatrix; without it the pure-Python fallback does.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libdmtx0b \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --home-dir /data circuitbio

WORKDIR /srv/circuitbio
COPY run.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r run.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

USER circuitbio
WORKDIR /data
ENV CIRCUITBIO_DATA=/data/var
VOLUME /data
EXPOSE 8000
CMD ["circuitbio", "serve"]

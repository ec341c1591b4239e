# The image of mailflow: Debian 12, its own Python 3.11, and nothing that builds software.
#
#   docker build -t mailflow .
#   make image-test            builds it (with or without a Docker engine) and starts it for real
#
# Everything that pip installs is checked against a hash in a lock file. Behind a gateway that looks into TLS, name its
# authority: --secret id=certificates,src=FILE.pem. How to run it: docs/container.md, deploy/compose.yaml.

# -- build: a virtual environment with the locked dependencies and the wheel of mailflow -----------------------------
FROM debian:bookworm-slim AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*

# /opt/build has pip and the build backend and is left behind; /opt/mailflow has no pip, for nothing is ever installed
# into a running container. Only wheels: the setup.py of a stranger is never run.
RUN python3 -m venv /opt/build && python3 -m venv --without-pip /opt/mailflow
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN --mount=type=secret,id=certificates \
    if [ -s /run/secrets/certificates ]; then export PIP_CERT=/run/secrets/certificates; fi \
 && export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=1 \
 && export PIP_ONLY_BINARY=:all: PIP_REQUIRE_HASHES=1 \
 && /opt/build/bin/pip install --quiet -r requirements-build.lock \
 && /opt/build/bin/pip --python /opt/mailflow/bin/python install --quiet -r requirements.lock

COPY pyproject.toml README.md ./
COPY mailflow mailflow
COPY rules rules
# Compiled now, for the root file system is read-only later; unchecked hashes, because a copy changes times of files.
RUN export PIP_DISABLE_PIP_VERSION_CHECK=1 \
 && /opt/build/bin/pip wheel --quiet --no-index --no-deps --no-build-isolation --wheel-dir /src/wheel . \
 && /opt/build/bin/pip --python /opt/mailflow/bin/python install --quiet --no-index --no-deps --no-compile wheel/*.whl \
 && /opt/mailflow/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/mailflow/lib \
 && /opt/mailflow/bin/mailflow --version

# -- run: what a running service needs, and a user without rights -----------------------------------------------------
FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="mailflow" \
      org.opencontainers.image.description="Receives people's worst news by e-mail and never drops it." \
      org.opencontainers.image.version="0.1.0"

# gpg-agent holds the key that opens OpenPGP mail, openssl is for administrators (certificates of mail servers), tini
# is process 1: it hands SIGTERM on and buries the agents and workers that nobody waits for. No program that lends its
# rights (setuid, setgid) stays.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates gpg gpg-agent openssl python3 tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/*.log /var/log/apt \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} +

# A number that is the same in every version: files in the volume belong to it.
RUN groupadd --gid 10001 mailflow \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/mailflow --no-create-home --shell /usr/sbin/nologin \
        mailflow \
 && install -d -o mailflow -g mailflow -m 0700 /var/lib/mailflow \
 && install -d -m 0755 /etc/mailflow

COPY --from=build /opt/mailflow /opt/mailflow

# The health file is the container's own, not the volume's: what an earlier container wrote there says nothing.
ENV PATH=/opt/mailflow/bin:/usr/local/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MAILFLOW_CONFIG=/etc/mailflow/mailflow.toml \
    MAILFLOW_WORK__HEALTH_FILE=/tmp/mailflow-health.json
WORKDIR /var/lib/mailflow
VOLUME /var/lib/mailflow
USER 10001:10001

# `mailflow health` reads the file that the service writes every 15 seconds; it costs no connection to any server.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["mailflow", "health"]
ENTRYPOINT ["tini", "-s", "--", "mailflow"]
CMD ["run"]

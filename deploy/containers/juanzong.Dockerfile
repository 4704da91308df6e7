# Web, workers and every verb in one image. Built from the checkout: docker build -f deploy/containers/juanzong.Dockerfile .
FROM debian:12
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/juanzong
COPY . .
# The packages of the lock file by their digests, with the clients of all servers.
RUN deploy/setup.sh cluster && rm -rf /var/lib/apt/lists/* ~/.cache \
    && ln -s /opt/juanzong/.venv/bin/juanzong /usr/local/bin/juanzong \
    && useradd --system --uid 10001 --create-home juanzong && install -d -o juanzong /data
USER juanzong
VOLUME /data
ENV JUANZONG_DATA_DIR=/data
CMD ["juanzong", "serve", "--host", "0.0.0.0"]

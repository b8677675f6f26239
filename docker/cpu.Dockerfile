# Penstock on the CPU: docker build -f docker/cpu.Dockerfile -t penstock .
# The same script that builds it on a bare Debian 12 machine builds it here.
FROM debian:12 AS build
WORKDIR /penstock
COPY . .
RUN ./dev setup build && ./dev build \
 && cmake --install build/release --prefix /opt/penstock --strip

FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpcap0.8 libsimdjson14 libsqlite3-0 libtbb12 \
      libzstd1 zlib1g \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/penstock/bin/penstock /usr/local/bin/penstock
COPY --from=build /opt/penstock/share/penstock /usr/local/share/penstock
ENTRYPOINT ["penstock"]
CMD ["demo"]

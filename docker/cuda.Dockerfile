# Penstock with CUDA: docker build -f docker/cuda.Dockerfile -t penstock-cuda .
# Run with --gpus all. The toolkit is the one of ./dev setup cuda; the driver is the host's.
FROM debian:12 AS build
WORKDIR /penstock
COPY . .
RUN ./dev setup build && ./dev setup cuda \
 && cmake --preset cuda -DPENSTOCK_BUILD_TESTS=OFF -DPENSTOCK_BUILD_BENCHES=OFF \
 && cmake --build build/cuda \
 && cmake --install build/cuda --prefix /opt/penstock --strip

FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpcap0.8 libsimdjson14 libsqlite3-0 libtbb12 \
      libzstd1 zlib1g \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/penstock/bin/penstock /usr/local/bin/penstock
COPY --from=build /opt/penstock/share/penstock /usr/local/share/penstock
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
ENTRYPOINT ["penstock"]
CMD ["doctor"]

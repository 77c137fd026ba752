# One static program, nothing else. The front end in static/dist is committed,
# so that an image needs no Node to be built.
FROM golang:1.26-bookworm AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOFLAGS=-trimpath GOMODCACHE=/cache/mod GOCACHE=/cache/build
COPY . .
RUN --mount=type=cache,target=/cache go build -buildvcs=false -ldflags '-s -w' -o /out/parley ./server
RUN mkdir /out/empty

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=build /out/parley /parley
# A static wget without a shell, for the health check.
COPY --from=busybox:1.37-musl /bin/wget /bin/wget
# The number stands for a user without a name, a home or rights.
COPY --from=build --chown=65532:65532 /out/empty /data
COPY --from=build --chown=65532:65532 /out/empty /tmp
USER 65532:65532
WORKDIR /
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s \
    CMD ["/bin/wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["/parley"]
CMD ["serve"]

# Two stages: the SDK builds the gateway alone; the second is Ubuntu "chiseled": runtime, certificates, time zones, no shell, no package manager.
# docs/decisions/container.md says why. Build: docker build -t auth-gateway . (or buildah bud)
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG RID=linux-x64
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/AuthGateway/AuthGateway.csproj src/AuthGateway/packages.lock.json src/AuthGateway/
RUN dotnet restore src/AuthGateway -p:RuntimeIdentifier=$RID
COPY src/AuthGateway src/AuthGateway
RUN dotnet publish src/AuthGateway --no-restore --configuration Release --runtime $RID --no-self-contained --output /published \
    && mkdir --mode 0750 /store

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /published ./
# The session store: owned by the numbered user, also when nothing is mounted over it.
COPY --from=build --chown=1654:1654 /store /var/lib/authservice
# No diagnostics socket and no profiler: nothing is written outside the store, so the root file system may be read-only.
# Two memory pools of the C library are enough (docs/decisions/limits.md). The base image's ASPNETCORE_HTTP_PORTS is no setting of the gateway.
ENV ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_ROOT=/usr/share/dotnet \
    MALLOC_ARENA_MAX=2
USER 1654:1654
VOLUME ["/var/lib/authservice"]
# Checks or the application, probes and metrics, pages.
EXPOSE 8080 8081 8082
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/auth-gateway"]

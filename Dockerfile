# One image, three planes: `Planes` says which of them a container is.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=optional
COPY . .
RUN tools/assets.sh \
 && dotnet publish src/Marketplace.Host -c Release -o /app/host \
 && dotnet publish src/Marketplace.Cli -c Release -o /app/mkt \
 && dotnet publish samples/provider -c Release -o /app/provider \
 && dotnet publish samples/consumer -c Release -o /app/consumer

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS host
WORKDIR /app
COPY --from=build /app/host .
USER $APP_UID
ENV ASPNETCORE_HTTP_PORTS=8080
EXPOSE 8080
ENTRYPOINT ["dotnet", "Marketplace.Host.dll"]

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS provider
WORKDIR /app
COPY --from=build /app/provider .
USER $APP_UID
ENTRYPOINT ["dotnet", "Marketplace.Samples.Provider.dll"]

# HAProxy with the agent that keeps its configuration at the newest policy.
FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS gateway
RUN apt-get update && apt-get install -y --no-install-recommends haproxy && rm -rf /var/lib/apt/lists/* \
 && install -d -o $APP_UID -m 700 /policy
WORKDIR /app
COPY --from=build /app/mkt .
USER $APP_UID
ENTRYPOINT ["dotnet", "mkt.dll", "gateway", "run", "haproxy"]

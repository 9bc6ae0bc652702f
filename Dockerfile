# The image that docker-compose.yml runs `magpie` in.
FROM node:22.18.0-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22.18.0-bookworm-slim
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist/src dist/src
COPY --from=build /app/dist/plugins dist/plugins
COPY --from=build /app/schemas schemas
COPY --from=build /app/examples examples
# A volume put here belongs to whom the folder belongs to.
RUN mkdir -p examples/kafka/.magpie && chown node:node examples/kafka/.magpie
USER node
ENTRYPOINT ["node", "dist/src/cli/main.js"]

# moot as a container: Node, git, ssh, restic and a docker CLI of its own, run by a user without rights.
# Where nothing can be pulled or installed, other images may stand in for the first two stages.
ARG NODE_IMAGE=node:24-trixie-slim
ARG TOOLS_IMAGE=tools
ARG MODULES_IMAGE=modules

FROM ${NODE_IMAGE} AS tools
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    ca-certificates docker-cli git openssh-client restic tini \
  && rm -rf /var/lib/apt/lists/*

FROM ${NODE_IMAGE} AS modules
WORKDIR /moot
COPY package.json package-lock.json .npmrc ./
COPY packages packages
RUN npm ci --omit=dev --ignore-scripts

# A name for whichever was chosen: COPY --from takes no variable.
FROM ${MODULES_IMAGE} AS installed

FROM ${TOOLS_IMAGE}
WORKDIR /moot
COPY --from=installed /moot/node_modules node_modules
COPY LICENSE package.json ./
COPY src src
COPY commands commands
COPY storage storage
RUN mkdir /state && chown node:node /state && chmod 700 /state
VOLUME /state
# What Node has compiled outlives the container in /state; memory is kept in one heap and given back sooner.
ENV NODE_COMPILE_CACHE=/state/compiled MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072
USER node
# An init passes the signals on and buries what git leaves behind; Node as the first process does neither.
ENTRYPOINT ["tini", "--"]
CMD ["node", "src/main.ts", "run", "--config", "/config/bot.config.yaml"]

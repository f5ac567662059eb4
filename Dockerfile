# Two stages: one with npm to install, one with Node and the program only.
ARG BUILD=node:24-bookworm-slim
ARG BASE=debian:bookworm-slim

FROM ${BUILD} AS build
WORKDIR /opt/tallyline
# Another registry than npm's own, where a plant has one.
ARG NPM_REGISTRY=
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev ${NPM_REGISTRY:+--registry=${NPM_REGISTRY}} \
 # onnxruntime-node carries every platform (about 290 MB); this image runs on one.
 && cd node_modules/onnxruntime-node/bin && arch=$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/') \
 && find . -mindepth 2 -maxdepth 2 -type d ! -name linux -exec rm -rf {} + \
 && find . -mindepth 3 -maxdepth 3 -type d ! -name "$arch" -exec rm -rf {} + \
 && cd /opt/tallyline && cp node_modules/node-linux-"$arch"/bin/node /usr/local/bin/tallyline-node \
 && rm -rf node_modules/node-linux-* node_modules/.bin/node
COPY LICENSE README.md CHANGELOG.md ./
COPY nodeset nodeset
COPY models models
COPY scripts/healthcheck.js scripts/
COPY src src

FROM ${BASE}
COPY --from=build /usr/local/bin/tallyline-node /usr/local/bin/node
COPY --from=build /opt/tallyline /opt/tallyline
RUN echo 'tallyline:x:10001:10001::/opt/tallyline:/usr/sbin/nologin' >> /etc/passwd \
 && echo 'tallyline:x:10001:' >> /etc/group \
 && mkdir /data && chown 10001:10001 /data
WORKDIR /opt/tallyline
ENV TALLYLINE_DATA=/data NODE_ENV=production
USER 10001:10001
VOLUME /data
EXPOSE 4840
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "scripts/healthcheck.js"]
# Node handles SIGTERM itself: what is open is decided and recorded before it ends.
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "src/app/main.ts"]
CMD ["start", "--demo", "--listen", "0.0.0.0"]

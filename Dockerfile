# The relay's image: a Java runtime of the modules that it needs, its jars, libcrypto, and the class
# archive of a start. docs/deployment.md says how to run it.
#
#   docker build -t consult-relay .
#
# Any Debian or Ubuntu of the same C library will do as bases; a JDK of 25 or later for the first.
ARG BUILD_IMAGE=eclipse-temurin:25-jdk-noble
ARG BASE_IMAGE=ubuntu:noble

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
# PREBUILT=yes takes the jars that `./relay build` has left in the context, whatever their age.
ARG PREBUILT=
RUN if [ -n "$PREBUILT" ]; then touch relay-server/target/relay-server.jar; fi \
 && ./relay build
# jdk.jcmd is for the operator who asks a running relay for its threads or memory.
RUN "$JAVA_HOME/bin/jlink" --output /image/opt/java \
      --add-modules java.base,java.logging,java.management,java.naming,java.net.http,java.xml,jdk.jcmd,jdk.jfr,jdk.management,jdk.unsupported \
      --compress zip-6 --no-header-files --no-man-pages \
 && /image/opt/java/bin/java @relay-server/jvm.options -Xshare:dump \
 && mkdir -p /image/opt/relay \
 && cp -a relay-server/target/relay-server.jar relay-server/target/lib relay-server/jvm.options \
      deploy/healthcheck deploy/drain LICENSE /image/opt/relay/

FROM ${BASE_IMAGE}
# libcrypto doubles the speed of media's encryption. A base that has it (and no apt) is left alone.
RUN ldconfig -p | grep -q 'libcrypto\.so\.3' \
 || { apt-get update && apt-get install -y --no-install-recommends openssl && rm -rf /var/lib/apt/lists/*; }
COPY --from=build /image/opt /opt
# Made here and not before: it fits this runtime, these paths and these jars' times only.
RUN /opt/java/bin/java @/opt/relay/jvm.options -XX:ArchiveClassesAtExit=/opt/relay/relay-server.jsa \
      -jar /opt/relay/relay-server.jar rehearse \
 && rm -rf /tmp/*

# Nobody: no account, no password, nothing of its own. The root file system may be read-only; /tmp is
# written to (Netty unpacks its library there, the page's files are unpacked there), 32 MiB, executable.
USER 10001:10001
WORKDIR /etc/relay
# The configuration, if it is mounted, is read from here: /etc/relay/relay.yaml.
ENV RELAY_OPS_HOST=127.0.0.1
# Signalling; ICE-TCP; media (one port per media loop); TURN; TURN over TLS; metrics and health.
EXPOSE 7880/tcp 7881/tcp 7882/udp 3478/udp 3478/tcp 5349/tcp 5349/udp 6789/tcp
# SIGTERM drains: calls go on until they end or ops.drainDeadline comes.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 CMD ["/opt/relay/healthcheck"]
ENTRYPOINT ["/opt/java/bin/java", "@/opt/relay/jvm.options", "-XX:SharedArchiveFile=/opt/relay/relay-server.jsa", "-jar", "/opt/relay/relay-server.jar"]
CMD ["run"]

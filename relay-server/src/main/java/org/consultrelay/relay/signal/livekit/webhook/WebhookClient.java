package org.consultrelay.relay.signal.livekit.webhook;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.consultrelay.relay.config.WebhooksConfig;
import org.jspecify.annotations.Nullable;

/**
 * Posts events. Names are looked up here and the connection goes to an address that was looked at,
 * so that a name that changes its mind does not lead anywhere else; redirects are not followed.
 * Thread-safe; {@link #post} blocks.
 */
final class WebhookClient {
  private static final int MOST_ANSWER_BYTES = 64 << 10;
  private static final int MOST_ADDRESSES = 4;

  /** Less than after which usual servers close connections, or else they would do so as we post. */
  private static final int IDLE_SECONDS = 4;

  /** Looks up a name. */
  @FunctionalInterface
  interface Resolver {
    /**
     * The addresses of a host, at least one.
     *
     * @throws UnknownHostException when there is none
     */
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private final WebhooksConfig config;
  private final Resolver resolver;
  private final Context context;
  private final HttpClient client;

  /**
   * A client without connections.
   *
   * @param context of an event loop that carries no media: connections live there
   */
  WebhookClient(Vertx vertx, Context context, WebhooksConfig config, Resolver resolver) {
    this.config = config;
    this.resolver = resolver;
    this.context = context;
    HttpClientOptions options =
        new HttpClientOptions()
            .setKeepAliveTimeout(IDLE_SECONDS)
            .setConnectTimeout((int) config.timeout().toMillis());
    config
        .authorities()
        .ifPresent(
            file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    this.client =
        vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(config.parallel()));
  }

  /**
   * Posts and waits for the answer, no longer than {@code webhooks.timeout}.
   *
   * @throws Delivery.FailedException unless the answer is of the 200s
   */
  void post(URI url, byte[] body, String authorization) throws Delivery.FailedException {
    long deadline = System.nanoTime() + config.timeout().toNanos();
    String failure = "";
    List<InetAddress> addresses = addresses(url);
    for (int i = 0; i < addresses.size(); i++) {
      try {
        long left = deadline - System.nanoTime();
        // An address that swallows everything leaves time for the next ones.
        long toConnect = left / (addresses.size() - i);
        int status = await(url, addresses.get(i), body, authorization, left, toConnect);
        if (status / 100 == 2) {
          return;
        }
        throw new Delivery.FailedException("it answers " + status);
      } catch (ConnectFailure e) {
        failure = e.reason;
      }
    }
    throw new Delivery.FailedException(failure);
  }

  private List<InetAddress> addresses(URI url) throws Delivery.FailedException {
    List<InetAddress> reachable = new ArrayList<>();
    try {
      String host = url.getHost();
      boolean literal = host.startsWith("[");
      for (InetAddress each :
          resolver.resolve(literal ? host.substring(1, host.length() - 1) : host)) {
        if (config.mayReach(each) && reachable.size() < MOST_ADDRESSES) {
          // Without the name, so that nobody looks it up again.
          reachable.add(InetAddress.getByAddress(each.getAddress()));
        }
      }
    } catch (UnknownHostException e) {
      throw new Delivery.FailedException("its name is not known");
    }
    if (reachable.isEmpty()) {
      throw new Delivery.FailedException(
          config.allowPrivate()
              ? "its address must not be reached"
              : "its address is private, and webhooks.allowPrivate is false");
    }
    return reachable;
  }

  /** No request was sent: another address may do. */
  private static final class ConnectFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    ConnectFailure(String reason) {
      super(reason);
      this.reason = reason;
    }
  }

  private int await(
      URI url,
      InetAddress address,
      byte[] body,
      String authorization,
      long nanos,
      long connectNanos)
      throws Delivery.FailedException, ConnectFailure {
    if (nanos <= 0) {
      throw new Delivery.FailedException("no answer in time");
    }
    Exchange exchange = new Exchange(Buffer.buffer(body));
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, port(url))))
            .setHost(url.getHost().replaceAll("[\\[\\]]", ""))
            .setPort(port(url))
            .setSsl(isEncrypted(url))
            .setURI(target(url))
            .setFollowRedirects(false)
            .setConnectTimeout(Math.max(1, TimeUnit.NANOSECONDS.toMillis(connectNanos)))
            .putHeader("Content-Type", "application/webhook+json")
            .putHeader("Authorization", authorization)
            .putHeader("User-Agent", "consult-relay");
    context.runOnContext(_ -> exchange.start(client.request(options)));
    try {
      return exchange.status.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      context.runOnContext(_ -> exchange.abandon());
      throw new Delivery.FailedException("no answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Delivery.FailedException("the relay stops");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String message = cause.getClass().getSimpleName();
      if (exchange.connected) {
        throw new Delivery.FailedException(message);
      }
      throw new ConnectFailure(message);
    }
  }

  private static int port(URI url) {
    return url.getPort() > 0 ? url.getPort() : isEncrypted(url) ? 443 : 80;
  }

  static boolean isEncrypted(URI url) {
    return url.getScheme().toLowerCase(Locale.ROOT).equals("https");
  }

  private static String target(URI url) {
    String path = url.getRawPath();
    String query = url.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  /** One request and its answer, whose text nobody reads. On the context. */
  private static final class Exchange {
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private final Buffer body;
    private volatile boolean connected;
    private boolean abandoned;
    private @Nullable HttpClientRequest request;

    Exchange(Buffer body) {
      this.body = body;
    }

    void start(Future<HttpClientRequest> opened) {
      opened
          .compose(fresh -> {
            connected = true;
            request = fresh;
            if (abandoned) {
              Future<Void> _ = fresh.reset();
              return Future.failedFuture("abandoned");
            }
            return fresh.send(body);
          })
          .compose(this::read)
          .onSuccess(status::complete)
          .onFailure(status::completeExceptionally);
    }

    private Future<Integer> read(HttpClientResponse answer) {
      Promise<Integer> read = Promise.promise();
      int[] bytes = new int[1];
      answer.exceptionHandler(read::tryFail);
      answer.handler(part -> {
        bytes[0] += part.length();
        if (bytes[0] > MOST_ANSWER_BYTES) {
          // It has said what counts; what it goes on to say is not worth the line.
          read.tryComplete(answer.statusCode());
          abandon();
        }
      });
      answer.endHandler(_ -> read.tryComplete(answer.statusCode()));
      return read.future();
    }

    void abandon() {
      abandoned = true;
      if (request != null) {
        Future<Void> _ = request.reset();
      }
    }
  }

  /** Closes its connections. */
  void close() {
    Future<Void> _ = client.close();
  }
}

package io.assent.coordinator.adapter.http;

import static io.assent.coordinator.adapter.http.ApiFixture.commitOf;
import static io.assent.coordinator.adapter.http.ApiFixture.prepared;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.adapter.participant.TestParticipant;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.runtime.server.EmbeddedServer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes out on a real connection, counted where it is handed to the socket. */
@Timeout(60)
class GatheredWritesTest {

    private static final int COMMITS = 100;

    /** Counts how often something is handed to the socket. */
    private static final class Flushes implements NettyServerCustomizer {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
            return role == ChannelRole.CONNECTION ? new OfConnection(channel, count) : this;
        }
    }

    private record OfConnection(Channel channel, AtomicInteger count) implements NettyServerCustomizer {

        @Override
        public void onInitialPipelineBuilt() {
            // Later, so that it comes behind whatever else begins with the connection.
            channel.eventLoop()
                    .execute(() -> channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                        @Override
                        public void flush(ChannelHandlerContext context) {
                            count.incrementAndGet();
                            context.flush();
                        }
                    }));
        }
    }

    @Test
    void answersThatComeTogetherLeaveTogether() throws Exception {
        try (TestCoordinator coordinator =
                        TestCoordinator.start("micronaut.netty.event-loops.default.num-threads", "1");
                TestParticipant obedient = TestParticipant.obedient();
                HttpClient http = HttpClient.newHttpClient()) {
            Flushes flushes = new Flushes();
            EmbeddedServer server = coordinator.context().getBean(EmbeddedServer.class);
            ((NettyServerCustomizer.Registry) server).register(flushes);
            String commits = IntStream.range(0, COMMITS)
                    .mapToObj(_ -> commitOf(prepared(obedient, Bqual.mint())))
                    .map(body -> "{\"gtrid\":\"" + Gtrid.mint() + "\",\"body\":" + body + "}")
                    .collect(Collectors.joining(",", "{\"commits\":[", "]}"));

            HttpResponse<String> reply = http.send(
                    HttpRequest.newBuilder(URI.create(server.getURI() + "/v1/commits"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(commits))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(reply.body().lines().filter(line -> line.contains("COMMIT")))
                    .hasSize(COMMITS);
            assertThat(flushes.count).hasValueBetween(1, COMMITS / 4);
        }
    }
}

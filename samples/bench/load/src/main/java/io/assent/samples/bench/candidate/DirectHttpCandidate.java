package io.assent.samples.bench.candidate;

import io.assent.api.Gtrid;
import io.assent.client.ClientSettings;
import io.assent.samples.bench.load.Candidate;
import io.assent.samples.bench.load.Ending;
import io.assent.samples.bench.load.LoadProcess;
import io.assent.samples.bench.load.Step;
import io.assent.samples.bench.load.Surroundings;
import io.assent.samples.bench.load.Work;
import io.assent.samples.bench.service.Paths;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Two-phase commit written by hand over the same two services as Assent: a branch is prepared in the business call, the
 * initiator writes the decision row, then tells all branches at the same time. The limit for all that goes over the
 * network one transaction at a time. There is no recovery.
 */
public final class DirectHttpCandidate implements Candidate {

    private final DecisionTable decisions;
    private final List<String> services;
    private final HttpClient http = ClientSettings.http(ClientSettings.CONNECT_TIMEOUT_DEFAULT);

    private DirectHttpCandidate(Surroundings surroundings) {
        decisions = new DecisionTable(surroundings);
        services = surroundings.services();
    }

    public static void main(String[] arguments) throws IOException {
        LoadProcess.serve(DirectHttpCandidate::new);
    }

    @Override
    public Ending transact(Work work) throws IOException, InterruptedException, SQLException {
        Gtrid gtrid = Gtrid.mint();
        List<Told> branches = new ArrayList<>();
        for (Step step : work.steps()) {
            String gid = Gids.of(gtrid, branches.size());
            switch (step) {
                case Step.Booking booking -> {
                    HttpRequest request = post(Paths.booking(services, Paths.DIRECT_WORK, booking), gid);
                    if (!Paths.isDone(
                            request,
                            http.send(request, BodyHandlers.discarding()).statusCode())) {
                        tell(branches, Paths.DIRECT_ROLLBACK);
                        return Ending.ABORTED;
                    }
                    branches.add(new Told(services.get(booking.bank()), gid, ""));
                }
                case Step.Nothing nothing ->
                    branches.add(new Told("", gid, Paths.nothing(services, Paths.DIRECT_NOTHING, nothing)));
            }
        }
        decisions.commit(gtrid.value(), Gids.branches(work));
        tell(branches, Paths.DIRECT_COMMIT);
        return Ending.COMMITTED;
    }

    @Override
    public void close() {
        http.close();
        decisions.close();
    }

    /** @param url where the outcome goes if not to the usual path of the service */
    private record Told(String service, String gid, String url) {
        URI uri(String path) {
            return URI.create(url.isEmpty() ? service + path : url);
        }
    }

    private void tell(List<Told> branches, String outcome) throws IOException {
        List<CompletableFuture<HttpResponse<Void>>> replies = branches.stream()
                .map(branch -> http.sendAsync(post(branch.uri(outcome), branch.gid), BodyHandlers.discarding()))
                .toList();
        for (CompletableFuture<HttpResponse<Void>> reply : replies) {
            int status = reply.join().statusCode();
            if (status != Paths.DONE) {
                throw new IOException("a branch answered " + status + " to " + outcome);
            }
        }
    }

    private static HttpRequest post(URI uri, String gid) {
        return HttpRequest.newBuilder(uri)
                .header(Paths.GID, gid)
                .POST(BodyPublishers.noBody())
                .build();
    }
}

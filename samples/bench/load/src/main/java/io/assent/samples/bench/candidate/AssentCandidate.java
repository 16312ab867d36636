package io.assent.samples.bench.candidate;

import io.assent.Assent;
import io.assent.Transaction;
import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.api.Vote;
import io.assent.samples.bench.load.Candidate;
import io.assent.samples.bench.load.Ending;
import io.assent.samples.bench.load.LoadProcess;
import io.assent.samples.bench.load.Step;
import io.assent.samples.bench.load.Surroundings;
import io.assent.samples.bench.load.Work;
import io.assent.samples.bench.service.Paths;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Assent as any service uses it: the SDK with its default settings as initiator, participants behind HTTP. */
public final class AssentCandidate implements Candidate {

    private final Assent assent;
    private final List<String> services;

    private AssentCandidate(Surroundings surroundings) {
        assent = Assent.builder().coordinators(surroundings.coordinators()).build();
        services = surroundings.services();
    }

    public static void main(String[] arguments) throws IOException {
        LoadProcess.serve(AssentCandidate::new);
    }

    @Override
    public Ending transact(Work work) throws IOException {
        try (Transaction transaction = assent.begin()) {
            for (Step step : work.steps()) {
                if (!isDone(transaction, step)) {
                    transaction.rollback("refused");
                    return Ending.ABORTED;
                }
            }
            transaction.commit();
            return Ending.COMMITTED;
        }
    }

    @Override
    public void close() {
        assent.close();
    }

    private boolean isDone(Transaction transaction, Step step) throws IOException {
        return switch (step) {
            case Step.Booking booking -> {
                HttpRequest request = HttpRequest.newBuilder(Paths.booking(services, Paths.WORK, booking))
                        .POST(BodyPublishers.noBody())
                        .build();
                int status =
                        transaction.send(request, BodyHandlers.discarding()).statusCode();
                yield Paths.isDone(request, status);
            }
            case Step.Nothing nothing -> {
                transaction.scope().join(prepared(nothing));
                yield true;
            }
        };
    }

    /** A branch that has voted already, as a call to a service would have brought it back. */
    private Branch prepared(Step.Nothing nothing) {
        ParticipantUrl url = new ParticipantUrl(Paths.nothing(services, Paths.NOTHING, nothing));
        return new Branch(new BranchId(url, Bqual.mint()), Inquiring.CAN, new Vote.Prepared("1"));
    }
}

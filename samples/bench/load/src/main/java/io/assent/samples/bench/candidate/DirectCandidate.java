package io.assent.samples.bench.candidate;

import io.assent.api.Gtrid;
import io.assent.samples.bench.load.Candidate;
import io.assent.samples.bench.load.Ending;
import io.assent.samples.bench.load.LoadProcess;
import io.assent.samples.bench.load.Step;
import io.assent.samples.bench.load.Surroundings;
import io.assent.samples.bench.load.UnknownAccountException;
import io.assent.samples.bench.load.Work;
import io.assent.samples.bench.service.PreparingBank;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Two-phase commit written by hand in one process that reaches every database itself: the limit for all that works in one
 * process, one transaction at a time. Its decision row would let a recovery finish what it left; there is none.
 */
public final class DirectCandidate implements Candidate {

    private final DecisionTable decisions;
    private final List<PreparingBank> banks;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private DirectCandidate(Surroundings surroundings) {
        decisions = new DecisionTable(surroundings);
        banks = surroundings.banks().stream()
                .map(url -> PreparingBank.open(url, surroundings.password()))
                .toList();
    }

    public static void main(String[] arguments) throws IOException {
        LoadProcess.serve(DirectCandidate::new);
    }

    @Override
    public Ending transact(Work work) throws SQLException {
        Gtrid gtrid = Gtrid.mint();
        List<Prepared> prepared = new ArrayList<>();
        try {
            for (Step step : work.steps()) {
                if (step instanceof Step.Booking(int bank, long account, long amount)) {
                    String gid = Gids.of(gtrid, prepared.size());
                    banks.get(bank).prepare(gid, account, amount);
                    prepared.add(new Prepared(banks.get(bank), gid));
                }
            }
        } catch (UnknownAccountException _) {
            for (Prepared branch : prepared) {
                branch.bank.rollback(branch.gid);
            }
            return Ending.ABORTED;
        }
        decisions.commit(gtrid.value(), Gids.branches(work));
        commit(prepared);
        return Ending.COMMITTED;
    }

    @Override
    public void close() {
        threads.close();
        decisions.close();
        banks.forEach(PreparingBank::close);
    }

    /** At the same time; the last one on this thread. */
    private void commit(List<Prepared> prepared) throws SQLException {
        List<CompletableFuture<Void>> others = new ArrayList<>();
        for (int i = 0; i < prepared.size() - 1; i++) {
            Prepared branch = prepared.get(i);
            others.add(CompletableFuture.runAsync(branch::commitUnchecked, threads));
        }
        if (!prepared.isEmpty()) {
            prepared.getLast().commit();
        }
        others.forEach(CompletableFuture::join);
    }

    private record Prepared(PreparingBank bank, String gid) {
        void commit() throws SQLException {
            bank.commit(gid);
        }

        void commitUnchecked() {
            try {
                commit();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

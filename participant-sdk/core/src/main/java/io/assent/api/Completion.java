package io.assent.api;

import java.util.List;

/** What an initiator asks for in the end: that one transaction is committed, or rolled back. */
public sealed interface Completion {

    Gtrid gtrid();

    /** The branches that the request lists; empty if it leaves them to those who were told of them before. */
    List<Branch> branches();

    /** Where a request for this alone goes, below a coordinator's URL. */
    String path();

    /** The body of a request for this alone. */
    byte[] body();

    /** A request to commit, and of which transaction. */
    record Commit(Gtrid gtrid, CommitRequest request) implements Completion {

        @Override
        public List<Branch> branches() {
            return request.listed().orElse(List.of());
        }

        @Override
        public String path() {
            return "/v1/transactions/" + gtrid + "/commit";
        }

        @Override
        public byte[] body() {
            return TransactionJson.writeCommit(request);
        }
    }

    /** A request to roll back, and of which transaction. */
    record Rollback(Gtrid gtrid, RollbackRequest request) implements Completion {

        @Override
        public List<Branch> branches() {
            return request.branches();
        }

        @Override
        public String path() {
            return "/v1/transactions/" + gtrid + "/rollback";
        }

        @Override
        public byte[] body() {
            return TransactionJson.writeRollback(request);
        }
    }
}

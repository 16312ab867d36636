package io.assent.samples.crash;

import java.util.regex.Pattern;

/** What travels between the parties, as a proxy between them recognises it. */
enum Message {
    WORK(Workload.TRANSFER, "/(debits|credits)", "", ""),
    COMMIT_REQUEST(Workload.TRANSFER, "/v1/transactions/[^/]+/commit", "", ""),
    ROLLBACK_REQUEST(Workload.REFUSED, "/v1/transactions/[^/]+/rollback", "", ""),
    BEGIN(Workload.BY_HAND, "/v1/transactions", "", ""),
    ENLIST(Workload.BY_HAND, "/v1/transactions/[^/]+/branches", "", ""),
    FORWARD(Workload.BY_HAND, "/v1/transactions/.*", "", "Assent-Forwarded-By"),
    PREPARE(Workload.TRANSFER, "/assent", "\"PREPARE\"", ""),
    DELIVER_COMMIT(Workload.TRANSFER, "/assent", "\"COMMIT\"", ""),
    DELIVER_ROLLBACK(Workload.REFUSED, "/assent", "\"ROLLBACK\"", ""),
    PREPARE_BY_HAND(Workload.BY_HAND, "/assent", "\"PREPARE\"", ""),
    DELIVER_BY_HAND(Workload.BY_HAND, "/assent", "\"COMMIT\"", ""),
    INQUIRY(Workload.LEFT_ALONE, "/v1/inquiries", "", ""),
    OPERATOR(Workload.HEURISTIC, "/v1/transactions/[^/]+/heuristics/acknowledge", "", "");

    private final Workload workload;
    private final Pattern path;
    private final String inBody;
    private final String header;

    Message(Workload workload, String path, String inBody, String header) {
        this.workload = workload;
        this.path = Pattern.compile(path);
        this.inBody = inBody;
        this.header = header;
    }

    /** Which transactions send it. */
    Workload workload() {
        return workload;
    }

    boolean is(Request request) {
        return path.matcher(request.path()).matches()
                && request.body().contains(inBody)
                && (header.isEmpty() || request.headers().containsKey(header));
    }
}
